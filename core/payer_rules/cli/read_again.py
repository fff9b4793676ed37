"""``payer-rules profiles read-again``: record that rules were compared with their texts again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final

import attrs
from cyclopts import Parameter

from payer_rules.cli.console import output
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.option_problems import date_of, require_files, unknown_value
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, InvalidValueError

_RESULTS: Final = ("right", "corrected")


def read_again(
    profile: Annotated[Path, Parameter(help="The profile, which is changed.")],
    /,
    *rules: Annotated[str, Parameter(help="Ids of rules; of several editions NAME:LINE.")],
    result: Annotated[str, Parameter(name="--result", help="What was found: right or corrected.")],
    text: Annotated[str, Parameter(name="--text", help="Where the text was read.")],
    on: Annotated[
        date | None,
        Parameter(
            name="--on",
            show_default=False,
            converter=date_of,
            help="The day of the reading (YYYY-MM-DD; default: today).",
        ),
    ] = None,
) -> ExitCode:
    """Record in a profile that rules, as they are written, were compared with their texts again.

    The record holds a digest of the rule's values. Changing one of them makes the record an error
    of profiles check, until the rule is read again or the record is removed.
    """
    from payer_rules.profiles.profile import folder_of, profile_of
    from payer_rules.profiles.second_readings import with_second_reading
    from payer_rules.rules import SecondReading
    from payer_rules.system.atomic_files import replace_file
    from payer_rules.toml_files.document import read

    if result not in _RESULTS:
        raise InputError([unknown_value("--result", result, _RESULTS)])
    document = read(profile)
    known = profile_of(document, "--profiles", folder_of(profile))
    require_files("profiles read-again", rules, "Name the rules that were read.")
    try:
        reading = SecondReading(on=on or date.today(), result=result, text=text)  # type: ignore[arg-type]
    except InvalidValueError as error:
        problems = [each.at(f"--{each.path[0]}") for each in error.field_errors]
        raise InputError(
            attrs.evolve(each, code=ErrorCode.OPTION_VALUE) for each in problems
        ) from error
    changed = with_second_reading(document, known, rules, reading)
    replace_file(profile, changed, "PROFILE", str(profile))
    count = len(rules)
    print(f"{profile}: {count} rule{'' if count == 1 else 's'} read again", file=output())
    return ExitCode.CLEAN
