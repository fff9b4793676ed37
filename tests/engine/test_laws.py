"""Laws of every rule book, on random rules, claims and histories."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import PAYER, claim, claims, histories, line, rule_sets

from payer_rules.claims import Claim, Session
from payer_rules.decisions import Decision, Finding, LineDecision
from payer_rules.history import History, HistoryLine
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Rule


def found_by(decision: Decision) -> set[str]:
    """The rules that found something."""
    return {finding.rule for finding in decision.proved_findings}


def _uncured(findings: tuple[Finding, ...]) -> list[Finding]:
    return [attrs.evolve(finding, cure=None) for finding in findings]


@given(claims(), histories, rule_sets(), st.randoms())
def test_order_changes_no_decision(
    given_claim: Claim, lines: list[HistoryLine], rules: list[Rule], random: object
) -> None:
    """The order of lines, of history and of rules changes no decision."""
    decided = RuleBook.build(PAYER, rules).decide(given_claim, History(lines=lines))
    shuffled = list(given_claim.lines)
    for items in (shuffled, lines, rules):
        random.shuffle(items)  # type: ignore[attr-defined]
    again = RuleBook.build(PAYER, rules)
    assert decided == again.decide(attrs.evolve(given_claim, lines=shuffled), History(lines=lines))


@settings(max_examples=examples(400))
@given(claims(), histories, rule_sets(), st.data())
def test_what_becomes_known_takes_no_finding_away(
    given_claim: Claim, lines: list[HistoryLine], rules: list[Rule], data: st.DataObject
) -> None:
    """Fuller facts never take away what a rule had found, nor find where it had answered clean."""
    known = data.draw(st.integers(0, len(lines)))
    book = RuleBook.build(PAYER, rules)
    partly = book.decide(given_claim, History.unknown(tuple(lines[:known])))
    place, size = st.sampled_from(["11", "02"]), st.integers(9, 10)
    full = [
        attrs.evolve(
            item,
            place_of_service=item.place_of_service or data.draw(place),
            session=item.session or Session(group_size=data.draw(size)),
        )
        for item in given_claim.lines
    ]
    wholly = book.decide(attrs.evolve(given_claim, lines=full), History(lines=lines))
    # NOTE: what the payer reviews may go either way, though every fact is known.
    left = [entry for entry in wholly.not_evaluated if not entry.missing.startswith("review by")]
    assert left == []
    assert found_by(partly) <= found_by(wholly)
    opened = {entry.rule for entry in partly.not_evaluated}
    clean = {rule.id for rule in rules} - opened - found_by(partly)
    assert not clean & found_by(wholly)


@given(claims(), histories, rule_sets())
def test_a_line_of_another_code_changes_nothing_else(
    given_claim: Claim, lines: list[HistoryLine], rules: list[Rule]
) -> None:
    """A line of a code that no rule names leaves all other lines as they are.

    It touches the combination, of which the payer's text was read and states nothing. What to do
    about a finding may change: a claim of two lines can lose its duplicate.
    """
    book = RuleBook.build(PAYER, rules)
    history = History(lines=lines)
    more = attrs.evolve(given_claim, lines=[*given_claim.lines, line(9, "97110")])
    before, after = book.decide(given_claim, history), book.decide(more, history)
    assert _but_combination(before.lines) == _but_combination(after.lines[:-1])
    assert _uncured(before.proved_findings) == _uncured(after.proved_findings)


def _but_combination(lines: Iterable[LineDecision]) -> list[LineDecision]:
    return [
        attrs.evolve(decided, topics={**decided.topics, "combination": "not touched"})
        for decided in lines
    ]


@given(claims(), histories, rule_sets())
def test_another_members_history_changes_nothing(
    given_claim: Claim, lines: list[HistoryLine], rules: list[Rule]
) -> None:
    """Lines of another member in the history change nothing."""
    book = RuleBook.build(PAYER, rules)
    strange = [attrs.evolve(item, member="N") for item in lines]
    assert book.decide(given_claim, History(lines=strange)) == book.decide(given_claim, History())


@given(claims(), rule_sets())
def test_the_claim_and_its_replaced_claim_do_not_count(
    given_claim: Claim, rules: list[Rule]
) -> None:
    """Lines of the claim's own id, and of the one it replaces by either number, are not history."""
    book = RuleBook.build(PAYER, rules)
    own = [
        HistoryLine(
            claim=name,
            payer_claim=number,
            member="M",
            status="paid",
            code=item.code,
            date_from=item.date_from,
            place_of_service="11",
        )
        for name, number in (("C1", None), ("C0", "ICN1"), ("X1", "C0"))
        for item in given_claim.lines
    ]
    replacing = attrs.evolve(given_claim, frequency_code="7", replaces="C0")
    assert book.decide(replacing, History(lines=own)) == book.decide(replacing, History())


def test_a_void_claim_is_not_judged() -> None:
    """A claim of frequency code 8 voids another and is not judged."""
    void = claim(line(1, "90853"), frequency_code="8", replaces="C0")
    decision = RuleBook.build(PAYER, []).decide(void)
    assert decision.outcome == "inform"
    assert decision.notes == ("the claim voids C0: it is not evaluated",)
