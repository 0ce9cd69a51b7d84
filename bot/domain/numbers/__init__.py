"""What is counted, and how it is asked for."""
