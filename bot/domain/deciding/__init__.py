"""What follows from each event of a handoff: a function from it and `now` to a `Change`, or to a `Refusal` in words."""
