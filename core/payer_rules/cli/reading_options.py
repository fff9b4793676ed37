"""Files of claims on the command line: how they are read, and the claims in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import attrs
from cyclopts import Parameter

from payer_rules.errors import InputError, Problem, Remark

if TYPE_CHECKING:
    from payer_rules.readers import FiledClaim, UncodedClaim
    from payer_rules.readers.file_shares import Share
    from payer_rules.readers.formats import ReadOptions

#: In bytes: some ten thousand claims of an 837P.
_LARGE: Final = 1 << 22


@attrs.frozen(kw_only=True)
class ReadingOptions:
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


def form_of(files: ReadingOptions) -> ReadOptions:
    """How the files are read; raises `InputError` for an unknown format or a broken mapping."""
    from payer_rules.readers.formats import ReadOptions
    from payer_rules.readers.line_tables import read_mapping

    return ReadOptions(
        format=None if files.format == "auto" else files.format,
        setting=setting_of(files.setting),
        mapping=read_mapping(files.columns) if files.columns else None,
        validate=files.validate,
    )


def setting_of(text: str | None) -> str | None:
    """Return the setting that is meant; raises `InputError` where there is no such setting."""
    from payer_rules.vocabularies import SETTINGS

    setting = None if text is None else SETTINGS.canonical(text)
    if text is not None and setting is None:
        raise InputError(
            [Problem("--setting", f"{text!r} is not a setting", SETTINGS.advice(text))]
        )
    return setting


def read_all(
    files: Iterable[Path], form: ReadOptions, *, strict: bool
) -> Iterator[FiledClaim | UncodedClaim | Problem]:
    """The claims in the files and every fault in them; where it is strict, the first one raises."""
    from payer_rules.readers.formats import read_filed

    for path in files:
        for each in read_filed(path, form):
            if strict and isinstance(each, Problem) and not isinstance(each, Remark):
                raise InputError([each])
            yield each


def is_worth_sharing(files: Iterable[Path]) -> bool:
    """Whether the files are so large that several processes read them sooner than one."""
    return sum(path.stat().st_size for path in files if path.is_file()) >= _LARGE


def read_share(
    files: Iterable[Path], form: ReadOptions, share: Share
) -> Iterator[tuple[int, FiledClaim | UncodedClaim | Problem]]:
    """What falls to one of several readers of the files: claims and faults, with the file's place.

    A fault of a file itself may be told by each of them.
    """
    from payer_rules.readers.formats import read_filed

    for at, path in enumerate(files):
        for each in read_filed(path, attrs.evolve(form, share=share.after(at))):
            yield at, each
