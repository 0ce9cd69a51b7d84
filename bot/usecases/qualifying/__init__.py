"""What turns what was told of a lead into a handoff, or shows what it lacks."""
