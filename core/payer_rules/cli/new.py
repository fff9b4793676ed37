"""``payer-rules new``: create the project of a plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from payer_rules.cli.console import output
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.options import print_problems
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines


def new(
    name: Annotated[str, Parameter(help="Id of the payer, such as acme-health.")],
    /,
    *,
    python: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Add a rule that is a Python function."),
    ] = False,
) -> ExitCode:
    """Create a plugin project for the payer NAME: profile, cases, tox.ini.

    The project is written into a new folder, payer-rules-NAME. Its rules are invented examples,
    and its tests pass.
    """
    from payer_rules.scaffold import files_of, folder_of, misnamed, write

    problem = misnamed(name)
    if problem:
        print_problems([problem])
        return ExitCode.USAGE
    _require_new(name)
    folder = folder_of(name)
    texts = files_of(name, with_python=python)
    write(Path(folder), texts)
    print(join_lines(f"{folder}/{path}" for path in texts), file=output())
    print(f"\nNext:\n  cd {folder}\n  pip install --editable . pytest\n  pytest", file=output())
    return ExitCode.CLEAN


def _require_new(name: str) -> None:
    """Raise `InputError` if a payer or plugin has the name."""
    from payer_rules.registry import load

    registry = load()
    owner = registry.owners.get(name)
    message = f"the plugin {owner!r} has a payer {name!r} already" if owner else None
    if not owner and name in {plugin.name for plugin in registry.plugins}:
        message = f"there is a plugin {name!r} already"
    if message:
        raise InputError(
            [
                Problem(
                    "NAME",
                    message,
                    "Use another name, or uninstall that plugin.",
                    ErrorCode.OPTION_VALUE,
                )
            ]
        )
