"""The examples of `explain`: ordinary claims, alike but for what the rule is about."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest
from shapes import CITED

from payer_rules import Payer, load
from payer_rules.examples import examples_of
from payer_rules.examples.believable import oddity
from payer_rules.kinds import (
    AuthorizationRequirement,
    ClaimLayout,
    Coverage,
    FrequencyLimit,
    ModifierPosition,
    PlaceOfServiceRequirement,
    SameDayCombination,
    SessionRequirement,
    UnitRule,
    UnitSteps,
)
from payer_rules.reports.explaining import explained
from payer_rules.rules import Bounds, Course, CourseEnd, Rule, When, Window

PAYER: Final = Payer(id="p", name="P", kind="commercial")
REGISTRY: Final = load()
LIMITS: Final = [
    (rule, REGISTRY.payers[payer])
    for payer in REGISTRY.payers
    for rule in REGISTRY.collect(payer).rules
    if isinstance(rule, FrequencyLimit) and rule.limit != "none"
]
BARE: Final[dict[str, Any]] = {"id": "p/r", **CITED}
FACTS: Final = {**BARE, "codes": frozenset(["90853"])}
MINUTES: Final = SessionRequirement(**FACTS, minutes=Bounds(at_least=45))
AUDIO: Final = PlaceOfServiceRequirement(**FACTS, modality=frozenset(["in-person", "video"]))
COURSE: Final = Course(name="year", codes=frozenset(["98940"]), closes=CourseEnd(months=12))


def words(rule: Rule) -> list[str]:
    """Return what `explain` prints of the rule."""
    return [*explained(rule, examples_of(rule, PAYER), ())]


def named(value: object) -> str:
    """Return the id of a rule."""
    return str(getattr(value, "id", ""))


@pytest.mark.parametrize(("rule", "payer"), LIMITS, ids=named)
def test_a_limit_of_a_longer_window_is_broken_on_several_days(
    rule: FrequencyLimit, payer: Payer
) -> None:
    """No code is billed again on a day, unless the limit is one of the day or the session."""
    if any(reading.window.shape in ("day", "session", "line") for reading in rule.as_read):
        return
    rejected = examples_of(rule, payer).rejected
    assert rejected
    days = Counter((line.code, line.date_from) for line in rejected.claim.lines)
    assert max(days.values()) == 1


def test_an_exception_for_a_modifier_puts_no_other_modifier_on_the_example() -> None:
    """A claim without modifiers is outside of the exception as it is."""
    excepted = (When(modifier=frozenset(["95"])),)
    rule = Coverage(**FACTS, exceptions=excepted, covered=False)
    rejected = examples_of(rule, PAYER).rejected
    assert rejected
    assert not oddity(rejected.claim)


def test_the_examples_differ_in_what_the_rule_is_about() -> None:
    """Of several claims that are accepted, the one most like the rejected claim is shown."""
    text = words(AUDIO)
    assert "    line 1: 90853, 1 unit on 2024-08-15, place of service 11, in-person" in text
    assert "    line 1: 90853, 1 unit on 2024-08-15, 45 minutes" in words(MINUTES)
    assert "    line 1: 90853, 1 unit on 2024-08-15, 44 minutes" in words(MINUTES)


def test_providers_are_shown_where_the_examples_differ_in_them() -> None:
    """Two codes of a day that only one provider may not bill are shown with their providers."""
    rule = SameDayCombination(
        **BARE,
        first=frozenset(["90791"]),
        second=frozenset(["90839"]),
        indicator=0,
        scope="rendering",
    )
    lines = [line for line in words(rule) if line.startswith("    line 2: 90839")]
    assert len(set(lines)) == 2
    assert all("rendered by" in line for line in lines)


def test_only_the_approval_that_is_needed_is_shown() -> None:
    """An authorization is shown with its codes, days and units, and no referral with it."""
    rule = AuthorizationRequirement(**FACTS, needs=frozenset(["authorization"]))
    text = "\n".join(words(rule))
    assert "authorization A1 for 90853 from 2024-08-15 to 2024-08-15, 1 units left" in text
    assert "referral" not in text


def test_a_modifier_is_accepted_in_its_position() -> None:
    """The accepted claim has the modifiers of the rejected one, in the order that is asked for."""
    rule = ClaimLayout(**FACTS, positions=(ModifierPosition(modifier="AA", at=1),))
    text = words(rule)
    assert "    line 1: 90853, modifier AA 76, 1 unit on 2024-08-15" in text
    assert "    line 1: 90853, modifier 76 AA, 1 unit on 2024-08-15" in text


def test_a_course_is_explained_with_what_opens_and_ends_it() -> None:
    """The words of a limit in a course name its codes and its end."""
    window = Window(shape="course", course=COURSE)
    rule = FrequencyLimit(
        **BARE,
        codes=frozenset(["98940"]),
        limit=12,
        counts="visits",
        visit="date",
        window=window,
        scope="member",
    )
    sentence = next(line for line in words(rule) if line.startswith("  Requires"))
    assert "opened by 98940, ended 12 months after its first service" in sentence


def test_units_of_one_measure_are_in_plain_words() -> None:
    """A unit for each milligram is not a unit for each 1 units."""
    steps = UnitSteps(step=1, round="up")
    rule = UnitRule(**FACTS, measured="dose", steps=steps, drug_unit="ME")
    sentence = next(line for line in words(rule) if line.startswith("  Requires"))
    assert "a unit for each unit of the drug (ME); any rest is one more unit" in sentence


def test_what_has_no_example_is_explained() -> None:
    """A permission rejects nothing, and a code that is never paid is accepted on no line."""
    assert "  It rejects     nothing: the source states what is allowed" in words(
        Coverage(**FACTS, covered=True)
    )
    assert "  It accepts     no line to which it applies" in words(Coverage(**FACTS, covered=False))


def test_alternatives_are_named_with_what_they_ask() -> None:
    """The explanation of one of two ways has the other one, by its id."""
    facts = {**FACTS, "alternatives": "ways"}
    minutes = SessionRequirement(**facts, minutes=Bounds(at_least=45))
    place = PlaceOfServiceRequirement(**{**facts, "id": "p/place"}, any_of=frozenset(["11"]))
    ways = (minutes, place)
    lines = [*explained(minutes, examples_of(minutes, PAYER, ways), (), ways)]
    (other,) = [line for line in lines if line.startswith("  Or ")]
    assert other == "  Or             90853 has place of service 11. (p/place)"
