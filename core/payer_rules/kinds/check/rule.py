"""The rule that a function of a plugin evaluates, for what data cannot express."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.history import History
from payer_rules.rules.outcomes import Reason
from payer_rules.rules.rule import CodedRule
from payer_rules.rules.topics import Topic
from payer_rules.values.checked import CheckedRule, as_tuple


@attrs.frozen(kw_only=True)
class Violation(CheckedRule):
    """The answer of a function that lines break the rule, with their numbers and a message."""

    lines: tuple[int, ...] = attrs.field(converter=as_tuple)
    message: str


@attrs.frozen(kw_only=True)
class MissingInformation(CheckedRule):
    """The answer of a function that it cannot decide lines: the missing fact and its class."""

    lines: tuple[int, ...] = attrs.field(converter=as_tuple)
    reason: Reason
    missing: str


#: It is called for each claim with a line to which the rule applies, and changes nothing.
CheckFunction: TypeAlias = Callable[[Claim, History], Iterable[Violation | MissingInformation]]


@attrs.frozen(kw_only=True)
class Check(CodedRule):
    """A rule on the lines of the codes that ``function`` evaluates.

    The function gets the claim and the history, and answers for the lines that it names. Other
    lines are in order. Answers for lines to which the rule does not apply are left out. If the
    function raises an exception, the lines are not evaluated. ``topic`` is the topic that is read
    on the lines of the codes by calling the function; by default none is.
    """

    function: CheckFunction = attrs.field(metadata={"key": None, "json": None})
    topic: Topic | None = None

    @property
    def own_topic(self) -> Topic | None:
        """The topic that the function reads, if it is stated."""
        return self.topic
