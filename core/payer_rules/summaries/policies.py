"""The policies that were read for other days than those of a claim, for reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, NotEvaluated
from payer_rules.kinds import kind_of
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Confidence, DateRange, Topic
from payer_rules.unchecked import copier

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


def with_policies(
    decision: Decision, claim: Claim, policies: Mapping[str, PolicyText], *, is_printed: bool = True
) -> Decision:
    """Return the decision with what reports print of the rules of its open questions.

    This is the title and the year of a policy that may no longer be in effect, and the topic of a
    rule that asks for earlier lines, if the decision ``is_printed``.
    """
    classes = _PRINTED if is_printed else _USED
    if not any(entry.reason in classes for entry in decision.not_evaluated):
        return decision
    first = min(line.date_from for line in claim.lines)
    entries = decision.not_evaluated
    named = tuple(
        _with_policy(each, first, policies.get(each.rule or "")) if each.reason in classes else each
        for each in entries
    )
    return _copy_decision(decision, {"not_evaluated": named})


def _with_policy(entry: NotEvaluated, first: date, policy: PolicyText | None) -> NotEvaluated:
    if policy is None:
        return entry
    if entry.reason == "history":
        return _copy_entry(entry, {"rule_topic": policy.topic})
    day = policy.last_day
    year = day.year if day and day < first else None
    return _copy_entry(entry, {"policy_year": year, "document": policy.title})
