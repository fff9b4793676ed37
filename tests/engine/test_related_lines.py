"""Conditions on other lines, compared with a search of all pairs that shares no code with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import attrs
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import CITED, DAY, PAYER, claim, outcomes

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import Coverage
from payer_rules.rulebook import RuleBook
from payer_rules.rules import EarlierLine, OtherLine, Payer, When

PEOPLE = (
    Provider(npi="1234567893", specialty="68"),
    Provider(npi="1234567802", specialty="68"),
    Provider(npi="1000000004", specialty="80"),
)
SCOPES = ("member", "rendering", "billing", "specialty", "provider")
PAYERS = tuple(
    attrs.evolve(PAYER, same_provider=same)
    for same in ("rendering", "billing", "billing-and-specialty")
)

people = st.sampled_from(PEOPLE)
days = st.integers(-4, 4).map(lambda n: DAY + timedelta(days=n))


@st.composite
def own_lines(draw: st.DrawFn, number: int) -> ServiceLine:
    """A line of one day by one of the people."""
    return ServiceLine(
        number=number,
        code=draw(st.sampled_from(["90853", "90834"])),
        modifiers=draw(st.sampled_from([(), ("GT",)])),
        date_from=draw(days),
        rendering_provider=draw(people),
        place_of_service="11",
    )


@st.composite
def earlier_lines(draw: st.DrawFn) -> HistoryLine:
    """A paid line of one day, whose providers may not be known."""
    line: ServiceLine = draw(own_lines(number=1))
    return HistoryLine(
        claim=f"H{draw(st.integers(1, 99))}",
        member="M",
        code="90834",
        modifiers=line.modifiers,
        date_from=line.date_from,
        billing_provider=draw(st.none() | people),
        rendering_provider=draw(st.none() | people),
        status=draw(st.sampled_from(["paid", "paid", "denied"])),
    )


@st.composite
def claims_with_history(draw: st.DrawFn) -> tuple[Claim, list[HistoryLine]]:
    """A claim of one to three lines, and up to two earlier lines."""
    lines = [draw(own_lines(number=n)) for n in range(1, draw(st.integers(1, 3)) + 1)]
    billed = claim(*lines, billing_provider=draw(people))
    return billed, draw(st.lists(earlier_lines(), max_size=2))


def completions(earlier: list[HistoryLine]) -> Iterator[list[HistoryLine]]:
    """Yield the earlier lines with every combination of the people that are not known."""
    options = [
        [
            attrs.evolve(line, billing_provider=billing, rendering_provider=rendering)
            for billing in ([line.billing_provider] if line.billing_provider else PEOPLE)
            for rendering in ([line.rendering_provider] if line.rendering_provider else PEOPLE)
        ]
        for line in earlier
    ]
    yield from (list(lines) for lines in product(*options))


def is_one_provider(scope: str, payer: Payer, one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Return True if two lines are of one provider; a line is billing and rendering provider."""
    scope = payer.same_provider if scope == "provider" else scope
    same_biller = bool(one[0].npi == other[0].npi)
    same_renderer = bool(one[1].npi == other[1].npi)
    same_specialty = bool(one[1].specialty == other[1].specialty)
    return {
        "member": True,
        "rendering": same_renderer,
        "billing": same_biller,
        "specialty": same_specialty,
        "billing-and-specialty": same_biller and same_specialty,
    }[scope]


def others_of(
    billed: Claim, earlier: list[HistoryLine], line: ServiceLine
) -> Iterator[tuple[ServiceLine, tuple[Any, Any]]]:
    """Yield the other lines that were not denied, each with its billing and rendering provider."""
    for other in billed.lines:
        if other is not line:
            yield other, (billed.billing_provider, other.rendering_provider)
    for other in earlier:
        if other.status != "denied":
            yield other, (other.billing_provider, other.rendering_provider)


def is_there(
    when: When, payer: Payer, billed: Claim, earlier: list[HistoryLine], line: ServiceLine
) -> bool:
    """Return True if the conditions on other lines hold, by a look at every other line."""
    mine = (billed.billing_provider, line.rendering_provider)

    def meets(criteria: OtherLine, low: int, high: int) -> bool:
        return any(
            other.code in criteria.codes
            and low <= (line.date_from - other.date_from).days <= high
            and (criteria.modifier is None or bool(criteria.modifier & set(other.modifiers)))
            and is_one_provider(criteria.scope, payer, mine, theirs)
            for other, theirs in others_of(billed, earlier, line)
        )

    if when.same_day is not None and not meets(when.same_day, 0, 0):
        return False
    return all(
        meets(wanted, 1, wanted.within_days or 9999) is wanted.present for wanted in when.history
    )


criteria: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "codes": st.just(frozenset(["90834"])),
        "scope": st.sampled_from(SCOPES),
        "modifier": st.sampled_from([None, frozenset(["GT"])]),
    }
)
whens = st.builds(
    When,
    same_day=st.none() | criteria.map(lambda values: OtherLine(**values)),
    history=st.lists(
        st.builds(
            lambda values, days, present: EarlierLine(**values, within_days=days, present=present),
            criteria,
            st.none() | st.integers(1, 3),
            st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=examples(400))
@given(claims_with_history(), whens, st.sampled_from(PAYERS))
def test_conditions_on_other_lines_are_those_of_every_completion(
    case: tuple[Claim, list[HistoryLine]], when: When, payer: Payer
) -> None:
    """A rule applies if its lines are there, whoever the unknown providers are, else it is open."""
    billed, earlier = case
    rule = Coverage(id="p/no", codes=frozenset(["90853"]), when=when, **CITED)
    decided = outcomes(RuleBook.build(payer, [rule]).decide(billed, History(lines=earlier)))
    for line, outcome in zip(billed.lines, decided, strict=True):
        if line.code != "90853":
            continue
        answers = {is_there(when, payer, billed, known, line) for known in completions(earlier)}
        expected = "unknown" if len(answers) > 1 else "deny" if True in answers else "pay"
        assert outcome in (expected, "unknown")
        if all(line.billing_provider and line.rendering_provider for line in earlier):
            assert outcome == expected


def test_a_visit_of_another_clinician_is_no_part_of_a_package() -> None:
    """A package of one clinician does not include what another clinician bills."""
    package = EarlierLine(codes=frozenset(["90834"]), within_days=90, scope="rendering")
    rule = Coverage(id="p/no", codes=frozenset(["90853"]), when=When(history=(package,)), **CITED)
    book = RuleBook.build(PAYER, [rule])
    opened = HistoryLine(
        claim="H1", member="M", code="90834", date_from=DAY - timedelta(days=9), status="paid",
        billing_provider=PEOPLE[0], rendering_provider=PEOPLE[0],
    )  # fmt: skip
    for clinician, outcome in zip(PEOPLE[:2], ("deny", "pay"), strict=True):
        line = ServiceLine(number=1, code="90853", date_from=DAY, rendering_provider=clinician)
        assert outcomes(book.decide(claim(line), History(lines=[opened]))) == [outcome]
