"""What a rep or a manager does with a handoff: buttons and forms."""
