"""``payer-rules conform --watch``: a run after each change of the files, until Ctrl-C."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn, TypeAlias

from cyclopts import Parameter

from payer_rules.cli.console import layout_of, output
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.packages import require_packages
from payer_rules.system.signals import Interrupted
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.cli.run_options import OtherRuns, RunFiles
    from payer_rules.conformance.manifest import RunOptions
    from payer_rules.conformance.watched_runs import WatchedRun, WatchedRuns

#: Milliseconds after which a wait without changes ends.
_PATIENCE: Final = 300
Watch: TypeAlias = Annotated[
    bool,
    Parameter(
        negative=(),
        show_default=False,
        help="Wait for changes of profiles, cases and plugins, and ask the payers that they touch "
        "again (needs payer-rules[watch]).",
    ),
]
#: What a terminal does to clear its page.
_CLEAR: Final = "\x1b[2J\x1b[H"


def require_no_reports(others: OtherRuns, files: RunFiles) -> None:
    """Raise `InputError` if the command line asks for a report of another kind."""
    given = {
        "--against": others.against,
        "--verify": others.verify,
        "--report": files.report,
        "--badge": files.badge,
        "--trend": files.trend,
    }
    for option in (option for option, value in given.items() if value):
        message = f"{option} is for a run that ends, and --watch does not"
        remedy = f"Leave out {option} or --watch."
        raise InputError([Problem(option, message, remedy, ErrorCode.OPTION_VALUE)])


def watch_runs(options: RunOptions) -> NoReturn:
    """Run, and run again for the payers that each change touches; a signal ends it."""
    from payer_rules.conformance.watched_files import TouchedPayers, watched_paths
    from payer_rules.conformance.watched_runs import WatchedRuns
    from payer_rules.registry import load

    require_packages("--watch", "watch", "which waits for changes", "watchfiles")
    registry = load(profiles=map(Path, options.profiles), without=options.without)
    paths = watched_paths(registry, options)
    touched, runs = TouchedPayers(), WatchedRuns(options)
    changes = _changes(paths)
    # NOTE: what changes during the first run is a change, too.
    next(changes)
    touched.read(paths)
    _print(runs, runs.run(), (), len(paths))
    for files in filter(None, map(touched.changed, changes)):
        payers = touched.touched(files)
        asked = _asked(payers, options.payers)
        if asked is not None:
            _print(runs, runs.run(asked), _names(files), len(paths))
    raise Interrupted(signal.SIGINT)


def _asked(payers: frozenset[str] | None, only: Sequence[str]) -> Sequence[str] | None:
    """Return the payers to ask, empty for all of the run; None if it has none of them."""
    if payers is None:
        return ()
    chosen = payers.intersection(only) if only else payers
    return sorted(chosen) or None


def _changes(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Yield the files of each change, and an empty list from time to time; ends with a signal."""
    from watchfiles import DefaultFilter, watch

    from payer_rules.conformance.watched_files import ENDINGS

    class FilesOfRuns(DefaultFilter):
        """The files that answers depend on, without those of editors and caches."""

        def __call__(self, change: object, path: str) -> bool:
            return path.endswith(ENDINGS) and super().__call__(change, path)  # type: ignore[arg-type]

    # NOTE: it would warn of the signal that ends it.
    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    for changes in watch(
        *paths,
        watch_filter=FilesOfRuns(),
        raise_interrupt=False,
        debounce=400,
        rust_timeout=_PATIENCE,
        yield_on_timeout=True,
    ):
        yield sorted({Path(path) for _, path in changes})


def _names(files: Iterable[Path]) -> list[str]:
    """Return the files as they are seen from the current folder."""
    here = f"{os.getcwd()}{os.sep}"
    return [str(file).removeprefix(here) for file in files]


def _print(runs: WatchedRuns, run: WatchedRun, changed: Sequence[str], watched: int) -> None:
    from payer_rules.reports.watch_report import lines_of_watched_run

    page = output()
    lines = [*lines_of_watched_run(runs, run, changed, layout_of(page))]
    end = f"watching {watched} folders and files; Ctrl-C ends"
    if sys.stdout.isatty():
        page.write(_CLEAR)
    page.write(join_lines([*lines, end, ""]) + "\n")
    page.flush()
