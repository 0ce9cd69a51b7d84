"""What other rules would have made of the lives that leads really lived."""
