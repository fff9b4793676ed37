"""The environment in which Alembic runs the migrations: a connection of `payer_rules.stores`."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
