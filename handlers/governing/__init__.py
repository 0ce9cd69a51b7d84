"""Proposing a policy, looking at it and answering it: buttons and forms."""
