"""Who is who: leads that are one person, and companies that sales knows."""
