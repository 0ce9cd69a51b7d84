"""Who is at work: buttons and forms."""
