"""Remarks on what is installed and has no effect.

There are three: edit tables that bind no payer for which they are given, plugins that give
nothing, and entry points in a group whose name only looks like the one that is read.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from typing import TYPE_CHECKING, Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem
from payer_rules.markers import GROUP
from payer_rules.registry.discovery import plugin_of
from payer_rules.rules import EditTable

if TYPE_CHECKING:
    from payer_rules.registry.collection import CollectedRules
    from payer_rules.registry.registry import Registry

_PLAIN: Final = GROUP.replace("_", "")
#: Similarity of two names, from 0 to 1, above which one is probably meant for the other.
_ALIKE: Final = 0.85


def remarks_on(registry: Registry, collected: Mapping[str, CollectedRules]) -> tuple[Problem, ...]:
    """Return a remark on each thing that is installed and has no effect.

    ``collected`` is what was gathered for every payer.
    """
    return (
        *_misnamed_groups(metadata.distributions()),
        *_without_effect(registry, collected),
        *_unused_edits(registry, collected),
    )


def _misnamed_groups(distributions: Iterable[metadata.Distribution]) -> Iterator[Problem]:
    """Yield a remark on each entry point in a group whose name looks like the one that is read."""
    found = (each for every in distributions for each in every.entry_points)
    remarks = {
        Problem(
            str(plugin_of(each)),
            f"is in the entry-point group {each.group!r}, which is not read",
            f"Write [project.entry-points.{GROUP}].",
            ErrorCode.ENTRY_POINT_GROUP,
        )
        for each in found
        if _looks_like_ours(each.group)
    }
    yield from sorted(remarks)


def _looks_like_ours(group: str) -> bool:
    if group == GROUP:
        return False
    plain = "".join(filter(str.isalnum, group.casefold()))
    # NOTE: payer_rules.plugins, PayerRule, payer-rules and payer_rles all mean our group.
    if plain.startswith(_PLAIN.removesuffix("s")):
        return True
    return difflib.SequenceMatcher(None, plain, _PLAIN).ratio() >= _ALIKE


def _without_effect(
    registry: Registry, collected: Mapping[str, CollectedRules]
) -> Iterator[Problem]:
    """Yield a remark on each plugin whose hooks, called for every payer, gave nothing."""
    calls = [*registry.calls, *(call for each in collected.values() for call in each.calls)]
    gave = {call.plugin for call in calls if call.count or not call.complete}
    for plugin in registry.plugins:
        if plugin.name not in gave:
            message = f"gives nothing: no value came from {', '.join(plugin.hooks)}"
            remedy = "Look for a hook that returns nothing, or that asks for a payer not there."
            yield Problem(str(plugin), message, remedy, ErrorCode.NO_EFFECT)


def _unused_edits(registry: Registry, collected: Mapping[str, CollectedRules]) -> Iterator[Problem]:
    """Yield a remark on each edit table that applies to none of the payers it is given for.

    A plugin may give a program's tables for every payer, so a table that applies to one of them
    is in use; a table from the payer's own plugin must apply to this payer.
    """
    used = {terms.address for rules in collected.values() for terms in rules.terms}
    plugins = {plugin.name: plugin for plugin in registry.plugins}
    remarks: set[Problem] = set()
    for payer, rules in collected.items():
        for plugin, table in rules.unused_terms:
            is_own = plugin == registry.owners[payer]
            if not isinstance(table, EditTable) or (not is_own and table.address in used):
                continue
            whom = f"the payer {payer!r} is" if is_own else "its payers are"
            message = (
                f"the edit table {table.address!r} is left aside: {whom} not bound by its edits"
            )
            remedy = f'Write ncci = "{table.program}" for the payer, or give no such table.'
            if table.is_own:
                remedy = f'Write program = "{payer}" in the table, or give no such table.'
            remarks.add(Problem(str(plugins[plugin]), message, remedy, ErrorCode.UNUSED_EDITS))
    yield from sorted(remarks)
