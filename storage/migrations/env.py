"""Alembic's entry point: always on a connection that storage.migrate opened, inside its transaction."""

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - the tables register themselves

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
context.run_migrations()
