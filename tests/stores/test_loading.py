"""Laws of loading: a store holds what its files hold together, and each file once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from examples import examples
from history_texts import FILES, MEMBERS, written
from hypothesis import HealthCheck, given, settings

from payer_rules.history import History, HistoryQuery
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_files
from payer_rules.stores import load_files, open_store, parse_address

PROPERTY: Final = settings(
    max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ALL: Final = HistoryQuery(
    members=frozenset(MEMBERS), codes=None, date_from=date.min, date_to=date.max
)


def held(url: str) -> tuple[list[str], date]:
    """The lines in the store, as texts, and the day from which it is complete."""
    store = open_store(url)
    found = store.select([ALL])
    assert store.overview() == History(lines=found.lines).overview()
    store.close()
    return sorted(map(repr, found.lines)), found.covers_from


@PROPERTY
@given(files=FILES)
def test_files_that_are_loaded_one_by_one_are_files_that_are_read_together(
    new_store: Callable[[], str], tmp_path: Path, files: list[tuple[str, str]]
) -> None:
    """Reversals, corrections and differences have the same result; loading twice changes nothing."""
    paths, url = written(tmp_path, files), new_store()
    address = parse_address(url)
    for path in paths:
        assert [each.result for each in load_files([path], address)] == ["loaded"]
    together, _ = read_history_files(paths, ReadOptions())
    assert together is not None
    first = held(url)
    assert first == (sorted(map(repr, together.lines)), together.covers_from)
    assert {each.result for each in load_files(paths, address)} == {"loaded before"}
    assert held(url) == first
