"""What a plugin raised, told so that its author can mend it."""

from __future__ import annotations

import traceback
from pathlib import PurePath
from types import FrameType

import attrs

from payer_rules.errors import Fault, FaultError, MisfitError
from payer_rules.registry.plugins import top

#: What a plugin may raise without ending the program. A plugin that calls sys.exit() is among it.
MISHAPS = (Exception, SystemExit)


def mishap(error: BaseException, *, where: str, package: str, problem: str) -> list[Fault]:
    """The faults behind the error, with the last line of the package that was reached.

    A value that does not fit is told like any other; other errors by type and message, after
    ``problem``.
    """
    place = _last_place(error, package)
    where = f"{where}, {place}" if place else where
    if isinstance(error, FaultError):
        return [attrs.evolve(fault, where=f"{where}, {fault.where}") for fault in error.faults]
    if isinstance(error, MisfitError):
        return [
            misfit.at(", ".join([where, ".".join(map(str, misfit.path))]))
            for misfit in error.misfits
        ]
    remedy = "Mend the plugin, or leave it out: --without, load(without=…)."
    return [Fault(where, f"{problem} {_said(error)}", remedy)]


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split()).removesuffix(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _last_place(error: BaseException, package: str) -> str | None:
    frames = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if top(_module(frame)) == package
    ]
    if not frames:
        return None
    frame, line = frames[-1]
    return f"{_file(frame)}:{line}"


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _file(frame: FrameType) -> str:
    # NOTE: from the outermost package on, so that no path of the machine shows.
    path = PurePath(frame.f_code.co_filename)
    depth = _module(frame).count(".") + (2 if path.stem == "__init__" else 1)
    return "/".join(path.parts[-depth:])
