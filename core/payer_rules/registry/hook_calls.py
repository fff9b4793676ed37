"""Calls of hooks, with the values that they return and the problems of these."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from itertools import islice
from time import perf_counter
from typing import Any, Final, Generic, TypeGuard, TypeVar

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import PluginError, Problem
from payer_rules.registry.plugin_errors import problems_of_changes, problems_of_error
from payer_rules.registry.plugins import Hook, Plugin
from payer_rules.registry.process_state import restored_process_state
from payer_rules.rules import Rule

T = TypeVar("T")

#: Called with the plugin and the place before code of a plugin runs.
ANNOUNCE: Final[ContextVar[Callable[[Plugin, str], object]]] = ContextVar(
    "announce", default=lambda _plugin, _where: None
)
#: The most values that a hook gives for a payer; rows of edit tables are one value.
_MOST_VALUES: Final = 100_000
#: The most characters of the repr of an object in a message.
_MOST_CHARACTERS: Final = 200
#: Messages name each class that is expected, up to this number.
_MOST_NAMES: Final = 3
#: Types that can be iterated over and are never a list of values.
_NOT_LISTS: Final = (str, bytes, Mapping)


@attrs.frozen
class HookCall:
    """A record of a call: the number of values, the time, and whether all values are valid."""

    plugin: str
    hook: str
    count: int
    seconds: float = attrs.field(eq=False)
    complete: bool


@attrs.frozen
class HookResult(Generic[T]):
    """The valid values of one hook, and the problems of the others."""

    hook: Hook
    values: tuple[T, ...]
    problems: tuple[Problem, ...]
    call: HookCall


def call_hook(hook: Hook, expected: tuple[type[T], ...], **arguments: str) -> HookResult[T]:
    """Call the hook and return its values.

    Values that it gave before it raised are used, and so are the valid ones among wrong ones.
    """
    ANNOUNCE.get()(hook.plugin, str(hook))
    items: list[object] = []
    values: list[T] = []
    problems: list[Problem] = []
    with restored_process_state() as changes:
        started = perf_counter()
        try:
            answer = hook.function(*(arguments[name] for name in hook.arguments))
            if _is_list(answer):
                for item in islice(answer, _MOST_VALUES + 1):
                    items.append(item)
            else:
                problems.append(_not_a_list(hook, answer, expected))
            seconds = perf_counter() - started
        except BaseException as error:
            seconds = perf_counter() - started
            problems += problems_of_error(
                error,
                where=str(hook),
                package=hook.package,
                message="raised",
                code=ErrorCode.RAISED,
            )
        if len(items) > _MOST_VALUES:
            problems.append(_too_many(hook))
            items.clear()
        try:
            values += (item for item in items if _fits(item, expected))
            problems += _wrong_values(hook, items, expected)
        except BaseException as error:
            values.clear()
            problems += problems_of_error(
                error,
                where=str(hook),
                package=hook.package,
                message="raised",
                code=ErrorCode.RAISED,
            )
    call = HookCall(hook.plugin.name, hook.name, len(items), seconds, not problems)
    problems += problems_of_changes(changes, str(hook))
    return HookResult(hook, tuple(values), tuple(problems), call)


def _too_many(hook: Hook) -> Problem:
    message = f"gives more than {_MOST_VALUES:,} values"
    return PluginError(str(hook), message, "Return fewer values.", ErrorCode.TOO_MANY_VALUES)


def _is_list(answer: object) -> TypeGuard[Iterable[object]]:
    return isinstance(answer, Iterable) and not isinstance(answer, _NOT_LISTS)


def _fits(item: object, expected: tuple[type[T], ...]) -> TypeGuard[T]:
    # NOTE: each kind of rule has an evaluator, and a subclass has none.
    return type(item) in expected if isinstance(item, Rule) else isinstance(item, expected)


def _not_a_list(hook: Hook, answer: object, expected: tuple[type[Any], ...]) -> Problem:
    remedy = f"Return a list of {_named(expected)}; an empty one if there are none."
    return PluginError(str(hook), f"returns {_shown(answer)}", remedy, ErrorCode.HOOK_RESULT)


def _wrong_values(
    hook: Hook, items: list[object], expected: tuple[type[Any], ...]
) -> Iterator[Problem]:
    for position, item in enumerate(items, start=1):
        if not _fits(item, expected):
            message = f"value {position} is {_shown(item)}"
            remedy = f"This hook gives {_named(expected)}."
            yield PluginError(str(hook), message, remedy, ErrorCode.HOOK_RESULT)


def _shown(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, Rule):
        return f"the {type(value).__name__} {value.id!r}"
    brief = reprlib.Repr()
    # NOTE: addresses in memory are removed, so that two runs print the same. The text is not
    # shortened before that, or a part of an address would remain.
    brief.maxother = _MOST_CHARACTERS
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", brief.repr(value))
    return f"{text}, of type {type(value).__name__}"


def _named(expected: tuple[type[Any], ...]) -> str:
    if len(expected) > _MOST_NAMES:
        return "rules of the kinds that the reference lists"
    return " or ".join(kind.__name__ for kind in expected)
