"""The formats in which tables are published, each recognized by its heading."""

from __future__ import annotations

from typing import Final

from payer_rules.tables.formats.add_on_csv import ADD_ON_CSV
from payer_rules.tables.formats.add_on_text import ADD_ON_TEXT
from payer_rules.tables.formats.pair_csv import PAIR_CSV
from payer_rules.tables.formats.pair_text import PAIR_TEXT
from payer_rules.tables.formats.table_format import TableFormat
from payer_rules.tables.formats.unit_csv import UNIT_CSV
from payer_rules.tables.formats.unit_plain_csv import UNIT_MEDICAID_CSV, UNIT_MEDICARE_CSV

__all__ = ["FORMATS", "TableFormat"]

FORMATS: Final = (
    PAIR_TEXT,
    PAIR_CSV,
    UNIT_CSV,
    UNIT_MEDICARE_CSV,
    UNIT_MEDICAID_CSV,
    ADD_ON_TEXT,
    ADD_ON_CSV,
)
