"""The commands, and how a run ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from payer_rules.cli import (
    check,
    conform,
    doctor,
    explain,
    listing,
    mutation,
    new,
    profiles,
    sessions,
    tables,
)
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.options import complain
from payer_rules.errors import FaultError


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
        "6 something not evaluated.",
    )
    app.command(conform.conform)
    app.command(check.check)
    app.command(listing.payers)
    app.command(listing.plugins)
    app.command(listing.rules)
    app.command(explain.explain)
    app.command(doctor.doctor)
    app.command(mutation.coverage)
    app.command(mutation.mutate)
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
        ended = build()(given, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        print(f"payer-rules: {error}", file=sys.stderr)
        return ExitCode.USAGE
    except FaultError as error:
        complain(error.faults)
        return ExitCode.FAULTY
    except BrokenPipeError:
        # NOTE: the reader has seen enough; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.CLEAN
    except Exception:
        import traceback

        traceback.print_exc()
        return ExitCode.INTERNAL
    return ended if isinstance(ended, int) else ExitCode.CLEAN
