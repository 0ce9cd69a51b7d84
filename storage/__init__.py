"""The database: opened, asked and migrated by what stands at the top; what is kept in it, by rooms."""
