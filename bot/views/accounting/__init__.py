"""The numbers, and what both sides promised and kept."""
