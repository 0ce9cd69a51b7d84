"""Beside the card: the windows in which it is answered, reminders, and escalations."""
