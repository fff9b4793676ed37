"""Where reports go: standard output, or files that are replaced when the report is complete.

`report_destinations` reads the ``--report`` options and raises before any work is done if a
report cannot be written. `opened` gives the open files, and `write_reports` writes whole reports.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, TextIO

import attrs

from payer_rules.cli.console import output
from payer_rules.cli.option_problems import unknown_value
from payer_rules.cli.report_packages import unwritable
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.atomic_files import (
    Replacement,
    is_open_file,
    is_standard_output,
    same_file,
)

_OPTION: Final = "--report"
_ANOTHER: Final = "Name another file."
#: The files of a folder that commands read: profiles, cases, edit sheets, imported tables.
_READ: Final = (".toml", ".csv", ".table", ".json")


@attrs.frozen
class Destination:
    """A report format and the file that it goes to; without a path, standard output.

    ``option`` is the option that names them.
    """

    kind: str
    path: Path | None
    option: str = _OPTION

    @property
    def name(self) -> str:
        """What messages call the file."""
        noun = "report" if self.option == _OPTION else self.kind
        return f"the {noun} {str(self.path)!r}"


def report_destinations(
    asked: Iterable[str],
    *inputs: Path | None,
    kinds: Collection[str] = ("text", "json"),
    more: Iterable[Destination] = (),
) -> tuple[Destination, ...]:
    """Return the destination of each report; text to standard output if none is asked for.

    ``more`` are further files that other options name, which are checked like reports.

    Raises `InputError` for an unknown format, for a path that cannot be written, for two reports
    that go to one place, and for a report that would replace one of the inputs.
    """
    reports = [_destination(each) for each in tuple(asked) or ("text",)]
    found = [*reports, *more]
    paths = [each.path for each in found if each.path is not None]
    read = [path for path in inputs if path is not None]
    problems = [
        unknown_value(_OPTION, each.kind, kinds) for each in reports if each.kind not in kinds
    ]
    problems += [problem for report in found for problem in unwritable(report)]
    problems += [problem for each in found for problem in _misplaced(each, read)]
    problems += _shared_files(paths)
    if len(paths) < len(found):
        problems += _shared_output([each.kind for each in found if each.path is None])
        output()
        problems += _onto_input(read)
    if problems:
        raise InputError(dict.fromkeys(problems))
    return tuple(found)


@contextmanager
def opened(reports: Iterable[Destination]) -> Iterator[list[TextIO]]:
    """Yield the open file of each report, or standard output.

    Files replace the old ones if the context ends without an exception and all are complete.
    """
    with ExitStack() as stack:
        replacements: list[Replacement] = []
        files: list[TextIO] = []
        printed: list[TextIO] = []
        for report in reports:
            if report.path is None:
                printed.append(output(report.kind))
                files.append(printed[-1])
                continue
            replacement = Replacement(report.path, report.option, report.name)
            stack.callback(replacement.discard)
            replacements.append(replacement)
            files.append(replacement.text)
        yield files
        for replacement in replacements:
            replacement.close()
        for replacement in replacements:
            replacement.move()
        for stream in printed:
            stream.flush()


def write_reports(
    reports: Iterable[Destination], makers: Mapping[str, Callable[[], Iterable[str]]]
) -> None:
    """Write each report piece by piece; ``makers`` make the pieces of each format."""
    reports = tuple(reports)
    with opened(reports) as files:
        for report, file in zip(reports, files, strict=True):
            file.writelines(makers[report.kind]())


def write_text(reports: Iterable[Destination], **texts: str) -> None:
    """Write reports whose whole text is known, by format: ``text=…``, ``json=…``."""

    def pieces(text: str) -> Callable[[], Iterable[str]]:
        return lambda: (text, "\n")

    write_reports(reports, {kind: pieces(text) for kind, text in texts.items()})


def _destination(asked: str) -> Destination:
    kind, colon, path = asked.partition(":")
    if colon and not path:
        raise InputError(
            [
                Problem(
                    _OPTION,
                    f"{asked!r} names no file",
                    f"Write {kind}:FILE.",
                    ErrorCode.OPTION_VALUE,
                )
            ]
        )
    return Destination(kind, Path(path) if path and not is_standard_output(Path(path)) else None)


def _misplaced(report: Destination, inputs: Iterable[Path]) -> Iterator[Problem]:
    """Yield the problems that keep a report from being written to its file."""
    path = report.path
    if path is None:
        return
    option, name = report.option, report.name
    try:
        status = path.stat()
    except FileNotFoundError:
        folder = Path(os.path.realpath(path)).parent
        if not folder.is_dir():
            problem = f"{name} cannot be written: its folder does not exist"
            yield Problem(option, problem, _ANOTHER, ErrorCode.OUTPUT_FILE)
    except OSError as error:
        problem = f"{name} cannot be written: {error.strerror}"
        yield Problem(option, problem, _ANOTHER, ErrorCode.OUTPUT_FILE)
    else:
        if stat.S_ISDIR(status.st_mode):
            problem = f"{name} is a folder"
            yield Problem(option, problem, "Name a file in it.", ErrorCode.OUTPUT_FILE)
        elif stat.S_ISREG(status.st_mode) and not is_open_file(path):
            for source in inputs:
                if is_read_from(path, source):
                    problem = f"{name} would replace an input file ({source})"
                    yield Problem(option, problem, _ANOTHER, ErrorCode.EXISTING_FILE)


def is_read_from(path: Path, source: Path) -> bool:
    """Return True if the path is the file ``source``, or a file of that folder."""
    if not source.is_dir():
        return same_file(path, source)
    inside = source.rglob("*")
    return any(same_file(path, file) for file in inside if file.suffix in _READ)


def same_or_inside(path: Path, source: Path) -> bool:
    """Return True if the path is the file or folder ``source``, or is inside of it."""
    real = Path(os.path.realpath(path))
    return any(same_file(each, source) for each in (real, *real.parents) if each.exists())


def _shared_files(paths: list[Path]) -> Iterator[Problem]:
    for at, path in enumerate(paths):
        for other in paths[:at]:
            if is_same_destination(path, other):
                problem = f"two reports go to {str(path)!r}"
                yield Problem(_OPTION, problem, "Name a file for each.", ErrorCode.SHARED_OUTPUT)


def _shared_output(kinds: list[str]) -> Iterator[Problem]:
    if len(kinds) > 1:
        problem = f"{len(kinds)} reports go to standard output ({', '.join(kinds)})"
        remedy = f"Write all but one into files, such as --report {kinds[-1]}:FILE."
        yield Problem(_OPTION, problem, remedy, ErrorCode.SHARED_OUTPUT)


def is_same_destination(path: Path, other: Path) -> bool:
    """Return True if one report would replace the other, also if paths differ only in case."""
    if same_file(path, other):
        return not stat.S_ISCHR(path.stat().st_mode)
    real, others = Path(os.path.realpath(path)), Path(os.path.realpath(other))
    return same_file(real.parent, others.parent) and real.name.casefold() == others.name.casefold()


def _onto_input(inputs: Iterable[Path]) -> Iterator[Problem]:
    """Yield a problem if standard output is redirected into an input file."""
    try:
        status = os.fstat(output().fileno())
    except (OSError, ValueError, InputError):
        return
    for source in inputs:
        if source.is_file() and os.path.samestat(status, source.stat()):
            problem = f"it would replace an input file ({source})"
            yield Problem("standard output", problem, _ANOTHER, ErrorCode.EXISTING_FILE)
