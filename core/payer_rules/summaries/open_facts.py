"""The facts that expected outcomes take for granted, each counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from typing import Final, NamedTuple

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision, Presumption, Reason
from payer_rules.summaries.run_claims import NO_CLAIMS, RunClaims
from payer_rules.summaries.tally import Tally

#: The fact that an earlier claim of the run has no decision of the payer yet.
RUN_STATUS: Final = "run.status"
STATUS: Final = "history.status"


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
    """The lines whose expected outcome rests on a fact, and the rules that ask for it.

    ``questions`` counts the lines of each rule; ``values`` the presumed values.
    """

    tally: Tally = attrs.Factory(Tally)
    questions: Counter[str] = attrs.Factory(Counter)
    values: Counter[str] = attrs.Factory(Counter)

    def add(self, other: FactGroup) -> None:
        """Add the lines of another part of the run."""
        self.tally.add(other.tally)
        self.questions.update(other.questions)
        self.values.update(other.values)


def count_facts(
    groups: dict[FactKey, FactGroup],
    claim: Claim,
    decision: Decision,
    run: RunClaims = NO_CLAIMS,
) -> None:
    """Count each fact on which the expected outcome of a line rests.

    The status of an earlier claim of the run is left out where a finding names that claim.
    """
    by_number = {line.number: line for line in claim.lines}
    counted: dict[FactKey, list[ServiceLine]] = {}
    for line in decision.lines:
        keys: dict[FactKey, None] = {}
        of_claim = {fact.fact for fact in line.rests_on if fact.reason == "claim"}
        for presumed in line.rests_on:
            key = _key(presumed, of_claim)
            if key.fact == STATUS and run.claims and not run.has_undecided(claim):
                if _names_earlier_claim(line.line, decision, run):
                    continue
                key = key._replace(fact=RUN_STATUS)
            group = groups.get(key)
            if group is None:
                group = groups[key] = FactGroup()
            group.questions[presumed.rule or ""] += 1
            if presumed.value is not None:
                group.values[presumed.value] += 1
            keys[key] = None
        for key in keys:
            counted.setdefault(key, []).append(by_number[line.line])
    for key, counted_lines in counted.items():
        groups[key].tally.count(claim.id, counted_lines)


def _names_earlier_claim(line: int, decision: Decision, run: RunClaims) -> bool:
    """Return True if a finding on the line names an earlier claim of the run."""
    return any(
        line in finding.lines and run.earlier_claims(finding) for finding in decision.findings
    )


def _key(presumed: Presumption, of_claim: Container[str]) -> FactKey:
    """Return the key of the fact; one that both claim and record may state is of the claim."""
    reason = presumed.reason
    if reason in ("edition", "table"):
        rule = presumed.rule if reason == "edition" else None
        return FactKey(reason, presumed.fact, presumed.value, rule)
    if reason == "text":
        return FactKey(reason, presumed.fact, None, presumed.rule)
    return FactKey("claim" if presumed.fact in of_claim else reason, presumed.fact)
