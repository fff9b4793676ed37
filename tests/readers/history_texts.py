"""Files of history for properties: few claims and members, with all that files can contradict."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from x12_texts import interchange

from payer_rules.history import HistoryQuery, HistorySource

MEMBERS: Final = ("M1", "M2")
ALL_OF_MEMBERS: Final = HistoryQuery(
    members=frozenset(MEMBERS), codes=None, date_from=date.min, date_to=date.max
)
VERSION: Final = "005010X221A1"
HEAD: Final = "claim,line,member,code,date,status,units"


@st.composite
def answers(draw: st.DrawFn) -> list[str]:
    """Segments of an answer to one of few claims: paid, denied, reversed or corrected."""
    status = draw(st.sampled_from(["1", "1", "4", "22"]))
    number, original = draw(st.sampled_from("PQRS")), draw(st.sampled_from(["", "P", "Q", "R"]))
    paid = draw(st.sampled_from(["80", "60"]))
    sign = "-" if status == "22" else ""
    amount = "0" if status == "4" else f"{sign}{paid}"
    code = draw(st.sampled_from(["90853", "90834"]))
    claim, frequency = draw(st.sampled_from(["C1", "C2"])), draw(st.sampled_from("1178"))
    return [
        f"CLP*{claim}*{status}*{sign}80*{amount}**MB*{number}*11*{frequency}",
        f"NM1*QC*1*SAMPLE*PAT****MI*{draw(st.sampled_from(MEMBERS))}",
        *([f"REF*F8*{original}"] if original else []),
        f"SVC*HC:{code}*{sign}80*{amount}**{sign}1",
        f"DTM*472*2024081{draw(st.integers(1, 3))}",
    ]


@st.composite
def remittances(draw: st.DrawFn) -> str:
    """An 835 with a few answers."""
    day = draw(st.sampled_from(["20240901", "20240908"]))
    head = [f"BPR*I*80*C*CHK************{day}", f"TRN*1*T{day}*1999999999", "N1*PR*PAYER*XV*1"]
    body = [segment for item in draw(st.lists(answers(), max_size=4)) for segment in item]
    return interchange([*head, "N1*PE*CLINIC*XX*1234567893", "LX*1", *body], version=VERSION)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A table with a few lines of the same claims."""
    row = st.tuples(
        st.sampled_from(["C1", "C2", "C3"]),
        st.integers(1, 2).map(str),
        st.sampled_from(MEMBERS),
        st.sampled_from(["90853", "90834"]),
        st.sampled_from(["2024-08-11", "2024-08-12", "2024-08-12", "2024-08-12", "2024-08-99"]),
        st.sampled_from(["paid", "denied", "", "void"]),
        st.sampled_from(["1", "2"]),
    )
    rows = draw(st.lists(row, min_size=1, max_size=4))
    return "\n".join([HEAD, *(",".join(cells) for cells in rows)])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document that is complete from a day, with a few lines of the same claims."""
    lines = [
        f'[[history]]\nclaim = "{draw(st.sampled_from(["C1", "C3"]))}"\nnumber = {number}\n'
        f'member = "{draw(st.sampled_from(MEMBERS))}"\ncode = "90853"\ndate = 2024-08-12\n'
        for number in range(1, draw(st.integers(2, 4)))
    ]
    covers = draw(st.sampled_from(["from = 2024-08-01", "from = 2024-08-12", ""]))
    return "\n".join([f"history_covers = {{ {covers} }}", *lines])


FILES: Final = st.lists(
    st.one_of(
        remittances().map(lambda text: ("835", text)),
        tables().map(lambda text: ("csv", text)),
        documents().map(lambda text: ("toml", text)),
    ),
    min_size=1,
    max_size=4,
    unique=True,
)
NUMBERS: Final = itertools.count()


def written(folder: Path, files: Iterable[tuple[str, str]]) -> list[Path]:
    """The files in the folder, under names that nobody else uses."""
    paths = []
    for at, (ending, text) in enumerate(files):
        paths.append(folder / f"{next(NUMBERS)}-{at}.{ending}")
        paths[-1].write_text(text)
    return paths


def answers_of(source: HistorySource, lacks_lines: bool) -> tuple[Any, ...]:
    """What the source answers about the members, and what it states of itself."""
    found = source.select([ALL_OF_MEMBERS])
    overview = source.overview()
    return (
        sorted(map(repr, found.lines)),
        (found.covers_from, found.covers_billing, found.covers_rendering),
        (overview.services, overview.has_undecided, lacks_lines),
        [source.kept_from(member) for member in MEMBERS],
        source.members_among([*MEMBERS, "M9"]),
        source.undecided_among([*MEMBERS, "M9"]),
        source.claims_of(MEMBERS),
        sorted(source.first_members(9)),
    )
