"""Decisions as rows of the results."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.batch.line_rows import ClaimsOfRows
from payer_rules.batch.result_schema import result_schema
from payer_rules.decisions import Decision, Finding, Fingerprint, LineDecision, NotEvaluated, Risk
from payer_rules.errors import Problem
from payer_rules.json_forms.decision_form import of_entry, of_finding, of_line
from payer_rules.readers.filed_claims import FiledClaim
from payer_rules.rulebook.kept_decisions import moved_name, places_in_order

if TYPE_CHECKING:
    import pyarrow as pa

#: What names the claim in a finding or an entry, and so is no part of an answer.
_OF_CLAIM: Final = ("lines", "message", "evidence", "cure", "broken_on")
#: A text that has the place of a day in the order of texts.
_NO_DAY: Final = "0000-00-00"


@attrs.frozen
class StatedAnswer:
    """The answer on a line without what names its claim: its number, and its text in JSON."""

    number: int
    text: str


@attrs.define(eq=False)
class AnswerTable:
    """The answers that were given so far, each once."""

    _answers: dict[Hashable, StatedAnswer] = attrs.field(factory=dict, init=False)
    _texts: dict[int, str] = attrs.field(factory=dict, init=False)
    #: The answers on other days, by the number of the answer and the day.
    _moved: dict[tuple[int, str], int | None] = attrs.field(factory=dict, init=False)

    def of(self, decision: Decision, line: LineDecision) -> StatedAnswer:
        """Return the answer of the decision on the line."""
        number = line.line
        findings = [each for each in decision.findings if number in each.lines]
        entries = [each for each in decision.not_evaluated if number in each.lines]
        assumed = [each for each in decision.assumed if number in each.lines]
        risks = [each for each in decision.at_risk if each.line == number]
        key = (
            decision.payer,
            line.outcome,
            line.expected,
            line.basis,
            line.complete,
            tuple(line.topics.items()),
            line.read_in_part,
            line.rests_on,
            line.judged_by,
            *map(_key_of_finding, findings),
            *map(_key_of_entry, entries),
            "assumed",
            *map(_key_of_entry, assumed),
            *map(_key_of_risk, risks),
        )
        answer = self._answers.get(key)
        if answer is None:
            data = {
                "payer": decision.payer,
                **_without({**of_line(line)}, "line"),
                "reasons": [_without(of_finding(each), *_OF_CLAIM) for each in findings],
                "open": [_without(of_entry(each), *_OF_CLAIM) for each in entries],
                "assumed": [_without(of_entry(each), *_OF_CLAIM) for each in assumed],
                "at_risk": [{"rule": risk.rule, "outcome": risk.outcome} for risk in risks],
            }
            answer = self._answers[key] = self._stated(data)
        return answer

    def names_day(self, number: int, day: str) -> bool | None:
        """Return whether an answer names the day, as that of a table which does not have it.

        It is ``None`` if the answer names the day in another way.
        """
        text = self._texts[number]
        if day not in text:
            return False
        data = json.loads(text)
        if not _move(data, {day: _NO_DAY}):
            return None
        for reason in data["reasons"]:
            del reason["citations"]
        return None if day in json.dumps(data) else True

    def on_day(self, number: int, day: str, other: str) -> int | None:
        """Return the number of the answer on another day than the one that it names.

        It is ``None`` if what the answer misses on that day has another order.
        """
        key = (number, other)
        if key not in self._moved:
            data = json.loads(self._texts[number])
            self._moved[key] = self._stated(data).number if _move(data, {day: other}) else None
        return self._moved[key]

    def _stated(self, data: dict[str, Any]) -> StatedAnswer:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        digest = blake2b(text.encode(), digest_size=8).digest()
        answer = StatedAnswer(int.from_bytes(digest, signed=True), text)
        self._texts[answer.number] = text
        return answer

    def with_texts(self, results: pa.Table) -> pa.Table:
        """Return the results with the text of each answer in the first row that has it."""
        import numpy as np
        import pyarrow as pa

        answers = results["answer"].combine_chunks()
        numbers: Any = np.asarray(answers.fill_null(0))
        is_stated: Any = np.asarray(answers.is_valid())
        stated = np.flatnonzero(is_stated)
        different, first = np.unique(numbers[stated], return_index=True)
        texts: list[str | None] = [None] * results.num_rows
        for number, at in zip(different.tolist(), stated[first].tolist(), strict=True):
            texts[at] = self._texts[number]
        at = results.schema.get_field_index("answer_text")
        return results.set_column(at, "answer_text", pa.array(texts, pa.string()))


def _move(data: dict[str, Any], names: Mapping[str, str]) -> bool:
    """Name other days in what an answer misses; return False if that has another order then."""
    for entries, reason, name in (
        (data["open"], "reason", "missing"),
        (data["assumed"], "reason", "missing"),
        (data["rests_on"], "class", "fact"),
        *((each["rests_on"], "class", "fact") for each in data["reasons"] if "rests_on" in each),
    ):
        before = [_order(entry, reason, name) for entry in entries]
        for entry in entries:
            moved = moved_name((entry[reason], entry[name]), names)
            entry[name] = entry[name] if moved is None else moved
        if places_in_order(before) != places_in_order(_order(e, reason, name) for e in entries):
            return False
    return True


def _order(entry: Mapping[str, Any], reason: str, name: str) -> tuple[str, ...]:
    return (entry.get("rule") or "", entry[reason], entry[name], entry.get("value") or "")


def _without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def _key_of_finding(finding: Finding) -> Hashable:
    return (
        finding.rule,
        finding.outcome,
        finding.basis,
        finding.rests_on,
        finding.detected_in,
        finding.adjustment,
        finding.pays,
        finding.bill_instead,
        finding.citations,
    )


def _key_of_entry(entry: NotEvaluated) -> Hashable:
    return (entry.rule, entry.reason, entry.missing, entry.policy_year, entry.document)


def _key_of_risk(risk: Risk) -> Hashable:
    return (risk.rule, risk.outcome)


@attrs.define(eq=False)
class ResultRows:
    """The results of a partition: a row for each line and payer, and for each row set aside.

    ``messages`` is true if findings are to have their texts.
    """

    claims: ClaimsOfRows
    answers: AnswerTable
    messages: bool = False
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
            findings = None
        for number in filed.uncoded:
            self.add_uncoded(rows[number], decision.claim, number, decision.payer)

    def add_uncoded(self, position: int, claim: str, line: int | None, payer: str | None) -> None:
        """Add a line with a revenue code and no procedure code, which has no answer."""
        self._append(*self.claims.places[position], claim, line, payer, *(None,) * 10)

    def add_problem(self, file: str | None, row: int | None, claim: str | None, p: Problem) -> None:
        """Add a row that is set aside, or a problem of the whole run."""
        blank = (None,) * 9
        self._append(file, row, claim, *blank, p.message, p.remedy, p.code and str(p.code))

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
