"""Leads, what they are known by, which are one person, and whose companies they are from."""
