"""What the expected answer presumes, one presumption at a time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from shapes import CITED, DAY, PAYER, claim, limit, line, paid

from payer_rules.claims import Provider, Session
from payer_rules.decisions import Decision
from payer_rules.history import History
from payer_rules.kinds import (
    Check,
    Coverage,
    LimitReading,
    MissingInformation,
    ModifierRequirement,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    SameDayCombination,
    SessionRequirement,
)
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    OUTCOMES,
    Bounds,
    Citation,
    DateRange,
    Outcome,
    ProviderCriteria,
    Rule,
    When,
    Window,
)

EMPTY: Final = History()
CODES: Final = frozenset(["90853"])
#: A payer whose topics only rules read.
UNREAD: Final = attrs.evolve(PAYER, topics=())
VIDEO: Final = When(modality=frozenset(["video"]))
LCSW: Final = ProviderCriteria(profession=frozenset(["lcsw"]))


def answers(decision: Decision) -> list[tuple[str, str, str]]:
    """Return outcome, expected outcome and basis of each line."""
    return [(line.outcome, line.expected, line.basis) for line in decision.lines]


def facts(decision: Decision) -> set[tuple[str, str, str | None]]:
    """Return the facts that the findings rest on."""
    return {
        (fact.reason, fact.fact, fact.value)
        for finding in decision.findings
        for fact in finding.rests_on
    }


def place(first: date | None, last: date | None, *places: str, **fields: Any) -> Any:
    """Return a rule that was read for the dates and asks for one of the places."""
    return PlaceOfServiceRequirement(
        id="p/place",
        codes=CODES,
        any_of=frozenset(places),
        verified=DateRange(first, last),
        **{**CITED, **fields},
    )


def secondary() -> dict[str, Any]:
    """Return citations of a text that is not the payer's own."""
    (cited,) = CITED["citations"]
    return {"citations": (attrs.evolve(cited, confidence="secondary"),)}


@pytest.mark.parametrize(
    ("last", "fields", "expected", "basis"),
    [
        (date(2022, 8, 15), {}, "deny", "presumed"),
        (date(2022, 8, 14), {}, "review", "presumed"),
        (date(2019, 8, 15), {}, "review", "presumed"),
        (date(2019, 8, 14), {}, "pay", "partial"),
        (date(2022, 8, 15), secondary(), "review", "presumed"),
        (date(2022, 8, 14), secondary(), "pay", "partial"),
    ],
)
def test_a_text_is_carried_by_its_age(
    last: date, fields: dict[str, Any], expected: str, basis: str
) -> None:
    """A text has its own outcome for two years, and is for review up to five; then it is silent."""
    billed = claim(line(1, "90853", DAY, place_of_service="11"))
    decision = RuleBook.build(PAYER, [place(None, last, "02", **fields)]).decide(billed, EMPTY)
    assert answers(decision) == [("unknown", expected, basis)]
    if expected != "pay":
        assert facts(decision) == {("edition", "edition", str(last))}
    assert decision.proved_findings == ()


@pytest.mark.parametrize(
    ("last", "fields", "billed", "broken_on"),
    [
        (date(2019, 8, 14), {}, {}, (1,)),
        (date(2019, 8, 15), {}, {}, ()),
        (date(2019, 8, 14), {}, {"place_of_service": "02", "modality": "video"}, ()),
        (date(2019, 8, 14), {"when": VIDEO}, {}, ()),
        (date(2019, 8, 14), {"when": VIDEO}, {"modality": "video"}, (1,)),
    ],
)
def test_an_old_text_names_the_lines_that_break_it(
    last: date, fields: dict[str, Any], billed: dict[str, Any], broken_on: tuple[int, ...]
) -> None:
    """They are those of a text that is too old to judge by, if it surely speaks of the line."""
    book = RuleBook.build(PAYER, [place(None, last, "02", **fields)])
    decision = book.decide(claim(line(1, "90853", DAY, **billed)), EMPTY)
    entries = [entry for entry in decision.not_evaluated if entry.reason == "edition"]
    assert [entry.broken_on for entry in entries] == [broken_on]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("pay", "pay"), *((outcome, "review") for outcome in OUTCOMES if outcome != "pay")],
)
def test_each_outcome_of_a_text_of_three_years_is_for_review(
    outcome: Outcome, expected: str
) -> None:
    """That a service is for information is as uncertain by then as that it is denied."""
    rule = Coverage(
        id="p/rule",
        codes=CODES,
        outcome=outcome,
        pays=Decimal("0.5") if outcome == "reduce" else None,
        verified=DateRange(None, date(2021, 8, 15)),
        **CITED,
    )
    decision = RuleBook.build(PAYER, [rule]).decide(claim(line(1, "90853", DAY)), EMPTY)
    assert answers(decision) == [("unknown", expected, "presumed")]
    assert [(f.outcome, f.pays) for f in decision.findings] == [(expected, None)]


def test_a_text_is_not_carried_backward() -> None:
    """A text that was read for later days says nothing of an earlier one."""
    billed = claim(line(1, "90853", DAY, place_of_service="11"))
    decision = RuleBook.build(PAYER, [place(date(2024, 8, 16), None, "02")]).decide(billed, EMPTY)
    assert answers(decision) == [("unknown", "pay", "partial")]


@pytest.mark.parametrize(
    ("last", "place_of_service", "expected", "topic"),
    [
        (date(2021, 12, 31), "10", "unread", "unread"),
        (date(2022, 1, 1), "10", "review", "carried"),
        (date(2021, 12, 31), "11", "review", "carried"),
    ],
)
def test_a_carried_text_says_nothing_of_a_place_that_is_newer(
    last: date, place_of_service: str, expected: str, topic: str
) -> None:
    """Place 10 began on 2022-01-01: a text read for earlier days alone does not bar it."""
    billed = claim(
        line(1, "90853", DAY, place_of_service=place_of_service, modality="video"),
    )
    decision = RuleBook.build(UNREAD, [place(None, last, "02")]).decide(billed, EMPTY)
    assert decision.lines[0].expected == expected
    assert decision.lines[0].topics["place"] == topic


@pytest.mark.parametrize(
    ("last", "modifier", "expected", "topic"),
    [
        (date(2021, 12, 31), "93", "unread", "unread"),
        (date(2022, 1, 1), "93", "review", "carried"),
        (date(2021, 12, 31), "59", "review", "unread"),
    ],
)
def test_a_carried_text_says_nothing_of_a_modifier_that_is_newer(
    last: date, modifier: str, expected: str, topic: str
) -> None:
    """Modifier 93 began on 2022-01-01: a text read for earlier days alone asks for no other one."""
    rule = ModifierRequirement(
        id="p/modifier",
        codes=CODES,
        any_of=frozenset(["GT"]),
        none_of=frozenset(["93"]),
        verified=DateRange(None, last),
        **CITED,
    )
    billed = claim(line(1, "90853", DAY, modifiers=(modifier,), modality="in-person"))
    decision = RuleBook.build(UNREAD, [rule]).decide(billed, EMPTY)
    assert decision.lines[0].expected == expected
    assert decision.lines[0].topics["modifier"] == topic


@pytest.mark.parametrize(
    ("later", "expected"), [(["10"], "deny"), (["11", "10"], "review"), (["02"], "deny")]
)
def test_between_two_editions_both_decide(later: list[str], expected: str) -> None:
    """A finding has its outcome if both editions make it; else it is for review, with both dates."""
    billed = claim(line(1, "90853", DAY, place_of_service="11"))
    rules = [
        place(date(2023, 1, 1), date(2023, 12, 31), "02"),
        place(date(2025, 1, 1), date(2025, 12, 31), *later),
    ]
    for editions in (rules, rules[::-1]):
        decision = RuleBook.build(PAYER, editions).decide(billed, EMPTY)
        assert answers(decision) == [("unknown", expected, "presumed")]
        assert facts(decision) == {("edition", "edition", "2023-12-31 and 2025-01-01")}
        assert len(decision.findings) == 1


def test_of_two_earlier_editions_the_newest_is_carried() -> None:
    """An edition that another one replaced is not carried."""
    billed = claim(line(1, "90853", DAY, place_of_service="11"))
    rules = [
        place(date(2022, 1, 1), date(2022, 12, 31), "02"),
        place(date(2023, 1, 1), date(2023, 12, 31), "11"),
    ]
    decision = RuleBook.build(PAYER, rules).decide(billed, EMPTY)
    assert answers(decision) == [("unknown", "pay", "presumed")]


def test_readings_that_disagree_are_for_review() -> None:
    """A line that one reading of a limit denies is for review, and the finding names the readings."""
    readings = (LimitReading(window=Window.rolling(7)), LimitReading(window=Window.rolling(3)))
    rule = limit(1, 7, "90853", readings=readings)
    billed = claim(line(1, "90853", DAY), line(2, "90853", date(2024, 8, 19)))
    decision = RuleBook.build(PAYER, [rule]).decide(billed, EMPTY)
    assert [answer[1] for answer in answers(decision)] == ["pay", "review"]
    ((reason, fact, _),) = facts(decision)
    assert reason == "text"
    assert "which reading is meant" in fact


def pair() -> SameDayCombination:
    """Return a rule by which 90847 keeps 90834 from being paid on one day."""
    return SameDayCombination(
        id="p/pair",
        first=frozenset(["90847"]),
        second=frozenset(["90834"]),
        indicator=0,
        scope="provider",
        **CITED,
    )


def test_a_line_in_review_is_payable_and_what_rests_on_it_is_for_review() -> None:
    """A line that the payer reviews counts as paid; a denial because of it is at most for review."""
    reviewed = PlaceOfServiceRequirement(
        id="p/place",
        codes=frozenset(["90847"]),
        any_of=frozenset(["02"]),
        outcome="review",
        **CITED,
    )
    billed = claim(
        line(1, "90847", DAY, place_of_service="11"),
        line(2, "90834", DAY, place_of_service="11"),
    )
    decision = RuleBook.build(PAYER, [reviewed, pair()]).decide(billed, EMPTY)
    assert answers(decision) == [("review", "review", "proved"), ("unknown", "review", "presumed")]
    certain = RuleBook.build(PAYER, [pair()]).decide(billed, EMPTY)
    assert answers(certain)[1] == ("deny", "deny", "proved")


def test_a_pending_line_counts_as_paid() -> None:
    """A finding because of an earlier line without a status rests on that status."""
    history = History(
        lines=[
            attrs.evolve(paid("90853", date(2024, 8, 14)), status=status) for status in ("pending",)
        ]
    )
    rule = limit(1, 7, "90853")
    decision = RuleBook.build(PAYER, [rule]).decide(claim(line(1, "90853")), history)
    assert answers(decision) == [("unknown", "deny", "presumed")]
    assert facts(decision) == {("history", "history.status", "paid")}


def test_of_other_facts_of_earlier_lines_only_silence_is_presumed() -> None:
    """An earlier line without its provider has no finding, and no value is presumed of it."""
    rule = attrs.evolve(limit(1, 7, "90853"), scope="rendering")
    earlier = attrs.evolve(paid("90853", date(2024, 8, 14)), rendering_provider=None)
    decision = RuleBook.build(PAYER, [rule]).decide(
        claim(line(1, "90853")), History(lines=[earlier])
    )
    assert answers(decision) == [("unknown", "pay", "presumed")]
    (fact,) = decision.lines[0].rests_on
    assert (fact.reason, fact.fact, fact.value) == ("history", "history.rendering_provider", None)


@pytest.mark.parametrize(
    ("place_of_service", "modifiers", "expected"),
    [("11", (), "deny"), ("11", ("95",), "pay"), ("02", (), "pay"), (None, (), "pay")],
)
def test_a_visit_in_person_is_presumed(
    place_of_service: str | None, modifiers: tuple[str, ...], expected: str
) -> None:
    """Where place and modifiers do not speak of telehealth, conditions see a visit in person."""
    when = When(modality=frozenset(["in-person"]))
    rule = PlaceOfServiceRequirement(
        id="p/place", codes=CODES, any_of=frozenset(["12"]), when=when, **CITED
    )
    billed = claim(line(1, "90853", DAY, *modifiers, place_of_service=place_of_service))
    decision = RuleBook.build(PAYER, [rule]).decide(billed, EMPTY)
    assert decision.lines[0].expected == expected


def test_a_record_is_presumed_to_be_in_order() -> None:
    """What only the record shows creates no finding, and is named on the line."""
    rule = SessionRequirement(id="p/size", codes=CODES, group_size=Bounds(at_most=10), **CITED)
    decision = RuleBook.build(PAYER, [rule]).decide(claim(line(1, "90853")), EMPTY)
    assert answers(decision) == [("unknown", "pay", "presumed")]
    assert {fact.reason for fact in decision.lines[0].rests_on} == {"record"}
    large = line(1, "90853", session=Session(group_size=12))
    assert RuleBook.build(PAYER, [rule]).decide(claim(large), EMPTY).expected == "deny"


def failing(claim_: Any, history: History) -> list[MissingInformation]:
    """Fail as a plugin may."""
    raise RuntimeError


def test_after_a_fault_nothing_is_expected() -> None:
    """A line on which a plugin failed is expected to be nothing."""
    rule = Check(id="p/check", codes=CODES, function=failing, **CITED)
    decision = RuleBook.build(PAYER, [rule]).decide(claim(line(1, "90853")), EMPTY)
    assert answers(decision) == [("unknown", "unknown", "none")]
    assert decision.expected == "unknown"


def derived(profession: str | None, origin: str = "taxonomy") -> Provider:
    """Return a provider whose profession was read from a taxonomy."""
    return Provider(npi="1234567893", profession=profession, profession_from=origin)  # type: ignore[arg-type]


WHO_TREATS: Final = ProviderRequirement(id="p/who", codes=CODES, rendered_by=LCSW, **CITED)
BY_PROFESSION: Final = limit(
    1,
    7,
    "90853",
    when=When(rendered_by=LCSW),
)


@pytest.mark.parametrize(
    ("rule", "profession", "expected"),
    [
        (WHO_TREATS, "counselor", "deny"),
        (WHO_TREATS, "lcsw", "pay"),
        (BY_PROFESSION, "lcsw", "deny"),
        (BY_PROFESSION, "counselor", "pay"),
    ],
)
def test_a_derived_profession_proves_no_finding(rule: Rule, profession: str, expected: str) -> None:
    """What a rule finds only by a derived profession stays open, and is expected."""
    lines = [line(1, "90853"), line(2, "90853", date(2024, 8, 16))]
    book = RuleBook.build(PAYER, [rule])
    decision = book.decide(claim(*lines, billing_provider=derived(profession)), EMPTY)
    last = decision.lines[-1]
    if expected == "pay":
        assert (last.outcome, last.expected, last.basis) == ("pay", "pay", "proved")
        return
    assert (last.outcome, last.expected, last.basis) == ("unknown", "deny", "presumed")
    assert facts(decision) == {("claim", "rendering_provider.profession", profession)}
    stated = book.decide(claim(*lines, billing_provider=derived(profession, "stated")), EMPTY)
    assert (stated.lines[-1].outcome, stated.lines[-1].basis) == ("deny", "proved")
    assuming = RuleBook.build(PAYER, [rule], assume=["claim"])
    assumed = assuming.decide(claim(*lines, billing_provider=derived(profession)), EMPTY)
    assert (assumed.lines[-1].outcome, assumed.lines[-1].basis) == ("deny", "presumed")


def test_a_finding_that_no_profession_changes_is_proved() -> None:
    """A rule that finds the same without the derived profession has proved it."""
    when = When(rendered_by=ProviderCriteria(profession=frozenset(["lcsw", "counselor"])))
    rules = [
        PlaceOfServiceRequirement(id="p/place", codes=CODES, any_of=frozenset(["12"]), **CITED),
        attrs.evolve(WHO_TREATS, when=when),
    ]
    billed = claim(line(1, "90853", DAY, place_of_service="11"), billing_provider=derived("lcsw"))
    decision = RuleBook.build(PAYER, rules).decide(billed, EMPTY)
    assert answers(decision) == [("deny", "deny", "proved")]


def test_assumptions_leave_the_expected_answer_as_it_is() -> None:
    """What is assumed moves into the first answer, which then proves nothing."""
    billed = claim(line(1, "90853", DAY), line(2, "90853", date(2024, 8, 16)))
    rules = [limit(1, 7, "90853"), WHO_TREATS]
    bare = RuleBook.build(PAYER, rules).decide(billed)
    assumed = RuleBook.build(PAYER, rules, assume=["claim", "history"]).decide(billed)
    assert answers(bare) == [("unknown", "pay", "presumed"), ("deny", "deny", "proved")]
    assert answers(assumed) == [("pay", "pay", "presumed"), ("deny", "deny", "presumed")]


def test_citation_is_primary_in_these_tests() -> None:
    """The citation of the tests is of the payer's own text."""
    (cited,) = CITED["citations"]
    assert isinstance(cited, Citation)
    assert cited.confidence == "primary"
