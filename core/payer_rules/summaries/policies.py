"""The policies that were read for other days than those of a claim, for reports."""

from __future__ import annotations

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
from payer_rules.values.identity_cache import IdentityCache

#: The classes of missing facts of which every report uses what is known of the rule, and those
#: of which only a report of each line does.
_USED: Final = frozenset(["edition"])
_PRINTED: Final = frozenset(["edition", "history"])
_copy_decision: Final = copier(Decision)
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


@attrs.frozen(eq=False)
class NamedPolicies:
    """The policies of one payer's rules by rule id, and the open questions that name them.

    Many decisions have the same questions, so that each is made once. Reports print the title and
    the year of a policy that may no longer be in effect and, where decisions are ``printed``, the
    topic of a rule that asks for earlier lines.
    """

    by_rule: Mapping[str, PolicyText]
    printed: bool = True
    _questions: IdentityCache[NotEvaluated, _NamedQuestion] = attrs.field(init=False)

    @_questions.default
    def _of_entries(self) -> IdentityCache[NotEvaluated, _NamedQuestion]:
        return IdentityCache(self._named)

    def on(self, decision: Decision, claim: Claim) -> Decision:
        """Return the decision with what reports print of the rules of its open questions."""
        entries = decision.not_evaluated
        if not entries:
            return decision
        first = min([line.date_from for line in claim.lines])
        named = tuple(
            [
                since if day is None or first <= day else before
                for day, before, since in self._questions.all(entries)
            ]
        )
        if all(map(is_, named, entries)):
            return decision
        return _copy_decision(decision, {"not_evaluated": named})

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
