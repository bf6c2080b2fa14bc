"""Reports, statuses and histories in the terminal."""
