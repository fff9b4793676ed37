"""The answers on each line, its findings and its open questions as rows of a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Basis, Decision, Finding, Presumption, Risk
from payer_rules.reports.decisions import listed_sources
from payer_rules.reports.workbooks import CellValue, workbook_from
from payer_rules.rules import Adjustment, Topic
from payer_rules.text.escaping import csv_text

COLUMNS: Final = (
    "claim",
    "payer",
    "line",
    "code",
    "modifiers",
    "date",
    "units",
    "charge",
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
    "source",
)
#: The cells that all rows of a line begin with.
_SHARED: Final = 10
_OWN: Final = COLUMNS[_SHARED:]
#: The columns with numbers.
_NUMBERS: Final = ("line", "units", "charge", "pays")
#: The cells of the claim, which a decision does not have.
_BILLED: Final = COLUMNS[3:8]
_NO_CLAIMS: Final[Mapping[str, Claim]] = MappingProxyType({})
#: The number of texts that are kept: most lines and open questions of a run are the same few.
_CACHE_SIZE: Final = 1 << 12


def finding_rows(
    decisions: Iterable[Decision], claims: Mapping[str, Claim] = _NO_CLAIMS
) -> Iterator[str]:
    """Yield the header, then the rows of each decision.

    ``claims`` by id have the lines; cells of other claims are empty.
    """
    yield header()
    for decision in decisions:
        yield from rows_of(decision, claims.get(decision.claim))


def header() -> str:
    """Return the first line of the file, the names of the columns."""
    return _written(COLUMNS)


def workbook_of_rows(rows: Iterable[str]) -> bytes:
    """Return the rows of all decisions as a workbook, with numbers as such; needs openpyxl."""
    cells = (map(_value, COLUMNS, row) for row in csv.reader(rows))
    return workbook_from("lines", chain([COLUMNS], cells))


def _value(column: str, cell: str) -> CellValue:
    return Decimal(cell) if cell and column in _NUMBERS else cell


def rows_of(decision: Decision, claim: Claim | None = None) -> Iterator[str]:
    """Yield one row for each line, and for each finding, risk and open question of the line.

    ``kind`` is ``line``, ``finding``, ``at risk``, ``not evaluated`` or ``assumed``. Only the row
    of the kind ``line`` has the charge, so that the column has the sum of the charges.
    """
    rows = _rows(decision)
    billed = {line.number: line for line in claim.lines} if claim else {}
    for line in decision.lines:
        number = (decision.claim, decision.payer, str(line.line))
        cells = _billed(claim, billed.get(line.line))
        answers = (line.outcome, line.expected)
        start = _written((*number, *cells, *answers))
        yield f"{start},{_line(line.basis, line.rests_on, line.unread_topics)}"
        if line.line not in rows:
            continue
        start = _written((*number, *cells[:-1], "", *answers))
        yield from (f"{start},{row}" for row in rows[line.line])


def _billed(claim: Claim | None, line: ServiceLine | None) -> tuple[str, ...]:
    """Return the code, modifiers, day, units and charge of the line."""
    if claim is None or line is None:
        return ("",) * len(_BILLED)
    charge = "" if line.charge is None else f"{line.charge:f}"
    modifiers, day = " ".join(line.modifiers), line.date_from.isoformat()
    return line.code, modifiers, day, f"{line.units:f}", charge


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
        source=listed_sources(risk.citations),
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
        source=listed_sources(finding.citations),
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
