"""Leads that may be one person, or became one."""
