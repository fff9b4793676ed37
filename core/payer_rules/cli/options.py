"""Options that several commands share, and where a report goes."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import attrs
from cyclopts import Parameter

from payer_rules.cli import destinations
from payer_rules.cli.destinations import Destination
from payer_rules.errors import InputError, Problem, Remark, nearest

if TYPE_CHECKING:
    from payer_rules.rules import Reason


@attrs.frozen
class PluginSelection:
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


Plugins: TypeAlias = Annotated[PluginSelection, Parameter(name="*")]
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
Histories: TypeAlias = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--history",
        negative="",
        show_default=False,
        help="Judge claims that bring no history with the lines of this file: TOML, JSON, 835, "
        "ExplanationOfBenefit or a table. Repeatable; a line that several files have counts once.",
    ),
]
ALL_PLUGINS = PluginSelection()


def report_destinations(
    asked: Iterable[str],
    *inputs: Path | None,
    selection: PluginSelection = ALL_PLUGINS,
    kinds: Collection[str] = ("text", "json"),
) -> tuple[Destination, ...]:
    """Return where the reports asked for go, before any work is done for them.

    None may take the place of an input or of a profile; raises `InputError` for those.
    """
    return destinations.destinations(asked, kinds, [*inputs, *selection.profiles])


def deliver(
    reports: Iterable[Destination], text: str, data: str, *, csv: str | None = None
) -> None:
    """Print each report, or write it into its file."""
    made = {"text": text, "json": data} | ({} if csv is None else {"csv": csv})
    pieces = {kind: partial(iter, (report, "\n")) for kind, report in made.items()}
    destinations.deliver(reports, pieces)


def known(option: str, names: Iterable[str], there: Collection[str]) -> None:
    """Nothing, where each name of a payer is there; else raises `InputError` with a fault each."""
    problems = [
        Problem(option, f"there is no payer {name!r}", nearest(name, there))
        for name in names
        if name not in there
    ]
    if problems:
        raise InputError(problems)


def print_problems(problems: Iterable[Problem]) -> bool:
    """Print faults and remarks on standard error, and return True if there were any faults.

    Remarks come last, each with the word before it: nothing was lost by them.
    """
    found = list(dict.fromkeys(problems))
    for problem in sorted(found, key=lambda problem: isinstance(problem, Remark)):
        print(f"remark: {problem}" if isinstance(problem, Remark) else problem, file=sys.stderr)
    return any(not isinstance(problem, Remark) for problem in found)


def print_uncoded(claims: int) -> None:
    """Say on standard error how many claims were not judged because no rule speaks of them."""
    if claims:
        told = "1 claim has" if claims == 1 else f"{claims:,} claims have"
        print(f"{told} revenue codes and no procedure code: not judged", file=sys.stderr)


def assumptions(given: Iterable[str]) -> frozenset[Reason]:
    """Return the classes of missing facts to assume, from words with commas."""
    from payer_rules.rules import ASSUMABLE

    words = [word.strip() for text in given for word in text.split(",") if word.strip()]
    problems = [
        Problem("--assume", f"{word!r} cannot be assumed", nearest(word, ASSUMABLE))
        for word in words
        if word not in ASSUMABLE
    ]
    if problems:
        raise InputError(problems)
    return frozenset(reason for reason in ASSUMABLE if reason in words)
