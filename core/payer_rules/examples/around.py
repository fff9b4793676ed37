"""Claims for each fact of a rule: on both sides of every date, age, condition and number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs

from payer_rules.claims import Claim
from payer_rules.errors import InvalidValueError
from payer_rules.examples.neighbours import with_neighbours
from payer_rules.examples.opposites import other_word
from payer_rules.examples.sketch import sketch
from payer_rules.examples.variants import variants
from payer_rules.history import History
from payer_rules.kinds import kind_of
from payer_rules.rules import (
    Age,
    AmountBounds,
    CoursePosition,
    EarlierLine,
    OtherLine,
    OtherPayerCriteria,
    ProviderCriteria,
    Rule,
    StatusCriteria,
    StayCriteria,
    When,
)

_DAY: Final = timedelta(days=1)
_CENT: Final = Decimal("0.01")
#: The classes of conditions whose fields are changed one by one.
_PARTS: Final = (
    ProviderCriteria,
    OtherPayerCriteria,
    StatusCriteria,
    StayCriteria,
    OtherLine,
    EarlierLine,
)


def claims_around(rule: Rule, codes: Iterable[str]) -> Iterator[tuple[Claim, History]]:
    """Yield claims with one of the codes that may show a change of one fact of the rule."""
    for code in codes:
        for when in conditions_around(rule.when):
            yield from _under(rule, when, code)
        for when in _excepted(rule):
            yield from _under(attrs.evolve(rule, exceptions=()), when, code)
        yield from _after_earlier_lines(rule, code)
        for claim, history in _under(rule, rule.when, code):
            for day in _days_around(rule):
                yield _moved(claim, history, day)


def _after_earlier_lines(rule: Rule, code: str) -> Iterator[tuple[Claim, History]]:
    """Yield the claims with earlier lines that the kind of the rule gives."""
    history_examples = kind_of(rule).history_examples
    if history_examples is not None:
        yield from history_examples(rule, *with_neighbours(rule, sketch(rule, code)))


def _under(rule: Rule, when: When, code: str) -> Iterator[tuple[Claim, History]]:
    try:
        narrowed = attrs.evolve(rule, when=when)
        base, history = with_neighbours(narrowed, sketch(narrowed, code))
    except InvalidValueError:
        # NOTE: not every change of a condition is valid.
        return
    for claim in variants(rule, base):
        yield claim, history


def _excepted(rule: Rule) -> Iterator[When]:
    """Yield the conditions of lines that meet an exception, and similar ones."""
    for exception in rule.exceptions:
        stated = {field.name: getattr(exception, field.name) for field in attrs.fields(When)}
        both = {name: value for name, value in stated.items() if value not in (None, ())}
        yield from conditions_around(attrs.evolve(rule.when, **both))


def conditions_around(when: When) -> Iterator[When]:
    """Yield the conditions, and the conditions with each of them changed or left out."""
    yield when
    for field in attrs.fields(When):
        held = getattr(when, field.name)
        for other in _others(field.name, held):
            yield attrs.evolve(when, **{field.name: other})


def _others(name: str, held: Any) -> Iterator[Any]:  # noqa: ANN401
    if held is None or held == ():
        return
    if isinstance(held, bool):
        yield not held
    elif isinstance(held, frozenset):
        yield from (frozenset([entry]) for entry in sorted(held))
        yield frozenset([other_word(name, held)])
        if name != "codes":
            yield None
    elif isinstance(held, AmountBounds):
        for amount in (held.at_least, held.at_most):
            if amount is not None:
                for near in (amount - _CENT, amount, amount + _CENT):
                    yield AmountBounds(at_least=near, at_most=near)
    elif isinstance(held, CoursePosition):
        yield None
    elif isinstance(held, Age):
        for years in {y + n for y in (held.at_least, held.below) if y for n in (-1, 0, 1)}:
            yield Age(at_least=years, below=years + 1)
        monthly = (held.at_least_months, held.below_months)
        for months in {m + n for m in monthly if m for n in (-1, 0, 1)}:
            yield Age(at_least_months=months, below_months=months + 1)
    elif isinstance(held, tuple):
        yield ()
        for at, each in enumerate(held):
            others = (other for other in _others("", each) if other is not None)
            yield from ((*held[:at], other, *held[at + 1 :]) for other in others)
    elif isinstance(held, _PARTS):
        yield held if isinstance(held, OtherLine) else None
        if isinstance(held, EarlierLine):
            for code in sorted(held.codes):
                yield attrs.evolve(held, codes=frozenset([code]))
        for field in attrs.fields(type(held)):
            for other in _others(field.name, getattr(held, field.name)):
                yield from _evolved(held, field.name, other)


def _evolved(held: Any, name: str, value: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield the criteria with the value, if its class accepts it beside the others."""
    with suppress(InvalidValueError):
        yield attrs.evolve(held, **{name: value})


def _days_around(rule: Rule) -> list[date]:
    """Return the days next to the first and last days of the rule's dates."""
    spans = [rule.in_force, *([rule.verified_dates] if rule.verified_dates else [])]
    ends = [end for span in spans for end in (span.first, span.last) if end]
    near = {end + step * _DAY for end in ends for step in (-1, 0, 1)}
    return sorted(near)


def _moved(claim: Claim, history: History, day: date) -> tuple[Claim, History]:
    """Return the claim with its last line on the day, and all other dates moved as much."""
    by = day - max(line.date_from for line in claim.lines)
    lines = [_later(line, by) for line in claim.lines]
    past = [_later(line, by) for line in history.lines]
    received = claim.received + by if claim.received else None
    return attrs.evolve(claim, lines=lines, received=received), attrs.evolve(history, lines=past)


def _later(line: Any, by: timedelta) -> Any:  # noqa: ANN401
    return attrs.evolve(line, date_from=line.date_from + by, date_to=line.date_to + by)
