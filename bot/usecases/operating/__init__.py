"""What keeps Baton running: who is reached how, what is wrong, what is kept and what is forgotten."""
