"""The questions that all contestants answer, and the one hash of their answers.

1. Two lines of one member and one rendering provider on one day, whose codes are a pair of the
   table in force, and which no modifier bypasses: a key of column 2 and column 1.
2. A line, or the lines of a member, a provider, a code and a day, above the MUE.
3. A line with which the window of a frequency limit that ends on its day holds too much.

All lines count as billed, because SQL cannot say that a denied line does not count later. A key is
the number of the rule, the row of the line in the file, and the other row or -1.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from payer_rules.batch.screen_rules import ScreenRules
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.rules import Adjustment, Citation, EditTerms, Payer, Window
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity
from payer_rules.tables.store import StoredEdits, TableStore

CMS: Final = Path(
    os.environ.get("PAYER_RULES_CMS") or Path(__file__).resolve().parents[2] / "shared" / "cms"
)
RELEASE: Final = Release(2024, 3)
_FILES: Final = ("ncci_ptp_practitioner_2024q3.csv.gz", "mue_medicare_2024q3.csv")
_DAY: Final = date(2024, 7, 1)
_CITED: Final = Citation(row="R-1", title="t", url="u", read=_DAY, confidence="primary")
PAYER: Final = Payer(id="bench", name="Benchmark", kind="commercial")
#: Windows of the limits, with what a member of weekly visits reaches seldom.
_WINDOWS: Final = (
    (Window("day"), 2),
    (Window.rolling(7), 2),
    (Window("week", None, "monday"), 2),
    (Window("month"), 6),
    (Window.rolling(30), 6),
    (Window.rolling(90), 15),
    (Window.rolling(180), 28),
    (Window("calendar-year"), 50),
    (Window.rolling(365), 52),
)
_CODES: Final = (
    *("90791", "90832", "90833", "90834", "90836", "90837", "90846", "90847", "90849", "90853"),
    *("90785", "96127", "96158", "96159", "99212", "99213", "99214", "99215"),
)


class Found(NamedTuple):
    """What a contestant found, and the seconds of its own that it took."""

    rule: Any
    row: Any
    other: Any
    seconds: float
    cpu: float


def digest(found: Found) -> str:
    """Return the hash of the keys, each of them once and in order."""
    columns = [np.asarray(each, np.int64) for each in (found.rule, found.row, found.other)]
    keys = np.unique(np.stack(columns, axis=1), axis=0)
    return sha256(np.ascontiguousarray(keys, "<i8").tobytes()).hexdigest()[:10]


def terms() -> EditTerms:
    """Return the terms of the edits: same provider is who renders."""
    paid = Adjustment(group="CO", carc="45")
    cited = (_CITED,)
    return EditTerms(
        program="medicare",
        setting="practitioner",
        scope="rendering",
        pair_adjustment=paid,
        unit_adjustment=paid,
        add_on_adjustment=paid,
        pair_citations=cited,
        unit_citations=cited,
        add_on_citations=cited,
    )


def limits(count: int = 50, codes: Sequence[str] = _CODES) -> list[FrequencyLimit]:
    """Return frequency limits on three codes each, of all windows and scopes."""
    scopes: Any = ("member", "rendering", "billing")
    kinds = islice(cycle(product(_WINDOWS, scopes)), count)
    return [
        FrequencyLimit(
            id=f"bench/limit-{number:04}",
            codes=frozenset(codes[(5 * number + 7 * step) % len(codes)] for step in range(3)),
            limit=most,
            counts="units" if number % 2 else "services",
            window=window,
            scope=scope,
            citations=(_CITED,),
            rationale="x",
        )
        for number, ((window, most), scope) in enumerate(kinds)
    ]


@cache
def edits(folder: Path) -> StoredEdits:
    """Return CMS's tables of 2024 Q3, imported once into the folder."""
    if not (folder / "tables").is_dir():
        identity = TableIdentity(program="medicare", release=RELEASE)
        import_tables([CMS / name for name in _FILES], folder / "tables", identity=identity)
    return TableStore.open(folder / "tables").edits("medicare", "practitioner", RELEASE)


def rules(folder: Path, count: int = 50) -> ScreenRules:
    """Return the rules of the questions."""
    return ScreenRules.of(PAYER, edits(folder), terms(), limits(count))
