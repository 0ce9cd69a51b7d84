"""The policy: proposed, tried on the past, signed, in force, reviewed."""
