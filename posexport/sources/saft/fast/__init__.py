"""The fast way through plain tickets of SAF-T files."""
