"""How a command ends; 0 is done."""

FOUND_A_PROBLEM = 1
WRONG_USE = 2
