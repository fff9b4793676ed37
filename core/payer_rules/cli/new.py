"""``payer-rules new``: the project of an outside plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from payer_rules.cli.console import output
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.options import print_problems
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines


def new(
    name: str,
    /,
    *,
    python: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Add a rule whose judge is a function."),
    ] = False,
) -> ExitCode:
    """Write the project of a plugin for the payer NAME: profile, cases, tox.ini.

    It goes into a new folder, payer-rules-NAME. Its rules are invented, and its tests pass.
    """
    from payer_rules.scaffold import files_of, folder_of, misnamed, write

    problem = misnamed(name)
    if problem:
        print_problems([problem])
        return ExitCode.USAGE
    _refuse_what_is_here(name)
    folder = folder_of(name)
    texts = files_of(name, with_python=python)
    write(Path(folder), texts)
    print(join_lines(f"{folder}/{path}" for path in texts), file=output())
    print(f"\nNext:\n  cd {folder}\n  pip install --editable . pytest\n  pytest", file=output())
    return ExitCode.CLEAN


def _refuse_what_is_here(name: str) -> None:
    """Nothing, where no payer and no plugin has the name; else raises `InputError`."""
    from payer_rules.registry import load

    registry = load()
    owner = registry.owners.get(name)
    if owner or name in {plugin.name for plugin in registry.plugins}:
        message = f"{name!r} is here already, of the plugin {owner or name!r}"
        raise InputError([Problem("NAME", message, "Take another name, or uninstall that plugin.")])
