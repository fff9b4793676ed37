"""The owner of each payer: the one plugin or profile that defines it."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem
from payer_rules.registry.hook_calls import HookResult
from payer_rules.registry.loaded_profiles import LoadedProfile
from payer_rules.rules import Payer


@attrs.frozen
class PayerOwner:
    """A payer and the plugin that defines it; ``where`` is the place of the definition."""

    payer: Payer
    plugin: str
    where: str


def payer_owners(
    results: Iterable[HookResult[Payer | str]], loaded_profiles: Iterable[LoadedProfile]
) -> list[PayerOwner]:
    """Return the definitions of all payers, sorted by the payer's id and the place."""
    by_hook = [
        PayerOwner(payer, result.hook.plugin.name, str(result.hook))
        for result in results
        for payer in result.values
        if isinstance(payer, Payer)
    ]
    by_profile = [
        PayerOwner(loaded.payer, loaded.plugin, loaded.where)
        for loaded in loaded_profiles
        if loaded.payer
    ]
    return sorted([*by_hook, *by_profile], key=lambda one: (one.payer.id, one.where))


def sole_owners(owners: Iterable[PayerOwner]) -> tuple[list[PayerOwner], list[Problem]]:
    """Return the owners of payers with one definition, and a problem for each other payer."""
    by_id: dict[str, list[PayerOwner]] = {}
    for owner in owners:
        by_id.setdefault(owner.payer.id, []).append(owner)
    sole = [definitions[0] for definitions in by_id.values() if len(definitions) == 1]
    return sole, [
        _defined_twice(definitions) for definitions in by_id.values() if len(definitions) > 1
    ]


def _defined_twice(definitions: list[PayerOwner]) -> Problem:
    first, *others = definitions
    places = " and by ".join(other.where for other in others)
    message = f"the payer {first.payer.id!r} is given by {places} too, so that none of them is used"
    remedy = "Take one of them away, or give the payer another id."
    return Problem(first.where, message, remedy, ErrorCode.DUPLICATE_PAYER)
