"""The migrations of history stores, from each released schema to the next."""

from __future__ import annotations

from typing import Final

#: The newest schema; a test compares it with the migrations.
HEAD: Final = "0002"
#: The schemas that this version reads as they are; a load or a deletion upgrades them first.
KNOWN: Final = frozenset(["0001", HEAD])
