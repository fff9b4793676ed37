"""Claim lines as a lake has them, and an invented payer that finds something in them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import attrs
from invented_payer import TWICE_A_WEEK

from payer_rules.checking import ClaimChecker
from payer_rules.checking.claim_checker import PartitionResult
from payer_rules.registry import load

Row = dict[str, Any]

PROFILE: Final = (
    TWICE_A_WEEK
    + """
[[modifier_requirement]]
id = "telehealth-needs-95"
codes = ["90853", "90834"]
when = { place_of_service = ["02", "10"] }
any_of = ["95"]
adjustment = { group = "CO", carc = "4" }
cites = ["MANUAL"]
rationale = "A session at place of service 02 or 10 carries modifier 95."

[[same_day_combination]]
id = "one-therapy-a-day"
first = ["90834"]
second = ["90853"]
indicator = 0
scope = "member"
adjustment = { group = "CO", carc = "97" }
cites = ["MANUAL"]
rationale = "Individual and group psychotherapy are not both paid on one day."

[[topics.all]]
none = { cites = ["MANUAL"] }
codes = ["90834", "90853", "99213"]
verified = { from = 2024-01-01, to = 2027-12-31 }
"""
)
_CODES: Final = ("90853", "90834", "99213", "90837")


#: The columns of results in which the engine and the units that are kept must agree.
COMPARED: Final = (
    "source_row",
    "claim",
    "line",
    "payer",
    "outcome",
    "expected",
    "basis",
    "complete",
    "answer",
    "findings",
    "problem",
)


def acme_checker(folder: Path) -> ClaimChecker:
    """Return the checker of the invented payer, whose profile is written into the folder."""
    folder.mkdir(exist_ok=True)
    path = folder / "acme.toml"
    path.write_text(PROFILE, encoding="utf-8")
    registry = load(profiles=[path], payers=("acme",))
    return ClaimChecker(registry=registry, payers=("acme",))


def line_rows(claims: int = 60, members: int = 6, seed: int = 1) -> list[Row]:
    """Return the rows of some claims, those of a claim one after another."""
    chance = Random(seed)
    rows: list[Row] = []
    for number in range(claims):
        day = date(2024, 7, 1) + timedelta(days=chance.randrange(30))
        member = f"M{chance.randrange(members)}"
        for at, code in enumerate(chance.sample(_CODES, chance.choice([1, 1, 2])), start=1):
            rows.append(
                {
                    "claim": f"C{number:03}",
                    "line": at,
                    "member": member,
                    "billing_npi": "1234567893",
                    "code": code,
                    "modifiers": chance.choice(["", "95", "HQ"]),
                    "units": str(chance.choice([1, 1, 2])),
                    "date": day,
                    "place_of_service": chance.choice(["11", "10"]),
                    "charge": 100.0 + at,
                    "setting": "practitioner",
                }
            )
    return rows


def compared(batches: Iterable[Any]) -> list[Any]:
    """Return what is compared of the batches, sorted."""
    return sorted(
        repr([row[name] for name in COMPARED]) for batch in batches for row in batch.to_pylist()
    )


def write_rows(path: Path, rows: Iterable[Row]) -> Path:
    """Write the rows as Parquet, and return the path."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([*rows]), path)
    return path


def results_in(folder: Path, part: str) -> list[Row]:
    """Return the rows of a part of the results, sorted."""
    import pyarrow.parquet as pq

    rows: list[Row] = []
    for path in sorted((folder / part).glob("*.parquet")):
        rows += pq.read_table(path).to_pylist()
    return sorted(rows, key=repr)


@attrs.frozen(eq=False, kw_only=True)
class KilledOnce(ClaimChecker):
    """The checker of a worker process that is killed in its first partition, once."""

    marker: Path

    def evaluate_partition(self, *arguments: Any, **options: Any) -> PartitionResult:
        """Kill this process if no other was killed; decide the claims otherwise."""
        if not self.marker.exists():
            self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().evaluate_partition(*arguments, **options)


@attrs.frozen(eq=False, kw_only=True)
class Waiting(ClaimChecker):
    """The checker of a worker that decides one partition, and waits in the others for ever."""

    marker: Path

    def evaluate_partition(self, *arguments: Any, **options: Any) -> PartitionResult:
        """Wait if another partition was decided before."""
        if self.marker.exists():
            threading.Event().wait()
        result = super().evaluate_partition(*arguments, **options)
        self.marker.touch()
        return result
