"""The commands, and how a run ends."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final

from cyclopts import App, CycloptsError

from payer_rules.cli import (
    check,
    conform,
    doctor,
    explain,
    listing,
    mutate,
    new,
    profiles,
    sessions,
    tables,
)
from payer_rules.cli.console import reserved_output
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.options import print_problems
from payer_rules.errors import InputError, Problem
from payer_rules.system.processes import exits_noticed
from payer_rules.system.signals import Interrupted, interruptible
from payer_rules.text.escaping import visible

#: A run that a signal has stopped ends as a shell would say it: 130, 143, 129.
_BY_SIGNAL: Final = 128
#: What is no error of ours: a full disk or quota, too many open files, a disk that fails.
_REFUSALS: Final = tuple(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM", "EIO", "EROFS")
    if hasattr(errno, name)
)


def _version() -> str:
    from importlib.metadata import version

    return version("payer-rules")


def build() -> App:
    """The command line with all its commands."""
    app = App(
        name="payer-rules",
        help="Payer billing rules as plugins: replay fixture claims, judge claims, show sources.",
        version=_version,
        help_format="plaintext",
        result_action="return_value",
        help_epilogue="Exit codes: 0 clean, 1 findings, disagreement or stale sources, 2 usage, "
        "3 internal error, 4 bad plugin, profile or file, 5 nothing was run, "
        "6 something not evaluated; 130, 143 or 129 stopped by Ctrl-C, SIGTERM or SIGHUP.",
    )
    app.command(conform.conform)
    app.command(check.check)
    app.command(listing.payers)
    app.command(listing.plugins)
    app.command(listing.rules)
    app.command(explain.explain)
    app.command(doctor.doctor)
    app.command(mutate.coverage)
    app.command(mutate.mutate)
    app.command(new.new)
    nested = App(name="profiles", help="Work on profiles.")
    nested.command(profiles.check, name="check")
    app.command(nested)
    edits = App(name="tables", help="Work on CMS's edit tables.")
    edits.command(tables.import_, name="import")
    edits.command(tables.list_, name="list")
    edits.command(tables.diff)
    app.command(edits)
    held = App(name="sessions")
    held.default(sessions.sessions)
    held.command(sessions.bill)
    app.command(held)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code; no traceback for a fault of the user's."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with interruptible():
            code = _run(given)
    except Interrupted as error:
        print(f"payer-rules: stopped by {error.name}", file=sys.stderr)
        code = _BY_SIGNAL + error.number
    if arguments is None:
        _leave_threads(code)
    return code


def _leave_threads(code: int) -> None:
    """End the process, where a thread that a plugin began would keep it."""
    others = [each for each in threading.enumerate() if each is not threading.main_thread()]
    if not all(each.daemon for each in others):
        sys.stderr.flush()
        os._exit(code)


def _run(given: list[str]) -> int:
    try:
        app = build()
        command, bound, _ = app.parse_args(given, exit_on_error=False, print_error=False)
        # NOTE: help is printed by the library, to whatever standard output is.
        is_ours = command.__module__.startswith(__package__)
        with reserved_output() if is_ours else nullcontext(), exits_noticed():
            ended = command(*bound.args, **bound.kwargs)
    except CycloptsError as error:
        print(visible(f"payer-rules: {error}"), file=sys.stderr)
        return ExitCode.USAGE
    except InputError as error:
        print_problems(error.problems)
        return ExitCode.FAULTY
    except MemoryError:
        print_problems([Problem("payer-rules", "there is not enough memory", "Try --jobs 1.")])
        return ExitCode.FAULTY
    except OSError as error:
        if error.errno not in _REFUSALS:
            return _internal()
        message = f"the system refuses: {error.strerror}"
        print_problems([Problem("payer-rules", message, "Free what is used up, and try again.")])
        return ExitCode.FAULTY
    except Exception:
        return _internal()
    return ended if isinstance(ended, int) else ExitCode.CLEAN


def _internal() -> int:
    import traceback

    sys.stderr.write(visible(traceback.format_exc(), keep="\n"))
    return ExitCode.INTERNAL
