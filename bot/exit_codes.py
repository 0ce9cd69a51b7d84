"""How a command ends; 0 is done."""

FOUND_A_PROBLEM = 1
WRONG_USE = 2


class CannotStart(Exception):
    """Baton cannot run as it is set up; the message says what to do."""
