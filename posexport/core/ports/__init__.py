"""Interfaces (protocols) of what the core needs from the outside world: ledgers, mail, sales files."""
