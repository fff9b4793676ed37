"""The complete tables of 2024 Q3, imported once a session, and the rule book that reads them."""

from __future__ import annotations

from pathlib import Path

import published_tables
import pytest
from engine_answers import Engine

from payer_rules import load
from payer_rules.rules import ASSUMABLE
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where CMS's complete tables are imported."""
    if not published_tables.are_there():
        pytest.skip(published_tables.ABSENT)
    folder = tmp_path_factory.mktemp("ncci")
    identity = TableIdentity(program="medicare", release=Release(2024, 3))
    import_tables(published_tables.files(), folder, identity=identity)
    return folder


@pytest.fixture(scope="session")
def engine(folder: Path) -> Engine:
    """Medicare's rule book over the complete tables."""
    # NOTE: the references speak of edits alone; the days for which other texts were read are not theirs.
    return Engine(load(tables=folder).rulebook("medicare", assume=["edition"]))


@pytest.fixture(scope="session")
def presuming(folder: Path) -> Engine:
    """Medicare's rule book over the complete tables, with everything assumed."""
    return Engine(load(tables=folder).rulebook("medicare", assume=ASSUMABLE))
