"""The policies that were read for other days than those of a claim, for reports."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date
from operator import is_
from typing import Final, NamedTuple

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, NotEvaluated
from payer_rules.kinds import kind_of
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Confidence, DateRange, Topic
from payer_rules.unchecked import copier
from payer_rules.values.identity_cache import MOST_LISTS, IdentityCache

#: The classes of missing facts of which every report uses what is known of the rule, and those
#: of which only a report of each line does.
_USED: Final = frozenset(["edition"])
_PRINTED: Final = frozenset(["edition", "history"])
_copy_entry: Final = copier(NotEvaluated)


@attrs.frozen
class PolicyText:
    """The document that a rule cites first, and the last day for which it was read, if known.

    ``statement`` is what the rule states, in a sentence, and ``topic`` what it is about.
    """

    title: str
    last_day: date | None
    statement: str = ""
    confidence: Confidence = "primary"
    topic: Topic | None = None


NO_POLICIES: Final[Mapping[str, PolicyText]] = {}


def policies_of(book: RuleBook) -> dict[str, PolicyText]:
    """Return the policy of each rule by its id; of several editions that read last."""
    policies: dict[str, PolicyText] = {}
    for rule in book.rules:
        day = rule.verified.last if isinstance(rule.verified, DateRange) else None
        source = rule.citations[0]
        topic = kind_of(rule).topic
        policy = PolicyText(source.title, day, rule.rationale, source.confidence, topic)
        known = policies.setdefault(rule.id, policy)
        if day is not None and (known.last_day is None or day > known.last_day):
            policies[rule.id] = policy
    return policies


class _NamedQuestion(NamedTuple):
    """An open question as it names the policy of its rule.

    ``read_before`` is the form for days after ``last_day``, up to which the policy was read.
    """

    last_day: date | None
    read_before: NotEvaluated
    read_since: NotEvaluated

    def of_day(self, day: date) -> NotEvaluated:
        """Return the form for a claim whose first day is this."""
        is_before = self.last_day is not None and day > self.last_day
        return self.read_before if is_before else self.read_since


@attrs.frozen(eq=False)
class _NamedQuestions:
    """The open questions of a decision as they name the policies of their rules.

    ``last_days`` are those up to which the policies were read, in order.
    """

    entries: tuple[NotEvaluated, ...]
    questions: list[_NamedQuestion]
    last_days: list[date]
    _made: dict[int, tuple[NotEvaluated, ...]] = attrs.field(factory=dict, init=False)

    def of_day(self, day: date) -> tuple[NotEvaluated, ...]:
        """Return the questions of a claim whose first day is this, those of a period made once."""
        period = bisect_left(self.last_days, day)
        made = self._made.get(period)
        if made is None:
            named = tuple([question.of_day(day) for question in self.questions])
            made = self.entries if all(map(is_, named, self.entries)) else named
            self._made[period] = made
        return made


@attrs.frozen(eq=False)
class NamedPolicies:
    """The policies of one payer's rules by rule id, and the open questions that name them.

    Many decisions have the same questions, so that each is made once, and so is their whole list.
    Reports print the title and the year of a policy that may no longer be in effect and, where
    decisions are ``printed``, the topic of a rule that asks for earlier lines.
    """

    by_rule: Mapping[str, PolicyText]
    printed: bool = True
    _questions: IdentityCache[NotEvaluated, _NamedQuestion] = attrs.field(init=False)
    _lists: IdentityCache[tuple[NotEvaluated, ...], _NamedQuestions] = attrs.field(init=False)

    @_questions.default
    def _of_entries(self) -> IdentityCache[NotEvaluated, _NamedQuestion]:
        return IdentityCache(self._named)

    @_lists.default
    def _of_lists(self) -> IdentityCache[tuple[NotEvaluated, ...], _NamedQuestions]:
        return IdentityCache(self._named_list, MOST_LISTS)

    def entries_on(self, decision: Decision, claim: Claim) -> tuple[NotEvaluated, ...]:
        """Return the open questions with what reports print of their rules."""
        entries = decision.not_evaluated
        if not entries:
            return entries
        return self._lists.of(entries).of_day(min([line.date_from for line in claim.lines]))

    def _named_list(self, entries: tuple[NotEvaluated, ...]) -> _NamedQuestions:
        questions = self._questions.all(entries)
        days = {each.last_day for each in questions if each.last_day is not None}
        return _NamedQuestions(entries, questions, sorted(days))

    def _named(self, entry: NotEvaluated) -> _NamedQuestion:
        """Return the question with the policy of its rule, if reports print it."""
        policy = self.by_rule.get(entry.rule or "")
        if policy is None or entry.reason not in (_PRINTED if self.printed else _USED):
            return _NamedQuestion(None, entry, entry)
        if entry.reason == "history":
            with_topic = _copy_entry(entry, {"rule_topic": policy.topic})
            return _NamedQuestion(None, with_topic, with_topic)
        day = policy.last_day
        before = {"policy_year": day and day.year, "document": policy.title}
        since = {"policy_year": None, "document": policy.title}
        return _NamedQuestion(day, _copy_entry(entry, before), _copy_entry(entry, since))
