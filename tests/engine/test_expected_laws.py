"""Laws of the expected answer, over the rule books of all payers."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import cache
from typing import Final

import attrs
import pytest
from bundled import bundled_registry
from payers_claims import (
    PAYERS,
    book,
    collected,
    drawn_for,
    forgot,
    statable,
    values_of,
)
from test_assumption_laws import (
    CARRIED,
    EDITS,
    at_least,
    extended,
    installed,
    is_beyond,
    last_read,
    missed_by,
    written_out,
)

from payer_rules.claims import MODALITIES, modalities
from payer_rules.decisions import Decision, Finding, LineDecision
from payer_rules.history import History
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    ALWAYS,
    ASSUMABLE,
    CORE_TOPICS,
    SEVERITY,
    EditTable,
    TopicStatement,
)

#: More values of a fact than these are not tried.
MANY: Final = 60
MILD: Final = SEVERITY["inform"]
EVERY_PAYER: Final = pytest.mark.parametrize("payer", PAYERS)
#: The statuses of topics that the payer's own texts answer, for the day of the line.
READ: Final = frozenset(["checked", "none stated", "not touched"])
Key = tuple[str, int]


def expected_findings(decision: Decision) -> dict[Key, str]:
    """Return the worst expected outcome of each rule and line."""
    worst: dict[Key, str] = {}
    for finding in sorted(decision.findings, key=lambda finding: SEVERITY[finding.outcome]):
        if finding.basis != "baseline":
            worst.update({(finding.rule, line): finding.outcome for line in finding.lines})
    return worst


def proved(decision: Decision) -> dict[Key, str]:
    """Return the worst proved outcome of each rule and line."""
    findings = sorted(decision.proved_findings, key=lambda finding: SEVERITY[finding.outcome])
    return {(f.rule, line): f.outcome for f in findings for line in f.lines}


def same_but_proved(one: Decision, other: Decision) -> bool:
    """Return True if the findings are the same, apart from those that one answer proves.

    NOTE: a table that is missing leaves the later limits of the proved answer certain, so that a
    proved finding may stay where a carried table denies the line on which it rests. So may the pair
    of two lines that a text which was not read for the day denies both or neither.
    """
    first, second = expected_findings(one), expected_findings(other)
    known = proved(one) | proved(other)
    return all(
        first.get(key) == second.get(key)
        for key in first.keys() | second.keys()
        if key not in known
    )


def lines_of(decision: Decision) -> dict[int, LineDecision]:
    """Return the lines of the decision by number."""
    return {line.line: line for line in decision.lines}


@EVERY_PAYER
def test_a_presumed_history_is_the_history_written_out(payer: str) -> None:
    """The findings are those on the known lines and no others, pending lines paid."""
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn)
        partly = less._replace(
            history=less.history if chance.random() < 0.3 else History.unknown(less.history.lines)
        )
        decision = book(payer).decide(*partly, test_cures=False)
        stated = book(payer).decide(partly.claim, written_out(partly), test_cures=False)
        assert same_but_proved(decision, stated), partly


def test_a_presumed_table_is_the_release_installed() -> None:
    """The findings are those of the newest release, installed for the date."""
    rules, terms = collected("medicare").rules, collected("medicare").terms
    tables = [installed(table) if isinstance(table, EditTable) else table for table in terms]
    of, names = bundled_registry().payers["medicare"], bundled_registry().names
    carried = RuleBook.build(of, rules, tables, names=names)
    carrying = RuleBook.build(of, rules, terms, names=names)
    edits = 0
    for chance, drawn in drawn_for("medicare"):
        moved = at_least(drawn, CARRIED + timedelta(days=chance.randint(0, 700)))
        decision = carrying.decide(*moved, test_cures=False)
        assert same_but_proved(decision, carried.decide(*moved, test_cures=False)), moved
        edits += sum(finding.rule.endswith(EDITS) for finding in decision.findings)
    assert edits


@EVERY_PAYER
def test_a_carried_text_is_a_text_that_was_read(payer: str) -> None:
    """The findings of a text up to two years old are those of one that was read for the day."""
    rules = collected(payer).rules
    ids = [rule.id for rule in rules]
    single = [rule for rule in rules if ids.count(rule.id) == 1]
    of, terms, names = (
        bundled_registry().payers[payer],
        collected(payer).terms,
        bundled_registry().names,
    )
    carrying = RuleBook.build(of, single, terms, names=names)
    read = RuleBook.build(of, map(extended, single), terms, names=names)
    ends = sorted({end for end in map(last_read, single) if end is not None})
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn)
        if ends:
            less = at_least(less, chance.choice(ends) + timedelta(days=chance.randint(1, 720)))
        if any(is_beyond(rule, less) for rule in single):
            continue
        decision = carrying.decide(*less, test_cures=False)
        assert same_but_proved(decision, read.decide(*less, test_cures=False)), less


@EVERY_PAYER
def test_a_presumed_visit_in_person_is_one_that_is_stated(payer: str) -> None:
    """The findings are those of the lines with the modality that is presumed."""
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn)
        bare = [attrs.evolve(line, modality=None) for line in less.claim.lines]
        stated = [
            attrs.evolve(line, modality="in-person")
            if line.place_of_service and modalities(line) == MODALITIES
            else line
            for line in bare
        ]
        earlier = [
            attrs.evolve(line, modality="in-person")
            if line.place_of_service and modalities(line) == MODALITIES
            else line
            for line in less.history.lines
        ]
        decision = book(payer).decide(
            attrs.evolve(less.claim, lines=bare), less.history, test_cures=False
        )
        other = book(payer).decide(
            attrs.evolve(less.claim, lines=stated),
            attrs.evolve(less.history, lines=earlier),
            test_cures=False,
        )
        assert same_but_proved(decision, other), less


@EVERY_PAYER
def test_what_all_completions_find_is_expected(payer: str) -> None:
    """A finding of all completions in which the rules that miss facts find nothing is expected."""
    for chance, drawn in drawn_for(payer):
        name, state = chance.choice(list(statable(drawn)))
        values = values_of(payer, name.split()[0])
        less = state(drawn, None)
        if name.startswith("modality"):
            number = int(name.split()[1])
            (line,) = (line for line in less.claim.lines if line.number == number)
            values = tuple(modalities(line))
        decision = book(payer).decide(*less, test_cures=False)
        rules = {fact.rule for line in decision.lines for fact in line.rests_on if fact.rule}
        rules |= {f.rule for finding in decision.findings for f in finding.rests_on if f.rule}
        missing = {key for rule in rules for key in missed_by(payer, rule, less)}
        completed = [
            expected_findings(book(payer).decide(*state(less, value), test_cures=False))
            for value in chance.sample(values, min(len(values), MANY))
        ]
        allowed = [findings for findings in completed if missing.isdisjoint(findings)]
        if not allowed or not missing:
            continue
        there = expected_findings(decision)
        for key in set.intersection(*(set(findings) for findings in allowed)):
            mildest = min(SEVERITY[findings[key]] for findings in allowed)
            assert key in there, (key, name, less)
            assert SEVERITY[there[key]] >= mildest, (key, name, less)


@EVERY_PAYER
def test_what_is_expected_is_the_same_whatever_is_assumed(payer: str) -> None:
    """An assumption moves classes into the first answer, and changes nothing of the second."""
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn)
        classes = frozenset(chance.sample(ASSUMABLE, chance.randint(1, len(ASSUMABLE))))
        bare = book(payer).decide(*less, test_cures=False)
        assumed = book(payer, classes).decide(*less, test_cures=False)
        expected = [line.expected for line in bare.lines]
        assert [line.expected for line in assumed.lines] == expected, (classes, less)
        assert same_but_proved(assumed, bare), (classes, less)


@cache
def shuffled(payer: str) -> RuleBook:
    """Return the payer's rule book from rules and tables in another order."""
    rules, terms = list(collected(payer).rules), list(collected(payer).terms)
    chance = random.Random(payer)
    chance.shuffle(rules)
    chance.shuffle(terms)
    of, baseline, names = (
        bundled_registry().payers[payer],
        bundled_registry().baseline,
        bundled_registry().names,
    )
    return RuleBook.build(of, rules, terms, names=names, baseline=baseline)


@EVERY_PAYER
def test_order_changes_neither_answer(payer: str) -> None:
    """The order of lines, of earlier lines, of rules and of tables changes nothing of a decision."""
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn)
        claim = attrs.evolve(less.claim, lines=chance.sample(less.claim.lines, len(less.numbers)))
        earlier = chance.sample(less.history.lines, len(less.history.lines))
        history = attrs.evolve(less.history, lines=earlier)
        one = book(payer).decide(*less, test_cures=False)
        other = shuffled(payer).decide(claim, history, test_cures=False)
        assert (other.lines, other.findings) == (one.lines, one.findings), less
        assert other.not_evaluated == one.not_evaluated, less


@cache
def stating_none(payer: str) -> RuleBook:
    """Return the payer's rule book with the statement that no topic has further rules."""
    of = bundled_registry().payers[payer]
    (cited, *_) = collected(payer).rules[0].citations
    none = [TopicStatement(topic=topic, none=(cited,), verified=ALWAYS) for topic in CORE_TOPICS]
    rules, terms = collected(payer).rules, collected(payer).terms
    stating = attrs.evolve(of, topics=(*of.topics, *none))
    return RuleBook.build(stating, rules, terms, names=bundled_registry().names)


@EVERY_PAYER
def test_a_statement_that_there_is_no_rule_turns_no_finding_off(payer: str) -> None:
    """What the payer's rules find stays in both answers, though nothing else is said of a topic."""
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn)
        plain = book(payer).decide(*less, test_cures=False)
        stating = stating_none(payer).decide(*less, test_cures=False)
        assert proved(stating) == proved(plain), less
        assert expected_findings(stating) == expected_findings(plain), less


@EVERY_PAYER
def test_a_finding_is_there_twice_only_if_the_expected_one_is_worse(payer: str) -> None:
    """Of one rule and lines, what is presumed is worse than all that is proved."""
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn, most=8)
        decision = book(payer).decide(*less, test_cures=False)
        for finding in decision.findings:
            if finding.basis == "presumed":
                known = [
                    SEVERITY[other.outcome]
                    for other in decision.proved_findings
                    if (other.rule, other.lines) == (finding.rule, finding.lines)
                ]
                assert SEVERITY[finding.outcome] > max(known, default=-1), less


@EVERY_PAYER
def test_less_known_is_never_cleaner(payer: str) -> None:
    """Where a stated fact is not known, a finding stays or its rule is named as open.

    Its line is then not proved to be paid, and if it is expected to be, it names rule and fact.
    """
    for chance, drawn in drawn_for(payer):
        names, less = forgot(chance, drawn)
        whole = book(payer).decide(*drawn, test_cures=False)
        partly = book(payer).decide(*less, test_cures=False)
        left, lines = expected_findings(partly), lines_of(partly)
        for (rule, number), outcome in proved(whole).items():
            if (rule, number) in left:
                continue
            why = (names, rule, number, less)
            line = lines[number]
            is_open = any(
                entry.rule == rule and number in entry.lines for entry in partly.not_evaluated
            )
            assert is_open, why
            if SEVERITY[outcome] <= MILD:
                continue
            assert line.outcome != "pay", why
            if line.expected == "pay":
                assert any(fact.rule == rule for fact in line.rests_on), why


@EVERY_PAYER
def test_what_is_proved_is_expected(payer: str) -> None:
    """Every proved finding is expected, and nothing is expected to be milder than proved."""
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn, most=8)
        decision = book(payer).decide(*less, test_cures=False)
        there = expected_findings(decision)
        for key, outcome in proved(decision).items():
            assert SEVERITY[there[key]] >= SEVERITY[outcome], less
        for line in decision.lines:
            if line.outcome != "unknown" and line.expected not in ("unknown", "unread"):
                assert SEVERITY[line.expected] >= SEVERITY[line.outcome], less


@EVERY_PAYER
def test_what_is_expected_of_known_facts_is_proved(payer: str) -> None:
    """If no fact, text or table is missing and no line is for review, both answers are the same."""
    for _, drawn in drawn_for(payer):
        decision = book(payer).decide(*drawn, test_cures=False)
        is_reviewed = any(finding.outcome == "review" for finding in decision.proved_findings)
        if decision.not_evaluated or is_reviewed:
            continue
        for line in decision.lines:
            if READ.issuperset(line.topics.values()):
                answer = (line.expected, line.basis, line.rests_on)
                assert answer == (line.outcome, "proved", ()), drawn


@EVERY_PAYER
def test_a_finding_rests_on_facts_unless_it_is_proved(payer: str) -> None:
    """What is presumed names the facts that it rests on, and what is proved names none."""
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn, most=8)
        decision = book(payer).decide(*less, test_cures=False)
        entries: list[Finding | LineDecision] = [*decision.findings, *decision.lines]
        for entry in entries:
            if entry.basis in ("proved", "presumed"):
                assert bool(entry.rests_on) is (entry.basis == "presumed"), less
