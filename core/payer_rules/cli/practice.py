"""``payer-rules practice``: write a practice file from claims, and check one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from payer_rules.cli.console import output
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.option_problems import require_files
from payer_rules.cli.options import ALL_PLUGINS, Plugins, print_problems
from payer_rules.cli.reading_options import ClaimFile
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

_NAME: Final = "practice.toml"


def init(
    *files: ClaimFile,
    out: Annotated[
        Path, Parameter(name="--out", help="The practice file; it must not exist yet.")
    ] = Path(_NAME),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Write a practice file from claim files, with questions for what they do not show.

    The files are those that you send, such as an 837P. The practice file holds the state and
    Medicare contractor by ZIP code, your providers with their taxonomies, and your payers.
    """
    from payer_rules.practice.practice_draft import draft_of
    from payer_rules.readers import FiledClaim
    from payer_rules.readers.claim_files import read_claim_file
    from payer_rules.readers.formats import ReadOptions
    from payer_rules.registry import load
    from payer_rules.system.atomic_files import replace_file

    require_files("practice init", files, "Give a file of your claims, such as claims.837.")
    if out.exists():
        message, remedy = "the file exists already", "Name another with --out, or edit this one."
        raise InputError([Problem(str(out), message, remedy, ErrorCode.PRACTICE_FILE)])
    registry = load(profiles=selection.profiles, without=selection.without)
    found = [item for path in files for item in read_claim_file(path, ReadOptions())]
    claims = [item for item in found if isinstance(item, FiledClaim)]
    if claims:
        text = draft_of(claims).text(", ".join(path.name for path in files), registry)
        replace_file(out, text, "--out", str(out))
        print(f"{out}: answer its questions, then run payer-rules practice check", file=output())
    problems = [item for item in found if isinstance(item, Problem)]
    return exit_code(problems=print_problems(problems), nothing=not claims)


def check(
    file: Annotated[Path | None, Parameter(help="The practice file.", show_default=False)] = None,
    /,
    *,
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Check a practice file and list every problem.

    Without a file it is the one that check would use. A remark names an NPI whose check digit is
    wrong. What is not answered yet is listed; the exit code is 6 while the payer of an identifier
    is not stated.
    """
    from payer_rules.practice import find_practice, problems_of_practice, read_practice
    from payer_rules.practice.practice_check import unanswered, unanswered_payers
    from payer_rules.registry import load

    path = find_practice(file)
    if path is None:
        message, remedy = "no practice file was found", "Write one: payer-rules practice init FILE."
        raise InputError([Problem(_NAME, message, remedy, ErrorCode.PRACTICE_FILE)])
    practice, document = read_practice(path)
    registry = load(profiles=selection.profiles, without=selection.without)
    counts = ", ".join(
        f"{len(entries)} {name if len(entries) == 1 else f'{name}s'}"
        for name, entries in (
            ("provider", practice.providers),
            ("payer", practice.payers),
            ("waiver", practice.waivers),
        )
    )
    print(f"{path}: {counts}", file=output())
    if questions := unanswered(practice):
        print(f"Not answered yet: {'; '.join(questions)}", file=output())
    problems = print_problems(problems_of_practice(practice, document, registry))
    return exit_code(problems=problems, open_=bool(unanswered_payers(practice)))
