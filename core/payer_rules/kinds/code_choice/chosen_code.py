"""The code that the record supports, and the numbers that decide on it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs

from payer_rules.engine.verdict import LineReference
from payer_rules.kinds.code_choice.rule import CodeChoice


@attrs.frozen(kw_only=True)
class ChosenCode:
    """The code to bill for a number; ``None`` if no code may be billed.

    ``is_least`` is true if the number may be greater. ``pool`` are the lines whose numbers are
    added.
    """

    number: Decimal
    code: str | None
    is_least: bool = False
    pool: tuple[LineReference, ...] = ()


@attrs.frozen
class NumberRange:
    """The numbers that are possible, as far as facts are known; ``most`` of ``None`` has no end."""

    least: Decimal
    most: Decimal | None

    def answers(self, rule: CodeChoice, code: str) -> frozenset[str | None]:
        """Return the codes to bill in place of ``code``: several if it is not known which."""
        return frozenset(rule.code_for(number, code) for number in self._numbers(rule))

    def _numbers(self, rule: CodeChoice) -> Iterator[Decimal]:
        """Yield numbers of the range so that each option and each gap that it touches has one."""
        yield self.least
        ends = [option.at_least for option in rule.options]
        ends += [end + 1 for option in rule.options if (end := option.at_most) is not None]
        yield from (Decimal(end) for end in ends if end is not None and self._has_inside(end))
        if self.most is not None:
            yield self.most

    def _has_inside(self, number: int) -> bool:
        return self.least < number and (self.most is None or number < self.most)
