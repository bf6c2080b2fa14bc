"""The setup file: its keys, its rules, and its values."""
