"""The test of a cure looks at the lines on which it depends, and at no others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from payers_claims import PAYERS, Drawn, bases, book
from shapes import CITED, DAY, PAYER, claim, limit, line

from payer_rules.claims import Authorization, Claim
from payer_rules.decisions import Decision
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.edit_tables import EditTables
from payer_rules.history import History
from payer_rules.kinds import Check, PaymentTiers, SameDayCombination
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.reached_lines import ReachedLines
from payer_rules.rules import DateRange, Rule

_CLAIMS: Final = 4
_PAIR: Final = SameDayCombination(
    id="p/pair",
    first=frozenset(["90853"]),
    second=frozenset(["90834"]),
    indicator=0,
    scope="member",
    **CITED,
)


def joined(payer: str) -> Iterator[Drawn]:
    """Yield claims of a few dozen days that have the lines of several fixtures."""
    for seed in range(_CLAIMS):
        chance = random.Random(f"{payer} {seed}")
        base = chance.choice(bases(payer))
        drawn = [each for _ in range(8) for each in chance.choice(bases(payer)).claim.lines]
        first = base.claim.lines[0].date_from
        lines = []
        for number, each in enumerate(drawn, 1):
            day = first + timedelta(days=chance.randrange(24))
            lines.append(attrs.evolve(each, number=number, date_from=day, date_to=day))
        yield Drawn(attrs.evolve(base.claim, lines=lines), base.history)


def decisions(payer: str) -> list[Decision]:
    """Return the decisions on the claims."""
    return [book(payer).decide(*drawn) for drawn in joined(payer)]


@pytest.mark.parametrize("payer", PAYERS)
def test_lines_that_are_not_reached_change_no_cure(
    payer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the lines that are reached the same cures are offered as with the whole claim."""
    reached = decisions(payer)
    monkeypatch.setattr(ReachedLines, "of", lambda _, state, *__: state.lines)
    assert reached == decisions(payer)


def reached(asked: Claim, *rules: Rule, number: int = 1) -> list[int]:
    """Return the lines on which the answer of the first rule on a line depends."""
    tables = EditTables.of(PAYER, (), None, None)
    lines = ReachedLines(ApplicableRules.of(PAYER, rules, tables))
    state = ClaimState(asked, History(), Assumptions.none())
    return [each.number for each in lines.of(state, rules[0].id, [number])]


def daily(days: int, *codes: str, **fields: Any) -> Claim:
    """Return a claim with a line of each code on each of so many days."""
    each_day = [(DAY + timedelta(days=day), code) for day in range(days) for code in codes]
    lines = [line(number, code, day) for number, (day, code) in enumerate(each_day, 1)]
    return claim(*lines, **fields)


@pytest.mark.parametrize("days", [10, 20])
def test_a_pair_reaches_the_lines_of_its_day(days: int) -> None:
    """However many days a claim has, the answer on a pair depends on the two lines."""
    assert reached(daily(days, "90834", "90853"), _PAIR) == [1, 2]


def test_a_limit_reaches_the_lines_of_its_windows_and_theirs() -> None:
    """A line that is kept depends on those before, and their windows hold others."""
    days = [DAY + timedelta(days=after) for after in (0, 5, 9, 30)]
    asked = claim(*(line(number, "90853", day) for number, day in enumerate(days, 1)))
    assert reached(asked, limit(1, 7, "90853")) == [1, 2, 3]


def test_a_limit_reaches_what_earlier_stages_deny() -> None:
    """A line counts if no pair denies it, so the other line of the pair matters."""
    asked = daily(2, "90853", "90834")
    assert reached(asked, limit(1, 1, "90834"), _PAIR, number=2) == [1, 2]


def test_a_pair_does_not_reach_what_later_stages_deny() -> None:
    """A limit over the week is evaluated after the pair."""
    assert reached(daily(3, "90853", "90834"), _PAIR, limit(1, 7, "90853")) == [1, 2]


_HIGHEST: Final = limit(1, 1, "90853", keeps="highest-charge")
_TIERED: Final = limit(
    1, 1, "90853", outcome="reduce", excess=PaymentTiers(((Decimal(1), Decimal("0.5")),))
)
_AUTHORIZED: Final = limit(1, 1, "90853", excess="authorization")
_CHECKED: Final = Check(id="p/check", codes=frozenset(["90853"]), function=lambda *_: (), **CITED)


@pytest.mark.parametrize(
    "rule", [_HIGHEST, _TIERED, _AUTHORIZED, _CHECKED], ids=["charge", "tiers", "units", "check"]
)
def test_a_rule_that_may_look_at_all_lines_reaches_them(rule: Rule) -> None:
    """Charges, places and units of an authorization are compared over all days."""
    asked = daily(3, "90853", authorizations=[Authorization(number="A", units_left=Decimal(1))])
    assert reached(asked, rule) == [1, 2, 3]


def test_a_claim_with_a_line_of_several_days_is_reached_as_a_whole() -> None:
    """It is not known on which of its days a service was."""
    asked = daily(3, "90853", "90834")
    longer = attrs.evolve(asked.lines[-1], date_to=asked.lines[-1].date_from + timedelta(days=1))
    asked = attrs.evolve(asked, lines=[*asked.lines[:-1], longer])
    assert len(reached(asked, _PAIR)) == len(asked.lines)


def test_a_line_is_open_only_for_lines_that_share_a_window_with_it() -> None:
    """The text was not read for the day before, which is another window."""
    rule = limit(1, 1, "90853", verified=DateRange(DAY))
    asked = claim(line(1, "90853", DAY - timedelta(days=1)), line(2, "90853", DAY))
    decision = RuleBook.build(PAYER, [rule]).decide(asked)
    open_lines = {entry.missing: entry.lines for entry in decision.not_evaluated}
    assert open_lines == {"edition": (1,), "history": (2,)}
