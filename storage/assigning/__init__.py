"""People, when they work, whose turn it is, and what they have in hand."""
