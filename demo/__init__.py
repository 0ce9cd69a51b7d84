"""Shows Baton at work beside a stand-in Slack workspace; it starts both as processes and speaks HTTP with them."""
