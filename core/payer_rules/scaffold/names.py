"""Names of new payers."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem

#: The prefix of the project, its package and its entry point.
PREFIX: Final = "payer-rules-"

#: A payer id that is the end of a distribution's name too: these bear no hyphen at their end, and
#: no two in a row.
_is_allowed: Final = re.compile(rf"(?!{PREFIX})[a-z0-9]+(-[a-z0-9]+)*").fullmatch
_others: Final = re.compile(r"[^a-z0-9]+")


def misnamed(name: str) -> Problem | None:
    """Return the problem of the name of a new payer, or None if it is valid."""
    if _is_allowed(name):
        return None
    message = f"{name!r} cannot be the id of a payer: small letters and digits, with single hyphens"
    return Problem(
        "NAME", f"{message} between them", f"Write {_nearest(name)!r}.", ErrorCode.OPTION_VALUE
    )


def _nearest(name: str) -> str:
    """Return the valid name nearest to this one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    near = _others.sub("-", plain).strip("-")
    while near.startswith(PREFIX):
        near = near.removeprefix(PREFIX)
    return near or "acme"
