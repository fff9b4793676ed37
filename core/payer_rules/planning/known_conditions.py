"""The conditions of rules that a practice has answered: the facts of all claims to a payer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.practice import Practice
from payer_rules.rules import Rule, When

#: The values of conditions that are known, by the name of the condition.
KnownValues: TypeAlias = Mapping[str, str]

_OF_PRACTICE: Final = ("state", "contractor", "setting", "line_of_business")
_OF_PAYER: Final = ("network", "plan", "program", "line_of_business")


def known_values(practice: Practice, payer: str) -> dict[str, str]:
    """Return what the practice file states of its claims to the payer."""
    contracts = [each for each in practice.payers.values() if each.payer == payer]
    contract = contracts[0] if len(contracts) == 1 else None
    stated = {name: getattr(contract, name) for name in _OF_PAYER} if contract else {}
    stated |= {name: value for name in _OF_PRACTICE if (value := getattr(practice.house, name))}
    return {name: value for name, value in stated.items() if value is not None}


def with_known(rule: Rule, known: KnownValues) -> Rule | None:
    """Return the rule without the conditions that hold, or ``None`` if it never applies."""
    when = _left(rule.when, known)
    exceptions = [_left(each, known) for each in rule.exceptions]
    if when is None or When() in exceptions:
        return None
    left = tuple(each for each in exceptions if each is not None)
    return attrs.evolve(rule, when=when, exceptions=left)


def _left(when: When, known: KnownValues) -> When | None:
    """Return the conditions without those that hold, or ``None`` if one of them does not."""
    stated = {name: values for name in known if (values := getattr(when, name)) is not None}
    if any(known[name] not in values for name, values in stated.items()):
        return None
    nothing: dict[str, Any] = dict.fromkeys(stated)
    return attrs.evolve(when, **nothing) if nothing else when
