"""Lines with a revenue code and no procedure code: rules name them by the code ``rev:0915``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from examples import examples
from hypothesis import given, settings
from shapes import CITED, DAY, PAYER, claim, claims, histories, line, outcomes, paid, rule_sets
from test_any_code import profile

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.json_forms import from_dict, to_dict
from payer_rules.json_forms.rule_form import of_rule, rule_from
from payer_rules.kinds import Coverage, RequiredField
from payer_rules.kinds.code_lists import codes_text
from payer_rules.rulebook import RuleBook
from payer_rules.rules import AnyCode, Rule, are_within, union_of

CODE: Final = "rev:0915"
ANY: Final = AnyCode()
ANY_LINE: Final = AnyCode(revenue_lines=True)
BUT_ONE: Final = AnyCode(excluded=frozenset([CODE]), revenue_lines=True)


def renamed(data: Any) -> Any:
    """The data with the revenue code in place of a procedure code."""
    return json.loads(json.dumps(data).replace("90853", CODE))


def answers(decision: Decision) -> Any:
    """What the decision says of each line, without words and topics."""
    lines = [(item.line, item.outcome, item.expected, item.judged_by) for item in decision.lines]
    findings = sorted((f.rule, f.lines, f.outcome, f.pays, f.basis) for f in decision.findings)
    return lines, findings, {(e.rule, e.lines, e.reason) for e in decision.not_evaluated}


@settings(max_examples=examples(150))
@given(judged=claims(), rules=rule_sets(), lines=histories)
def test_a_revenue_code_is_a_code_like_any_other(
    judged: Claim, rules: list[Rule], lines: list[HistoryLine]
) -> None:
    """Rules, claim and history with a revenue code in place of a procedure code: one answer."""
    as_revenue = [rule_from(renamed(of_rule(rule))) for rule in rules]
    other = from_dict(Claim, renamed(to_dict(judged)))
    earlier = [each.recoded(each.code.replace("90853", CODE)) for each in lines]
    decided = RuleBook.build(PAYER, rules).decide(judged, History(lines=lines))
    again = RuleBook.build(PAYER, as_revenue).decide(other, History(lines=earlier))
    assert answers(decided) == answers(again)


def test_such_a_line_states_its_revenue_code() -> None:
    """The revenue code follows from the code; another one is an error, and so is another form."""
    assert line(1, CODE).revenue_code == "0915"
    with pytest.raises(InvalidValueError, match="Write the same revenue code twice"):
        line(1, CODE, revenue_code="0900")
    for wrong in ("rev:915", "REV:0915", "0915", "rev:0915-95"):
        with pytest.raises(InvalidValueError):
            ServiceLine(number=1, code=wrong, date_from=DAY)
    needs = RequiredField(
        id="p/f", codes=frozenset([CODE]), revenue_code=frozenset(["0915"]), **CITED
    )
    assert outcomes(RuleBook.build(PAYER, [needs]).decide(claim(line(1, CODE)), History())) == [
        "pay"
    ]


def test_any_code_is_any_procedure_code() -> None:
    """A rule on any code says nothing of a line without one; a rule on any line does."""
    judged = claim(line(1, "90853"), line(2, CODE), line(3, "rev:0250"))
    for codes, denied in ((ANY, [1]), (ANY_LINE, [1, 2, 3]), (BUT_ONE, [1, 3])):
        for others in (
            [],
            [Coverage(id="p/b", codes=frozenset([CODE]), outcome="inform", **CITED)],
        ):
            book = RuleBook.build(PAYER, [Coverage(id="p/a", codes=codes, **CITED), *others])
            decision = book.decide(judged, History())
            assert [n for n in (1, 2, 3) if decision.lines[n - 1].outcome == "deny"] == denied
            assert book.speaks_of("rev:0250") is (3 in denied)


def test_a_line_of_which_no_rule_speaks_leaves_the_others_as_they_are() -> None:
    """A revenue code on the same day is no other code of a combination."""
    payer = attrs.evolve(PAYER, topics=())
    book = RuleBook.build(payer, [Coverage(id="p/a", codes=frozenset(["90834"]), **CITED)])
    alone = book.decide(claim(line(1, "90853")), History())
    for history in (History(), History(lines=[paid(CODE, DAY)])):
        beside = book.decide(claim(line(1, "90853"), line(2, CODE)), history)
        assert beside.lines[0] == alone.lines[0]


def test_arithmetic_of_any_line() -> None:
    """Unions and order of any code and any line."""
    only: frozenset[str] = frozenset([CODE])
    assert union_of([ANY, ANY_LINE]) == ANY_LINE
    assert union_of([ANY, only]) == ANY_LINE
    assert union_of([only, BUT_ONE]) == ANY_LINE
    assert BUT_ONE & frozenset([CODE, "90853", "rev:0900"]) == {"90853", "rev:0900"}
    assert ANY & frozenset([CODE, "90853"]) == {"90853"}
    assert are_within(ANY, ANY_LINE)
    assert not are_within(ANY_LINE, ANY)
    assert not are_within(only, ANY)
    assert are_within(only, ANY_LINE)


def test_revenue_codes_in_words_and_in_profiles(tmp_path: Path) -> None:
    """Words name the revenue code; a profile states codes, any line, and what it leaves out."""
    assert codes_text(frozenset([CODE, "90853"])) == "90853 or revenue code 0915"
    assert codes_text(BUT_ONE) == "Any line except revenue code 0915"
    for text, codes in (
        (f'["{CODE}"]', frozenset([CODE])),
        ('"any-line"', ANY_LINE),
        (f'{{ except = ["{CODE}"], revenue_lines = true }}', BUT_ONE),
    ):
        found = profile(tmp_path, text)
        assert found.problems == ()
        assert [rule.meets for rule in found.rules] == [codes]
        assert [rule_from(of_rule(rule)) for rule in found.rules] == list(found.rules)
    assert profile(tmp_path, "{ except = [], revenue_lines = 1 }").problems
    assert profile(tmp_path, '["rev:915"]').problems


def test_a_finding_names_the_revenue_code() -> None:
    """The message of a finding is in words."""
    rule = Coverage(id="p/a", codes=frozenset([CODE]), **CITED)
    (finding,) = RuleBook.build(PAYER, [rule]).decide(claim(line(1, CODE)), History()).findings
    assert "revenue code 0915" in finding.message
    assert CODE not in finding.message
