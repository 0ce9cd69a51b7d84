"""The card of a handoff, and the parts it is made of."""
