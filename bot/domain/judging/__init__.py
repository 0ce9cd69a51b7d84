"""What the policy says of a lead: conditions, criteria, evidence, verification, and whether it may pass."""
