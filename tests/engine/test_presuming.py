"""Assumptions compared with every completion of the missing facts, on small rule books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any, Final

import attrs
from hypothesis import event, given, settings
from shapes import DAY, PAYER, claims, histories, rule_sets

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.decisions import Decision
from payer_rules.history import History, HistoryLine
from payer_rules.rulebook import RuleBook
from payer_rules.rules import SEVERITY, Rule

EXAMPLES: Final = max(300, settings().max_examples)
#: All values that the rules of the shapes distinguish.
_PLACES: Final = ("11", "02")
_SIZES: Final = (9, 10)
_MANY: Final = 256


def on_two_days(claim: Claim) -> Claim:
    """Return the claim with its lines on two days, so that most of them count together."""
    lines = [
        attrs.evolve(line, date_from=day, date_to=day)
        for line in claim.lines
        for day in [DAY + timedelta(days=line.date_from.toordinal() % 2)]
    ]
    return attrs.evolve(claim, lines=lines)


def completed(line: ServiceLine) -> Iterator[ServiceLine]:
    """Yield every line with all facts stated that the line may be."""
    places = [line.place_of_service] if line.place_of_service else list(_PLACES)
    sessions: list[Any] = (
        [line.session] if line.session else [Session(group_size=n) for n in _SIZES]
    )
    for place, session in product(places, sessions):
        yield attrs.evolve(line, place_of_service=place, session=session)


def found(decision: Decision) -> dict[tuple[str, int], int]:
    """Return how severe the finding of each rule on each line is."""
    severe: dict[tuple[str, int], int] = {}
    for finding in decision.proved_findings:
        for line in finding.lines:
            key = (finding.rule, line)
            severe[key] = max(severe.get(key, 0), SEVERITY[finding.outcome])
    return severe


def worst_expected(decision: Decision) -> dict[tuple[str, int], int]:
    """Return how severe the expected finding of each rule on each line is."""
    severe: dict[tuple[str, int], int] = {}
    for finding in decision.findings:
        for line in finding.lines:
            key = (finding.rule, line)
            severe[key] = max(severe.get(key, 0), SEVERITY[finding.outcome])
    return severe


def missed_by(rule: Rule, less: Claim, history: History) -> set[tuple[str | None, int]]:
    """Return the lines on which the rule alone misses a fact of the claim or the record."""
    alone = RuleBook.build(PAYER, [rule]).decide(less, history, test_cures=False)
    return {(entry.rule, line) for entry in alone.not_evaluated for line in entry.lines}


@settings(max_examples=EXAMPLES)
@given(claims().map(on_two_days), histories, rule_sets())
def test_what_all_completions_find_is_found_by_presuming(
    less: Claim, lines: list[HistoryLine], rules: list[Rule]
) -> None:
    """A finding is made if it is made in all completions in which open rules find nothing."""
    ways = [list(completed(line)) for line in less.lines]
    if len(list(product(*ways))) > _MANY:
        return
    history = History(lines=lines)
    decision = RuleBook.build(PAYER, rules, assume=["claim", "record"]).decide(less, history)
    missing = {item for rule in rules for item in missed_by(rule, less, history)}
    book = RuleBook.build(PAYER, rules)
    every = [
        found(book.decide(attrs.evolve(less, lines=item), history, test_cures=False))
        for item in product(*ways)
    ]
    allowed = [item for item in every if missing.isdisjoint(item)]
    event(f"{len(missing) and 1} missing, {bool(allowed)} completed")
    if not allowed:
        return
    there, expected = found(decision), worst_expected(book.decide(less, history, test_cures=False))
    for key in set.intersection(*map(set, allowed)):
        mildest = min(item[key] for item in allowed)
        assert there.get(key, -1) >= mildest, key
        assert expected.get(key, -1) >= mildest, key
