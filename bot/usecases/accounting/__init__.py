"""What marketing promised, and what both sides kept."""
