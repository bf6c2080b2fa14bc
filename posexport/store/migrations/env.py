"""Runs migrations on the connection that `store.database` hands over; the transaction is that caller's."""

from alembic import context
from sqlmodel import SQLModel

import posexport.store.office_tables
import posexport.store.tables  # noqa: F401  (both fill the metadata)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, transactional_ddl=False)
context.run_migrations()
