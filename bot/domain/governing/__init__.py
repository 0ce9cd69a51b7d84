"""How a policy begins and changes: drafts, edits, differences, and when it is looked at again."""
