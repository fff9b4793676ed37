"""A trend: a CSV file with a row for each run, to which `conform` adds its own."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs

from payer_rules.conformance.run_record import RunRecord
from payer_rules.conformance.run_record_files import digest_of
from payer_rules.conformance.trial_results import TrialStatus
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.files import content_of

_WHERE: Final = "--trend"


@attrs.frozen(kw_only=True)
class TrendRow:
    """The numbers of a run on a day.

    Answers are those to scenarios and cases. ``edits`` are claims of edit sheets, and ``broken``
    the invariants that do not hold. ``digest`` is that of the JSON report: two runs with one digest
    have the same files, options and answers.
    """

    date: datetime.date
    engine: str
    payers: int
    agrees: int
    disagrees: int
    errored: int
    unreviewed: int
    not_evaluated: int
    not_applicable: int
    edits: int
    edits_agreeing: int
    invariants: int
    broken: int
    problems: int
    digest: str

    @classmethod
    def of(cls, record: RunRecord, day: datetime.date) -> TrendRow:
        """Return the row of a run."""
        counted: Counter[TrialStatus] = Counter(each.answer.status for each in record.answers())
        return cls(
            date=day,
            engine=record.manifest.engine,
            payers=len(record.payers),
            agrees=counted["agrees"],
            disagrees=counted["disagrees"],
            errored=counted["errored"],
            unreviewed=counted["unreviewed"],
            not_evaluated=counted["not evaluated"],
            not_applicable=counted["not applicable"],
            edits=sum(sheet.claims for sheet in record.sheets),
            edits_agreeing=sum(sheet.agreeing for sheet in record.sheets),
            invariants=len(record.invariants),
            broken=sum(bool(each.broken) for each in record.invariants),
            problems=len(record.problems),
            digest=digest_of(record),
        )


_COLUMNS: Final = [field.name for field in attrs.fields(TrendRow)]


def earlier_rows(path: Path) -> str:
    """Return the rows of a trend with their header; raises `InputError` if it is no trend."""
    if not path.exists():
        return _line(_COLUMNS)
    text = content_of(path, str(path)).decode(errors="replace")
    if text.partition("\n")[0].rstrip("\r").split(",") != _COLUMNS:
        message = f"{str(path)!r} is no trend: its first line is not the columns of one"
        problem = Problem(_WHERE, message, "Name another file.", ErrorCode.EXISTING_FILE)
        raise InputError([problem])
    return text if text.endswith("\n") else f"{text}\n"


def trend_with(rows: str, record: RunRecord, day: datetime.date) -> Iterator[str]:
    """Yield the rows, and that of the run unless it is the last one already."""
    yield rows
    row = TrendRow.of(record, day)
    last = rows.rstrip("\n").rpartition("\n")[2]
    if last.rpartition(",")[2] != row.digest:
        yield _line(str(getattr(row, name)) for name in _COLUMNS)


def _line(cells: Iterable[str]) -> str:
    return f"{','.join(cells)}\n"
