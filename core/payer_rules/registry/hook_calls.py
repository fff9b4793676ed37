"""One hook of one plugin, called: what it gave, and what was wrong with that."""

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
_MOST: Final = 100_000
#: The most characters of the repr of an object in a message.
_LONG: Final = 200
#: Messages name each class that is expected, up to this number.
_FEW: Final = 3
#: What can be iterated over and is never meant as a list of values.
_NO_LISTS: Final = (str, bytes, Mapping)


@attrs.frozen
class HookCall:
    """A record of a call: how many values came, in what time, and whether all could be used."""

    plugin: str
    hook: str
    count: int
    seconds: float = attrs.field(eq=False)
    complete: bool


@attrs.frozen
class HookResult(Generic[T]):
    """The values of one hook that are what the hook is for; the rest became faults."""

    hook: Hook
    values: tuple[T, ...]
    problems: tuple[Problem, ...]
    call: HookCall


def call_hook(hook: Hook, expected: tuple[type[T], ...], **arguments: str) -> HookResult[T]:
    """What the hook gives, taken whole.

    What came before the hook raised stands, and so does every value beside a wrong one.
    """
    ANNOUNCE.get()(hook.plugin, str(hook))
    given: list[object] = []
    values: list[T] = []
    problems: list[Problem] = []
    with restored_process_state() as changes:
        started = perf_counter()
        try:
            answer = hook.function(*(arguments[name] for name in hook.arguments))
            if _is_list(answer):
                for item in islice(answer, _MOST + 1):
                    given.append(item)
            else:
                problems.append(_no_list(hook, answer, expected))
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
        if len(given) > _MOST:
            problems.append(_endless(hook))
            given.clear()
        try:
            values += (item for item in given if _fits(item, expected))
            problems += _field_errors(hook, given, expected)
        except BaseException as error:
            values.clear()
            problems += problems_of_error(
                error,
                where=str(hook),
                package=hook.package,
                message="raised",
                code=ErrorCode.RAISED,
            )
    call = HookCall(hook.plugin.name, hook.name, len(given), seconds, not problems)
    problems += problems_of_changes(changes, str(hook))
    return HookResult(hook, tuple(values), tuple(problems), call)


def _endless(hook: Hook) -> Problem:
    message = f"gives more than {_MOST:,} values"
    return PluginError(str(hook), message, "Give fewer, and an end.", ErrorCode.TOO_MANY_VALUES)


def _is_list(answer: object) -> TypeGuard[Iterable[object]]:
    return isinstance(answer, Iterable) and not isinstance(answer, _NO_LISTS)


def _fits(item: object, expected: tuple[type[T], ...]) -> TypeGuard[T]:
    # NOTE: the engine has a judge for each kind; of a subclass it would not know what to make.
    return type(item) in expected if isinstance(item, Rule) else isinstance(item, expected)


def _no_list(hook: Hook, answer: object, expected: tuple[type[Any], ...]) -> Problem:
    remedy = f"Return a list of {_named(expected)}; an empty one where there is nothing to say."
    return PluginError(str(hook), f"returns {_shown(answer)}", remedy, ErrorCode.HOOK_RESULT)


def _field_errors(
    hook: Hook, given: list[object], expected: tuple[type[Any], ...]
) -> Iterator[Problem]:
    for position, item in enumerate(given, start=1):
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
    # NOTE: addresses in memory are cut out, so that two runs say the same; cut short they would
    # not be found.
    brief.maxother = _LONG
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", brief.repr(value))
    return f"{text}, of type {type(value).__name__}"


def _named(expected: tuple[type[Any], ...]) -> str:
    if len(expected) > _FEW:
        return "rules of the kinds that the reference lists"
    return " or ".join(kind.__name__ for kind in expected)
