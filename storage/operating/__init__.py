"""What is due, what is late, what is wrong, and what is forgotten."""
