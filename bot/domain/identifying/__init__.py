"""Which leads are one person, and which company is whose account."""
