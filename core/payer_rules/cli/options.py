"""Options that several commands share, and where a report goes."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import attrs
from cyclopts import Parameter

from payer_rules.errors import Fault, FaultError, nearest

if TYPE_CHECKING:
    from payer_rules.readers import Filed
    from payer_rules.readers.formats import Form
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


@attrs.frozen(kw_only=True)
class Files:
    """How the files of claims are read."""

    format: Annotated[
        str,
        Parameter(
            help="toml, json, x12 (837P, 837I), fhir (Claim, Bundle, NDJSON) or table (CSV, "
            "Parquet); auto: as each file begins."
        ),
    ] = "auto"
    setting: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="The setting of claims that do not say theirs, such as practitioner.",
        ),
    ] = None
    columns: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="A TOML or JSON file that says which column of a table is which of ours.",
        ),
    ] = None
    validate: Annotated[
        bool,
        Parameter(
            negative="",
            help="Check the files first by the rules of their format: X12 with pyx12, FHIR with "
            "fhir.resources.",
        ),
    ] = False
    strict: Annotated[
        bool, Parameter(negative="", help="Stop at the first fault, and judge nothing after it.")
    ] = False


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
    for asked in tuple(reports) or ("text",):
        kind, _, path = asked.partition(":")
        if kind not in made:
            problem = f"there is no report {kind!r}"
            raise FaultError([Fault("--report", problem, nearest(kind, made))])
        if not path:
            print(made[kind])
            continue
        try:
            Path(path).write_text(made[kind] + "\n", encoding="utf-8")
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
    """Print the faults on standard error; whether there were any."""
    told = list(dict.fromkeys(map(str, faults)))
    for fault in told:
        print(fault, file=sys.stderr)
    return bool(told)


def assumptions(given: Iterable[str]) -> frozenset[Reason]:
    """The classes of missing facts to assume, from words with commas; ``fault`` never is."""
    from payer_rules.rules import REASONS

    allowed = [reason for reason in REASONS if reason != "fault"]
    words = [word.strip() for text in given for word in text.split(",") if word.strip()]
    faults = [
        Fault("--assume", f"{word!r} cannot be assumed", nearest(word, allowed))
        for word in words
        if word not in allowed
    ]
    if faults:
        raise FaultError(faults)
    return frozenset(reason for reason in REASONS if reason in words)


def form_of(files: Files) -> Form:
    """How the files are read; raises `FaultError` for an unknown format or a broken mapping."""
    from payer_rules.readers.formats import Form
    from payer_rules.readers.line_tables import read_mapping

    return Form(
        format=None if files.format == "auto" else files.format,
        setting=files.setting,
        mapping=read_mapping(files.columns) if files.columns else None,
        validate=files.validate,
    )


def read_all(files: Iterable[Path], form: Form, *, strict: bool) -> Iterator[Filed | Fault]:
    """The claims in the files and every fault in them; where it is strict, the first one raises."""
    from payer_rules.readers.formats import read_filed

    for path in files:
        for each in read_filed(path, form):
            if strict and isinstance(each, Fault):
                raise FaultError([each])
            yield each
