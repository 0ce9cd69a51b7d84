"""The edges: what Slack and senders tell, read and handed to the use case it belongs to."""
