"""What was told of leads, what they did, how near they are, and what became of them."""
