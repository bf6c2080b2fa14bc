"""E-mails about days that need somebody: written, sent, retried."""
