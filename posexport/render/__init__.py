"""How vouchers, statuses and mails look."""
