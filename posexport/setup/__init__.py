"""The setup file: its keys, rules and values."""
