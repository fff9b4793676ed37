"""What is different from an earlier run of ``check``: the lines whose answer changed, with reasons.

1. `earlier_decisions` reads the JSON or NDJSON report of the earlier run.
2. `compared_text` is what a decision of this run has to be compared by, as one text: decisions are
   made in several processes.
3. `DecisionComparison` receives these texts while decisions are made, and has the changes when the
   run has ended.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import attrs

from payer_rules.checking import RenderedDecision
from payer_rules.conformance.earlier_runs import RunChange
from payer_rules.decisions import Decision, Expected, LineOutcome
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.json_forms.decision_form import of_decision
from payer_rules.json_forms.plain_data import line_of
from payer_rules.json_forms.schema_files import CONFORMANCE, DECISION
from payer_rules.readers import FiledClaim
from payer_rules.reports.basis_words import basis_remark
from payer_rules.reports.outcome_words import expected_words
from payer_rules.system.files import content_of

#: The most bytes of a report that is read.
_LARGEST: Final = 1 << 29
_AGAIN: Final = "Make the report again: payer-rules check FILE --report ndjson:REPORT."
#: How a JSON report on one line begins.
_REPORT: Final = b'{"decisions"'
#: How reports begin that are not read here, and what they are.
_OTHERS: Final = {
    f'{{"schema": "{CONFORMANCE}"'.encode(): "it is a report of conform, not of check",
    b"<!DOCTYPE html": "it is an HTML page; --against takes JSON and NDJSON",
    b"<": "it is XML; --against takes JSON and NDJSON",
}
#: The parts of a fingerprint, in words.
_PARTS: Final = {
    "engine": "version of payer-rules",
    "rulebook": "rules",
    "tables": "edit tables",
    "plugins": "plugins",
    "known_on": "day of knowledge",
    "without": "plugins left out",
    "assume": "assumptions",
    "waivers": "waivers",
    "house_facts": "practice facts",
}
#: A claim, its payer, and how many decisions with both preceded this one.
DecisionId: TypeAlias = tuple[str, str, int]


class ComparedLine(NamedTuple):
    """The answer on a line: what is compared, and the answer with its reasons in words."""

    key: str
    words: str


class ComparedDecision(NamedTuple):
    """The answers on the lines of a claim by number, and what they depend on."""

    claim: str
    payer: str
    lines: dict[str, ComparedLine]
    fingerprint: dict[str, Any]


def compared_text(filed: FiledClaim, decision: Decision) -> str:
    """Return what the decision is compared by, as one text."""
    return line_of(_compared(of_decision(decision)))


def _compared(data: Mapping[str, Any]) -> ComparedDecision:
    """Return what a decision in its published form is compared by."""
    lines = {str(line["line"]): _line(line, data["findings"]) for line in data["lines"]}
    return ComparedDecision(data["claim"], data["payer"], lines, data["fingerprint"])


def answer_key(
    outcome: LineOutcome, expected: Expected, findings: Iterable[Sequence[str | None]]
) -> str:
    """Return what the answer on a line is compared by: both outcomes, and the findings.

    Of a finding these are the rule, the outcome, and the group and number of the denial code. Other
    words, sources or bases are no other answer.
    """
    return line_of([outcome, expected, sorted(map(list, findings), key=str)])


def _line(line: Mapping[str, Any], findings: Iterable[Mapping[str, Any]]) -> ComparedLine:
    own = [finding for finding in findings if line["line"] in finding["lines"]]
    found = ((each["rule"], each["outcome"], each["group"], each["carc"]) for each in own)
    label = f"{expected_words(line['expected'], line['basis'])}{basis_remark(line['basis'])}"
    reasons = "; ".join(map(_reason, own))
    return ComparedLine(
        key=answer_key(line["outcome"], line["expected"], found),
        words=f"{label}: {reasons}" if reasons else label,
    )


def _reason(finding: Mapping[str, Any]) -> str:
    codes = [f"{finding['group']}-{finding['carc']}"] if finding["carc"] else []
    codes += finding["rarc"]
    words = f"{' '.join(codes)}, " if codes else ""
    return f"{words}{finding['message']} ({finding['rule']})"


def earlier_decisions(path: Path) -> Iterator[ComparedDecision]:
    """Yield the decisions of a report; raises `InputError` if one cannot be read."""
    content = content_of(path, str(path), _LARGEST)
    start = content[:99].lstrip()
    for beginning, message in _OTHERS.items():
        if start.startswith(beginning):
            raise _unusable(str(path), message)
    for where, data in _documents(content, str(path)):
        if not isinstance(data, dict) or data.get("schema") != DECISION:
            raise _unusable(where, f"it is no decision with the schema {DECISION!r}")
        try:
            yield _compared(data)
        except (KeyError, TypeError, AttributeError):
            raise _unusable(where, "it is no complete decision") from None


def _documents(content: bytes, name: str) -> Iterator[tuple[str, object]]:
    """Yield each decision of a report with its place: a line of NDJSON, or an entry of JSON."""
    lines = content.splitlines()
    if lines[:1] == [b"{"] or content.lstrip().startswith(_REPORT):
        report = _parsed(content, name)
        entries = report.get("decisions") if isinstance(report, dict) else None
        if not isinstance(entries, list):
            raise _unusable(name, "it is no report of decisions")
        yield from ((f"{name} (decisions[{at}])", each) for at, each in enumerate(entries))
        return
    for number, line in enumerate(lines, 1):
        yield f"{name}:{number}", _parsed(line, f"{name}:{number}")


def _parsed(content: bytes, where: str) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise _unusable(where, "it is no complete JSON") from None


def _unusable(where: str, message: str) -> InputError:
    return InputError([Problem(where, message, _AGAIN, ErrorCode.UNREADABLE_FILE)])


@attrs.define
class DecisionComparison:
    """The decisions of an earlier run, and what is different in this one so far."""

    earlier: dict[DecisionId, ComparedDecision]
    fingerprints: dict[str, dict[str, Any]]
    _found: list[tuple[DecisionId, int, RunChange]] = attrs.field(factory=list, init=False)
    _differing: dict[str, set[str]] = attrs.field(factory=dict, init=False)
    _counts: Counter[tuple[str, str]] = attrs.field(factory=Counter, init=False)

    @classmethod
    def of(cls, path: Path) -> DecisionComparison:
        """Return the comparison with the run of a JSON or NDJSON report."""
        counts: Counter[tuple[str, str]] = Counter()
        earlier = {_next_id(each, counts): each for each in earlier_decisions(path)}
        return cls(earlier, {each.payer: each.fingerprint for each in earlier.values()})

    def without_texts(self, decisions: Iterable[RenderedDecision]) -> Iterator[RenderedDecision]:
        """Compare each decision by its last text, and yield it without that text."""
        for decision in decisions:
            claim, payer, lines, fingerprint = json.loads(decision.texts[-1])
            compared = {number: ComparedLine(*line) for number, line in lines.items()}
            self._compare(ComparedDecision(claim, payer, compared, fingerprint))
            yield decision._replace(texts=decision.texts[:-1])

    def _compare(self, new: ComparedDecision) -> None:
        name = _next_id(new, self._counts)
        old = self.earlier.pop(name, None)
        before = old.lines if old else {}
        self._note_parts(new)
        for number in sorted(before.keys() | new.lines.keys(), key=int):
            message = _change(before.get(number), new.lines.get(number))
            if message:
                self._add(name, number, message)

    def _note_parts(self, new: ComparedDecision) -> None:
        """Keep which parts of the payer's fingerprint are others than before."""
        old = self.fingerprints.get(new.payer, new.fingerprint)
        parts = {part for part in _PARTS if old.get(part) != new.fingerprint.get(part)}
        if parts:
            self._differing.setdefault(new.payer, set()).update(parts)

    def _add(self, name: DecisionId, number: str, message: str) -> None:
        claim, payer, _ = name
        change = RunChange(f"{claim} × {payer}, line {number}", message)
        self._found.append((name, int(number), change))

    def changes(self) -> list[RunChange]:
        """Return what is different when the run has ended: payers first, then lines by claim."""
        for name, old in self.earlier.items():
            for number, line in old.lines.items():
                self._add(name, number, f"no longer checked; was {line.words}")
        self.earlier.clear()
        parts = {
            payer: ", ".join(words for part, words in _PARTS.items() if part in differing)
            for payer, differing in sorted(self._differing.items())
        }
        return [
            *(RunChange(payer, f"decided with other {words}") for payer, words in parts.items()),
            *(change for _, _, change in sorted(self._found)),
        ]


def _next_id(decision: ComparedDecision, counts: Counter[tuple[str, str]]) -> DecisionId:
    """Return the id of the next decision on a claim; files may have two with one id."""
    key = (decision.claim, decision.payer)
    counts[key] += 1
    return (*key, counts[key])


def _change(old: ComparedLine | None, new: ComparedLine | None) -> str | None:
    """Return what is different on a line; ``None`` if nothing is."""
    if new is None:
        return f"no longer checked; was {old.words if old else ''}"
    if old is None:
        return f"new: {new.words}"
    return None if old.key == new.key else f"was {old.words}; is {new.words}"
