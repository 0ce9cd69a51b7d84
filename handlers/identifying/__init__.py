"""Who is who: buttons."""
