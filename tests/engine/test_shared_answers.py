"""What a rule book keeps of one claim changes no decision on another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final, TypeVar

import attrs
import pytest
from payers_claims import PAYERS, Drawn, bases, book, drawn_for, forgettable

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.rulebook import RuleBook, claim_decider

L = TypeVar("L", bound=ServiceLine)

_CLAIMS: Final = 12
#: Texts and tables begin, end and age on some of these days.
_FIRST, _LAST = date(2018, 1, 1), date(2027, 12, 31)


def on_other_days(chance: random.Random, drawn: Drawn) -> Drawn:
    """Return the claim and its history, all moved by one number of days."""
    start = min(line.date_from for line in drawn.claim.lines)
    day = _FIRST + timedelta(days=chance.randrange((_LAST - _FIRST).days))
    by = day - start
    claim = attrs.evolve(drawn.claim, lines=[moved(line, by) for line in drawn.claim.lines])
    earlier = [moved(line, by) for line in drawn.history.lines]
    return Drawn(claim, attrs.evolve(drawn.history, lines=earlier))


def without_answers(rulebook: RuleBook) -> RuleBook:
    """Return the same rule book with nothing that was found for claims."""
    return rulebook.with_house_rules(())


def moved(line: L, by: timedelta) -> L:
    """Return the line, moved by so many days."""
    return attrs.evolve(line, date_from=line.date_from + by, date_to=line.date_to + by)


@pytest.mark.parametrize("payer", PAYERS)
def test_claims_decided_before_change_no_decision(payer: str) -> None:
    """A book that has decided claims on many days decides the next as a book without any."""
    rulebook = book(payer)
    for chance, drawn in islice(drawn_for(payer), _CLAIMS):
        for _ in range(3):
            claim, history = on_other_days(chance, drawn)
            decision = rulebook.decide(claim, history)
            assert decision == without_answers(rulebook).decide(claim, history)


#: The facts of a line, and of a claim, that are taken from another claim of the payer.
_OF_LINE: Final = (
    *("body_site", "charge", "diagnosis_pointers", "drug", "miles", "minutes", "modality"),
    *("modifiers", "performed_by", "place_of_service", "rendering_provider", "session", "units"),
)
_OF_CLAIM: Final = (
    *("authorizations", "billing_provider", "contractor", "diagnoses", "inpatient_stays"),
    *("member", "occurrences", "other_payers", "plan", "received", "sent", "setting"),
)


def on_days_of_their_own(chance: random.Random, claim: Claim) -> Claim:
    """Return a claim with the lines, each on another day."""
    day = _FIRST + timedelta(days=chance.randrange((_LAST - _FIRST).days))
    lines = [
        attrs.evolve(line, date_from=on, date_to=on)
        for at, line in enumerate(claim.lines)
        for on in [day + timedelta(days=3 * at)]
    ]
    kept = lines[: chance.choice((1, 1, 4))]
    return attrs.evolve(claim, lines=kept, frequency_code=None, replaces=None)


def nearly_equal(chance: random.Random, claim: Claim, others: Sequence[Claim]) -> Claim:
    """Return the claim on other days, and now and then with a fact of another claim."""
    by = timedelta(days=chance.choice((0, 1, 7, 30, 90, 400, -60)))
    lines = [
        attrs.evolve(moved(line, by), **taken(chance, _OF_LINE, chance.choice(others).lines[0]))
        for line in claim.lines
    ]
    facts = taken(chance, _OF_CLAIM, chance.choice(others))
    return attrs.evolve(claim, **facts, id=f"C{chance.randrange(10**6)}", lines=lines)


def taken(chance: random.Random, names: Sequence[str], other: object) -> dict[str, Any]:
    """Return one of the facts, as the other line or claim states it, or most often none."""
    name = chance.choice(names)
    return {name: getattr(other, name)} if chance.random() < 0.3 else {}


@pytest.mark.parametrize("payer", PAYERS)
def test_lines_that_are_alone_on_their_days_are_answered_as_by_themselves(payer: str) -> None:
    """A book that has decided nearly equal claims decides the next as a book without any."""
    rulebook, others = book(payer), [drawn.claim for drawn in bases(payer)]
    for chance, drawn in islice(drawn_for(payer), _CLAIMS // 2):
        for _ in range(chance.randrange(4)):
            _, forget = chance.choice(list(forgettable(drawn)))
            drawn = forget(drawn)
        first = on_days_of_their_own(chance, drawn.claim)
        history = chance.choice((History(), History.unknown(), drawn.history))
        for _ in range(5):
            claim = nearly_equal(chance, first, others)
            try:
                decision = rulebook.decide(claim, history)
            except InvalidValueError:
                continue
            assert decision == without_answers(rulebook).decide(claim, history)


_DAY: Final = date(2026, 3, 9)


def visit(**fields: Any) -> Claim:
    """Return a claim of one session, with other values of some fields of its line."""
    line = {"code": "90834", "date_from": _DAY, "place_of_service": "11", "units": 1}
    return Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893", profession="psychologist"),
        setting="practitioner",
        lines=[ServiceLine(**{**line, **fields})],
    )


class _EvaluatedError(Exception):
    """A claim was evaluated."""


@pytest.fixture(params=["medicare"])
def decided(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RuleBook:
    """Return a rule book that has decided the visit, and raises an error if it evaluates more."""
    rulebook = without_answers(book(request.param))
    rulebook.decide(visit())

    def evaluate(*_: object) -> None:
        raise _EvaluatedError

    monkeypatch.setattr(claim_decider, "evaluate_claim", evaluate)
    return rulebook


def test_an_equal_line_of_another_claim_is_not_evaluated_again(decided: RuleBook) -> None:
    """Names, ids and the number of the line make no difference."""
    claim = visit(number=2)
    member = Member(id="M2", birth_date=date(1980, 1, 1))
    decision = decided.decide(attrs.evolve(claim, id="C2", member=member))
    assert (decision.claim, [line.line for line in decision.lines]) == ("C2", [2])


@pytest.mark.parametrize("decided", ["aetna"], indirect=True)
def test_a_line_of_another_day_is_not_evaluated_again(decided: RuleBook) -> None:
    """A day makes no difference, unless something begins, ends or ages on it."""
    assert decided.decide(visit(date_from=_DAY + timedelta(days=1))).claim == "C1"
    with pytest.raises(_EvaluatedError):
        decided.decide(visit(date_from=_DAY - timedelta(days=2000)))


def test_a_day_that_a_missing_fact_names_makes_a_difference(decided: RuleBook) -> None:
    """Without a table of the quarter, what is missing is the table of that day."""
    with pytest.raises(_EvaluatedError):
        decided.decide(visit(date_from=_DAY + timedelta(days=1)))


@pytest.mark.parametrize(
    "fields",
    [{"units": 2}, {"code": "90837"}, {"place_of_service": "12"}, {"modifiers": ["95"]}],
    ids=str,
)
def test_a_line_with_another_fact_is_evaluated(decided: RuleBook, fields: dict[str, Any]) -> None:
    """Each fact that a rule or a table reads makes a difference."""
    with pytest.raises(_EvaluatedError):
        decided.decide(visit(**fields))


def test_lines_of_one_day_are_evaluated(decided: RuleBook) -> None:
    """Another line on the day, of the claim or an earlier one, makes a difference."""
    claim = visit()
    second = attrs.evolve(claim, lines=[*claim.lines, attrs.evolve(claim.lines[0], number=2)])
    earlier = HistoryLine.of(attrs.evolve(claim, id="C0"), claim.lines[0], status="paid")
    with pytest.raises(_EvaluatedError):
        decided.decide(second)
    with pytest.raises(_EvaluatedError):
        decided.decide(claim, History.unknown((earlier,)))
    with pytest.raises(_EvaluatedError):
        decided.decide(claim, expected_history=History.unknown((earlier,)))
