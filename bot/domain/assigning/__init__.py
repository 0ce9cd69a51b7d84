"""Who gets a lead: the team by rules, the rep by availability, preference and a fair turn, and why so."""
