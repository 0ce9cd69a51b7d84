"""The policy: its versions, what was decided under which, and the past it is tried on."""
