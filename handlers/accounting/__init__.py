"""Questions to marketing and its answers: buttons and forms."""
