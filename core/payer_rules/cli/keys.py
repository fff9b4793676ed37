"""``payer-rules keys``: create, list, replace and revoke keys of the service."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from cyclopts import Parameter, validators

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.option_problems import date_of
from payer_rules.cli.options import Reports
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.service.api_keys import KeyFile

KeyPath: TypeAlias = Annotated[
    Path, Parameter(name="--keys", help="File of keys, such as keys.json.")
]
#: The scopes of a key for which none is stated.
_USUAL: Final = ("claims", "rules")
KeyId: TypeAlias = Annotated[str, Parameter(help="Id of the key, as keys list shows it.")]


def add(
    name: Annotated[str, Parameter(help="Whose key it is, such as billing-system.")],
    /,
    *,
    keys: KeyPath,
    scope: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="What the key may ask: claims, rules or metrics (default: claims and rules). "
            "Repeatable.",
        ),
    ] = (),
    until: Annotated[
        date | None,
        Parameter(
            show_default=False,
            converter=date_of,
            help="Last day of the key, YYYY-MM-DD (default: it does not end).",
        ),
    ] = None,
) -> ExitCode:
    """Create a key of the service, and print it once; its id is printed on standard error.

    The file, which is created if it does not exist, has a salted digest of the key only.
    """
    from payer_rules.service.api_keys import SCOPES, KeyFile, read_keys, write_keys

    unknown = [each for each in scope if each not in SCOPES]
    if unknown:
        message = f"there is no scope {unknown[0]!r}"
        remedy = f"A key may ask about {', '.join(SCOPES[:-1])} or {SCOPES[-1]}."
        raise InputError([Problem("--scope", message, remedy, ErrorCode.OPTION_VALUE)])
    today = date.today()
    if until is not None and until < today:
        message, remedy = f"{until} is past", "Give today or a later day."
        raise InputError([Problem("--until", message, remedy, ErrorCode.OPTION_VALUE)])
    known = read_keys(keys) if keys.exists() else KeyFile()
    scopes = [each for each in SCOPES if each in (scope or _USUAL)]
    changed, text = known.with_new(name, scopes, today=today, until=until)
    write_keys(keys, changed)
    _print_new(changed, text)
    return ExitCode.CLEAN


def list_(*, keys: KeyPath, report: Reports = ()) -> ExitCode:
    """List the keys of the service: id, name, scopes and days; what they are is not known."""
    from payer_rules.reports.data import plain, text_of
    from payer_rules.service.api_keys import read_keys

    reports = report_destinations(report, keys)
    known = read_keys(keys).keys
    lines = [
        f"{key.id}: {key.name}; {', '.join(key.scopes)}; since {key.created}"
        + (f", until {key.until}" if key.until else "")
        for key in known
    ]
    shown = ("id", "name", "scopes", "created", "until")
    data = [{name: plain(getattr(key, name)) for name in shown} for key in known]
    write_text(reports, text=join_lines(lines), json=text_of({"keys": data}))
    return ExitCode.CLEAN


def rotate(
    key: KeyId,
    /,
    *,
    keys: KeyPath,
    days: Annotated[
        int,
        Parameter(
            validator=validators.Number(gte=0), help="So many more days the old key is valid."
        ),
    ] = 7,
) -> ExitCode:
    """Create another key with the name and scopes of this one, which ends after some days.

    If this one has a last day, the new key has it as well, and neither is valid after it.
    """
    from payer_rules.service.api_keys import read_keys, write_keys

    today = date.today()
    known = read_keys(keys)
    old = known.with_id(key)
    if old.has_ended(today):
        message, remedy = f"the key {key!r} ended on {old.until}", "Create one with keys add."
        raise InputError([Problem("ID", message, remedy, ErrorCode.OPTION_VALUE)])
    last = min(today + timedelta(days=days), old.until or date.max)
    ending = known.ending(key, last)
    changed, text = ending.with_new(old.name, old.scopes, today=today, until=old.until)
    write_keys(keys, changed)
    _print_new(changed, text)
    print(f"the key {key} ends on {last}", file=sys.stderr)
    return ExitCode.CLEAN


def revoke(key: KeyId, /, *, keys: KeyPath) -> ExitCode:
    """Delete a key; a running service refuses it from its next request on."""
    from payer_rules.service.api_keys import read_keys, write_keys

    write_keys(keys, read_keys(keys).ending(key, None))
    return ExitCode.CLEAN


def _print_new(keys: KeyFile, text: str) -> None:
    """Print the text of the last key, and on standard error its id, which other commands take."""
    write_text(report_destinations(()), text=text, json="")
    print(f"the id of the key is {keys.keys[-1].id}", file=sys.stderr)
