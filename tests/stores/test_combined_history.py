"""Laws of a store together with files: the answers are those of a store with all of them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from examples import examples
from history_texts import FILES, HEAD, MEMBERS, VERSION, answers_of, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from released_stores import restored_sqlite
from x12_texts import interchange

from payer_rules.readers.formats import ReadOptions
from payer_rules.stores import CombinedHistory, combine, load_files, open_store, parse_address

PROPERTY: Final = settings(
    max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PENDING: Final = ReadOptions(takes_pending_claims=True)


@PROPERTY
@given(files=FILES, data=st.data())
def test_files_with_a_store_answer_as_if_they_were_loaded(
    new_store: Callable[[], str],
    tmp_path: Path,
    files: list[tuple[str, str]],
    data: st.DataObject,
) -> None:
    """Whatever the files reverse, correct or state differently; the store is not changed."""
    paths, url = written(tmp_path, files), new_store()
    first = data.draw(st.integers(0, len(paths)))
    list(load_files(paths[:first], parse_address(url)))
    with closing(open_store(url)) as store:
        before = answers_of(store, store.lacks_lines)
        combined, _ = combine(store, paths, ReadOptions())
        combined = pickle.loads(pickle.dumps(combined))
        found = answers_of(combined, combined.lacks_lines)
        for member in MEMBERS:
            lines = combined.of_members([member]).lines
            last = combined.last_line(member)
            assert (last is None) == (not lines)
        combined.store.close()
        assert answers_of(store, store.lacks_lines) == before
    list(load_files(paths[first:], parse_address(url)))
    with closing(open_store(url)) as store:
        assert found == answers_of(store, store.lacks_lines)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """The URL of a store with two services of a member, the second of which is not decided."""
    path = tmp_path / "loaded.csv"
    path.write_text(
        f"{HEAD}\nA1,1,M1,90853,2024-08-11,paid,1\nA2,1,M1,90853,2024-08-12,,1\n", "utf-8"
    )
    url = f"sqlite:///{tmp_path}/history.db"
    list(load_files([path], parse_address(url)))
    return url


def combined_with(url: str, *paths: Path) -> tuple[CombinedHistory, list[str]]:
    """The store with the files, and the messages about them."""
    combined, problems = combine(open_store(url), paths, PENDING)
    return combined, [problem.message for problem in problems]


def test_a_file_that_cannot_be_read_leaves_no_day_complete(store: str, tmp_path: Path) -> None:
    """The rest is read, and the problem named."""
    (tmp_path / "nothing.835").write_text("nothing")
    combined, messages = combined_with(store, tmp_path / "nothing.835")
    assert len(messages) == 1
    assert combined.lacks_lines
    assert combined.overview().services == 2


def test_claims_without_a_decision_count_beside_the_store(store: str, tmp_path: Path) -> None:
    """Services that the store has are not counted again; the others are pending."""
    claims = [
        segment
        for claim, day in (("A1", "20240811"), ("B1", "20240813"))
        for segment in (
            f"CLM*{claim}*120***11:B:1*Y*A*Y*Y",
            "HI*ABK:F330",
            "LX*1",
            "SV1*HC:90853*120*UN*1***1",
            f"DTP*472*D8*{day}",
        )
    ]
    head = ["BHT*0019*00*1*20240815*1023*CH", "HL*1**20*1", "NM1*85*2*CLINIC*****XX*1234567893"]
    head += ["HL*2*1*22*0", "SBR*P*18*******CI", "NM1*IL*1*SAMPLE*PAT****MI*M1"]
    head += ["NM1*PR*2*PAYER*****PI*12345"]
    (tmp_path / "sent.837").write_text(interchange([*head, *claims]))
    combined, messages = combined_with(store, tmp_path / "sent.837")
    assert messages == []
    found = combined.of_members(["M1"]).lines
    assert sorted((line.claim, line.status) for line in found) == [
        ("A1", "paid"),
        ("A2", None),
        ("B1", "pending"),
    ]
    assert combined.undecided_among(["M1"]) == {"M1"}
    assert combined.overview().services == 3


def test_a_store_of_an_older_release_is_read_with_files(tmp_path: Path) -> None:
    """A reversal takes back what the store has, though its schema lacks a column."""
    path = tmp_path / "released.db"
    restored_sqlite(path, "0001")
    head = ["BPR*I*80*C*CHK************20240915", "TRN*1*T9*1999999999", "N1*PR*PAYER*XV*87726"]
    body = ["CLP*C1*22*-80*-80**MB*P1*11*1", "NM1*QC*1*SAMPLE*PAT****MI*M1"]
    body += ["SVC*HC:90853*-80*-80**-1", "DTM*472*20240815"]
    (tmp_path / "back.835").write_text(interchange([*head, *body], version=VERSION))
    combined, messages = combined_with(f"sqlite:///{path}", tmp_path / "back.835")
    assert messages == []
    assert "C1" not in {line.claim for line in combined.of_members(["M1"]).lines}
