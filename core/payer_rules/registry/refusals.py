"""Rules and edit tables that cannot stand beside each other, or for this payer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Generic, TypeVar

import attrs

from payer_rules.errors import Fault
from payer_rules.rules import Dates, EditTable, Rule

T = TypeVar("T")


@attrs.frozen
class Given(Generic[T]):
    """A rule or an edit table, and who gave it.

    ``source`` is what a rule book calls incomplete where the value is refused; ``where`` is the
    place as a person finds it.
    """

    value: T
    plugin: str
    source: str
    where: str


@attrs.frozen
class Refusal(Generic[T]):
    """Values that are left out, and why."""

    values: tuple[Given[T], ...]
    fault: Fault


def strangers(
    rules: Iterable[Given[Rule]], payer: str, namespaces: Mapping[str, Collection[str]]
) -> Iterator[Refusal[Rule]]:
    """The rules whose ids belong neither to the payer nor to a namespace of their plugin."""
    for given in rules:
        owner = given.value.owner
        if owner == payer or owner in namespaces.get(given.plugin, ()):
            continue
        problem = (
            f"the rule {given.value.id!r} is given for the payer {payer!r}, and {owner!r} is "
            "neither that payer nor a namespace of this plugin"
        )
        remedy = f"Begin its id with '{payer}/', or list {owner!r} in payer_rules_payers."
        yield Refusal((given,), Fault(given.where, problem, remedy))


def rivals(rules: Iterable[Given[Rule]]) -> Iterator[Refusal[Rule]]:
    """The rules of one id that two plugins give, or that are in force on one day."""
    by_id: dict[str, list[Given[Rule]]] = {}
    for given in rules:
        by_id.setdefault(given.value.id, []).append(given)
    for name, same in sorted(by_id.items()):
        if _plugins(same) > 1:
            yield _taken(f"the rule {name!r}", same, "Give each its own id.")
            continue
        for pair in combinations(same, 2):
            if _overlap(pair[0].value.in_force, pair[1].value.in_force):
                yield _at_once(name, *pair)


def rival_tables(tables: Iterable[Given[EditTable]]) -> Iterator[Refusal[EditTable]]:
    """The edit tables of one address that two plugins give."""
    by_address: dict[str, list[Given[EditTable]]] = {}
    for given in tables:
        by_address.setdefault(given.value.address, []).append(given)
    for address, same in sorted(by_address.items()):
        if _plugins(same) > 1:
            yield _taken(f"the edit table {address!r}", same, "Leave one of the plugins out.")


def _plugins(same: Iterable[Given[T]]) -> int:
    return len({given.plugin for given in same})


def _taken(what: str, same: list[Given[T]], remedy: str) -> Refusal[T]:
    first, *others = sorted({given.where for given in same})
    problem = f"{what} is given by {' and by '.join(others)} too, so that none of them is used"
    return Refusal(tuple(same), Fault(first, problem, remedy))


def _at_once(name: str, one: Given[Rule], other: Given[Rule]) -> Refusal[Rule]:
    where = " and ".join(sorted({one.where, other.where}))
    spans = " and ".join(sorted([str(one.value.in_force), str(other.value.in_force)]))
    problem = f"two editions of {name!r} are in force at once ({spans}), so that neither is used"
    remedy = "End the earlier one the day before the later one begins, or give them two ids."
    return Refusal((one, other), Fault(where, problem, remedy))


def _overlap(one: Dates, other: Dates) -> bool:
    return (one.first or date.min) <= (other.last or date.max) and (other.first or date.min) <= (
        one.last or date.max
    )
