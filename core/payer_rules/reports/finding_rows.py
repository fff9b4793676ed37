"""The answers on each line, its findings and its open questions as rows of a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.decisions import (
    Decision,
    Finding,
    LineDecision,
    NotEvaluated,
    Presumption,
    Risk,
)
from payer_rules.rules import Adjustment
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
_Row = dict[str, str]


def finding_rows(decisions: Iterable[Decision]) -> Iterator[str]:
    """Yield the header, then the rows of each decision."""
    yield header()
    for decision in decisions:
        yield from rows_of(decision)


def header() -> str:
    """Return the first line of the file, the names of the columns."""
    return _written(dict(zip(COLUMNS, COLUMNS, strict=True)))


def rows_of(decision: Decision) -> Iterator[str]:
    """Yield one row for each line, and for each finding, risk and open question of the line.

    ``kind`` is ``line``, ``finding``, ``at risk``, ``not evaluated`` or ``assumed``.
    """
    for line in decision.lines:
        shared = {
            "claim": decision.claim,
            "payer": decision.payer,
            "line": str(line.line),
            "line_outcome": line.outcome,
            "expected": line.expected,
        }
        for row in (_line(line), *_rows(decision, line.line)):
            yield _written({**shared, **row})


def _line(line: LineDecision) -> _Row:
    return {
        "kind": "line",
        "basis": line.basis,
        "rests_on": _presumed(line.rests_on),
        "topics_unread": " ".join(line.unread_topics),
    }


def _presumed(presumptions: Iterable[Presumption]) -> str:
    """Return the presumptions, such as ``claim received = 2024-09-01 for acme/filing``."""
    return "; ".join(
        f"{each.reason} {each.fact}"
        + (f" = {each.value}" if each.value is not None else "")
        + (f" for {each.rule}" if each.rule else "")
        for each in presumptions
    )


def _rows(decision: Decision, line: int) -> Iterator[_Row]:
    yield from (_finding(each) for each in decision.findings if line in each.lines)
    yield from (_risk(each) for each in decision.at_risk if line == each.line)
    for kind, entries in (
        ("not evaluated", decision.not_evaluated),
        ("assumed", decision.assumed),
    ):
        yield from (_entry(kind, each) for each in entries if line in each.lines)


def _risk(risk: Risk) -> _Row:
    return {
        "kind": "at risk",
        "rule": risk.rule,
        "outcome": risk.outcome,
        **_codes(risk.adjustment),
        "message": f"if line {risk.if_paid} is paid: {risk.message}",
    }


def _codes(codes: Adjustment | None) -> _Row:
    return {
        "group": codes.group if codes else "",
        "carc": codes.carc if codes else "",
        "rarc": " ".join(codes.rarc) if codes else "",
    }


def _finding(finding: Finding) -> _Row:
    return {
        "kind": "finding",
        "rule": finding.rule,
        "outcome": finding.outcome,
        "basis": finding.basis,
        "rests_on": _presumed(finding.rests_on),
        "detected_in": finding.detected_in,
        **_codes(finding.adjustment),
        "pays": "" if finding.pays is None else f"{finding.pays:f}",
        "message": finding.message,
        "cure": str(finding.cure) if finding.cure else "",
    }


def _entry(kind: str, entry: NotEvaluated) -> _Row:
    return {
        "kind": kind,
        "rule": entry.rule or "",
        "reason": entry.reason,
        "missing": entry.missing,
    }


class _Text:
    """A file for a CSV writer that returns each row instead of keeping it."""

    def write(self, row: str) -> str:
        """Return the row."""
        return row


#: NOTE: a writer for each row would take as long as the row.
_WRITER: Final = csv.writer(_Text(), lineterminator="")


def _written(row: _Row) -> str:
    cells = [csv_text(row[name]) if row.get(name) else "" for name in COLUMNS]
    text: str = _WRITER.writerow(cells)
    return text
