"""What people read and press: what every message is made of stands at the top, the rest in rooms."""
