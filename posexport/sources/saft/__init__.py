"""SAF-T Cash Register."""
