"""Alembic migrations, applied by `store.database` inside the one transaction it opens."""
