"""History stores: earlier services in SQLite or PostgreSQL.

1. `open_store` opens a store for a run; `StoredHistory` returns the lines that the rules ask for.
   `combine` adds files that are not loaded.
2. `load_files` writes files into a store, which is created if it does not exist.
   `replace_loaded_file` writes a corrected one in place of another.
3. `status_of` returns what a store holds; `forget_file`, `forget_member` and `forget_older` delete
   from it.

SQLite needs no extra to be read. PostgreSQL, and the creation of stores, need the extra
``history``: SQLAlchemy, Alembic and psycopg.
"""

from __future__ import annotations

from payer_rules.stores.addresses import StoreAddress, is_store_address, parse_address
from payer_rules.stores.combined_history import CombinedHistory, combine
from payer_rules.stores.loading import LoadedFile, load_files, load_history, replace_loaded_file
from payer_rules.stores.retention import forget_file, forget_member, forget_older
from payer_rules.stores.store_status import StoreStatus, status_of
from payer_rules.stores.stored_files import StoredFile
from payer_rules.stores.stored_history import StoreCoverage, StoredHistory, open_store

__all__ = [
    "CombinedHistory",
    "LoadedFile",
    "StoreAddress",
    "StoreCoverage",
    "StoreStatus",
    "StoredFile",
    "StoredHistory",
    "combine",
    "forget_file",
    "forget_member",
    "forget_older",
    "is_store_address",
    "load_files",
    "load_history",
    "open_store",
    "parse_address",
    "replace_loaded_file",
    "status_of",
]
