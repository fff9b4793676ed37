"""The facts that expected outcomes take for granted, or that rules of unread lines miss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import (
    Decision,
    Expected,
    LineDecision,
    NotEvaluated,
    Presumption,
    Reason,
)
from payer_rules.summaries.run_claims import NO_CLAIMS, RunClaims
from payer_rules.summaries.tally import Tally, lines_with_number

#: The fact that an earlier claim of the run has no decision of the payer yet.
RUN_STATUS: Final = "run.status"
STATUS: Final = "history.status"
#: What no biller can state: texts, tables and topics that were not read.
NOT_STATED: Final[tuple[Reason, ...]] = ("edition", "table", "topic")
_OF_CLAIM: Final = ("claim", "record")
#: The number of combinations of facts that are kept.
_CACHE_SIZE: Final = 1 << 14


class FactKey(NamedTuple):
    """A missing fact with its class; for a text or table also the edition that is carried.

    ``rule`` is that of a text, and ``None`` for every other fact.
    """

    reason: Reason
    fact: str
    value: str | None = None
    rule: str | None = None


@attrs.define
class FactGroup:
    """The lines whose expected outcome rests on or waits for a fact, and the rules that ask for it.

    ``questions`` counts the lines of each rule; ``values`` the presumed values. ``last_day`` is the
    last day of the lines.
    """

    tally: Tally = attrs.Factory(Tally)
    questions: Counter[str] = attrs.Factory(Counter)
    values: Counter[str] = attrs.Factory(Counter)
    last_day: date = date.min

    def count(self, claims: Sequence[Claim], lines: Sequence[ServiceLine]) -> None:
        """Count the lines of the claims."""
        self.tally.count_ids(claims)
        self.tally.count_lines(lines)
        self.last_day = max(self.last_day, *[line.date_to for line in lines])

    def add(self, other: FactGroup) -> None:
        """Add the lines of another part of the run."""
        self.tally.add(other.tally)
        self.questions.update(other.questions)
        self.values.update(other.values)
        self.last_day = max(self.last_day, other.last_day)


def count_facts(
    groups: dict[FactKey, FactGroup],
    claims: Sequence[Claim],
    decision: Decision,
    run: RunClaims = NO_CLAIMS,
) -> None:
    """Count each fact on which the expected outcome of a line rests, for each of the claims.

    Of a line that is unread, the facts are those that its rules miss. The decision is the same for
    all of them. The status of an earlier claim of the run is left out where a finding names that
    claim.
    """
    of_run = run.claims and not run.has_undecided(claims[0])
    number = len(claims)
    counted: dict[FactKey, list[int]] = {}
    for line in decision.lines:
        keys: dict[FactKey, None] = {}
        facts = facts_of_line(line.expected, line.rests_on, _on(line, decision))
        for presumed, key in keyed(facts):
            if key.fact == STATUS and of_run:
                if _names_earlier_claim(line.line, decision, run):
                    continue
                key = key._replace(fact=RUN_STATUS)
            group = groups.get(key)
            if group is None:
                group = groups[key] = FactGroup()
            group.questions[presumed.rule or ""] += number
            if presumed.value is not None:
                group.values[presumed.value] += number
            keys[key] = None
        for key in keys:
            counted.setdefault(key, []).append(line.line)
    lines = {line.line: lines_with_number(claims, line.line) for line in decision.lines}
    for key, numbers in counted.items():
        groups[key].count(claims, [line for each in numbers for line in lines[each]])


def _names_earlier_claim(line: int, decision: Decision, run: RunClaims) -> bool:
    """Return True if a finding on the line names an earlier claim of the run."""
    return any(
        line in finding.lines and run.earlier_claims(finding) for finding in decision.findings
    )


def _on(line: LineDecision, decision: Decision) -> Iterable[NotEvaluated]:
    """Return the open questions of a line."""
    return (entry for entry in decision.not_evaluated if line.line in entry.lines)


def facts_of_line(
    expected: Expected, rests_on: tuple[Presumption, ...], entries: Iterable[NotEvaluated]
) -> tuple[Presumption, ...]:
    """Return what the expected outcome of a line presumes; if it is unread, what its rules miss.

    ``entries`` are the open questions of the line.
    """
    if expected != "unread":
        return rests_on
    missed = (
        Presumption(reason=entry.reason, fact=entry.missing, rule=entry.rule)
        for entry in missed_of_claim(entries)
    )
    return tuple(dict.fromkeys(missed))


def missed_of_claim(entries: Iterable[NotEvaluated]) -> Iterator[NotEvaluated]:
    """Yield the open questions of rules that miss a fact of the claim or of the record."""
    return (entry for entry in entries if entry.rule and entry.reason in _OF_CLAIM)


def missing_facts(line: LineDecision, decision: Decision) -> frozenset[str]:
    """Return the facts that rules miss on a line which is unread."""
    if line.expected != "unread":
        return _NONE
    entries = _on(line, decision)
    return frozenset(missed.fact for missed in facts_of_line("unread", (), entries))


_NONE: Final = frozenset[str]()


@lru_cache(_CACHE_SIZE)
def keyed(rests_on: tuple[Presumption, ...]) -> tuple[tuple[Presumption, FactKey], ...]:
    """Return the facts on which a line rests, each with its key: most lines rest on the same."""
    of_claim = {fact.fact for fact in rests_on if fact.reason == "claim"}
    return tuple((presumed, _key(presumed, of_claim)) for presumed in rests_on)


def _key(presumed: Presumption, of_claim: Container[str]) -> FactKey:
    """Return the key of the fact; one that both claim and record may state is of the claim."""
    reason = presumed.reason
    if reason in ("edition", "table"):
        rule = presumed.rule if reason == "edition" else None
        return FactKey(reason, presumed.fact, presumed.value, rule)
    if reason == "text":
        return FactKey(reason, presumed.fact, None, presumed.rule)
    return FactKey("claim" if presumed.fact in of_claim else reason, presumed.fact)
