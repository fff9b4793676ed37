"""Checks of the hooks that a plugin implements."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Final

import attrs
import pluggy

from payer_rules import hookspecs
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import PluginError, Problem, nearest
from payer_rules.markers import GROUP
from payer_rules.registry.plugin_errors import file_in_package
from payer_rules.registry.plugins import Hook, Plugin
from payer_rules.registry.rule_hooks import ANY_KIND, REPLACED_HOOKS

_PREFIX: Final = f"{GROUP}_"


def specs() -> dict[str, tuple[str, ...]]:
    """Return the arguments of every hook, by its name."""
    host = pluggy.PluginManager(GROUP)
    host.add_hookspecs(hookspecs)
    return {name: caller.spec.argnames for name, caller in vars(host.hook).items()}


@attrs.frozen
class CheckedHooks:
    """The valid hooks of one plugin, sorted, the names of the rejected ones, and the problems."""

    hooks: tuple[Hook, ...] = ()
    rejected: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def hooks_of(plugin: Plugin, module: object) -> CheckedHooks:
    """Return the plugin's hooks, and the problems of those that are wrong.

    The valid hooks are used. A payer to which the plugin contributes is incomplete if any other
    hook was rejected (`collect`), because a line that it denies would seem to be paid.
    """
    # NOTE: a manager for each plugin, and the hook specs only after our own checks: pluggy stops
    # at the first problem of the first plugin, and misses some.
    host = pluggy.PluginManager(GROUP)
    host.register(module, plugin.name)
    found = [
        (caller.name, implementation)
        for caller in host.get_hookcallers(module) or ()
        for implementation in caller.get_hookimpls()
    ]
    problems = [*_unmarked(plugin, module, host), *_misused(plugin, found)]
    if not found and not problems:
        remedy = "Mark the functions that implement hooks with @hookimpl."
        none = PluginError(str(plugin), "implements no hook", remedy, ErrorCode.NO_HOOKS)
        return CheckedHooks(problems=(none,))
    if not problems:
        host.add_hookspecs(hookspecs)
    rejected = {name for name, _ in problems}
    valid = [(name, one) for name, one in found if name not in rejected]
    plugin = attrs.evolve(plugin, hooks=tuple(sorted({name for name, _ in valid})))
    hooks = [Hook(plugin, name, one.function, tuple(one.argnames)) for name, one in valid]
    return CheckedHooks(
        hooks=tuple(sorted(hooks, key=lambda hook: (hook.name, hook.function.__name__))),
        rejected=tuple(sorted(rejected)),
        problems=tuple(problem for _, problem in problems),
    )


def _unmarked(
    plugin: Plugin, module: object, host: pluggy.PluginManager
) -> Iterator[tuple[str, Problem]]:
    """Yield the name and the problem of each function that is named like a hook and is none."""
    for name in dir(module):
        function = inspect.getattr_static(module, name, None)
        if (
            name.startswith(_PREFIX)
            and inspect.isroutine(function)
            and host.parse_hookimpl_opts(module, name) is None
        ):
            message = "is named like a hook and is not marked with @hookimpl"
            remedy = "Mark it with @hookimpl, or rename it."
            where = _place(plugin, name, function)
            yield name, PluginError(where, message, remedy, ErrorCode.UNMARKED_HOOK)


def _misused(
    plugin: Plugin, found: list[tuple[str, pluggy.HookImpl]]
) -> Iterator[tuple[str, Problem]]:
    known = specs()
    for name, implementation in found:
        where = _place(plugin, name, implementation.function)
        for message, remedy, code in _problems(name, implementation, known):
            yield name, PluginError(where, message, remedy, code)


def _place(plugin: Plugin, name: str, function: object) -> str:
    """Return the plugin, the file and line of the function if it is Python's, and the hook."""
    code = getattr(inspect.unwrap(function) if callable(function) else None, "__code__", None)
    if code is None:
        return f"{plugin}, {name}"
    file = file_in_package(str(getattr(function, "__module__", "")), code)
    return f"{plugin}, {file}:{code.co_firstlineno}, {name}"


def _problems(
    name: str, implementation: pluggy.HookImpl, known: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str, ErrorCode]]:
    if name in REPLACED_HOOKS:
        remedy = f"Return these rules from {ANY_KIND}({', '.join(known[ANY_KIND])})."
        yield f"this hook was replaced by {ANY_KIND}", remedy, ErrorCode.REPLACED_HOOK
        return
    if name not in known:
        yield "there is no such hook", nearest(name, known), ErrorCode.UNKNOWN_HOOK
        return
    if implementation.wrapper or implementation.hookwrapper:
        message = "is a hook wrapper, which is not supported"
        yield message, "Write a plain @hookimpl.", ErrorCode.HOOK_WRAPPER
    for argument in sorted(set(implementation.argnames) - set(known[name])):
        remedy = f"Write {name}({', '.join(known[name])})."
        message = f"takes {argument!r}, an argument that the hook does not have"
        yield message, remedy, ErrorCode.HOOK_ARGUMENTS
    for argument in sorted(set(known[name]) - set(implementation.argnames)):
        remedy = f"Write {name}({', '.join(known[name])}), and return values for that payer only."
        yield f"is missing the argument {argument!r}", remedy, ErrorCode.HOOK_ARGUMENTS
