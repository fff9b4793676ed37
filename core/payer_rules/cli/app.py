"""The command-line program: its commands, and the exit code of a run."""

from __future__ import annotations

import errno
import inspect
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Final

from cyclopts import App, CycloptsError

from payer_rules.cli import (
    audit,
    cases,
    check,
    checklist,
    compare,
    conform,
    doctor,
    explain,
    fetch,
    history,
    impact,
    keys,
    listing,
    mcp,
    mutate,
    new,
    next_date,
    payable,
    plan,
    practice,
    price,
    profiles,
    read_again,
    schemas,
    serve,
    sessions,
    shell_completion,
    side_by_side,
    tables,
)
from payer_rules.cli.console import reserved_output
from payer_rules.cli.exit_codes import ExitCode, meanings_text
from payer_rules.cli.option_problems import NothingGiven, is_of_command_line
from payer_rules.cli.options import print_problems
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.processes import exits_noticed
from payer_rules.system.signals import Interrupted, interruptible
from payer_rules.text.escaping import visible

#: The exit code of a run that a signal stops is 128 plus its number, as in a shell.
_BY_SIGNAL: Final = 128
#: Errors of the system: a full disk or quota, too many open files, a failing disk.
_REFUSALS: Final = tuple(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM", "EIO", "EROFS")
    if hasattr(errno, name)
)


def _version() -> str:
    from importlib.metadata import version

    return version("payer-rules")


def build() -> App:
    """Return the program with all its commands."""
    app = App(
        name="payer-rules",
        help="Check claims against payers' billing rules, with the source of every rule.",
        version=_version,
        help_format="plaintext",
        result_action="return_value",
        help_epilogue=meanings_text(),
    )
    for function in (
        *(conform.conform, check.check, listing.payers, listing.plugins, listing.rules),
        *(explain.explain, doctor.doctor, mutate.coverage, mutate.mutate, new.new, plan.plan),
        *(checklist.checklist, schemas.schemas, side_by_side.side_by_side),
        *(compare.compare, impact.impact, payable.payable, shell_completion.completion),
        *(price.price, serve.serve, mcp.mcp),
    ):
        app.command(function, help=_help_of(function))
    app.command(next_date.next_, name="next", help=_help_of(next_date.next_))
    profile_commands = App(
        name="profiles", help="Check payer profiles, and record second readings."
    )
    profile_commands.command(profiles.check, name="check", help=_help_of(profiles.check))
    profile_commands.command(
        read_again.read_again, name="read-again", help=_help_of(read_again.read_again)
    )
    app.command(profile_commands)
    practice_commands = App(name="practice", help="Write and check a practice file.")
    practice_commands.command(practice.init, help=_help_of(practice.init))
    practice_commands.command(practice.check, name="check", help=_help_of(practice.check))
    app.command(practice_commands)
    case_commands = App(name="cases", help="Convert case files.")
    case_commands.command(cases.convert, help=_help_of(cases.convert))
    app.command(case_commands)
    table_commands = App(name="tables", help="Fetch, import, list and compare CMS's NCCI tables.")
    table_commands.command(tables.import_, name="import", help=_help_of(tables.import_))
    table_commands.command(fetch.fetch, name="fetch", help=_help_of(fetch.fetch))
    table_commands.command(tables.list_, name="list", help=_help_of(tables.list_))
    table_commands.command(tables.diff, help=_help_of(tables.diff))
    app.command(table_commands)
    history_commands = App(
        name="history", help="Load earlier services into a history store, show and delete them."
    )
    for command in (history.load, history.status, history.show, history.forget):
        history_commands.command(command, help=_help_of(command))
    app.command(history_commands)
    key_commands = App(name="keys", help="Create, list, replace and revoke keys of the service.")
    key_commands.command(keys.list_, name="list", help=_help_of(keys.list_))
    key_commands.command(keys.add, help=_help_of(keys.add), synonym=("create", "new"))
    key_commands.command(keys.rotate, help=_help_of(keys.rotate), synonym=("replace", "renew"))
    key_commands.command(keys.revoke, help=_help_of(keys.revoke), synonym=("delete", "remove"))
    app.command(key_commands)
    audit_commands = App(name="audit", help="Verify the audit log of the service.")
    audit_commands.command(audit.verify, help=_help_of(audit.verify))
    app.command(audit_commands)
    session_commands = App(name="sessions", help=_help_of(sessions.sessions))
    session_commands.default(sessions.sessions)
    session_commands.command(sessions.bill, help=_help_of(sessions.bill))
    app.command(session_commands)
    return app


def _help_of(command: Callable[..., object]) -> str:
    """Return the docstring with each paragraph on one line, so that the terminal wraps it."""
    paragraphs = (inspect.getdoc(command) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; problems of the user have no traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with interruptible():
            code = _run(words)
    except Interrupted as error:
        print(f"payer-rules: stopped by {error.name}", file=sys.stderr)
        code = _BY_SIGNAL + error.number
    if arguments is None:
        _end_threads(code)
    return code


def _end_threads(code: int) -> None:
    """End the process even if a thread of a plugin is still running."""
    threads = [each for each in threading.enumerate() if each is not threading.main_thread()]
    if not all(thread.daemon for thread in threads):
        sys.stderr.flush()
        os._exit(code)


def _run(words: list[str]) -> int:
    try:
        app = build()
        command, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
        # NOTE: cyclopts prints help itself, to the standard output of the process.
        is_ours = command.__module__.startswith(__package__)
        with reserved_output() if is_ours else nullcontext(), exits_noticed():
            ended = command(*bound.args, **bound.kwargs)
    except CycloptsError as error:
        print(visible(f"payer-rules: {error} [{ErrorCode.COMMAND_LINE}]"), file=sys.stderr)
        return ExitCode.USAGE
    except NothingGiven as error:
        print_problems(error.problems)
        return ExitCode.NOTHING
    except InputError as error:
        print_problems(error.problems)
        is_usage = all(map(is_of_command_line, error.problems))
        return ExitCode.USAGE if is_usage else ExitCode.FAULTY
    except MemoryError:
        print_problems(
            [
                Problem(
                    "payer-rules",
                    "there is not enough memory",
                    "Try --jobs 1.",
                    ErrorCode.RESOURCES,
                )
            ]
        )
        return ExitCode.FAULTY
    except OSError as error:
        if error.errno not in _REFUSALS:
            return _internal()
        problem = f"the operating system reports: {error.strerror}"
        print_problems(
            [
                Problem(
                    "payer-rules", problem, "Free some of it, and try again.", ErrorCode.RESOURCES
                )
            ]
        )
        return ExitCode.FAULTY
    except Exception:
        return _internal()
    return ended if isinstance(ended, int) else ExitCode.CLEAN


def _internal() -> int:
    import traceback

    sys.stderr.write(visible(traceback.format_exc(), keep="\n"))
    return ExitCode.INTERNAL
