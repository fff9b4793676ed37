"""Laws of files that are taken out of a store: it answers as if they had not been loaded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from examples import examples
from history_texts import FILES, MEMBERS, VERSION, answers_of, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from x12_texts import interchange

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


def test_a_payment_of_another_claim_is_in_force_again(
    new_store: Callable[[], str], tmp_path: Path
) -> None:
    """A file corrects it under another claim id; both are taken out, one after the other."""
    paid = _answered("C1", "P", "80")
    corrected = _answered("C2", "Q", "60").replace("SVC", "REF*F8*P~SVC")
    paths = written(tmp_path, [("835", paid), ("835", corrected), ("835", paid + " ")])
    one, other, both = (new_store() for _ in range(3))
    load(one, paths)
    load(both, [paths[0], paths[2]])
    load(other, paths[:1])
    forget_file(parse_address(one), paths[1].name)
    assert known(one) == known(both)
    forget_file(parse_address(one), paths[2].name)
    assert known(one) == known(other)
    forget_file(parse_address(one), paths[0].name)
    assert known(one) == known(new_store())


def _answered(claim: str, number: str, paid: str) -> str:
    """An 835 with the payment of a claim."""
    body = [
        f"CLP*{claim}*1*80*{paid}**MB*{number}*11*1",
        "NM1*QC*1*SAMPLE*PAT****MI*M1",
        f"SVC*HC:90853*80*{paid}**1",
        "DTM*472*20240812",
    ]
    head = ["BPR*I*80*C*CHK************20240901", "TRN*1*T1*1999999999", "N1*PR*PAYER*XV*1"]
    return interchange([*head, "N1*PE*CLINIC*XX*1234567893", "LX*1", *body], version=VERSION)


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
