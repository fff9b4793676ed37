"""The tables of a history store, as SQLAlchemy describes them to its migrations.

Only the creation and the migration of a store import this module: it needs the extra ``history``.
Days are numbers as `date.toordinal` returns them, and amounts are texts, as they were read.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text
from sqlalchemy.types import TypeEngine

METADATA: Final = MetaData()
#: Texts in the order of their code points, as Python and SQLite sort them.
_TEXT: Final[TypeEngine[str]] = Text().with_variant(Text(collation="C"), "postgresql")


def _key(name: str, kind: Any) -> Column[Any]:  # noqa: ANN401
    return Column(name, kind, primary_key=True, autoincrement=False)


def _needed(name: str, kind: Any) -> Column[Any]:  # noqa: ANN401
    return Column(name, kind, nullable=False)


#: One row: counts and days of all lines, the most days of a line, and the first day that was kept.
STORE_FACTS: Final = Table(
    "store_facts",
    METADATA,
    _key("id", Integer),
    _needed("services", BigInteger),
    _needed("undecided", BigInteger),
    Column("first_day", Integer),
    Column("last_day", Integer),
    _needed("longest", Integer),
    Column("kept_from", Integer),
    _needed("salt", _TEXT),
)
LOADED_FILES: Final = Table(
    "loaded_files",
    METADATA,
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
#: The payments of remittances, by which reversals and corrections find what they change.
PAYMENTS: Final = Table(
    "payments",
    METADATA,
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
    Column("frequency", _TEXT),
    Index("payments_by_claim", "claim"),
    Index("payments_by_number", "payer_claim"),
    Index("payments_by_original", "original"),
    sqlite_with_rowid=False,
)
#: ``state`` is 1 for a line in force as it was read, 2 for one that was settled, 0 for no longer.
LINES: Final = Table(
    "lines",
    METADATA,
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
#: Claims of which files state different facts.
CONFLICTS: Final = Table(
    "conflicts",
    METADATA,
    _key("member", _TEXT),
    _key("claim", _TEXT),
    sqlite_with_rowid=False,
)
#: Members whose lines were deleted, as digests: of them nothing is complete any more.
FORGOTTEN_MEMBERS: Final = Table(
    "forgotten_members", METADATA, _key("digest", _TEXT), sqlite_with_rowid=False
)
