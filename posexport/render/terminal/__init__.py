"""How they look in the terminal."""
