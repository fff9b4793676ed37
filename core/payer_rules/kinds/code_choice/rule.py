"""The rule on which of several codes is billed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.any_code import AnyCode
from payer_rules.rules.bounds import Bounds
from payer_rules.rules.outcomes import Detection, Outcome
from payer_rules.rules.rule import CodedRule
from payer_rules.rules.scopes import LineScope
from payer_rules.values.checked import of_form
from payer_rules.vocabularies.formats import PROCEDURE_CODE

#: What a code is chosen by: minutes of service, the participants of a group, units of service, or
#: the number of different codes.
ChosenBy: TypeAlias = Literal["minutes", "group-size", "units", "codes"]

_ON_CLAIM: Final = ("units", "codes")


@attrs.frozen(kw_only=True)
class CodeOption(Bounds):
    """A code, and the numbers for which it is the one to bill: from a least to a greatest."""

    code: str = attrs.field(metadata=of_form(PROCEDURE_CODE))

    def __str__(self) -> str:
        return f"{self.code} for {super().__str__()}"


def _where_seen(rule: Any) -> Detection:  # noqa: ANN401
    """Return where a wrong code shows: a claim states units and codes."""
    return "claim" if rule.by in _ON_CLAIM else "record"


@attrs.frozen(kw_only=True)
class CodeChoice(CodedRule):
    """A rule that the service on a line of ``codes`` is billed with one of several ``options``.

    Which one depends on a number (``by``): the minutes of the service, the participants of the
    group, its units, or how many of the codes were billed. With ``pool = "day"`` it is the number
    of all lines of the codes on a day and by one provider (``scope``), which are then billed
    together. A line with another code than the option for its number is returned. If there is no
    option for its number, it is returned if its own code is one of the options. The payer sees
    minutes and groups only in the record (``detected_in``).
    """

    by: ChosenBy
    options: tuple[CodeOption, ...]
    pool: Literal["line", "day"] = "line"
    scope: LineScope = "provider"
    outcome: Outcome = "return"
    detected_in: Detection = attrs.field(default=attrs.Factory(_where_seen, takes_self=True))

    def code_for(self, number: Decimal, code: str) -> str | None:
        """Return the code to bill in place of the given one: itself if it may be billed.

        It is ``None`` if none of the options may be.
        """
        for option in self.options:
            if _is_within(option, number):
                return option.code
        return None if any(option.code == code for option in self.options) else code

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not self.options:
            remedy = 'Write options = [{ code = "90834", at_least = 38, at_most = 52 }].'
            yield FieldError(("options",), "the rule names no code to bill", remedy)
        ordered = sorted(self.options, key=lambda option: option.at_least or 0)
        for low, high in pairwise(ordered):
            if low.at_most is None or low.at_most >= (high.at_least or 0):
                message = f"the options {low} and {high} overlap"
                yield FieldError(("options",), message, "State one code for each number.")
        if self.by == "codes" and (self.pool == "line" or isinstance(self.codes, AnyCode)):
            remedy = "Write pool = 'day' and a list of codes."
            yield FieldError(("pool",), "different codes are counted, and a line has one", remedy)
        if self.by == "group-size" and self.pool == "day":
            remedy = "Write pool = 'line'."
            yield FieldError(("pool",), "groups of a day are added", remedy)


def _is_within(option: CodeOption, number: Decimal) -> bool:
    is_small = option.at_least is not None and number < option.at_least
    return not is_small and (option.at_most is None or number <= option.at_most)
