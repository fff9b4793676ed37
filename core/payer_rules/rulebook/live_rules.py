"""Which rules of a payer answer for services on a day, and up to which day the payer answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.text_dates import SUPERSEDED, AgedText, TextDates
from payer_rules.rules import Rule
from payer_rules.rules.carried_texts import last_day_carried

#: How a rule answers for services on a day. ``live``: in force, and its text was read for the day
#: or is carried to it with its own outcome; ``review``: carried, with findings for review;
#: ``expired``: its text is too old, or was read for later days. The others are not counted:
#: ``ended``, ``replaced`` by a newer edition, and ``later``.
RuleStatus: TypeAlias = Literal["live", "review", "expired", "ended", "replaced", "later"]

#: The statuses of rules that the payer has on the day.
CURRENT: Final[tuple[RuleStatus, ...]] = ("live", "review", "expired")
_ANY_CODE: Final = "00000"


@attrs.frozen(kw_only=True)
class RuleCounts:
    """The number of a payer's rules with each status on a day, and of those read twice.

    ``read_twice`` counts rules with a second reading among those that the payer has on the day, and
    ``read_once`` has the ids of the others.
    ``answers_to`` is the last day for which a rule answers with its own outcome: ``None`` if none
    ever does, and `date.max` if a text states no end.
    """

    payer: str
    statuses: Counter[RuleStatus]
    read_twice: int
    answers_to: date | None
    read_once: tuple[str, ...] = ()

    @property
    def live(self) -> int:
        """The number of rules that answer for the day with their own outcome."""
        return self.statuses["live"]

    @property
    def current(self) -> int:
        """The number of rules that the payer has on the day."""
        return sum(self.statuses[status] for status in CURRENT)

    @property
    def past(self) -> int:
        """The number of rules that ended, were replaced, or begin later."""
        return self.statuses.total() - self.current


def count_rules(payer: str, rules: Sequence[Rule], day: date) -> RuleCounts:
    """Return how many of the payer's rules have each status on the day."""
    statuses = [status_of(rule, rules, day) for rule in rules]
    current = [r for r, status in zip(rules, statuses, strict=True) if status in CURRENT]
    once = {rule.id for rule in current if not rule.second_reading}
    lasts = [last for rule in rules if (last := _last_answer(rule))]
    return RuleCounts(
        payer=payer,
        statuses=Counter(statuses),
        read_twice=sum(rule.second_reading is not None for rule in current),
        answers_to=max(lasts, default=None),
        read_once=tuple(sorted(once)),
    )


def status_of(rule: Rule, rules: Iterable[Rule], day: date) -> RuleStatus:
    """Return how the rule answers for the day, next to the other editions among the rules."""
    if day not in rule.in_force:
        is_past = rule.in_force.last is not None and rule.in_force.last < day
        return "ended" if is_past else "later"
    if rule.verified == "unknown":
        return "review"
    if rule.verified is None or day in rule.verified:
        return "live"
    others = [other for other in rules if other.id == rule.id and other is not rule]
    if any(other.verified_dates and day in other.verified_dates for other in others):
        return "replaced"
    text = TextDates(rule, others).carried_to(ServiceLine(number=1, code=_ANY_CODE, date_from=day))
    if isinstance(text, AgedText):
        is_own = text.first_of_next is None and rule.outcome == "review"
        return "review" if text.is_for_review and not is_own else "live"
    return "replaced" if text == SUPERSEDED else "expired"


def _last_answer(rule: Rule) -> date | None:
    """Return the last day for which the rule answers with its own outcome, if there is any."""
    if rule.verified == "unknown":
        return None
    end = rule.in_force.last or date.max
    verified = rule.verified_dates
    if verified is None or verified.last is None:
        return end
    return min(end, last_day_carried(verified.last, rule.citations, rule.outcome))
