"""The answers on each line, its findings and its open questions as rows of a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from payer_rules.decisions import Basis, Decision, Finding, Presumption, Risk
from payer_rules.rules import Adjustment, Topic
from payer_rules.text.escaping import csv_text

COLUMNS: Final = (
    "claim",
    "payer",
    "line",
    "line_outcome",
    "expected",
    "kind",
    "rule",
    "outcome",
    "basis",
    "rests_on",
    "topics_unread",
    "detected_in",
    "group",
    "carc",
    "rarc",
    "pays",
    "message",
    "cure",
    "reason",
    "missing",
)
#: The cells that all rows of a line begin with.
_SHARED: Final = 5
_OWN: Final = COLUMNS[_SHARED:]
#: The number of texts that are kept: most lines and open questions of a run are the same few.
_CACHE_SIZE: Final = 1 << 12


def finding_rows(decisions: Iterable[Decision]) -> Iterator[str]:
    """Yield the header, then the rows of each decision."""
    yield header()
    for decision in decisions:
        yield from rows_of(decision)


def header() -> str:
    """Return the first line of the file, the names of the columns."""
    return _written(COLUMNS)


def rows_of(decision: Decision) -> Iterator[str]:
    """Yield one row for each line, and for each finding, risk and open question of the line.

    ``kind`` is ``line``, ``finding``, ``at risk``, ``not evaluated`` or ``assumed``.
    """
    rows = _rows(decision)
    for line in decision.lines:
        shared = (decision.claim, decision.payer, str(line.line), line.outcome, line.expected)
        start = _written(shared)
        yield f"{start},{_line(line.basis, line.rests_on, line.unread_topics)}"
        for row in rows.get(line.line, ()):
            yield f"{start},{row}"


@lru_cache(_CACHE_SIZE)
def _line(basis: Basis, rests_on: tuple[Presumption, ...], topics_unread: tuple[Topic, ...]) -> str:
    return _row(
        kind="line",
        basis=basis,
        rests_on=_presumed(rests_on),
        topics_unread=" ".join(topics_unread),
    )


def _presumed(presumptions: Iterable[Presumption]) -> str:
    """Return the presumptions, such as ``claim received = 2024-09-01 for acme/filing``."""
    return "; ".join(
        f"{each.reason} {each.fact}"
        + (f" = {each.value}" if each.value is not None else "")
        + (f" for {each.rule}" if each.rule else "")
        for each in presumptions
    )


def _rows(decision: Decision) -> dict[int, list[str]]:
    """Return the rows of each line number, without the cells that they share."""
    rows: dict[int, list[str]] = {}
    for finding in decision.findings:
        _add(rows, finding.lines, _finding(finding))
    for risk in decision.at_risk:
        _add(rows, (risk.line,), _risk(risk))
    for entry in decision.not_evaluated:
        _add(rows, entry.lines, _entry("not evaluated", entry.rule, entry.reason, entry.missing))
    for entry in decision.assumed:
        _add(rows, entry.lines, _entry("assumed", entry.rule, entry.reason, entry.missing))
    return rows


def _add(rows: dict[int, list[str]], lines: Iterable[int], row: str) -> None:
    for line in lines:
        rows.setdefault(line, []).append(row)


def _risk(risk: Risk) -> str:
    return _row(
        kind="at risk",
        rule=risk.rule,
        outcome=risk.outcome,
        **_codes(risk.adjustment),
        message=f"if line {risk.if_paid} is paid: {risk.message}",
    )


def _codes(codes: Adjustment | None) -> dict[str, str]:
    return {
        "group": codes.group if codes else "",
        "carc": codes.carc if codes else "",
        "rarc": " ".join(codes.rarc) if codes else "",
    }


def _finding(finding: Finding) -> str:
    return _row(
        kind="finding",
        rule=finding.rule,
        outcome=finding.outcome,
        basis=finding.basis,
        rests_on=_presumed(finding.rests_on),
        detected_in=finding.detected_in,
        **_codes(finding.adjustment),
        pays="" if finding.pays is None else f"{finding.pays:f}",
        message=finding.message,
        cure=str(finding.cure) if finding.cure else "",
    )


@lru_cache(_CACHE_SIZE)
def _entry(kind: str, rule: str | None, reason: str, missing: str) -> str:
    return _row(kind=kind, rule=rule or "", reason=reason, missing=missing)


class _Text:
    """A file for a CSV writer that returns each row instead of keeping it."""

    def write(self, row: str) -> str:
        """Return the row."""
        return row


#: NOTE: a writer for each row would take as long as the row.
_WRITER: Final = csv.writer(_Text(), lineterminator="")


def _row(**cells: str) -> str:
    """Return the cells of a row after those that all rows of its line share."""
    return _written(cells.get(name, "") for name in _OWN)


def _written(cells: Iterable[str]) -> str:
    text: str = _WRITER.writerow([csv_text(cell) if cell else "" for cell in cells])
    return text
