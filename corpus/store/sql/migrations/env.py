"""Run by Alembic, which looks for this file by its name."""

from alembic import context

from corpus.store.sql.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # Both databases can roll back schema changes, which Alembic does not count on of SQLite unless told.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
