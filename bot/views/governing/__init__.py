"""The definition, proposals to change it, and what those would have done."""
