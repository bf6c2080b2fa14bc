"""How vouchers, statuses, histories and e-mails look: terminal, HTML, PDF."""
