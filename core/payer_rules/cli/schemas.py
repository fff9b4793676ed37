"""``payer-rules schemas``: the JSON schemas of files, for editors and other programs."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from payer_rules.cli.console import output
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.option_problems import require_known
from payer_rules.text.escaping import join_lines


def schemas(name: Annotated[str | None, Parameter(show_default=False)] = None, /) -> ExitCode:
    """List the JSON schemas of files, or print the one of the NAME.

    Those of profiles, cases and scenarios let an editor complete the keys, explain them and mark
    what is wrong while you write.
    """
    from payer_rules.json_forms.schema_files import FORMS, path_of, schema_of

    if name is not None:
        require_known("NAME", [name], FORMS)
        print(path_of(name).read_text(encoding="utf-8"), end="", file=output())
        return ExitCode.CLEAN
    for form in FORMS:
        schema = schema_of(form)
        lines = [f"{form}: {schema['title']}", f"  {schema['$id']}", f"  {path_of(form)}"]
        print(join_lines(lines), file=output())
    return ExitCode.CLEAN
