"""The frequency codes of the claims that payments answer (CLP09).

Payments that were loaded before have none, and are settled as they were.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"

_TEXT: Final[TypeEngine[str]] = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column."""
    op.add_column("payments", Column("frequency", _TEXT))
