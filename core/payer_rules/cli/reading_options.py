"""Options for reading claim files, and the claims in the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import attrs
from cyclopts import Group, Parameter

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, Remark

if TYPE_CHECKING:
    from payer_rules.readers import FiledClaim, UncodedClaim
    from payer_rules.readers.file_shares import Share
    from payer_rules.readers.formats import ReadOptions

#: In bytes: an 837P of about ten thousand claims.
_LARGE: Final = 1 << 22

ClaimFile: TypeAlias = Annotated[
    Path, Parameter(help="Claim files: 837, FHIR, CSV, Parquet, TOML or JSON.")
]


@attrs.frozen(kw_only=True)
class ReadingOptions:
    """The options for reading claim files."""

    format: Annotated[
        str,
        Parameter(
            help="Format of the claim files: x12 (837P, 837I), fhir (Claim, Bundle, NDJSON), table "
            "(CSV, Parquet), toml or json; auto recognizes each file by its content."
        ),
    ] = "auto"
    setting: Annotated[
        str | None,
        Parameter(
            show_default=False,
            help="Setting of claims that do not state one, such as practitioner.",
        ),
    ] = None
    columns: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="TOML or JSON file that maps the column names of a table to ours.",
        ),
    ] = None
    validate: Annotated[
        bool,
        Parameter(
            negative="",
            help="Validate the files first: X12 with pyx12, FHIR with fhir.resources.",
        ),
    ] = False
    strict: Annotated[bool, Parameter(negative="", help="Stop at the first problem in a file.")] = (
        False
    )


Reading: TypeAlias = Annotated[
    ReadingOptions, Parameter(name="*", group=Group("Claim files", sort_key=3))
]


def form_of(options: ReadingOptions) -> ReadOptions:
    """Return the reader's options; raises `InputError` for an unknown format or wrong mapping."""
    from payer_rules.readers.formats import ReadOptions
    from payer_rules.readers.line_tables import read_mapping

    return ReadOptions(
        format=None if options.format == "auto" else options.format,
        setting=setting_of(options.setting),
        mapping=read_mapping(options.columns) if options.columns else None,
        validate=options.validate,
    )


def setting_of(text: str | None) -> str | None:
    """Return the setting by its canonical name; raises `InputError` if it is not known."""
    from payer_rules.vocabularies import SETTINGS

    setting = None if text is None else SETTINGS.canonical(text)
    if text is not None and setting is None:
        raise InputError(
            [
                Problem(
                    "--setting",
                    f"{text!r} is not a setting",
                    SETTINGS.advice(text),
                    ErrorCode.OPTION_VALUE,
                )
            ]
        )
    return setting


def read_all(
    files: Iterable[Path], form: ReadOptions, *, strict: bool
) -> Iterator[FiledClaim | UncodedClaim | Problem]:
    """Yield the claims and problems of the files; if ``strict``, raise the first problem."""
    from payer_rules.readers.claim_files import read_claim_file

    for path in files:
        for item in read_claim_file(path, form):
            if strict and isinstance(item, Problem) and not isinstance(item, Remark):
                raise InputError([item])
            yield item


def is_worth_sharing(files: Iterable[Path]) -> bool:
    """Return True if the files are so large that several processes read them faster than one."""
    return sum(path.stat().st_size for path in files if path.is_file()) >= _LARGE


def read_share(
    files: Iterable[Path], form: ReadOptions, share: Share
) -> Iterator[tuple[int, FiledClaim | UncodedClaim | Problem]]:
    """Yield the claims and problems that one of several workers reads, with the file's position.

    A problem of a whole file may be reported by each worker.
    """
    from payer_rules.readers.claim_files import read_claim_file

    for at, path in enumerate(files):
        for item in read_claim_file(path, attrs.evolve(form, share=share.after(at))):
            yield at, item
