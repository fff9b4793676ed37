"""Laws of several histories: a line in several files counts once; conflicts are reported."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Final

import pytest
from x12_texts import interchange

from payer_rules.errors import Problem
from payer_rules.history import History
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_files

LINE: Final = "claim,line,member,code,date,status,units"
TOML: Final = """
[[history]]
claim = "OLD"
number = {number}
member = "M1"
code = "{code}"
date = 2024-08-15
status = "{status}"
units = {units}
"""
EOB: Final = """{
  "resourceType": "ExplanationOfBenefit", "id": "OLD", "status": "active", "use": "claim",
  "outcome": "complete", "patient": {"reference": "Patient/M1"}, "item": [{
    "sequence": 1, "servicedDate": "2024-08-15",
    "productOrService": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "90853"}]},
    "adjudication": [{"category": {"coding": [{"code": "benefit"}]}, "amount": {"value": 80}}]
  }]
}"""


def toml(number: int = 1, code: str = "90853", status: str = "paid", units: int = 1) -> str:
    """A history of one line."""
    return TOML.format(number=number, code=code, status=status, units=units)


def table(*rows: str) -> str:
    """A history as a table."""
    return "\n".join([LINE, *rows, ""])


def read(folder: Path, *files: tuple[str, str]) -> tuple[History, list[Problem]]:
    """The history of files by suffix and content, and what is wrong."""
    paths = []
    for at, (suffix, content) in enumerate(files):
        paths.append(folder / f"{'abcdef'[at]}.{suffix}")
        paths[-1].write_text(content)
    store, problems = read_history_files(paths, ReadOptions())
    assert store is not None
    return store, problems


SAME: Final = [
    ("toml", toml()),
    ("csv", table("OLD,1,M1,90853,2024-08-15,paid,1")),
    ("json", EOB),
]


def test_a_line_that_files_of_several_formats_have_counts_once(tmp_path: Path) -> None:
    """TOML, a table and an explanation of benefit give the same, in any order."""
    for files in permutations(SAME):
        store, problems = read(tmp_path, *files, files[0])
        assert problems == []
        (line,) = store.lines
        assert (line.claim, line.code, line.status) == ("OLD", "90853", "paid")


def test_lines_of_several_payers_are_lines_of_their_own(tmp_path: Path) -> None:
    """What one payer paid and another denied is no contradiction; one without a payer joins one."""
    first, second = (
        toml(status=status) + f'payer = "{payer}"\n'
        for payer, status in (("12345", "paid"), ("67890", "denied"))
    )
    store, problems = read(tmp_path, ("toml", first), ("toml", second), ("toml", toml()))
    assert problems == []
    found = {(line.payer, line.status) for line in store.lines}
    assert found == {("12345", "paid"), ("67890", "denied")}


def test_a_line_may_have_another_number_in_another_file(tmp_path: Path) -> None:
    """Remittances number the services they answer: code and days identify the line."""
    store, problems = read(
        tmp_path,
        ("csv", table("OLD,1,M1,90834,2024-08-15,paid,1", "OLD,2,M1,90853,2024-08-15,paid,1")),
        ("csv", table("OLD,1,M1,90853,2024-08-15,paid,1")),
    )
    assert problems == []
    assert [(line.number, line.code) for line in store.lines] == [(1, "90834"), (2, "90853")]


def test_lines_of_one_service_count_as_often_as_one_file_has_them(tmp_path: Path) -> None:
    """Two sessions of one day in a file are two, and not four where another has them too."""
    two = table("OLD,1,M1,90853,2024-08-15,paid,1", "OLD,2,M1,90853,2024-08-15,denied,1")
    store, problems = read(tmp_path, ("csv", two), ("csv", two), ("toml", toml(2, status="denied")))
    assert problems == []
    assert [(line.number, line.status) for line in store.lines] == [(1, "paid"), (2, "denied")]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            toml(status="denied"),
            "line 1 of claim OLD differs: its status is paid in a.toml and denied here",
        ),
        (toml(units=2), "line 1 of claim OLD differs: its units is 1 in a.toml and 2 here"),
        (toml(code="90834"), "differs: its code is '90853' in a.toml and '90834' here"),
    ],
)
def test_what_two_files_say_differently_is_reported_and_not_known(
    other: str, message: str, tmp_path: Path
) -> None:
    """Nothing is chosen: the lines may count, and nothing is known to be complete."""
    store, (problem,) = read(tmp_path, ("toml", toml()), ("toml", other))
    assert problem.where == "b.toml"
    assert type(problem) is Problem
    assert message in problem.message
    assert {line.status for line in store.lines} == {None}
    assert store.covers_from == date.max


def test_what_one_file_knows_to_be_complete_stays_so(tmp_path: Path) -> None:
    """The lines of another file are added to those of a complete history."""
    rows = table("NEXT,1,M1,90853,2024-08-20,paid,1")
    for files in permutations([("toml", toml()), ("csv", rows)]):
        store, problems = read(tmp_path, *files)
        assert problems == []
        assert store.covers_from == date.min
        assert {line.claim for line in store.lines} == {"OLD", "NEXT"}


def test_a_file_that_cannot_be_read_leaves_nothing_complete(tmp_path: Path) -> None:
    """Its content may have counted; the lines of the others are known."""
    unnamed = ["CLP*C1*1*80*80", "SVC*HC:90853*80*80**1", "DTM*472*20240815"]
    for broken in (
        ("toml", "history = 1"),
        ("csv", table("OLD,1,M1,9085,2024-08-15,paid,1")),
        ("csv", table("OLD,1,,90853,2024-08-15,paid,1")),
        ("835", interchange(unnamed, version="005010X221A1")),
    ):
        store, problems = read(tmp_path, ("toml", toml(1)), broken)
        assert len(problems) == 1
        assert len(store.lines) == 1
        assert store.covers_from == date.max


def test_no_file_gives_no_history(tmp_path: Path) -> None:
    """Without a file, and with none that can be read, nothing is known."""
    assert read_history_files([], ReadOptions()) == (None, [])
    store, problems = read_history_files([tmp_path / "none.835"], ReadOptions())
    assert store is None
    assert len(problems) == 1
