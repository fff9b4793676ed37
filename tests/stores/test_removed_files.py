"""Laws of files that are taken out of a store: it answers as if they had not been loaded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from examples import examples
from history_texts import FILES, MEMBERS, answers_of, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payer_rules.stores import (
    forget_file,
    load_files,
    open_store,
    parse_address,
    replace_loaded_file,
    status_of,
)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES, data=st.data())
def test_a_file_that_was_taken_out_was_never_loaded(
    new_store: Callable[[], str],
    tmp_path: Path,
    files: list[tuple[str, str]],
    data: st.DataObject,
) -> None:
    """Whatever it reversed, corrected or stated differently, alone or with another in its place."""
    paths = written(tmp_path, files)
    one, other, never, instead, rest = (new_store() for _ in range(5))
    out = data.draw(st.integers(0, len(paths) - 1))
    left = [path for at, path in enumerate(paths) if files[at] != files[out]]
    load(one, paths)
    load(never, left)
    forget_file(parse_address(one), str(paths[out]))
    assert known(one) == known(never)
    if left:
        forget_file(parse_address(one), left[0].name)
        load(rest, left[1:])
        assert known(one) == known(rest)
    new = data.draw(st.sampled_from(paths))
    load(other, paths)
    replace_loaded_file(new, parse_address(other), str(paths[out]))
    load(instead, [*left, new])
    assert known(other) == known(instead)


def load(url: str, paths: list[Path]) -> None:
    """Load the files into the store."""
    list(load_files(paths, parse_address(url)))


def known(url: str) -> tuple[Any, ...]:
    """What the store answers, and how many files and claims that differ it has."""
    with closing(open_store(url)) as store:
        status = status_of(parse_address(url))
        lines = [sorted(map(repr, store.of_member(member).lines)) for member in MEMBERS]
        states = (status.files, status.conflicts, sorted(problems for _, problems in status.faulty))
        return answers_of(store, store.lacks_lines), lines, states
