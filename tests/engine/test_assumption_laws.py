"""Laws of what is assumed and of what is not known, over the rule books of all payers."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any, Final, TypeVar

import attrs
import pytest
from bundled import bundled_registry
from payers_claims import (
    PAYERS,
    Drawn,
    book,
    collected,
    drawn_for,
    forgot,
    statable,
    values_of,
)

from payer_rules.claims import ServiceLine, modalities
from payer_rules.decisions import Decision, Finding, NotEvaluated
from payer_rules.history import History
from payer_rules.kinds import FrequencyLimit
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    ASSUMABLE,
    SEVERITY,
    UNPAID,
    UNREAD,
    DateRange,
    EditTable,
    Reason,
    Rule,
    Topic,
    TopicStatus,
)

ALL: Final[frozenset[Reason]] = frozenset(ASSUMABLE)
#: More values of a fact than these are not tried.
MANY: Final = 60
EDITS: Final = ("/ptp", "/mue", "/add-on")
#: A day on which the bundled tables hold.
CARRIED: Final = date(2024, 7, 1)
L = TypeVar("L", bound=ServiceLine)
EVERY_PAYER = pytest.mark.parametrize("payer", PAYERS)


def found(decision: Decision) -> dict[tuple[str, int], Finding]:
    """The findings of a decision by rule and line, the worst of each."""
    findings: dict[tuple[str, int], Finding] = {}
    for finding in sorted(decision.proved_findings, key=lambda item: SEVERITY[item.outcome]):
        findings.update({(finding.rule, line): finding for line in finding.lines})
    return findings


def is_open(decision: Decision, rule: str, line: int) -> bool:
    """Whether the rule is not evaluated on the line."""
    return any(entry.rule == rule and line in entry.lines for entry in decision.not_evaluated)


def summaries(decision: Decision) -> list[tuple[object, ...]]:
    """What is found of which lines, by which rule, with which codes."""
    return [
        (f.rule, f.lines, f.outcome, f.adjustment, f.pays, f.detected_in)
        for f in decision.proved_findings
    ]


def missing_facts(decision: Decision) -> tuple[NotEvaluated, ...]:
    """What is not evaluated for another reason than that a topic was not read."""
    return tuple(entry for entry in decision.not_evaluated if entry.reason != "topic")


def listed_topics(decision: Decision) -> set[tuple[int, str]]:
    """The lines and the topics that leave them open."""
    topics = [entry for entry in decision.not_evaluated if entry.reason == "topic"]
    return {(line, entry.missing) for entry in topics for line in entry.lines}


def statuses(decision: Decision) -> set[tuple[int, Topic, TopicStatus]]:
    """How each topic of each line was read."""
    return {
        (line.line, topic, status)
        for line in decision.lines
        for topic, status in line.topics.items()
    }


def unpaid_lines(decision: Decision) -> set[int]:
    """The lines that a finding denies."""
    denials = [finding for finding in decision.proved_findings if finding.outcome in UNPAID]
    return {line for finding in denials for line in finding.lines}


@EVERY_PAYER
def test_missing_facts_clear_no_finding(payer: str) -> None:
    """Where a stated fact is not known a finding stays, or its rule is not evaluated on the line."""
    for chance, drawn in drawn_for(payer):
        names, less = forgot(chance, drawn)
        whole = book(payer).decide(*drawn, test_cures=False)
        partly = book(payer).decide(*less, test_cures=False)
        left = found(partly)
        for (rule, line), finding in found(whole).items():
            if (rule, line) in left:
                continue
            why = (names, rule, line, less)
            assert is_open(partly, rule, line), why
            if SEVERITY[finding.outcome] > SEVERITY["inform"]:
                assert partly.outcome != "pay", why


def written_out(drawn: Drawn) -> History:
    """The history with nothing beyond its lines, and what is pending as paid."""
    rendering = {drawn.claim.rendering_provider(line).npi for line in drawn.claim.lines}
    return History(
        lines=[
            attrs.evolve(line, status="paid") if line.status in (None, "pending") else line
            for line in drawn.history.lines
        ],
        covers_rendering=rendering.pop() if len(rendering) == 1 else None,
    )


@EVERY_PAYER
def test_an_assumed_history_is_the_history_written_out(payer: str) -> None:
    """With `history` assumed the answer is that on the known lines and no others, open ones paid."""
    assuming = book(payer, frozenset(["history"]))
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn)
        partly = less._replace(
            history=less.history if chance.random() < 0.3 else History.unknown(less.history.lines)
        )
        decision = assuming.decide(*partly, test_cures=False)
        stated = book(payer).decide(partly.claim, written_out(partly), test_cures=False)
        if any(entry.reason == "history" for entry in stated.not_evaluated):
            continue  # NOTE: a fact of an earlier line is missing, and is no part of the law.
        assert summaries(decision) == summaries(stated), partly
        assert decision.not_evaluated == stated.not_evaluated, partly
        assert decision.outcome == stated.outcome


def installed(table: EditTable) -> EditTable:
    """The table as if its rows held for ever, but for those that ended before it."""
    last = table.verified.last
    assert last is not None

    def longer(edits: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            attrs.evolve(edit, verified=DateRange(edit.verified.first))
            if last in edit.verified
            else edit
            for edit in edits
        )

    return attrs.evolve(
        table,
        pairs=longer(table.pairs),
        units=longer(table.units),
        add_ons=longer(table.add_ons),
        verified=DateRange(table.verified.first),
    )


def test_an_assumed_table_is_the_release_installed() -> None:
    """With `table` assumed the findings are those of the newest release, installed for the date."""
    rules, terms = collected("medicare").rules, collected("medicare").terms
    tables = [installed(item) if isinstance(item, EditTable) else item for item in terms]
    carried = RuleBook.build(
        bundled_registry().payers["medicare"], rules, tables, names=bundled_registry().names
    )
    assuming = book("medicare", frozenset(["table"]))
    edits = 0
    for chance, drawn in drawn_for("medicare"):
        days = timedelta(days=chance.randint(0, 700))
        moved = at_least(drawn, CARRIED + days)
        decision = assuming.decide(*moved, test_cures=False)
        assert summaries(decision) == summaries(carried.decide(*moved, test_cures=False)), moved
        edits += sum(finding.rule.endswith(EDITS) for finding in decision.proved_findings)
    assert edits


def at_least(drawn: Drawn, day: date) -> Drawn:
    """The claim and its history moved, so that nothing was before the day."""
    first = min(line.date_from for line in (*drawn.claim.lines, *drawn.history.lines))
    by = max(timedelta(0), day - first)

    def moved(line: L) -> L:
        return attrs.evolve(line, date_from=line.date_from + by, date_to=line.date_to + by)

    return Drawn(
        attrs.evolve(drawn.claim, lines=map(moved, drawn.claim.lines)),
        attrs.evolve(drawn.history, lines=map(moved, drawn.history.lines)),
    )


def extended(rule: Rule) -> Rule:
    """Return a rule of one edition as if its text had been read for two years longer."""
    dates, end = rule.verified_dates, last_read(rule)
    if dates is None or end is None:
        return rule
    return attrs.evolve(rule, verified=DateRange(dates.first, two_years_on(end)))


def last_read(rule: Rule) -> date | None:
    """Return the last day for which the payer's own text was read, if there is one."""
    dates = rule.verified_dates
    return dates.last if dates is not None and is_primary(rule) else None


def is_primary(rule: Rule) -> bool:
    """Return True if the payer's own text was read."""
    return all(citation.confidence == "primary" for citation in rule.citations)


def two_years_on(day: date) -> date:
    """Return the same day two years later."""
    return day.replace(year=day.year + 2, day=min(day.day, 28 if day.month == 2 else day.day))


def is_beyond(rule: Rule, drawn: Drawn) -> bool:
    """Return True if the claim has a line for whose day the text is extended and still unread."""
    end = last_read(rule)
    if end is None:
        return False
    return any(line.date_to > two_years_on(end) for line in drawn.claim.lines)


@EVERY_PAYER
def test_an_assumed_edition_is_a_text_that_was_read(payer: str) -> None:
    """With `edition` assumed the findings of a text up to two years old are those of one that was read.

    They are those of the payer's own texts. The topics are a law of their own.
    """
    rules = collected(payer).rules
    ids = [rule.id for rule in rules]
    own = [r for r in rules if ids.count(r.id) == 1 and r.verified != "unknown" and is_primary(r)]
    of, terms, names = (
        bundled_registry().payers[payer],
        collected(payer).terms,
        bundled_registry().names,
    )
    assuming = RuleBook.build(of, own, terms, assume=["edition"], names=names)
    read = RuleBook.build(of, map(extended, own), terms, names=names)
    ends = sorted({end for end in map(last_read, own) if end is not None})
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn)
        if ends:
            less = at_least(less, chance.choice(ends) + timedelta(days=chance.randint(1, 720)))
        stated = read.decide(*less, test_cures=False)
        if any(is_beyond(rule, less) for rule in own) or is_edition_missing(stated):
            continue
        decision = assuming.decide(*less, test_cures=False)
        assert summaries(decision) == summaries(stated), less
        assert missing_facts(decision) == missing_facts(stated), less


def is_edition_missing(decision: Decision) -> bool:
    """Return True if a text was not read for a day of the claim."""
    return any(entry.reason == "edition" for entry in decision.not_evaluated)


@EVERY_PAYER
def test_an_assumed_edition_makes_no_topic_read(payer: str) -> None:
    """With `edition` assumed the same topics were read as without, and those unread are listed.

    A line that is denied needs no topic.
    """
    assuming = book(payer, frozenset(["edition"]))
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn)
        decision = assuming.decide(*less, test_cures=False)
        strict = book(payer).decide(*less, test_cures=False)
        assert statuses(decision) == statuses(strict), less
        assert listed_topics(decision) == {
            (line, topic)
            for line, topic, status in statuses(decision)
            if status in UNREAD and line not in unpaid_lines(decision)
        }, less


@EVERY_PAYER
@pytest.mark.parametrize("classes", [ALL, {"claim"}, {"record"}, {"claim", "record"}, {"history"}])
def test_an_assumption_takes_no_finding_away(payer: str, classes: frozenset[Reason]) -> None:
    """A finding that depends on no missing fact is also made under the assumption.

    Three things may differ. Where edit tables are missing other rules are answered as if these found
    nothing, and a carried table may deny the line on which a finding rests. A line that the payer
    reviews may go either way. And an earlier line that counts can move the excess of a limit to
    another line of the claim.
    """
    assuming = book(payer, frozenset(classes))
    limits = {r.id for r in collected(payer).rules if isinstance(r, FrequencyLimit)}
    for chance, drawn in drawn_for(payer):
        _, less = forgot(chance, drawn, most=6)
        strict = found(book(payer).decide(*less, test_cures=False))
        decision = assuming.decide(*less, test_cures=False)
        there = found(decision)
        new = there.keys() - strict.keys()
        unsure = {rule for rule, _ in new if rule.endswith(EDITS)}
        unsure |= {rule for rule, line in new if there[rule, line].outcome == "review"}
        moved = limits & {rule for rule, _ in new}
        for (rule, line), finding in strict.items():
            if unsure or rule in moved:
                continue
            assert (rule, line) in there, (rule, line, less)
            assert SEVERITY[there[rule, line].outcome] >= SEVERITY[finding.outcome]


@cache
def alone(payer: str, rule: str) -> RuleBook:
    """The rule book of one rule of the payer, or of its edit tables, and of no other."""
    of, all_ = bundled_registry().payers[payer], collected(payer)
    rules = [item for item in all_.rules if item.id == rule]
    payer_alone = of if not rules else attrs.evolve(of, ncci=None)
    return RuleBook.build(payer_alone, rules, all_.terms, names=bundled_registry().names)


def missed_by(payer: str, rule: str, less: Drawn) -> set[tuple[str, int]]:
    """The lines on which the rule, asked by itself, misses a fact of the claim or the record."""
    decision = alone(payer, rule).decide(*less, test_cures=False)
    return {
        (rule, line)
        for entry in decision.not_evaluated
        if entry.rule == rule and entry.reason in ("claim", "record")
        for line in entry.lines
    }


@EVERY_PAYER
def test_what_all_completions_find_is_found_by_presuming(payer: str) -> None:
    """With claim and record assumed a finding of all completions is made, as bad or worse.

    Of the completions those count in which the rules that miss the facts find nothing.
    """
    assuming = book(payer, frozenset(["claim", "record"]))
    for chance, drawn in drawn_for(payer):
        name, state = chance.choice(list(statable(drawn)))
        values = values_of(payer, name.split()[0])
        less = state(drawn, None)
        if name.startswith("modality"):
            number = int(name.split()[1])
            (line,) = (item for item in less.claim.lines if item.number == number)
            values = tuple(modalities(line))
        decision = assuming.decide(*less, test_cures=False)
        missing = {
            item for e in decision.assumed if e.rule for item in missed_by(payer, e.rule, less)
        }
        completed = [
            found(book(payer).decide(*state(less, value), test_cures=False))
            for value in chance.sample(values, min(len(values), MANY))
        ]
        allowed = [item for item in completed if missing.isdisjoint(item)]
        if not allowed or not missing:
            continue
        there = found(decision)
        for key in set.intersection(*(set(item) for item in allowed)):
            mildest = min(SEVERITY[item[key].outcome] for item in allowed)
            assert key in there, (key, name, less)
            assert SEVERITY[there[key].outcome] >= mildest, (key, name, less)
