"""Who speaks for a payer: one plugin or one profile, and no second."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from payer_rules.errors import Problem
from payer_rules.registry.hook_calls import Answer
from payer_rules.registry.loaded_profiles import Reading
from payer_rules.rules import Payer


@attrs.frozen
class Claimant:
    """A payer and the plugin that speaks for it; ``where`` is the place where that is said."""

    payer: Payer
    plugin: str
    where: str


def claimants_of(
    answers: Iterable[Answer[Payer | str]], readings: Iterable[Reading]
) -> list[Claimant]:
    """Everybody who speaks for a payer, sorted by the payer's id and the place."""
    by_hook = [
        Claimant(payer, answer.hook.plugin.name, str(answer.hook))
        for answer in answers
        for payer in answer.values
        if isinstance(payer, Payer)
    ]
    by_profile = [
        Claimant(reading.profile.payer, reading.plugin, reading.where)
        for reading in readings
        if reading.profile.payer
    ]
    return sorted([*by_hook, *by_profile], key=lambda one: (one.payer.id, one.where))


def settled(claimants: Iterable[Claimant]) -> tuple[list[Claimant], list[Problem]]:
    """Those who alone speak for their payer; a payer that is given twice is refused from all."""
    by_id: dict[str, list[Claimant]] = {}
    for claimant in claimants:
        by_id.setdefault(claimant.payer.id, []).append(claimant)
    alone = [same[0] for same in by_id.values() if len(same) == 1]
    return alone, [_twice(same) for same in by_id.values() if len(same) > 1]


def _twice(same: list[Claimant]) -> Problem:
    first, *others = same
    by = " and by ".join(other.where for other in others)
    message = f"the payer {first.payer.id!r} is given by {by} too, so that none of them is used"
    return Problem(first.where, message, "Take one of them away, or give the payer another id.")
