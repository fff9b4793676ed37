"""What data cannot say: a rule whose judge is a function of the plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.history import History
from payer_rules.rules.outcomes import Reason
from payer_rules.rules.rule import CodedRule
from payer_rules.values.checked import CheckedRule, as_tuple


@attrs.frozen(kw_only=True)
class Violation(CheckedRule):
    """A function's answer that lines break the rule: their numbers, and why, in plain words."""

    lines: tuple[int, ...] = attrs.field(converter=as_tuple)
    message: str


@attrs.frozen(kw_only=True)
class MissingInformation(CheckedRule):
    """A function's answer that it cannot tell for these lines: what is missing, and its class."""

    lines: tuple[int, ...] = attrs.field(converter=as_tuple)
    reason: Reason
    missing: str


#: It is called for each claim with a line that the rule meets, and changes nothing.
CheckFunction: TypeAlias = Callable[[Claim, History], Iterable[Violation | MissingInformation]]


@attrs.frozen(kw_only=True)
class Check(CodedRule):
    """The lines of the codes are judged by ``function``; lines of which it says nothing are clean.

    It is given the claim and the history and answers for the lines it names; answers about lines
    that the rule does not meet are left out. Where it raises, the lines are not evaluated.
    """

    function: CheckFunction = attrs.field(metadata={"key": None})
