"""The upgrade of a history store to the newest schema."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from payer_rules.system.packages import require_packages

_DIALECTS: Final = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}
#: What begins the transaction of the migrations: others wait until it ends.
#: NOTE: two transactions that create a schema at once fail, even where it may exist.
_BEGIN: Final = {
    "sqlite": ("BEGIN IMMEDIATE",),
    "postgresql": (
        "SELECT pg_advisory_xact_lock(837835)",
        "CREATE SCHEMA IF NOT EXISTS payer_rules",
    ),
}


def upgrade(kind: str, connect: Callable[[], Any]) -> None:
    """Run the migrations of a database; ``connect`` returns a connection of its driver.

    All migrations are one transaction.
    """
    does = "which creates history stores"
    require_packages("--store", "history", does, "sqlalchemy", "alembic")
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    engine = create_engine(_DIALECTS[kind], creator=connect, poolclass=NullPool)
    with engine.connect() as connection:
        for statement in _BEGIN[kind]:
            connection.exec_driver_sql(statement)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
