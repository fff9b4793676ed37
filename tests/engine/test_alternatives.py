"""Alternatives: a line that meets one rule of a group meets all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import BILLER, CITED, DAY, PAYER, claim, gaps, line, outcomes

from payer_rules.claims import Authorization, Claim, Provider, Session
from payer_rules.conformance.mutants import mutants_of
from payer_rules.decisions import Decision
from payer_rules.examples import examples_of
from payer_rules.history import History
from payer_rules.json_forms.rule_form import of_rule, rule_from
from payer_rules.kinds import (
    AuthorizationRequirement,
    DiagnosisRequirement,
    ModifierRequirement,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    RequiredField,
    SessionRequirement,
)
from payer_rules.profiles import read_profile
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Bounds, Citation, DateRange, ProviderCriteria, Requirement, When

GROUP: Final = frozenset(["90853"])
ABOUT: Final[dict[str, Any]] = {"codes": GROUP, "alternatives": "one of them", **CITED}
LCSW: Final = ProviderCriteria(profession=frozenset(["lcsw"]))
#: A requirement of each kind.
REQUIREMENTS: Final[dict[str, Requirement]] = {
    "modifier": ModifierRequirement(id="p/modifier", any_of=frozenset(["HQ"]), **ABOUT),
    "place": PlaceOfServiceRequirement(id="p/place", any_of=frozenset(["11"]), **ABOUT),
    "provider": ProviderRequirement(id="p/provider", rendered_by=LCSW, **ABOUT),
    "diagnosis": DiagnosisRequirement(id="p/diagnosis", any_of=frozenset(["F33"]), **ABOUT),
    "field": RequiredField(id="p/field", fields=frozenset(["referral"]), **ABOUT),
    "session": SessionRequirement(id="p/session", group_size=Bounds(at_most=9), **ABOUT),
    "authorization": AuthorizationRequirement(
        id="p/authorization", needs=frozenset(["authorization"]), **ABOUT
    ),
}
LEAVE: Final = Authorization(
    number="A", codes=GROUP, date_from=DAY, date_to=DAY, provider=BILLER.npi, units_left=Decimal(9)
)


@st.composite
def known_in_part(draw: st.DrawFn) -> Claim:
    """Draw a claim that meets, breaks or leaves open each of the requirements."""
    profession = draw(st.sampled_from([None, "lcsw", "psychologist"]))
    first = line(
        1,
        "90853",
        DAY,
        *draw(st.sampled_from([(), ("HQ",)])),
        place_of_service=draw(st.sampled_from([None, "11", "12"])),
        session=draw(st.sampled_from([None, Session(group_size=9), Session(group_size=10)])),
    )
    return claim(
        first,
        billing_provider=Provider(npi=BILLER.npi, profession=profession),
        diagnoses=draw(st.sampled_from([None, ("F33.1",), ("Z00.00",)])),
        referral=draw(st.sampled_from([None, "none", "R1"])),
        authorizations=draw(st.sampled_from([None, (), (LEAVE,)])),
    )


def completions(less: Claim) -> Iterator[Claim]:
    """Yield the claim with every value of the facts that are not known."""
    (first,) = less.lines
    provider = less.billing_provider
    for profession, place, session, diagnoses, referral, authorizations in product(
        [provider.profession] if provider.profession else ["lcsw", "psychologist"],
        [first.place_of_service] if first.place_of_service else ["11", "12"],
        [first.session] if first.session else [Session(group_size=n) for n in (9, 10)],
        [less.diagnoses] if less.diagnoses is not None else [("F33.1",), ("Z00.00",)],
        [less.referral] if less.referral is not None else ["none", "R1"],
        [less.authorizations] if less.authorizations is not None else [(), (LEAVE,)],
    ):
        yield attrs.evolve(
            less,
            lines=[attrs.evolve(first, place_of_service=place, session=session)],
            billing_provider=attrs.evolve(provider, profession=profession),
            diagnoses=diagnoses,
            referral=referral,
            authorizations=authorizations,
        )


def decide(rules: list[Requirement], judged: Claim) -> Decision:
    """Return the decision of the rules alone."""
    return RuleBook.build(PAYER, rules).decide(judged, History())


def alone(rule: Requirement) -> Requirement:
    """Return the rule without its alternatives."""
    return attrs.evolve(rule, alternatives=None)


@settings(max_examples=examples(150))
@given(
    known_in_part(),
    st.lists(st.sampled_from(sorted(REQUIREMENTS)), min_size=2, max_size=3, unique=True),
    st.booleans(),
)
def test_a_line_breaks_alternatives_that_it_breaks_one_by_one(
    less: Claim, names: list[str], is_narrow: bool
) -> None:
    """A line is denied once if it breaks each rule that applies, and open if it may meet one."""
    group = [REQUIREMENTS[name] for name in names]
    if is_narrow:
        at_home = When(place_of_service=frozenset(["12"]))
        group[0] = attrs.evolve(group[0], when=at_home)
    answers = set()
    for full in completions(less):
        each = [decide([alone(rule)], full) for rule in group]
        applied = [
            not is_narrow or at > 0 or full.lines[0].place_of_service == "12"
            for at in range(len(group))
        ]
        broken = [bool(decision.proved_findings) for decision in each]
        is_denied = all(
            is_broken for is_broken, is_one in zip(broken, applied, strict=True) if is_one
        )
        decision = decide(group, full)
        assert len(decision.proved_findings) == int(is_denied)
        answers.add(is_denied)
    decision = decide(group, less)
    if decision.proved_findings:
        assert answers == {True}
    elif not decision.not_evaluated:
        assert answers == {False}
    elif not (is_narrow and "place" in names):
        # NOTE: a condition and a requirement on one fact are not weighed together.
        assert answers == {True, False}


def test_the_finding_names_every_way() -> None:
    """The message of the finding states each alternative that the line does not meet."""
    group = [REQUIREMENTS["modifier"], REQUIREMENTS["place"]]
    decision = decide(group, claim(line(1, "90853", place_of_service="12")))
    (finding,) = decision.findings
    assert finding.rule == "p/modifier"
    assert finding.message == (
        "none of 2 alternatives is met: 90853 on 2024-08-15 needs modifier HQ; it has none; or "
        "90853 on 2024-08-15: place of service 12, not 11"
    )
    assert finding.cure is not None


def test_what_one_alternative_misses_is_missing_for_the_others() -> None:
    """A rule that is broken is open as long as another may be met."""
    group = [REQUIREMENTS["modifier"], REQUIREMENTS["diagnosis"]]
    decision = decide(group, claim(line(1, "90853")))
    assert outcomes(decision) == ["unknown"]
    assert gaps(decision) == {
        ("p/modifier", "claim", "diagnoses"),
        ("p/diagnosis", "claim", "diagnoses"),
    }
    assert [item.expected for item in decision.lines] == ["pay"]


def test_a_rule_that_does_not_apply_is_no_alternative() -> None:
    """A line out of one rule's scope must meet the others."""
    in_ppo = attrs.evolve(REQUIREMENTS["place"], when=When(plan=frozenset(["ppo"])))
    group = [REQUIREMENTS["modifier"], in_ppo]
    for plan, outcome in (("ppo", "pay"), ("hmo", "deny"), (None, "unknown")):
        assert outcomes(decide(group, claim(line(1, "90853"), plan=plan))) == [outcome]


def test_a_rule_that_is_broken_if_it_applies_is_no_way_out() -> None:
    """Whether a broken rule applies does not matter for what the other rule finds."""
    in_ppo = attrs.evolve(REQUIREMENTS["modifier"], when=When(plan=frozenset(["ppo"])))
    group = [in_ppo, REQUIREMENTS["place"]]
    decision = decide(group, claim(line(1, "90853", place_of_service="12")))
    assert [finding.rule for finding in decision.proved_findings] == ["p/place"]


def test_units_of_an_authorization_are_not_used_twice() -> None:
    """Two lines cannot both meet an alternative by the last unit of an authorization."""
    group = [REQUIREMENTS["modifier"], REQUIREMENTS["authorization"]]
    last = attrs.evolve(LEAVE, units_left=Decimal(1))
    judged = claim(line(1, "90853"), line(2, "90853"), authorizations=(last,))
    assert outcomes(decide(group, judged)) == ["pay", "deny"]


def test_an_alternative_whose_text_was_not_read_leaves_the_others_open() -> None:
    """On a day for which a rule was not read, it may be met; carried, it counts by its age."""
    read = DateRange(None, DAY.replace(day=14))
    unread = attrs.evolve(REQUIREMENTS["place"], verified=read)
    decision = decide(
        [REQUIREMENTS["modifier"], unread], claim(line(1, "90853", place_of_service="12"))
    )
    assert outcomes(decision) == ["unknown"]
    assert {reason for _, reason, _ in gaps(decision)} == {"edition"}
    assert [(item.expected, item.basis) for item in decision.lines] == [("deny", "presumed")]


def test_a_finding_that_rests_on_an_old_alternative_is_for_review() -> None:
    """If another alternative may have changed since it was read, nothing is denied."""
    secondary = Citation(row="R", title="t", url="u", read=DAY, confidence="secondary")
    unread = attrs.evolve(
        REQUIREMENTS["place"],
        verified=DateRange(None, DAY.replace(day=14)),
        citations=(secondary,),
    )
    judged = claim(line(1, "90853", place_of_service="12"))
    decision = decide([REQUIREMENTS["modifier"], unread], judged)
    assert [item.expected for item in decision.lines] == ["review"]


def test_the_group_of_a_replaced_rule_is_compiled_again() -> None:
    """A book with another rule in the group decides as one that is built from the rules."""
    group = [REQUIREMENTS["modifier"], REQUIREMENTS["place"]]
    judged = claim(line(1, "90853", place_of_service="12"))
    book = RuleBook.build(PAYER, group)
    at_home = PlaceOfServiceRequirement(id="p/place", any_of=frozenset(["12"]), **ABOUT)
    for new in (at_home, alone(REQUIREMENTS["place"])):
        replaced = book.replace(REQUIREMENTS["place"], new)
        again = RuleBook.build(PAYER, [group[0], new])
        assert replaced.decide(judged, History()).lines == again.decide(judged, History()).lines


def test_the_name_of_the_group_is_a_fact() -> None:
    """A rule without its alternatives is a mutant, and JSON states the name."""
    rule = REQUIREMENTS["modifier"]
    assert ("alternatives", None) in {
        (mutant.fact, mutant.new.alternatives)
        for mutant in mutants_of(rule, ())
        if isinstance(mutant.new, Requirement)
    }
    assert rule_from(of_rule(rule)) == rule


@pytest.mark.parametrize("name", sorted(REQUIREMENTS))
def test_an_example_is_rejected_by_all_alternatives(name: str) -> None:
    """The example of a rule breaks its alternatives too; its sentence names the group."""
    rule = REQUIREMENTS[name]
    group = [rule, REQUIREMENTS["modifier" if name != "modifier" else "place"]]
    found = examples_of(rule, PAYER, group)
    assert found.accepted
    assert found.rejected
    assert "another rule of the alternatives 'one of them'" in rule_sentence(rule)


TEXT: Final = """
[payer]
id = "p"
name = "P"
kind = "commercial"
[sources.A]
title = "Manual"
url = "https://example.org/manual"
read = 2024-07-01
confidence = "primary"
[[modifier_requirement]]
id = "modifier"
alternatives = "one"
codes = ["90853"]
any_of = ["HQ"]
cites = ["A"]
rationale = "As it is."
"""
OTHER: Final = """
[[place_of_service_requirement]]
id = "place"
alternatives = "one"
codes = ["90853"]
any_of = ["11"]
cites = ["A"]
rationale = "As it is."
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT, "no other rule has alternatives = 'one'"),
        (TEXT + OTHER + 'outcome = "review"', "outcome differs from that of its alternative"),
        (TEXT.replace('"one"', '" "'), "alternatives names no group"),
        (TEXT + OTHER, None),
    ],
)
def test_a_group_has_several_rules_of_one_outcome(
    text: str, message: str | None, tmp_path: Path
) -> None:
    """A profile whose group cannot work is reported."""
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    problems = read_profile(tmp_path / "p.toml", plugin="x").problems
    assert len(problems) == int(message is not None)
    assert all((message or "") in str(problem) for problem in problems)
