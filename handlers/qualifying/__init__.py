"""Leads by hand, what they lack and what is known of them: buttons and forms."""
