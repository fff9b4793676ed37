"""Decisions as rows of the results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from payer_rules.batch.column_values import digest
from payer_rules.batch.line_answers import AnswerTable
from payer_rules.batch.line_rows import ClaimsOfRows
from payer_rules.batch.result_schema import result_schema
from payer_rules.checking.history_update import HistoryUpdate
from payer_rules.decisions import Decision, Finding, Fingerprint
from payer_rules.errors import Problem
from payer_rules.history import HistoryLine
from payer_rules.readers.filed_claims import FiledClaim

if TYPE_CHECKING:
    import pyarrow as pa


@attrs.define(eq=False)
class ResultRows:
    """The results of a partition: a row for each line and payer, and for each row set aside.

    ``messages`` is true if findings are to have their texts. ``updates`` are those of the payers'
    histories, by payer.
    """

    claims: ClaimsOfRows
    answers: AnswerTable
    messages: bool = False
    updates: Mapping[str, HistoryUpdate] | None = None
    #: A hash of what each decision leaves to later claims, by row, if there are ``updates``.
    left: list[int] = attrs.field(factory=list, init=False)
    decided: set[int] = attrs.field(factory=set, init=False)
    _fingerprints: dict[str, Fingerprint] = attrs.field(factory=dict, init=False)
    _columns: dict[str, list[Any]] = attrs.field(init=False)

    @_columns.default
    def _no_rows(self) -> dict[str, list[Any]]:
        return {name: [] for name in result_schema().names}

    def add(self, filed: FiledClaim, decision: Decision) -> None:
        """Add the lines of a decision on a claim."""
        self.decided.add(filed.number)
        self._fingerprints.setdefault(decision.payer, decision.fingerprint)
        rows = self.claims.rows[filed.number - 1]
        findings: list[dict[str, Any]] | None = [*map(self._finding, decision.findings)] or None
        left = self._left(filed, decision)
        for line in decision.lines:
            answer = self.answers.of(decision, line)
            file, row = self.claims.places[rows[line.line]]
            self._append(
                file,
                row,
                decision.claim,
                line.line,
                decision.payer,
                line.outcome,
                line.expected,
                line.basis,
                line.complete,
                answer.number,
                None,
                findings,
                None,
                None,
                None,
            )
            self.left.append(left)
            findings = None
        for number in filed.uncoded:
            self.add_uncoded(rows[number], decision.claim, number, decision.payer)

    def add_uncoded(self, position: int, claim: str, line: int | None, payer: str | None) -> None:
        """Add a line with a revenue code and no procedure code, which has no answer."""
        self.left.append(0)
        self._append(*self.claims.places[position], claim, line, payer, *(None,) * 10)

    def add_problem(self, file: str | None, row: int | None, claim: str | None, p: Problem) -> None:
        """Add a row that is set aside, or a problem of the whole run."""
        self.left.append(0)
        blank = (None,) * 9
        self._append(file, row, claim, *blank, p.message, p.remedy, p.code and str(p.code))

    def _left(self, filed: FiledClaim, decision: Decision) -> int:
        """Return a hash of what the decision adds to the histories besides the claim."""
        if self.updates is None:
            return 0
        claim = filed.claim
        plain = [HistoryLine.decided(claim, line, "paid") for line in claim.lines]
        return digest(
            [
                [_differing(line, other) for line, other in zip(lines, plain, strict=True)]
                for lines in self.updates[decision.payer].lines(claim, decision)
            ]
        )

    def _append(self, *values: object) -> None:
        for column, value in zip(self._columns.values(), values, strict=True):
            column.append(value)

    def _finding(self, finding: Finding) -> dict[str, Any]:
        codes, cure = finding.adjustment, finding.cure if self.messages else None
        return {
            "rule": finding.rule,
            "lines": finding.lines,
            "outcome": finding.outcome,
            "basis": finding.basis,
            "detected_in": finding.detected_in,
            "group": codes and codes.group,
            "carc": codes and codes.carc,
            "rarc": codes.rarc if codes else (),
            "pays": None if finding.pays is None else str(finding.pays),
            "bill_instead": finding.bill_instead,
            "message": finding.message if self.messages else None,
            "change": cure and cure.change,
            "condition": cure and cure.condition,
        }

    def fingerprints(self) -> dict[str, str]:
        """Return the fingerprint of each payer's rules as one text."""
        return {
            payer: json.dumps([each.rulebook, each.engine, each.plugins])
            for payer, each in sorted(self._fingerprints.items())
        }

    def table(self) -> pa.Table:
        """Return the rows; the texts of their answers are added at the end."""
        import pyarrow as pa

        schema = result_schema()
        arrays = [pa.array(self._columns[field.name], field.type) for field in schema]
        return pa.Table.from_arrays(arrays, schema=schema)


def _differing(line: HistoryLine, other: HistoryLine) -> list[object]:
    """Return the kind of a line, and its values that are not those of the other."""
    names = (field.name for field in attrs.fields(type(line)))
    values = ((name, getattr(line, name), getattr(other, name, None)) for name in names)
    return [type(line).__name__, *((name, repr(own)) for name, own, its in values if own != its)]
