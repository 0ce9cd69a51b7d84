"""Who gets a lead and why, and when people work."""
