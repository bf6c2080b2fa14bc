"""The command line: options in, one call into app/, words and an exit code out."""
