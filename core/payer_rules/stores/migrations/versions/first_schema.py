"""The first schema of history stores.

NOTE: it repeats the tables of `payer_rules.stores.schema` as they were then; later changes of those
are later migrations.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

_METADATA: Final = MetaData()
_TEXT: Final[TypeEngine[str]] = Text().with_variant(Text(collation="C"), "postgresql")


def _key(name: str, kind: Any) -> Column[Any]:  # noqa: ANN401
    return Column(name, kind, primary_key=True, autoincrement=False)


def _needed(name: str, kind: Any) -> Column[Any]:  # noqa: ANN401
    return Column(name, kind, nullable=False)


_STORE_FACTS: Final = Table(
    "store_facts",
    _METADATA,
    _key("id", Integer),
    _needed("services", BigInteger),
    _needed("undecided", BigInteger),
    Column("first_day", Integer),
    Column("last_day", Integer),
    _needed("longest", Integer),
    Column("kept_from", Integer),
    _needed("salt", _TEXT),
)
Table(
    "loaded_files",
    _METADATA,
    _key("id", Integer),
    _needed("name", _TEXT),
    Column("digest", _TEXT, nullable=False, unique=True),
    _needed("format", _TEXT),
    _needed("loaded_at", _TEXT),
    Column("covers_from", Integer),
    Column("covers_billing", _TEXT),
    Column("covers_rendering", _TEXT),
    _needed("lines", Integer),
    _needed("problems", Integer),
)
Table(
    "payments",
    _METADATA,
    _key("file", Integer),
    _key("payment", Integer),
    _needed("claim", _TEXT),
    Column("payer_claim", _TEXT),
    Column("original", _TEXT),
    Column("payer", _TEXT),
    _needed("status", _TEXT),
    Column("trace", _TEXT),
    Column("paid_on", Integer),
    _needed("charge", _TEXT),
    _needed("paid", _TEXT),
    Column("member", _TEXT),
    Index("payments_by_claim", "claim"),
    Index("payments_by_number", "payer_claim"),
    Index("payments_by_original", "original"),
    sqlite_with_rowid=False,
)
Table(
    "lines",
    _METADATA,
    _key("member", _TEXT),
    _key("day", Integer),
    _key("claim", _TEXT),
    _key("number", BigInteger),
    _key("code", _TEXT),
    _key("file", Integer),
    _key("position", Integer),
    Column("payment", Integer),
    _needed("state", SmallInteger),
    _needed("last_day", Integer),
    _needed("modifiers", _TEXT),
    _needed("units", _TEXT),
    Column("rendering", _TEXT),
    Column("billing", _TEXT),
    Column("providers", _TEXT),
    Column("status", _TEXT),
    Column("charge", _TEXT),
    Column("allowed", _TEXT),
    Column("paid", _TEXT),
    Column("paid_units", _TEXT),
    Column("paid_minutes", BigInteger),
    Column("minutes", BigInteger),
    Column("payer_claim", _TEXT),
    Column("place_of_service", _TEXT),
    Column("revenue_code", _TEXT),
    Column("diagnoses", _TEXT),
    Column("setting", _TEXT),
    Column("more", _TEXT),
    Index("lines_by_provider", "rendering", "day"),
    sqlite_with_rowid=False,
)
Table(
    "conflicts",
    _METADATA,
    _key("member", _TEXT),
    _key("claim", _TEXT),
    sqlite_with_rowid=False,
)
Table("forgotten_members", _METADATA, _key("digest", _TEXT), sqlite_with_rowid=False)

#: The facts of a store without lines.
_EMPTY: Final = {"id": 1, "services": 0, "undecided": 0, "longest": 0}


def upgrade() -> None:
    """Create the tables."""
    _METADATA.create_all(op.get_bind())
    op.bulk_insert(_STORE_FACTS, [_EMPTY | {"salt": secrets.token_hex(16)}])
