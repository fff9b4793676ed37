"""Edit tables: CSV files of plugins, and files of CMS imported into a store."""

from __future__ import annotations

from payer_rules.tables.edit_table_files import read_edit_table
from payer_rules.tables.folders import tables_folder

__all__ = ["read_edit_table", "tables_folder"]
