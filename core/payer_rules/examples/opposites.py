"""Conditions that a line meets if it is in none of the exceptions of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from payer_rules.rules import Age, ProviderCriteria, Rule, When
from payer_rules.vocabularies import VOCABULARIES

#: Values that conditions rarely name.
_OTHER: Final = {
    "place_of_service": "99",
    "modality": "asynchronous",
    "modifier": "SC",
    "diagnosis": "Z00.00",
    "codes": "99499",
    "bill_type": "999",
    "condition_code": "07",
    "occurrence_code": "A1",
    "drug": "99999999999",
    "tooth": "32",
    "surface": "I",
    "quadrant": "07",
    "revenue_code": "0999",
}
#: What an example states if no condition asks for another value; of most things nothing.
_ORDINARY: Final = {
    "place_of_service": "11",
    "modality": "in-person",
    "modifier": None,
    "condition_code": None,
    "occurrence_code": None,
}


def conditions_within(rule: Rule) -> When:
    """Return the conditions of the rule, narrowed so that no exception holds.

    Of each exception that an ordinary claim may meet, the first condition that has an opposite is
    turned around. Those on other lines have none: an example has no other line unless it is asked
    for.
    """
    when = rule.when
    for exception in rule.exceptions:
        if not _is_rare(exception, when):
            when = attrs.evolve(when, **next(_opposites(exception, when), {}))
    return when


def _is_rare(exception: When, when: When) -> bool:
    """Return True if an example that the conditions alone determine does not meet the exception."""
    return any(
        ordinary not in held
        for name, ordinary in _ORDINARY.items()
        if (held := getattr(exception, name)) and not getattr(when, name)
    )


def other_word(name: str, held: frozenset[str]) -> str:
    """Return a word that a condition of this name may list and does not."""
    if name in _OTHER or name not in VOCABULARIES:
        return _OTHER.get(name, "other")
    return min(VOCABULARIES[name].words - held)


def _opposites(exception: When, when: When) -> Iterator[dict[str, Any]]:
    for field in attrs.fields(When):
        held, allowed = getattr(exception, field.name), getattr(when, field.name)
        if isinstance(held, frozenset):
            words = allowed - held if allowed else frozenset([other_word(field.name, held)])
            if words:
                yield {field.name: words}
        elif isinstance(held, bool):
            yield {field.name: not held}
        elif field.name == "member_status" and held and not allowed:
            others = frozenset(["other"])
            yield {field.name: tuple(attrs.evolve(each, value=others) for each in held)}
        elif isinstance(held, Age) and held.from_month:
            yield {field.name: Age(below_months=held.from_month)}
        elif isinstance(held, Age) and held.to_month:
            yield {field.name: Age(at_least_months=held.to_month)}
        elif isinstance(held, ProviderCriteria) and held.profession and not allowed:
            word = other_word("profession", held.profession)
            yield {field.name: ProviderCriteria(profession=frozenset([word]))}
