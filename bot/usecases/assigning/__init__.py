"""Who gets a lead: whose turn it is, who is at work, and why it went where it is."""
