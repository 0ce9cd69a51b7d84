"""What happens to a handoff: decided under its lead's lock, with all that follows from it."""
