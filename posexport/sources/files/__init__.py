"""Opens sales files and recognizes their format; reads CSV, JSON and Excel."""
