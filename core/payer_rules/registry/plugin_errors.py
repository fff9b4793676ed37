"""Problems of plugins: exceptions that they raise, and changes to the whole program."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from types import CodeType, FrameType
from typing import Final

import attrs

from payer_rules.decisions import Decision
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, InvalidValueError, PluginError, Problem
from payer_rules.registry.plugins import top_level_package
from payer_rules.system.signals import is_interrupt

_REMEDY: Final = "Correct the plugin, or leave it out: --without, load(without=…)."
#: The most characters of an error's message.
_LONG: Final = 300


def problems_of_error(
    error: BaseException, *, where: str, package: str, message: str, code: ErrorCode
) -> list[Problem]:
    """Return the problems that the error means, with the last line of the package it came from.

    Invalid values and input are reported in full, other errors by type and message, after
    ``message``. Only a signal that asks to stop is raised again. Anything else that a plugin
    raises, even SystemExit and KeyboardInterrupt, is its problem and does not end the program.
    """
    if is_interrupt(error):
        raise error
    try:
        return _problems_of_error(error, where, package, message, code)
    except BaseException as other:
        if is_interrupt(other):
            raise
        return [PluginError(where, f"{message} {type(error).__name__}", _REMEDY, code)]


def problems_of_changes(changes: Iterable[str], where: str) -> Iterator[Problem]:
    """Yield a problem for each thing that a plugin changed for the whole program."""
    for change in changes:
        message = f"changes {change}, which is restored"
        remedy = "Do not change it: it belongs to the whole program."
        yield PluginError(where, message, remedy, ErrorCode.CHANGED_PROCESS)


def describe_error(error: BaseException) -> str:
    """Return the type of the error and its message, shortened if it is long."""
    try:
        text = " ".join(str(error).split()).removesuffix(".")
    except BaseException as other:
        # NOTE: an exception may raise another when it is turned into text.
        if is_interrupt(other):
            raise
        text = ""
    text = f"{text[:_LONG]}…" if len(text) > _LONG else text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def plugin_problems(decision: Decision) -> Iterator[Problem]:
    """Yield the problems of plugins' functions that the decision names."""
    for entry in decision.not_evaluated:
        if entry.reason == "fault" and entry.rule is not None:
            yield PluginError(f"payer {decision.payer!r}", entry.missing, _REMEDY, ErrorCode.RAISED)


def _problems_of_error(
    error: BaseException, where: str, package: str, message: str, code: ErrorCode
) -> list[Problem]:
    place = _last_place(error, package)
    where = f"{where}, {place}" if place else where
    if isinstance(error, InputError):
        return [
            attrs.evolve(problem, where=f"{where}, {problem.where}", code=problem.code or code)
            for problem in error.problems
        ]
    if isinstance(error, InvalidValueError):
        return [
            field_error.at(", ".join([where, ".".join(map(str, field_error.path))]))
            for field_error in error.field_errors
        ]
    return [PluginError(where, f"{message} {describe_error(error)}", _REMEDY, code)]


def _last_place(error: BaseException, package: str) -> str | None:
    frames = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if top_level_package(_module(frame)) == package
    ]
    if not frames:
        return None
    frame, line = frames[-1]
    return f"{file_in_package(_module(frame), frame.f_code)}:{line}"


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def file_in_package(module: str, code: CodeType) -> str:
    """Return the file of the code, from the outermost package of the module on."""
    # NOTE: an absolute path would show the folders of the machine.
    path = PurePath(code.co_filename)
    depth = module.count(".") + (2 if path.stem == "__init__" else 1)
    return "/".join(path.parts[-depth:])
