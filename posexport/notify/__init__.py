"""Who is told what by e-mail."""
