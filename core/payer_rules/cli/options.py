"""Options that several commands share, and where a report goes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import attrs
from cyclopts import Parameter

from payer_rules.errors import Fault, FaultError, Remark, nearest

if TYPE_CHECKING:
    from payer_rules.rules import Reason


@attrs.frozen
class Setup:
    """Which plugins and profiles take part."""

    profiles: Annotated[
        tuple[Path, ...],
        Parameter(
            name="--profiles",
            negative="",
            show_default=False,
            help="Read the profiles of this folder, or this profile, too. Repeatable.",
        ),
    ] = ()
    without: Annotated[
        tuple[str, ...],
        Parameter(
            name="--without",
            negative="",
            show_default=False,
            help="Leave out the plugin of this name. Repeatable.",
        ),
    ] = ()


Common: TypeAlias = Annotated[Setup, Parameter(name="*")]
Payers: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(name="--payer", negative="", show_default=False, help="Only this payer. Repeatable."),
]
Reports: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--report",
        negative="",
        show_default=False,
        help="text or json; with :PATH into a file. Repeatable; text is the default.",
    ),
]
Assume: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        negative="",
        show_default=False,
        help="Take these classes of missing facts to be in order: claim, history, record, "
        "table, edition, text; with commas.",
    ),
]
Folder: TypeAlias = Annotated[
    Path | None,
    Parameter(
        name="--tables",
        show_default=False,
        help="The folder of imported tables; else the one that PAYER_RULES_TABLES names, else "
        "payer-rules/tables where the user's data lie.",
    ),
]
NO_SETUP = Setup()


def deliver(reports: Iterable[str], text: str, data: str, *, csv: str | None = None) -> None:
    """Print each report asked for, or write it to its file; unknown kinds raise `FaultError`."""
    made = {"text": text, "json": data} | ({} if csv is None else {"csv": csv})
    deliver_pieces(reports, {kind: partial(iter, (told, "\n")) for kind, told in made.items()})


def deliver_pieces(reports: Iterable[str], made: Mapping[str, Callable[[], Iterable[str]]]) -> None:
    """The same of reports that come in pieces, so that none need be held."""
    for asked in tuple(reports) or ("text",):
        kind, _, path = asked.partition(":")
        if kind not in made:
            problem = f"there is no report {kind!r}"
            raise FaultError([Fault("--report", problem, nearest(kind, made))])
        if not path:
            sys.stdout.writelines(made[kind]())
            continue
        try:
            with Path(path).open("w", encoding="utf-8") as file:
                file.writelines(made[kind]())
        except OSError as error:
            problem = f"the report cannot be written to {path!r}: {error.strerror}"
            raise FaultError([Fault("--report", problem, "Name another file.")]) from error


def known(option: str, names: Iterable[str], there: Collection[str]) -> None:
    """Nothing, where each name of a payer is there; else raises `FaultError` with a fault each."""
    faults = [
        Fault(option, f"there is no payer {name!r}", nearest(name, there))
        for name in names
        if name not in there
    ]
    if faults:
        raise FaultError(faults)


def complain(faults: Iterable[Fault]) -> bool:
    """Print faults and remarks on standard error, and return True if there were any faults.

    Remarks come last, each with the word before it: nothing was lost by them.
    """
    found = list(dict.fromkeys(faults))
    for fault in sorted(found, key=lambda fault: isinstance(fault, Remark)):
        print(f"remark: {fault}" if isinstance(fault, Remark) else fault, file=sys.stderr)
    return any(not isinstance(fault, Remark) for fault in found)


def tell_uncoded(claims: int) -> None:
    """Say on standard error how many claims were not judged because no rule speaks of them."""
    if claims:
        told = "1 claim has" if claims == 1 else f"{claims:,} claims have"
        print(f"{told} revenue codes and no procedure code: not judged", file=sys.stderr)


def assumptions(given: Iterable[str]) -> frozenset[Reason]:
    """Return the classes of missing facts to assume, from words with commas."""
    from payer_rules.rules import ASSUMABLE

    words = [word.strip() for text in given for word in text.split(",") if word.strip()]
    faults = [
        Fault("--assume", f"{word!r} cannot be assumed", nearest(word, ASSUMABLE))
        for word in words
        if word not in ASSUMABLE
    ]
    if faults:
        raise FaultError(faults)
    return frozenset(reason for reason in ASSUMABLE if reason in words)
