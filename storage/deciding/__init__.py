"""Handoffs, their clocks, and what is told of them."""
