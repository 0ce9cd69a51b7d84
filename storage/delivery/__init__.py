"""Messages, e-mails and webhooks: what is wanted, who is sending it, and how that ended."""
