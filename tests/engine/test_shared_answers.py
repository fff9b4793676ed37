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
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.registry import load
from payer_rules.rulebook import RuleBook, claim_decider, shared_caches

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
    *("body_site", "charge", "code", "diagnosis_pointers", "drug", "miles", "minutes", "modality"),
    *("modifiers", "performed_by", "place_of_service", "rendering_provider", "session", "units"),
)
_OF_CLAIM: Final = (
    *("authorizations", "billing_provider", "contractor", "diagnoses", "inpatient_stays"),
    *("member", "occurrences", "other_payers", "plan", "received", "sent", "setting"),
)
#: An NPI that is valid, and one that is not.
_NPIS: Final = ("1234567893", "1234567890")


def on_a_few_days(chance: random.Random, claim: Claim) -> Claim:
    """Return a claim with some of the lines, most often on one day."""
    day = _FIRST + timedelta(days=chance.randrange((_LAST - _FIRST).days))
    apart = chance.choice(((0,), (0,), (0, 0, 1, 3, 7)))
    lines = [
        attrs.evolve(line, number=number, date_from=on, date_to=on)
        for number, line in enumerate(claim.lines[: chance.choice((1, 2, 2, 4))], 1)
        for on in [day + timedelta(days=chance.choice(apart))]
    ]
    return attrs.evolve(claim, lines=lines, frequency_code=None, replaces=None)


def nearly_equal(chance: random.Random, claim: Claim, others: Sequence[Claim]) -> Claim:
    """Return the claim on other days, and now and then with a fact of another claim."""
    by = timedelta(days=chance.choice((0, 1, 7, 30, 90, 400, -60)))
    lines = [moved(line, by) for line in claim.lines]
    at = chance.randrange(len(lines))
    changed = chance.choice((_as_is, _as_is, _with_fact, _by_another, _of_origin, _on_next_day))
    lines[at] = changed(chance, claim, lines[at], chance.choice(others).lines[0])
    facts = taken(chance, _OF_CLAIM, chance.choice(others)) if chance.random() < 0.2 else {}
    return attrs.evolve(claim, **facts, id=f"C{chance.randrange(10**6)}", lines=lines)


def _as_is(
    chance: random.Random, claim: Claim, line: ServiceLine, other: ServiceLine
) -> ServiceLine:
    return line


def _with_fact(
    chance: random.Random, claim: Claim, line: ServiceLine, other: ServiceLine
) -> ServiceLine:
    return attrs.evolve(line, **taken(chance, _OF_LINE, other))


def _by_another(
    chance: random.Random, claim: Claim, line: ServiceLine, other: ServiceLine
) -> ServiceLine:
    npi = chance.choice((*_NPIS, claim.billing_provider.npi))
    provider = attrs.evolve(claim.rendering_provider(line), npi=npi)
    return attrs.evolve(line, rendering_provider=provider)


def _of_origin(
    chance: random.Random, claim: Claim, line: ServiceLine, other: ServiceLine
) -> ServiceLine:
    provider = attrs.evolve(claim.rendering_provider(line), profession_from="taxonomy")
    return attrs.evolve(line, rendering_provider=provider)


def _on_next_day(
    chance: random.Random, claim: Claim, line: ServiceLine, other: ServiceLine
) -> ServiceLine:
    return moved(line, timedelta(days=1))


def taken(chance: random.Random, names: Sequence[str], other: object) -> dict[str, Any]:
    """Return one of the facts, as the other line or claim states it."""
    name = chance.choice(names)
    return {name: getattr(other, name)}


def in_full(decision: Decision) -> tuple[str, ...]:
    """Return the decision with the claims of its cures, each with all of its facts."""
    return repr(decision), *(repr(each.cure and each.cure.claim) for each in decision.findings)


def without_keys(rulebook: RuleBook) -> RuleBook:
    """Return the same rule book, which evaluates every claim."""
    evaluating = without_answers(rulebook)
    object.__setattr__(evaluating._decider, "_equal", None)
    object.__setattr__(evaluating._decider._cures, "keys", None)
    return evaluating


@pytest.mark.parametrize("payer", PAYERS)
def test_equal_claims_are_decided_as_if_each_were_evaluated(payer: str) -> None:
    """A book that has decided nearly equal claims decides the next as one that keeps nothing."""
    rulebook, others = book(payer), [drawn.claim for drawn in bases(payer)]
    evaluating = without_keys(rulebook)
    for chance, drawn in islice(drawn_for(payer), _CLAIMS):
        for _ in range(chance.randrange(4)):
            _, forget = chance.choice(list(forgettable(drawn)))
            drawn = forget(drawn)
        first = on_a_few_days(chance, drawn.claim)
        since_2022 = attrs.evolve(drawn.history, covers_from=date(2022, 1, 1))
        history = chance.choice((History(), History.unknown(), drawn.history, since_2022))
        expected = chance.choice((None, None, History.unknown(drawn.history.lines)))
        for at in range(10):
            claim = nearly_equal(chance, first, others) if at > 2 else first
            try:
                decision = rulebook.decide(claim, history, expected_history=expected)
            except InvalidValueError:
                continue
            evaluated = evaluating.decide(claim, history, expected_history=expected)
            assert in_full(decision) == in_full(evaluated)


def all_entries() -> int:
    """Return the number of entries in the caches of all rule books."""
    return sum(map(len, shared_caches._LIMIT.caches))


def test_the_caches_of_all_payers_have_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Books that have decided claims keep no more than that together, and decide as before."""
    monkeypatch.setattr(shared_caches, "MOST_ENTRIES", 100)
    for payer in ("aetna", "il-medicaid", "medicare", "tricare"):
        rulebook = without_answers(book(payer))
        for _, drawn in islice(drawn_for(payer), 8):
            decision = rulebook.decide(drawn.claim, drawn.history)
            assert all_entries() <= 100
            assert decision == without_answers(rulebook).decide(drawn.claim, drawn.history)


_DAY: Final = date(2026, 3, 9)
#: What breaks a rule on a line that is alone on its day.
_BROKEN: Final = {"modifiers": ["95"], "place_of_service": "11"}


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


def visit_of_two(**fields: Any) -> Claim:
    """Return a claim of two sessions on one day, with other values of fields of the first."""
    claim = visit(**fields)
    return attrs.evolve(claim, lines=[*claim.lines, *visit(number=2, code="90853").lines])


class _EvaluatedError(Exception):
    """A claim was evaluated."""


@pytest.fixture(params=["medicare"])
def decided(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RuleBook:
    """Return a rule book that has decided the visit, and raises an error if it evaluates more."""
    rulebook = without_answers(book(request.param))
    for claim in (visit(), visit(**_BROKEN), visit_of_two(), visit_of_two(**_BROKEN)):
        for _ in range(3):
            rulebook.decide(claim)

    def evaluate(*_: object) -> None:
        raise _EvaluatedError

    monkeypatch.setattr(claim_decider, "evaluate_claim", evaluate)
    return rulebook


@pytest.mark.parametrize("claim", [visit(), visit_of_two()], ids=["visit", "visit of two"])
def test_an_equal_claim_is_not_evaluated_again(decided: RuleBook, claim: Claim) -> None:
    """Names, ids and earlier lines of other days make no difference."""
    member = Member(id="M2", birth_date=date(1980, 1, 1))
    other = attrs.evolve(claim, id="C2", member=member)
    before = HistoryLine.of(
        attrs.evolve(other, id="C0"), moved(claim.lines[0], timedelta(days=-1)), status="paid"
    )
    assert decided.decide(other).claim == "C2"
    assert decided.decide(other, History.unknown((before,))).claim == "C2"


@pytest.mark.parametrize("decided", ["aetna"], indirect=True)
def test_a_line_of_another_day_is_not_evaluated_again(decided: RuleBook) -> None:
    """A day makes no difference, unless something begins, ends or ages on it."""
    assert decided.decide(visit(date_from=_DAY + timedelta(days=1))).claim == "C1"
    with pytest.raises(_EvaluatedError):
        decided.decide(visit(date_from=_DAY - timedelta(days=2000)))


def test_a_missing_table_is_that_of_the_own_day(decided: RuleBook) -> None:
    """What is missing without a table of the quarter names the day of the claim that is decided."""
    later = visit(date_from=_DAY + timedelta(days=1))
    (missing,) = {
        entry.missing for entry in decided.decide(later).not_evaluated if entry.reason == "table"
    }
    assert missing.endswith("/2026-03-10")


@pytest.mark.parametrize(
    "fields",
    [{"units": 2}, {"code": "90837"}, {"place_of_service": "12"}, {"modifiers": ["93"]}],
    ids=str,
)
def test_a_line_with_another_fact_is_evaluated(decided: RuleBook, fields: dict[str, Any]) -> None:
    """Each fact that a rule or a table reads makes a difference."""
    with pytest.raises(_EvaluatedError):
        decided.decide(visit(**fields))


def test_an_equal_claim_with_a_finding_has_it_in_its_own_words(decided: RuleBook) -> None:
    """The rule that gave a finding is evaluated once more, for its words, and no other is."""
    for claim in (visit(**_BROKEN), visit_of_two(**_BROKEN)):
        findings = decided.decide(attrs.evolve(claim, id="C2")).findings
        assert {finding.lines for finding in findings} == {(1,)}
        cured = [finding.cure.claim for finding in findings if finding.cure]
        assert {each.id for each in cured if each} == {"C2"}


def test_a_claim_with_another_line_on_its_day_is_evaluated(decided: RuleBook) -> None:
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


@pytest.mark.parametrize("days", [(29, 29, 30), (30, 30, 29), (28, 28, 29), (29, 29, 28)])
def test_a_text_that_was_read_for_one_of_the_days_leaves_the_same_open_again(
    days: tuple[int, ...],
) -> None:
    """Lines of several days are answered together if a fact is missing on some of them."""
    lines = [
        ServiceLine(
            number=number, code="H0035", date_from=date(2026, 11, day), place_of_service="11"
        )
        for number, day in enumerate(days, 1)
    ]
    claim = Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893"),
        diagnoses=["G20", "F02.80"],
        lines=lines,
    )
    rulebook = load().rulebook("blue-cross-nc-ma")
    decisions = [rulebook.decide(claim, History(), test_cures=False) for _ in range(4)]
    assert decisions[1:] == decisions[:1] * 3
