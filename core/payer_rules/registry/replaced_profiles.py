"""A registry in which profiles that a user names take the place of the installed ones."""

from __future__ import annotations

from pathlib import Path

import attrs

from payer_rules.errors import InputError
from payer_rules.registry.loaded_profiles import BY_USER, LoadedProfile, read_paths
from payer_rules.registry.registry import Registry


def with_profile(registry: Registry, path: Path) -> tuple[Registry, str]:
    """Return the registry with the profile in place of its payer's own, and the id of the payer.

    Raises `InputError` with the problems of the profile.
    """
    replaced, payers = with_profiles(registry, path)
    return replaced, payers[0]


def with_profiles(registry: Registry, path: Path) -> tuple[Registry, tuple[str, ...]]:
    """Return the registry with the profiles of a file or folder, and the ids of their payers.

    Each takes the place of its payer's own. Raises `InputError` with the problems of the profiles.
    """
    loaded, problems = read_paths([path], None)
    problems += [problem for profile in loaded for problem in profile.problems]
    if problems or not loaded or any(profile.payer is None for profile in loaded):
        raise InputError(problems)
    for profile in loaded:
        registry = _replaced(registry, profile)
    return registry, tuple(payer for each in loaded if (payer := each.payer_id))


def _replaced(registry: Registry, loaded: LoadedProfile) -> Registry:
    payer = loaded.payer
    assert payer is not None
    owner = registry.owners.get(payer.id, BY_USER)
    others = (each for each in registry.profiles if each.payer_id != payer.id)
    return attrs.evolve(
        registry,
        profiles=(*others, attrs.evolve(loaded, plugin=owner)),
        payers={**registry.payers, payer.id: payer},
        owners={**registry.owners, payer.id: owner},
    )
