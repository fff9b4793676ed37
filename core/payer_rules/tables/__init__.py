"""Files of CMS edits, read into compact tables."""

from __future__ import annotations

from payer_rules.tables.edits import read_edit_table

__all__ = ["read_edit_table"]
