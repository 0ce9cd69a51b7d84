"""Slack's door: who may come in, in which shape, and how a person is answered."""
