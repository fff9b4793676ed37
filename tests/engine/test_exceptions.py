"""Exceptions: a line that meets one is outside the rule, as if it did not meet ``when``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any, Final

import attrs
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import CITED, DAY, PAYER, claim, gaps, limit, line, outcomes, paid

from payer_rules.claims import Claim, Member
from payer_rules.conformance.mutants import mutants_of
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.examples import examples_of
from payer_rules.history import History
from payer_rules.json_forms.rule_form import of_rule, rule_from
from payer_rules.kinds import Coverage, FrequencyLimit, ModifierRequirement, SessionRequirement
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Age, Bounds, EarlierLine, OtherLine, Rule, When, Window

GROUP: Final = frozenset(["90853"])
INDIVIDUAL: Final = frozenset(["90834"])
HOME: Final = When(place_of_service=frozenset(["12"]))
WITH_HQ: Final = When(modifier=frozenset(["HQ"]))
#: Facts of a claim by name, each with two values that the conditions below distinguish.
FACTS: Final[dict[str, tuple[Any, Any]]] = {
    "plan": ("hmo", "ppo"),
    "state": ("IL", "TX"),
    "diagnoses": (("F33.1",), ("Z00.00",)),
    "condition_codes": (("41",), ()),
    "inpatient_stays": ((), ()),
}
CONDITIONS: Final[dict[str, Any]] = {
    "plan": frozenset(["hmo"]),
    "state": frozenset(["IL"]),
    "diagnosis": frozenset(["F33"]),
    "condition_code": frozenset(["41"]),
    "inpatient": True,
    "place_of_service": frozenset(["11"]),
    "modifier": frozenset(["HQ"]),
    "same_day": OtherLine(codes=INDIVIDUAL),
    "history": (EarlierLine(codes=INDIVIDUAL, within_days=5),),
}

conditions = st.sets(st.sampled_from(sorted(CONDITIONS)), min_size=1, max_size=3).map(
    lambda names: When(**{name: CONDITIONS[name] for name in names})
)


@st.composite
def known_in_part(draw: st.DrawFn) -> Claim:
    """Draw a claim of one or two lines, of which some facts are not known."""
    facts = {name: draw(st.sampled_from([None, *values])) for name, values in FACTS.items()}
    more = draw(st.lists(st.sampled_from(sorted(INDIVIDUAL)), max_size=1))
    modifiers = draw(st.sampled_from([(), ("HQ",)]))
    first = line(1, "90853", DAY, *modifiers)
    place = draw(st.sampled_from(["11", "12", None]))
    first = attrs.evolve(first, place_of_service=place)
    return claim(first, *(line(2, code) for code in more), **facts)


def completions(less: Claim) -> Iterator[Claim]:
    """Yield the claim with every value of the facts that are not known."""
    missing = [name for name in FACTS if getattr(less, name) is None]
    places = ("11", "12") if less.lines[0].place_of_service is None else (None,)
    for *values, place in product(*(FACTS[name] for name in missing), places):
        full = attrs.evolve(less, **dict(zip(missing, values, strict=True)))
        if place is not None:
            first = attrs.evolve(less.lines[0], place_of_service=place)
            full = attrs.evolve(full, lines=[first, *less.lines[1:]])
        yield full


def denying(**values: Any) -> Coverage:
    """Return a rule that denies group sessions, under the conditions."""
    return Coverage(id="p/rule", codes=GROUP, **{**CITED, **values})


def decide(rule: Rule, judged: Claim, history: History) -> Decision:
    """Return the decision of the rule alone."""
    return RuleBook.build(PAYER, [rule]).decide(judged, history)


def denies(rule: Rule, judged: Claim, history: History) -> bool:
    """Return True if the rule is proved to deny the first line."""
    return bool(decide(rule, judged, history).proved_findings)


@settings(max_examples=examples(200))
@given(
    known_in_part(),
    conditions,
    st.lists(conditions, min_size=1, max_size=2),
    st.lists(st.builds(paid, st.just("90834"), st.just(DAY - timedelta(days=3))), max_size=1),
)
def test_a_rule_applies_where_when_holds_and_no_exception_does(
    less: Claim, when: When, exceptions: list[When], earlier: list[Any]
) -> None:
    """With all facts known, an exception is the negation of the same conditions as ``when``.

    With some of them missing, what is proved holds for every completion.
    """
    history = History(lines=earlier)
    rule = denying(when=when, exceptions=tuple(exceptions))
    answers = set()
    for full in completions(less):
        holds = [denies(denying(when=each), full, history) for each in (when, *exceptions)]
        assert denies(rule, full, history) is (holds[0] and not any(holds[1:]))
        answers.add(denies(rule, full, history))
    decision = decide(rule, less, history)
    if decision.proved_findings:
        assert answers == {True}
    elif not decision.not_evaluated:
        assert answers == {False}
    if len(answers) == 2:
        assert decision.not_evaluated


@settings(max_examples=examples(200))
@given(known_in_part(), conditions)
def test_an_exception_misses_the_facts_that_when_misses(less: Claim, when: When) -> None:
    """One table of conditions is open as an exception as it is open as ``when``."""
    history = History.unknown()
    by_when, by_exception = denying(when=when), denying(exceptions=(when,))
    missing = gaps(decide(by_when, less, history))
    assert gaps(decide(by_exception, less, history)) == missing
    if not missing:
        assert denies(by_when, less, history) is not denies(by_exception, less, history)


def test_an_exception_that_may_hold_is_presumed_to_hold() -> None:
    """In the expected answer a rule is silent on a line that may meet an exception."""
    rule = denying(exceptions=(When(plan=frozenset(["ppo"])),))
    decision = decide(rule, claim(line(1, "90853")), History())
    (decided,) = decision.lines
    assert (decided.outcome, decided.expected, decided.basis) == ("unknown", "pay", "presumed")
    assert [(fact.reason, fact.fact, fact.rule) for fact in decided.rests_on] == [
        ("claim", "plan", "p/rule")
    ]


@pytest.mark.parametrize(
    ("exception", "is_judged"),
    [
        (When(plan=frozenset(["ppo"])), False),
        (When(plan=frozenset(["ppo"]), place_of_service=frozenset(["11"])), True),
        (When(place_of_service=frozenset(["11"])), True),
    ],
)
def test_an_exception_of_scope_takes_the_line_out_of_scope(
    exception: When, is_judged: bool
) -> None:
    """A line that an exception of scope alone takes out is not judged by the rule."""
    decision = decide(
        denying(exceptions=(exception,)), claim(line(1, "90853"), plan="ppo"), History()
    )
    assert outcomes(decision) == ["pay"]
    assert ("p/rule" in decision.lines[0].judged_by) is is_judged


def test_a_limit_neither_counts_nor_limits_what_an_exception_takes_out() -> None:
    """Lines of the claim and of the history that meet an exception leave room for others."""
    rule = limit(1, 7, "90853", exceptions=(WITH_HQ,))
    out = line(1, "90853", DAY, "HQ", units=Decimal(5))
    earlier = History(lines=[paid("90853", DAY - timedelta(days=1), modifiers=("HQ",))])
    judged = claim(out, line(2, "90853"))
    assert outcomes(decide(rule, judged, earlier)) == ["pay", "pay"]
    assert outcomes(decide(attrs.evolve(rule, exceptions=()), judged, earlier)) == ["deny", "deny"]


def test_an_earlier_line_is_asked_for_its_own_diagnoses() -> None:
    """An exception by diagnosis concerns the line's own claim, also in the history."""
    rule = limit(1, 7, "90853", exceptions=(When(diagnosis=frozenset(["F1"])),))
    judged = claim(line(1, "90853"), diagnoses=("F33.1",))
    by_diagnosis = {("F10.20",): "pay", ("F33.1",): "deny", None: "unknown"}
    for diagnoses, outcome in by_diagnosis.items():
        earlier = paid("90853", DAY - timedelta(days=1), diagnoses=diagnoses)
        assert outcomes(decide(rule, judged, History(lines=[earlier]))) == [outcome]


def test_the_history_of_an_exception_is_asked_for() -> None:
    """An exception asks for the earlier lines that ``when`` asks for."""
    before = When(history=(EarlierLine(codes=frozenset(["90791"]), within_days=30),))
    books = [
        RuleBook.build(PAYER, [denying(**{key: value})])
        for key, value in (
            ("when", before),
            ("exceptions", (before,)),
        )
    ]
    by_when, by_exception = (book.queries([claim(line(1, "90853"))]) for book in books)
    assert by_exception == by_when
    assert any(query.codes == frozenset(["90791"]) for query in by_exception)


@pytest.mark.parametrize(
    ("exception", "is_read"), [(HOME, True), (When(diagnosis=frozenset(["F33"])), False)]
)
def test_an_exception_by_place_is_read_elsewhere(exception: When, is_read: bool) -> None:
    """A rule on modifiers reads a line that its place alone excepts, but not by diagnosis."""
    rule = ModifierRequirement(
        id="p/hq",
        codes=GROUP,
        any_of=frozenset(["HQ"]),
        exceptions=(exception,),
        **CITED,
    )
    payer = attrs.evolve(PAYER, topics=())
    judged = claim(line(1, "90853", DAY, "HQ", place_of_service="12"), diagnoses=("F33.1",))
    decision = RuleBook.build(payer, [rule]).decide(judged, History())
    assert (decision.lines[0].topics["modifier"] == "checked") is is_read


def test_an_exception_states_a_condition() -> None:
    """An empty exception would take every line out of the rule."""
    with pytest.raises(InvalidValueError, match="the exception states no condition") as caught:
        denying(exceptions=(HOME, When()))
    assert [error.path for error in caught.value.field_errors] == [("exceptions", 1)]


def test_an_age_on_the_first_day_of_a_period_needs_a_period() -> None:
    """Exceptions are checked as ``when`` is."""
    minors = When(age=Age(below=18, on="period"))
    with pytest.raises(InvalidValueError, match="the rule counts in no period") as caught:
        denying(exceptions=(minors,))
    path = ("exceptions", 0, "age", "on")
    assert [error.path for error in caught.value.field_errors] == [path]


def test_an_age_of_an_exception_may_be_that_on_the_first_day_of_the_year() -> None:
    """A member who is of age on the first day of the period is an exception all year."""
    rule = FrequencyLimit(
        id="p/limit",
        codes=GROUP,
        limit=Decimal(0),
        counts="units",
        window=Window("calendar-year"),
        scope="member",
        exceptions=(When(age=Age(at_least=18, on="period")),),
        **CITED,
    )
    for born, outcome in ((date(2006, 1, 1), "pay"), (date(2006, 1, 2), "deny")):
        judged = claim(line(1, "90853"), member=Member(id="M", birth_date=born))
        assert outcomes(decide(rule, judged, History())) == [outcome]


def test_exceptions_in_words() -> None:
    """The exceptions come after the conditions, each with its own word."""
    text = conditions_text(
        When(setting=frozenset(["dme"])), (HOME, attrs.evolve(HOME, inpatient=True))
    )
    assert text == (
        "in the setting dme, except at place of service 12, "
        "except at place of service 12 and during an inpatient stay"
    )


def test_exceptions_in_json() -> None:
    """A rule with exceptions is the same after it was written and read."""
    rule = denying(exceptions=(HOME, WITH_HQ))
    assert rule_from(of_rule(rule)) == rule


def test_each_exception_is_a_fact() -> None:
    """Every exception, and every word of one, has a mutant."""
    rule = denying(exceptions=(HOME, WITH_HQ))
    facts = {(mutant.fact, mutant.change) for mutant in mutants_of(rule, ())}
    assert {("exceptions.0", "left out"), ("exceptions.1", "left out")} <= facts
    assert ("exceptions.0.place_of_service", "without 12") in facts


@pytest.mark.parametrize(
    "exception",
    [
        HOME,
        WITH_HQ,
        When(place_of_service=frozenset(["11"])),
        When(modality=frozenset(["in-person"])),
        When(plan=frozenset(["hmo"])),
        When(diagnosis=frozenset(["F33"])),
        When(age=Age(at_least=21)),
        When(age=Age(below=65)),
        When(inpatient=False),
        When(same_day=OtherLine(codes=INDIVIDUAL)),
    ],
)
def test_examples_are_within_the_rule(exception: When) -> None:
    """The example that a rule rejects does not meet its exception."""
    assert examples_of(denying(exceptions=(exception,)), PAYER).rejected


def test_a_modifier_that_lifts_a_rule_is_its_fix() -> None:
    """A rule that a modifier alone lifts names it: in the sentence, in the message, and as fix."""
    rule = SessionRequirement(
        id="p/hour", codes=GROUP, minutes=Bounds(at_least=60), exceptions=(WITH_HQ,), **CITED
    )
    book = RuleBook.build(PAYER, [rule])
    (finding,) = book.decide(claim(line(1, "90853", minutes=50)), History()).findings
    assert rule_sentence(rule) == "90853 asks for at least 60 minutes, or for modifier HQ."
    assert finding.message.endswith("asks for at least 60, or for modifier HQ")
    assert str(finding.cure) == (
        "modifier HQ on line 1, only if the service is what the payer has the modifier for"
    )
    assert finding.cure is not None
    assert finding.cure.claim is not None
    assert not book.decide(finding.cure.claim, History()).findings


def test_a_modifier_that_lifts_a_rule_only_with_other_facts_is_no_fix() -> None:
    """The exception asks for more than the modifier, which alone would not help."""
    both = attrs.evolve(WITH_HQ, place_of_service=frozenset(["12"]))
    rule = SessionRequirement(
        id="p/hour", codes=GROUP, minutes=Bounds(at_least=60), exceptions=(both,), **CITED
    )
    book = RuleBook.build(PAYER, [rule])
    (finding,) = book.decide(claim(line(1, "90853", minutes=50)), History()).findings
    assert finding.cure is None
    assert "HQ" not in finding.message
