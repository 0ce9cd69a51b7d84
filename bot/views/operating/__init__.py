"""What is wrong, who is reached how, and what stands where somebody was forgotten."""
