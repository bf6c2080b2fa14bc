"""Sales files, opened and recognised; CSV, JSON and Excel."""
