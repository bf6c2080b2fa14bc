"""A file per page: what it reads, and the template that shows it."""
