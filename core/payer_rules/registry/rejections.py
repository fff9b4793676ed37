"""Rules and edit tables that cannot stand: for this payer, for long, or beside each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Generic, TypeVar

import attrs

from payer_rules.adjustment_codes import errors_of_rule, errors_of_terms
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Problem
from payer_rules.rules import EditTerms, Payer, PlanNames, Rule

T = TypeVar("T")


@attrs.frozen
class Contribution(Generic[T]):
    """A rule or an edit table, and who gave it.

    ``source`` is what a rule book calls incomplete where the value is refused; ``where`` is the
    place as a person finds it.
    """

    value: T
    plugin: str
    source: str
    where: str


@attrs.frozen
class Rejection(Generic[T]):
    """Values that are left out, and why."""

    values: tuple[Contribution[T], ...]
    problem: Problem


def invalid_rules(
    rules: Iterable[Contribution[Rule]], payer: Payer, namespaces: Mapping[str, Collection[str]]
) -> Iterator[Rejection[Rule]]:
    """The rules with an id of somebody else, or with denial codes that are none or have ended.

    An id begins with the payer, or with a namespace of the rule's plugin.
    """
    names = PlanNames.of([payer])
    for given in rules:
        rule = given.value
        if rule.owner != payer.id and rule.owner not in namespaces.get(given.plugin, ()):
            yield _of_another(given, payer.id)
        yield from _miscoded(given, rule.id, errors_of_rule(rule))
        yield from _miscoded(given, rule.id, names.errors_of_rule(rule))


def conflicting_rules(rules: Iterable[Contribution[Rule]]) -> Iterator[Rejection[Rule]]:
    """The rules of one id that two plugins give, or that are in force on one day."""
    by_id: dict[str, list[Contribution[Rule]]] = {}
    for given in rules:
        by_id.setdefault(given.value.id, []).append(given)
    for name, same in sorted(by_id.items()):
        if _plugins(same) > 1:
            yield _taken(f"the rule {name!r}", same, "Give each its own id.")
            continue
        for pair in combinations(same, 2):
            if not pair[0].value.is_edition_beside(pair[1].value):
                yield _at_once(name, *pair)


def conflicting_tables(tables: Iterable[Contribution[EditTerms]]) -> Iterator[Rejection[EditTerms]]:
    """The edit tables of one address that two plugins give, or with such denial codes."""
    tables = tuple(tables)
    by_address: dict[str, list[Contribution[EditTerms]]] = {}
    for given in tables:
        by_address.setdefault(given.value.address, []).append(given)
        yield from _miscoded(given, given.value.address, errors_of_terms(given.value))
    for address, same in sorted(by_address.items()):
        if _plugins(same) > 1:
            yield _taken(f"the edit table {address!r}", same, "Leave one of the plugins out.")
    by_setting: dict[str, list[Contribution[EditTerms]]] = {}
    for given in tables:
        by_setting.setdefault(given.value.setting, []).append(given)
    for setting, same in sorted(by_setting.items()):
        programs = sorted({given.value.program for given in same})
        if len(programs) > 1:
            message = f"the setting {setting!r} has edits of {' and of '.join(programs)}"
            problem = Problem(
                same[0].where,
                message,
                "Give a setting the edits of one program.",
                ErrorCode.MIXED_PROGRAMS,
            )
            yield Rejection(tuple(same), problem)


def _of_another(given: Contribution[Rule], payer: str) -> Rejection[Rule]:
    owner = given.value.owner
    message = (
        f"the rule {given.value.id!r} is given for the payer {payer!r}, and {owner!r} is "
        "neither that payer nor a namespace of this plugin"
    )
    remedy = f"Begin its id with '{payer}/', or list {owner!r} in payer_rules_payers."
    return Rejection((given,), Problem(given.where, message, remedy, ErrorCode.FOREIGN_RULE))


def _miscoded(
    given: Contribution[T], name: str, field_errors: Iterable[FieldError]
) -> Iterator[Rejection[T]]:
    for field_error in field_errors:
        where = ", ".join([given.where, name, ".".join(map(str, field_error.path))])
        yield Rejection((given,), field_error.at(where))


def _plugins(same: Iterable[Contribution[T]]) -> int:
    return len({given.plugin for given in same})


def _taken(what: str, same: list[Contribution[T]], remedy: str) -> Rejection[T]:
    first, *others = sorted({given.where for given in same})
    message = f"{what} is given by {' and by '.join(others)} too, so that none of them is used"
    return Rejection(tuple(same), Problem(first, message, remedy, ErrorCode.DUPLICATE_RULE))


def _at_once(name: str, one: Contribution[Rule], other: Contribution[Rule]) -> Rejection[Rule]:
    where = " and ".join(sorted({one.where, other.where}))
    spans = " and ".join(sorted([str(one.value.in_force), str(other.value.in_force)]))
    message = f"two editions of {name!r} are in force at once ({spans}), so that neither is used"
    remedy = "End the earlier one the day before the later one begins, or give them two ids."
    problem = Problem(where, message, remedy, ErrorCode.OVERLAPPING_EDITIONS)
    return Rejection((one, other), problem)
