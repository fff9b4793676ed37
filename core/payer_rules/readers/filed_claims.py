"""Claims as a file holds them: what every reader of claims yields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path as FilePath
from typing import Literal, TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import DerivedFact
from payer_rules.errors import InputError, Path, Problem
from payer_rules.history import History
from payer_rules.readers.documents import read_document
from payer_rules.text.quoting import named

__all__ = ["ClaimStream", "DerivedFact", "FiledClaim", "FormFacts", "Transaction", "UncodedClaim"]


#: The forms of claims in X12: professional and institutional.
Transaction: TypeAlias = Literal["837P", "837I"]


@attrs.frozen(kw_only=True)
class FormFacts:
    """The facts of a claim form that are not fields of a claim: facts are derived from them.

    ``zip_code`` is that of the billing provider, ``sent`` the day on which the file was made.
    """

    form: Transaction
    zip_code: str | None = None
    sent: date | None = None


@attrs.frozen
class FiledClaim:
    """A claim with its history (``None``: not known), the name of its file and its place in it.

    ``number`` counts the claims of the file from 1, those with problems included. ``payer_id`` is
    the payer identifier of the claim form: a number of a clearinghouse, not a payer's name here.
    ``uncoded`` are the numbers of lines with a revenue code and no procedure code. Rules are about
    procedure codes, so these lines are not in the claim. ``segment`` is the number of its CLM in an
    X12 file. ``derived`` are the facts of the claim that were derived, also from its ``form``.
    """

    claim: Claim
    history: History | None
    file: str
    number: int
    payer_id: str | None = None
    uncoded: tuple[int, ...] = ()
    segment: int = 0
    form: FormFacts | None = attrs.field(default=None, kw_only=True)
    derived: tuple[DerivedFact, ...] = attrs.field(default=(), kw_only=True)
    #: The document of the claim and the keys to it; `place` reads them for the line of a value.
    source: FilePath | None = attrs.field(default=None, kw_only=True, eq=False, repr=False)
    source_keys: Path = attrs.field(default=(), kw_only=True, eq=False, repr=False)

    def place(self, path: Path = ()) -> str:
        """Return the place of a value in the claim: with its line, if the file is a document."""
        claim = f"claim {named(self.claim.id)}"
        if self.source is None:
            return f"{self.file}, {claim}"
        try:
            document = read_document(self.source, name=self.file)
        except InputError:
            return f"{self.file}, {claim}"
        return f"{document.place((*self.source_keys, *path))}, {claim}"


@attrs.frozen
class UncodedClaim:
    """A claim without any procedure code, by its id: its lines are counted and not checked."""

    claim: str
    lines: tuple[int, ...]
    file: str
    number: int


#: What a reader yields: claims, and the problems of the file, in the order of the file.
ClaimStream: TypeAlias = Iterator[FiledClaim | UncodedClaim | Problem]
