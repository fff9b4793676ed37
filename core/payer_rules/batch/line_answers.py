"""The answers on lines, each with its number and its text."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from datetime import date, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.decisions import Decision, Finding, LineDecision, NotEvaluated, Risk
from payer_rules.json_forms.decision_form import of_entry, of_finding, of_line
from payer_rules.rulebook.kept_decisions import moved_name, places_in_order

if TYPE_CHECKING:
    import pyarrow as pa

#: What names the claim in a finding or an entry, and so is no part of an answer.
_OF_CLAIM: Final = ("lines", "message", "evidence", "cure", "broken_on")
_FIRST_DAY: Final = date(1970, 1, 1)
#: A text that has the place of a day in the order of texts.
_NO_DAY: Final = "0000-00-00"
_LAST_DAY: Final = "9999-12-31"


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
    _moved: dict[tuple[int, int], int | None] = attrs.field(factory=dict, init=False)
    #: The parts of texts around the day that they name, if nothing but that day moves.
    _around_day: dict[int, list[str] | None] = attrs.field(factory=dict, init=False)

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
            answer = self._answers[key] = self._stated(_as_text(data))
        return answer

    def names_day(self, number: int, day: int) -> bool | None:
        """Return whether an answer names the day, as that of a table which does not have it.

        It is ``None`` if the answer names the day, in days since 1970, in another way.
        """
        text, day_text = self._texts[number], _iso(day)
        if day_text not in text:
            return False
        data = json.loads(text)
        if not _move(data, {day_text: _NO_DAY}):
            return None
        for reason in data["reasons"]:
            del reason["citations"]
        return None if day_text in json.dumps(data) else True

    def on_day(self, number: int, day: int, other: int) -> int | None:
        """Return the number of the answer on another day than the one that it names.

        It is ``None`` if what the answer misses on that day has another order. Days are counted
        since 1970.
        """
        key = (number, other)
        if key not in self._moved:
            if number not in self._around_day:
                self._around_day[number] = _around_day(self._texts[number], _iso(day))
            parts = self._around_day[number]
            moved = None
            if parts is not None:
                moved = self._stated(_iso(other).join(parts)).number
            else:
                data = json.loads(self._texts[number])
                if _move(data, {_iso(day): _iso(other)}):
                    moved = self._stated(_as_text(data)).number
            self._moved[key] = moved
        return self._moved[key]

    def _stated(self, text: str) -> StatedAnswer:
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


def _iso(day: int) -> str:
    """Return a day, in days since 1970, as text."""
    return str(_FIRST_DAY + timedelta(days=day))


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


def _as_text(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _around_day(text: str, day: str) -> list[str] | None:
    """Return the parts of an answer around a day, if its order is the same on each day.

    It is ``None`` where something else names the day, or where two names differ in their days.
    """
    data = json.loads(text)
    if not (_move(data, {day: _NO_DAY}) and _move(data, {_NO_DAY: _LAST_DAY})):
        return None
    return text.split(day) if day not in _as_text(data) else None


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
