"""Who speaks for a payer: one plugin or one profile, and no second."""

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
    """A payer and the plugin that speaks for it; ``where`` is the place where that is said."""

    payer: Payer
    plugin: str
    where: str


def payer_owners(
    answers: Iterable[HookResult[Payer | str]], loaded_profiles: Iterable[LoadedProfile]
) -> list[PayerOwner]:
    """Everybody who speaks for a payer, sorted by the payer's id and the place."""
    by_hook = [
        PayerOwner(payer, answer.hook.plugin.name, str(answer.hook))
        for answer in answers
        for payer in answer.values
        if isinstance(payer, Payer)
    ]
    by_profile = [
        PayerOwner(loaded.payer, loaded.plugin, loaded.where)
        for loaded in loaded_profiles
        if loaded.payer
    ]
    return sorted([*by_hook, *by_profile], key=lambda one: (one.payer.id, one.where))


def sole_owners(owners: Iterable[PayerOwner]) -> tuple[list[PayerOwner], list[Problem]]:
    """Those who alone speak for their payer; a payer that is given twice is refused from all."""
    by_id: dict[str, list[PayerOwner]] = {}
    for owner in owners:
        by_id.setdefault(owner.payer.id, []).append(owner)
    alone = [same[0] for same in by_id.values() if len(same) == 1]
    return alone, [_twice(same) for same in by_id.values() if len(same) > 1]


def _twice(same: list[PayerOwner]) -> Problem:
    first, *others = same
    by = " and by ".join(other.where for other in others)
    message = f"the payer {first.payer.id!r} is given by {by} too, so that none of them is used"
    remedy = "Take one of them away, or give the payer another id."
    return Problem(first.where, message, remedy, ErrorCode.DUPLICATE_PAYER)
