"""Checks for the author of a profile, which take longer than loading it does.

NOTE: this module imports the ``toml`` package, so nothing but ``profiles check`` imports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.profiles.likely_mistakes import likely_mistakes
from payer_rules.profiles.profile import folder_of, profile_of
from payer_rules.profiles.second_readings import second_reading_problems
from payer_rules.toml_files.document import read
from payer_rules.toml_files.portability import portable_differences

if TYPE_CHECKING:
    import pathlib
    from importlib.resources.abc import Traversable


def check_profile(
    path: pathlib.Path | Traversable, plugin: str, on: date | None = None
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return the profile's problems, and remarks on what another TOML reader would misread.

    Problems are also values that are valid but likely mistakes, such as a text that was read on a
    later day than ``on`` (by default, today).
    """
    try:
        document = read(path)
    except InputError as error:
        return error.problems, ()
    profile = profile_of(document, plugin, folder_of(path))
    problems = (
        *profile.problems,
        *second_reading_problems(document, profile),
        *likely_mistakes(document, on or date.today()),
    )
    return problems, tuple(portable_differences(document))


def duplicate_payers(paths: Iterable[pathlib.Path]) -> Iterator[Problem]:
    """Yield a problem for each profile whose payer has another profile among the files."""
    first: dict[object, pathlib.Path] = {}
    for path in paths:
        try:
            document = read(path)
        except InputError:
            continue
        payer = document.data.get("payer")
        name = payer.get("id") if isinstance(payer, dict) else None
        if isinstance(name, str) and first.setdefault(name, path) != path:
            message = f"{first[name]} is a profile of {name!r} too"
            remedy = "Write one profile for each payer."
            yield Problem(
                document.place(("payer", "id")), message, remedy, ErrorCode.DUPLICATE_PAYER
            )
