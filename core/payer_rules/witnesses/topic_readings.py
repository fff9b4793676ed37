"""What a payer's texts state about the topic of another payer's rule, on one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import LineDecision, Presumption
from payer_rules.engine.applicability import Applicability
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.conditions import Conditions
from payer_rules.history import History
from payer_rules.kinds import kind_of
from payer_rules.rulebook.topic_reader import read_status
from payer_rules.rules import ANYTIME, CORE_TOPICS, UNREAD, Rule, Topic, TopicStatement, When
from payer_rules.witnesses.compared_side import ComparedSide

#: The classes of facts that another claim would state.
_OF_CLAIMS: Final = ("claim", "record", "history")


@attrs.frozen
class TopicReading:
    """The rules that a payer has on a topic of a line, and that the line keeps.

    ``statement`` is that the payer's text states no rule. The rules are not kept if they do not
    apply to the line: an edition that is not in effect on its day.
    """

    rules: tuple[str, ...]
    statement: TopicStatement | None = None
    is_kept: bool = True


def reading_of(
    side: ComparedSide,
    claim: Claim,
    line: ServiceLine,
    answer: LineDecision,
    topic: Topic | None,
    other: Rule | None,
) -> TopicReading | None:
    """Return what the side reads of the topic on the line; ``None`` if it was not read.

    ``other`` is the rule of the other side that is broken. The ledger of topics answers for core
    topics. Of the others, only a rule of the same kind is an answer; of coverage and of records,
    which are about many things, one with conditions on the same facts. A rule counts only if it
    applies to the line. A rule of the same payer that is not in effect on the day is an answer,
    too. There is none if a rule on the topic misses a fact.
    """
    if other and side.editions(other.id) and line.date_from not in other.in_force:
        return TopicReading((other.id,), is_kept=applies_to(side, other.id, claim, line))
    if any(True for _ in missing_of(side, answer, topic)):
        return None
    on_topic = (rule for rule in _judging(answer) if side.topic_of(rule) == topic)
    rules = tuple(sorted(rule for rule in on_topic if applies_to(side, rule, claim, line)))
    if topic in CORE_TOPICS:
        return _of_core_topic(side, claim, line, answer, topic, rules)
    found = [side.edition_on(name, line.date_from) for name in rules]
    alike = tuple(rule.id for rule in found if rule and other and _are_alike(rule, other))
    return TopicReading(alike) if alike else None


def applies_to(side: ComparedSide, rule_id: str, claim: Claim, line: ServiceLine) -> bool:
    """Return True if the rule applies to the line: by its dates, its text and its conditions.

    Earlier services are left open. The edits of tables apply wherever they gave an answer.

    NOTE: the ledger counts a rule about video as read for a visit by audio, too.
    """
    editions = side.editions(rule_id)
    state = ClaimState(claim, History.unknown(), Assumptions.expected())
    for rule in editions:
        others = [each for each in editions if each is not rule]
        applies = Applicability(rule, side.book.payer, others).to(state, line)
        if not isinstance(applies, str) and all(fact.reason == "history" for fact in applies):
            return True
    return not editions


def missing_of(
    side: ComparedSide, answer: LineDecision, topic: Topic | None
) -> Iterator[Presumption]:
    """Yield the missing facts of the claim that the payer's rules on the topic ask for."""
    for fact in answer.rests_on:
        if fact.reason in _OF_CLAIMS and fact.rule and side.topic_of(fact.rule) == topic:
            yield fact


def _of_core_topic(
    side: ComparedSide,
    claim: Claim,
    line: ServiceLine,
    answer: LineDecision,
    topic: Topic,
    rules: tuple[str, ...],
) -> TopicReading | None:
    status = answer.topics.get(topic, "not touched")
    if status in UNREAD:
        return None
    statement = next(_statements(side, claim, line, topic), None)
    if rules or (statement and status in ("checked", "none stated")):
        return TopicReading(rules, None if rules else statement)
    return None


def _statements(
    side: ComparedSide, claim: Claim, line: ServiceLine, topic: Topic
) -> Iterator[TopicStatement]:
    """Yield the statements that the payer's text has no rule on the topic, for this line."""
    state = ClaimState(claim, History.unknown(), Assumptions.presuming(frozenset()))
    payer = side.book.payer
    for each in payer.topics:
        if each.topic != topic or not each.none or not each.speaks_of(line.code):
            continue
        if not read_status(each.verified, each.none, line.date_from, line.date_to):
            continue
        if each.when == ANYTIME or Conditions(each.when, payer).weigh(state, line) is True:
            yield each


def _judging(answer: LineDecision) -> Iterator[str]:
    """Yield the rules that gave an answer on the line, those of carried texts as well."""
    yield from answer.judged_by
    for fact in answer.rests_on:
        if fact.reason == "edition" and fact.rule and fact.rule not in answer.judged_by:
            yield fact.rule


def _are_alike(rule: Rule, other: Rule) -> bool:
    """Return True if the rules are of one kind and, unless its topic says enough, of one matter."""
    if kind_of(rule) is not kind_of(other):
        return False
    if kind_of(rule).topic not in (None, "coverage"):
        return True
    asked = _conditions(rule.when)
    return asked == _conditions(other.when) or (rule.is_permission and not asked)


def _conditions(when: When) -> frozenset[str]:
    names = (field.name for field in attrs.fields(When))
    return frozenset(name for name in names if getattr(when, name) not in (None, ()))
