"""Plugins as they are installed: entry points, read and imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import metadata
from itertools import groupby

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import PluginError, Problem, nearest
from payer_rules.markers import GROUP
from payer_rules.registry.hook_calls import ANNOUNCE
from payer_rules.registry.hook_checks import CheckedHooks, hooks_of
from payer_rules.registry.plugin_errors import problems_of_changes, problems_of_error
from payer_rules.registry.plugins import Hook, Plugin, top_level_package
from payer_rules.registry.process_state import restored_process_state


@attrs.frozen
class Discovery:
    """The valid hooks of all plugins, and the names of the rejected ones by plugin."""

    hooks: tuple[Hook, ...]
    rejected: Mapping[str, tuple[str, ...]]
    without: tuple[str, ...]
    problems: tuple[Problem, ...]


def discover(without: frozenset[str]) -> Discovery:
    """Return the installed plugins, except those whose names are in ``without``."""
    hooks: list[Hook] = []
    rejected: dict[str, tuple[str, ...]] = {}
    entries = _entries()
    problems = list(_unknown(without, entries))
    modules: dict[int, str] = {}
    for name, group in entries.items():
        if name in without:
            continue
        if len(group) > 1:
            problems += _duplicate_names(group)
            continue
        found = _load(group[0], modules)
        hooks += found.hooks
        problems += found.problems
        if found.rejected:
            rejected[name] = found.rejected
    left_out = tuple(sorted(without & entries.keys()))
    return Discovery(tuple(hooks), rejected, left_out, tuple(problems))


def _entries() -> dict[str, list[metadata.EntryPoint]]:
    found = sorted(metadata.entry_points(group=GROUP), key=lambda e: (e.name, str(plugin_of(e))))
    return {name: list(group) for name, group in groupby(found, key=lambda entry: entry.name)}


def plugin_of(entry: metadata.EntryPoint) -> Plugin:
    """Return the plugin that the entry point names, with its distribution."""
    return Plugin(entry.name, _header("Name", entry.dist), _header("Version", entry.dist))


def _header(header: str, distribution: metadata.Distribution | None) -> str:
    # NOTE: the metadata of a damaged distribution may be missing, and its problem is reported.
    about = distribution.metadata if distribution else None
    return about[header] if about and header in about else "unknown"


def _unknown(without: frozenset[str], entries: Mapping[str, object]) -> Iterator[Problem]:
    for name in sorted(without - entries.keys()):
        yield Problem(
            f"without {name!r}",
            "no plugin of this name is installed",
            nearest(name, entries),
            ErrorCode.UNKNOWN_PLUGIN,
        )


def _duplicate_names(group: list[metadata.EntryPoint]) -> Iterator[Problem]:
    plugins = [plugin_of(entry) for entry in group]
    for position, plugin in enumerate(plugins):
        others = [*plugins[:position], *plugins[position + 1 :]]
        names = " and ".join(f"{other.distribution} {other.version}" for other in others)
        message = f"the name {plugin.name!r} is also taken by {names}, so none of them is loaded"
        remedy = "Rename or uninstall one of them."
        yield PluginError(str(plugin), message, remedy, ErrorCode.DUPLICATE_PLUGIN)


def _load(entry: metadata.EntryPoint, modules: dict[int, str]) -> CheckedHooks:
    plugin = plugin_of(entry)
    ANNOUNCE.get()(plugin, str(plugin))
    with restored_process_state() as changes:
        try:
            checked = _import(entry, plugin, modules)
        except BaseException as error:
            package = top_level_package(entry.value.partition(":")[0])
            problems = problems_of_error(
                error,
                where=str(plugin),
                package=package,
                message="cannot be imported:",
                code=ErrorCode.FAILED_IMPORT,
            )
            checked = CheckedHooks(problems=tuple(problems))
    changed = problems_of_changes(changes, str(plugin))
    return attrs.evolve(checked, problems=(*checked.problems, *changed))


def _import(entry: metadata.EntryPoint, plugin: Plugin, modules: dict[int, str]) -> CheckedHooks:
    module = entry.load()
    first = modules.setdefault(id(module), plugin.name)
    if first != plugin.name:
        message = f"is the same as the plugin {first!r}"
        remedy = "Register it under one name."
        problem = PluginError(str(plugin), message, remedy, ErrorCode.DUPLICATE_PLUGIN)
        return CheckedHooks(problems=(problem,))
    return hooks_of(plugin, module)
