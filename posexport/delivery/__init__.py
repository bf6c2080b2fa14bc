"""One voucher's way out: looked for, sent, settled; revised, documented."""
