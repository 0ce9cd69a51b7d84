"""What happened, what was answered and promised, and what the numbers are read from."""
