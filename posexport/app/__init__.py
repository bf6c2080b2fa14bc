"""What posexport does: a file per command."""
