"""Where reports go: standard output, or files that take the place of others when complete."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, TextIO

import attrs

from payer_rules.cli.console import output
from payer_rules.errors import InputError, Problem, nearest
from payer_rules.system.atomic_files import Replacement, is_open_file, is_standard_output, same_file

_OPTION: Final = "--report"
_ANOTHER: Final = "Name another file."
#: What is read of a folder: profiles, cases, edit sheets, imported tables and their catalog.
_READ: Final = (".toml", ".csv", ".table", ".json")


@attrs.frozen
class Destination:
    """A kind of report and the file that it goes to; without a path, standard output."""

    kind: str
    path: Path | None


def destinations(
    asked: Iterable[str], kinds: Collection[str], inputs: Iterable[Path | None] = ()
) -> tuple[Destination, ...]:
    """Return where each report asked for goes; text to standard output where none is asked for.

    Raises `InputError` for an unknown kind, for a path that cannot be a report's, and where a
    report would take the place of an input or of another report.
    """
    found = [_destination(each) for each in tuple(asked) or ("text",)]
    read = [path for path in inputs if path is not None]
    problems = [
        *(_unknown(each.kind, kinds) for each in found if each.kind not in kinds),
        *(
            problem
            for each in found
            if each.path is not None
            for problem in _misplaced(each.path, read)
        ),
        *_twice([each.path for each in found if each.path is not None]),
    ]
    if any(each.path is None for each in found):
        output()
        problems += _onto_input(read)
    if problems:
        raise InputError(dict.fromkeys(problems))
    return tuple(found)


@contextmanager
def opened(reports: Iterable[Destination]) -> Iterator[list[TextIO | None]]:
    """Yield the file of each report, and None for standard output.

    The files take their places when the context ends without an exception, and all are complete.
    """
    with ExitStack() as stack:
        replacements: list[Replacement] = []
        files: list[TextIO | None] = []
        for each in reports:
            if each.path is None:
                files.append(None)
                continue
            replacement = Replacement(each.path, _OPTION, f"the report {str(each.path)!r}")
            stack.callback(replacement.discard)
            replacements.append(replacement)
            files.append(replacement.text)
        yield files
        for replacement in replacements:
            replacement.close()
        for replacement in replacements:
            replacement.move()


def deliver(
    reports: Iterable[Destination], made: Mapping[str, Callable[[], Iterable[str]]]
) -> None:
    """Write each report in the pieces that come, so that none need be held."""
    reports = tuple(reports)
    with opened(reports) as files:
        for each, file in zip(reports, files, strict=True):
            stream = output(each.kind) if file is None else file
            stream.writelines(made[each.kind]())
        if None in files:
            output().flush()


def _destination(asked: str) -> Destination:
    kind, colon, path = asked.partition(":")
    if colon and not path:
        raise InputError([Problem(_OPTION, f"{asked!r} names no file", f"Write {kind}:FILE.")])
    return Destination(kind, Path(path) if path and not is_standard_output(Path(path)) else None)


def _unknown(kind: str, kinds: Collection[str]) -> Problem:
    return Problem(_OPTION, f"there is no report {kind!r}", nearest(kind, kinds))


def _misplaced(path: Path, inputs: Iterable[Path]) -> Iterator[Problem]:
    """Yield what keeps the path from being a report's, before any work is done."""
    name = f"the report {str(path)!r}"
    try:
        status = path.stat()
    except FileNotFoundError:
        folder = Path(os.path.realpath(path)).parent
        if not folder.is_dir():
            yield Problem(_OPTION, f"{name} cannot be written: there is no folder", _ANOTHER)
    except OSError as error:
        yield Problem(_OPTION, f"{name} cannot be written: {error.strerror}", _ANOTHER)
    else:
        if stat.S_ISDIR(status.st_mode):
            yield Problem(_OPTION, f"{name} is a folder", "Name a file in it.")
        elif stat.S_ISREG(status.st_mode) and not is_open_file(path):
            for each in inputs:
                if is_read_from(path, each):
                    yield Problem(_OPTION, f"{name} is a file that is read ({each})", _ANOTHER)


def is_read_from(path: Path, source: Path) -> bool:
    """Return True if the path leads to the file ``source``, or to a file of that folder."""
    if not source.is_dir():
        return same_file(path, source)
    inside = source.rglob("*")
    return any(same_file(path, each) for each in inside if each.suffix in _READ)


def _twice(paths: list[Path]) -> Iterator[Problem]:
    for at, path in enumerate(paths):
        for other in paths[:at]:
            if is_same_destination(path, other):
                message = f"two reports go to {str(path)!r}"
                yield Problem(_OPTION, message, "Name a file for each.")


def is_same_destination(path: Path, other: Path) -> bool:
    """Return True if one report would replace the other; also where case may not matter."""
    if same_file(path, other):
        return not stat.S_ISCHR(path.stat().st_mode)
    real, others = Path(os.path.realpath(path)), Path(os.path.realpath(other))
    return same_file(real.parent, others.parent) and real.name.casefold() == others.name.casefold()


def _onto_input(inputs: Iterable[Path]) -> Iterator[Problem]:
    """Yield a fault where standard output is a file that is read."""
    try:
        status = os.fstat(output().fileno())
    except (OSError, ValueError, InputError):
        return
    for each in inputs:
        if each.is_file() and os.path.samestat(status, each.stat()):
            yield Problem("standard output", f"it is a file that is read ({each})", _ANOTHER)
