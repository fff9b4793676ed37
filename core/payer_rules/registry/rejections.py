"""Rules and edit tables that are rejected: invalid for the payer, or in conflict."""

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
    """A rule or an edit table, and the plugin that gave it.

    ``source`` is reported as incomplete if the value is rejected; ``where`` is the place as a
    person finds it.
    """

    value: T
    plugin: str
    source: str
    where: str


@attrs.frozen
class Rejection(Generic[T]):
    """Values that are not used, and the problem that is the reason."""

    values: tuple[Contribution[T], ...]
    problem: Problem


def invalid_rules(
    rules: Iterable[Contribution[Rule]], payer: Payer, namespaces: Mapping[str, Collection[str]]
) -> Iterator[Rejection[Rule]]:
    """Yield rules with a foreign id, invalid adjustment codes, or unknown plans and programs.

    An id must begin with the payer, or with a namespace of the rule's plugin.
    """
    names = PlanNames.of([payer])
    for given in rules:
        rule = given.value
        if rule.owner != payer.id and rule.owner not in namespaces.get(given.plugin, ()):
            yield _foreign(given, payer.id)
        yield from _invalid(given, rule.id, errors_of_rule(rule))
        yield from _invalid(given, rule.id, names.errors_of_rule(rule))


def conflicting_rules(rules: Iterable[Contribution[Rule]]) -> Iterator[Rejection[Rule]]:
    """Yield rules with one id that two plugins give, or that are in force on the same day."""
    by_id: dict[str, list[Contribution[Rule]]] = {}
    for given in rules:
        by_id.setdefault(given.value.id, []).append(given)
    for name, contributions in sorted(by_id.items()):
        if _plugin_count(contributions) > 1:
            yield _given_twice(f"the rule {name!r}", contributions, "Give each its own id.")
            continue
        for pair in combinations(contributions, 2):
            if not pair[0].value.is_edition_beside(pair[1].value):
                yield _overlapping(name, *pair)


def conflicting_tables(tables: Iterable[Contribution[EditTerms]]) -> Iterator[Rejection[EditTerms]]:
    """Yield edit tables that two plugins give, with invalid codes, or of two programs."""
    tables = tuple(tables)
    by_address: dict[str, list[Contribution[EditTerms]]] = {}
    for given in tables:
        by_address.setdefault(given.value.address, []).append(given)
        yield from _invalid(given, given.value.address, errors_of_terms(given.value))
    for address, contributions in sorted(by_address.items()):
        if _plugin_count(contributions) > 1:
            yield _given_twice(
                f"the edit table {address!r}", contributions, "Leave one of the plugins out."
            )
    by_setting: dict[str, list[Contribution[EditTerms]]] = {}
    for given in tables:
        by_setting.setdefault(given.value.setting, []).append(given)
    for setting, contributions in sorted(by_setting.items()):
        programs = sorted({given.value.program for given in contributions})
        if len(programs) > 1:
            message = f"the setting {setting!r} has edits of {' and of '.join(programs)}"
            problem = Problem(
                contributions[0].where,
                message,
                "Give a setting the edits of one program.",
                ErrorCode.MIXED_PROGRAMS,
            )
            yield Rejection(tuple(contributions), problem)


def _foreign(given: Contribution[Rule], payer: str) -> Rejection[Rule]:
    owner = given.value.owner
    message = (
        f"the rule {given.value.id!r} is given for the payer {payer!r}, and {owner!r} is "
        "neither that payer nor a namespace of this plugin"
    )
    remedy = f"Begin its id with '{payer}/', or list {owner!r} in payer_rules_payers."
    return Rejection((given,), Problem(given.where, message, remedy, ErrorCode.FOREIGN_RULE))


def _invalid(
    given: Contribution[T], name: str, field_errors: Iterable[FieldError]
) -> Iterator[Rejection[T]]:
    for field_error in field_errors:
        where = ", ".join([given.where, name, ".".join(map(str, field_error.path))])
        yield Rejection((given,), field_error.at(where))


def _plugin_count(contributions: Iterable[Contribution[T]]) -> int:
    return len({given.plugin for given in contributions})


def _given_twice(what: str, contributions: list[Contribution[T]], remedy: str) -> Rejection[T]:
    first, *others = sorted({given.where for given in contributions})
    message = f"{what} is given by {' and by '.join(others)} too, so that none of them is used"
    return Rejection(
        tuple(contributions), Problem(first, message, remedy, ErrorCode.DUPLICATE_RULE)
    )


def _overlapping(name: str, one: Contribution[Rule], other: Contribution[Rule]) -> Rejection[Rule]:
    where = " and ".join(sorted({one.where, other.where}))
    spans = " and ".join(sorted([str(one.value.in_force), str(other.value.in_force)]))
    message = f"two editions of {name!r} are in force at once ({spans}), so that neither is used"
    remedy = "End the earlier one the day before the later one begins, or give them two ids."
    problem = Problem(where, message, remedy, ErrorCode.OVERLAPPING_EDITIONS)
    return Rejection((one, other), problem)
