"""Rules on any code: they decide on each code as a rule that lists it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from rules_of_every_kind import RULES
from rules_of_every_kind import claims as full_claims
from shapes import CITED, CODES, DAY, PAYER, claim, claims, histories, limit, line, outcomes, paid

from payer_rules.claims import Claim
from payer_rules.conformance.mutants import mutants_of
from payer_rules.decisions import Decision, Fingerprint
from payer_rules.examples import examples_of
from payer_rules.history import History, HistoryLine
from payer_rules.json_forms.rule_form import of_rule, rule_from
from payer_rules.kinds import AddOnCode, Check, Coverage, SessionRequirement, kind_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.profiles import Profile, read_profile
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    AnyCode,
    CodedRule,
    Codes,
    Rule,
    are_within,
    code_of,
    differing_codes,
    listed_codes,
    union_of,
)

GROUP: Final = frozenset(["90853"])
ANY: Final = AnyCode()
ANY_OTHER: Final = AnyCode(excluded=GROUP)
#: Rules on single lines of every kind that has them.
CODED: Final = [
    rule
    for rule in RULES
    if isinstance(rule, CodedRule)
    and not isinstance(rule, AddOnCode | Check)
    and not kind_of(rule).reads.links
]


def deciding(rule: Rule, judged: Claim, history: History | None) -> Any:
    """Return what the rule alone decides on each line, without the digest of the rule."""
    decision = RuleBook.build(PAYER, [rule]).decide(judged, history)
    return attrs.evolve(decision, fingerprint=Fingerprint(rulebook="", engine=""))


@pytest.mark.parametrize("rule", CODED, ids=lambda rule: kind_of(rule).table)
def test_a_rule_on_any_code_decides_as_one_that_lists_the_codes(rule: CodedRule) -> None:
    """The codes of the claim, listed, and any code give one decision."""
    for judged in full_claims():
        codes = frozenset(line.code for line in judged.lines)
        listing = attrs.evolve(rule, codes=codes)
        assert deciding(attrs.evolve(rule, codes=ANY), judged, None) == deciding(
            listing, judged, None
        )


limits = st.builds(
    limit,
    st.integers(0, 3),
    st.sampled_from([1, 7]),
    st.just("90853"),
    pool=st.sampled_from(["together", "per-code"]),
)


@settings(max_examples=examples(150))
@given(claims(), histories, limits, st.sampled_from([ANY, ANY_OTHER]))
def test_a_limit_on_any_code_counts_as_one_that_lists_the_codes(
    judged: Claim, lines: list[HistoryLine], rule: CodedRule, codes: AnyCode
) -> None:
    """What counts together does not depend on how the codes are stated, nor on what is asked for."""
    of_any = attrs.evolve(rule, codes=codes)
    listing = attrs.evolve(rule, codes=frozenset(code for code in CODES if code in codes))
    history = History(lines=lines)
    decided = deciding(of_any, judged, history)
    assert _but_message(decided) == _but_message(deciding(listing, judged, history))
    asked = history.select(RuleBook.build(PAYER, [of_any]).queries([judged]))
    assert deciding(of_any, judged, asked) == decided


def _but_message(decision: Decision) -> Any:
    findings = [attrs.evolve(finding, message="", cure=None) for finding in decision.findings]
    return decision.lines, findings, decision.not_evaluated


def test_a_rule_on_any_code_but_some_does_not_meet_these() -> None:
    """An excluded code is not judged by the rule, whether or not another rule lists it."""
    denied = Coverage(id="p/no", codes=ANY_OTHER, **CITED)
    other = limit(9, 1, "90853", "90834")
    judged = claim(line(1, "90853"), line(2, "90834"), line(3, "97110"))
    for rules in ([denied], [denied, other], [other, denied]):
        decision = RuleBook.build(PAYER, rules).decide(judged, History())
        assert outcomes(decision) == ["pay", "deny", "deny"]
        assert ["p/no" in item.judged_by for item in decision.lines] == [False, True, True]


def test_replaced_rules_are_indexed_as_built_ones() -> None:
    """A book with another rule in place of one decides as a book that is built with it."""
    judged = claim(line(1, "90853"), line(2, "90834"), line(3, "97110"))
    other = limit(0, 1, "90834")
    rules = [Coverage(id="p/no", codes=codes, **CITED) for codes in (ANY, ANY_OTHER, GROUP)]
    for old in rules:
        for new in rules:
            replaced = RuleBook.build(PAYER, [old, other]).replace(old, new)
            again = RuleBook.build(PAYER, [new, other])
            assert replaced.decide(judged, History()).lines == again.decide(judged, History()).lines
            assert replaced.codes == again.codes
    house = RuleBook.build(PAYER, [other]).with_house_rules([rules[1]])
    assert outcomes(house.decide(judged, History())) == ["pay", "deny", "deny"]


def test_a_history_of_every_code_is_asked_for() -> None:
    """A limit that counts any code asks for all earlier lines of the window."""
    book = RuleBook.build(PAYER, [attrs.evolve(limit(1, 7, "90853"), codes=ANY)])
    judged = claim(line(1, "90853"))
    assert all(query.codes is None for query in book.queries([judged]))
    earlier = History(lines=[paid("97110", DAY - timedelta(days=3))])
    (finding,) = book.decide(judged, earlier).findings
    assert "second 90853 (of any code)" in finding.message


def test_a_session_rule_on_any_code_is_read_on_every_code() -> None:
    """It touches and reads the topic of each code that it does not exclude."""
    documented = SessionRequirement(
        id="p/notes", codes=ANY_OTHER, documented=frozenset(["attendance"]), **CITED
    )
    payer = attrs.evolve(PAYER, topics=())
    decision = RuleBook.build(payer, [documented]).decide(claim(line(1, "97110")), History())
    assert decision.lines[0].topics["session"] == "checked"
    of_group = RuleBook.build(payer, [documented]).decide(claim(line(1, "90853")), History())
    assert of_group.lines[0].topics["session"] == "unread"


def test_arithmetic_of_codes() -> None:
    """Unions, differences and order of listed codes and any code."""
    listed: Codes = frozenset(["90834", "90853"])
    assert union_of([GROUP, ANY_OTHER]) == ANY
    assert union_of([ANY_OTHER, GROUP]) == ANY
    assert union_of([ANY_OTHER, frozenset(["90834"])]) == ANY_OTHER
    assert ANY_OTHER & frozenset(CODES) == {"90834", "90847"}
    assert differing_codes(ANY, ANY_OTHER) == GROUP
    assert differing_codes(listed, GROUP) == {"90834"}
    assert differing_codes(ANY, GROUP) == frozenset()
    assert are_within(listed, ANY)
    assert not are_within(listed, ANY_OTHER)
    assert are_within(ANY_OTHER, ANY)
    assert not are_within(ANY, ANY_OTHER)
    assert not are_within(ANY, listed)
    assert [code_of(codes) for codes in (listed, ANY, ANY_OTHER)] == ["90853", "90853", "10000"]
    assert listed_codes(ANY) == frozenset()


def test_any_code_in_words() -> None:
    """A rule on any code says so, and which it leaves out."""
    assert codes_text(ANY) == "Any code"
    assert codes_text(ANY_OTHER) == "Any code except 90853"


@pytest.mark.parametrize("codes", [ANY, ANY_OTHER])
def test_any_code_in_json_mutants_and_examples(codes: AnyCode) -> None:
    """A rule on any code is the same after JSON, has mutants for what it excludes, and examples."""
    rule = Coverage(id="p/no", codes=codes, pays=Decimal("0.5"), outcome="reduce", **CITED)
    assert rule_from(of_rule(rule)) == rule
    facts = {mutant.fact for mutant in mutants_of(rule, CODES)}
    assert ("codes.excluded" in facts) is bool(codes.excluded)
    assert examples_of(rule, PAYER).rejected


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
[code_sets]
group = ["90853"]
[[coverage]]
id = "no"
codes = CODES
cites = ["A"]
rationale = "As it is."
"""


def profile(folder: Path, codes: str) -> Profile:
    """Return the profile with the codes of its rule."""
    (folder / "p.toml").write_text(TEXT.replace("CODES", codes), encoding="utf-8")
    return read_profile(folder / "p.toml", plugin="x")


def test_a_profile_states_any_code(tmp_path: Path) -> None:
    """`codes` is a list, `"any"`, or a table of the codes that are left out."""
    for codes, read in (
        ('"any"', ANY),
        ('{ except = ["@group"] }', ANY_OTHER),
        ('{ except = ["90846-90847"] }', AnyCode(excluded=frozenset(["90846", "90847"]))),
    ):
        found = profile(tmp_path, codes)
        assert found.problems == ()
        assert [rule.meets for rule in found.rules] == [read]


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ('"all"', "codes is the string 'all', and a list belongs here"),
        ('{ except = ["9085"] }', "'9085'"),
        ('{ without = ["90853"] }', "or a list of codes"),
        ('{ except = "90853" }', "or a list of codes"),
        ('{ except = ["@none"] }', "unknown code set"),
    ],
)
def test_wrong_codes_are_reported(codes: str, message: str, tmp_path: Path) -> None:
    """What is neither a list of codes nor any code is a problem."""
    problems = profile(tmp_path, codes).problems
    assert problems
    assert any(message in str(problem) for problem in problems)
