"""A stand-in Slack workspace: it speaks the Web API, signs what people do, and knows nothing of any app."""
