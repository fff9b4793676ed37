"""Claims as a file holds them: what every reader of claims yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from operator import attrgetter
from pathlib import Path as FilePath
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine, is_revenue_line
from payer_rules.decisions import DerivedFact
from payer_rules.errors import InputError, Path, Problem
from payer_rules.history import History
from payer_rules.readers.documents import read_document
from payer_rules.text.quoting import named

__all__ = [
    "ClaimStream",
    "DerivedFact",
    "FiledClaim",
    "FiledItem",
    "FormFacts",
    "Transaction",
    "UncodedClaim",
    "with_lines_apart",
    "without_repeated",
]


_by_number: Final = attrgetter("number")

#: The forms of claims in X12: professional and institutional.
Transaction: TypeAlias = Literal["837P", "837I"]


@attrs.frozen(kw_only=True, cache_hash=True)
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
    ``uncoded`` are the numbers of lines with a revenue code and no procedure code. Most rules are
    about procedure codes, so these lines are not in the claim: ``revenue_lines`` are those that can
    be read, for rules that name revenue codes (`for_rules`). ``segment`` is the number of its
    CLM in an X12 file. ``derived`` are the facts of the claim that were derived, also from its
    ``form``.
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
    revenue_lines: tuple[ServiceLine, ...] = attrs.field(default=(), kw_only=True)
    #: The document of the claim and the keys to it; `place` reads them for the line of a value.
    source: FilePath | None = attrs.field(default=None, kw_only=True, eq=False, repr=False)
    source_keys: Path = attrs.field(default=(), kw_only=True, eq=False, repr=False)

    @property
    def is_uncoded(self) -> bool:
        """Whether no line has a procedure code: the lines of the claim are its revenue lines."""
        return self.claim.lines == self.revenue_lines

    def for_rules(self, speaks_of: Callable[[str], bool]) -> FiledClaim | None:
        """Return the claim with the revenue lines of which rules speak.

        It is ``None`` if it then has no line.
        """
        if not self.revenue_lines:
            return self
        spoken = tuple(line for line in self.revenue_lines if speaks_of(line.code))
        numbers = {line.number for line in spoken}
        coded = () if self.is_uncoded else self.claim.lines
        if not (coded or spoken):
            return None
        return attrs.evolve(
            self,
            claim=attrs.evolve(self.claim, lines=sorted((*coded, *spoken), key=_by_number)),
            uncoded=tuple(number for number in self.uncoded if number not in numbers),
            revenue_lines=(),
        )

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
    """A claim without any procedure code, by its id: its lines are counted and not checked.

    ``filed`` is the claim of those lines that can be read, for rules that name revenue codes.
    """

    claim: str
    lines: tuple[int, ...]
    file: str
    number: int
    filed: FiledClaim | None = attrs.field(default=None, eq=False, repr=False)


#: A claim of a file, which may have no procedure code.
FiledItem: TypeAlias = FiledClaim | UncodedClaim


def without_repeated(lines: Iterable[ServiceLine]) -> list[ServiceLine]:
    """Return the lines, but those without a procedure code whose number another line has."""
    kept: dict[int, ServiceLine] = {}
    coded = [line for line in lines if not is_revenue_line(line.code)]
    for line in lines:
        if is_revenue_line(line.code) and all(line.number != other.number for other in coded):
            kept.setdefault(line.number, line)
    return sorted((*coded, *kept.values()), key=_by_number)


def with_lines_apart(filed: FiledClaim) -> FiledItem:
    """Return the claim with its lines without a procedure code apart, if it has any."""
    if not filed.uncoded:
        return filed
    lines = filed.claim.lines
    revenue_lines = tuple(line for line in lines if is_revenue_line(line.code))
    coded = [line for line in lines if not is_revenue_line(line.code)]
    if coded:
        claim = attrs.evolve(filed.claim, lines=coded) if revenue_lines else filed.claim
        return attrs.evolve(filed, claim=claim, revenue_lines=revenue_lines)
    alone = attrs.evolve(filed, revenue_lines=revenue_lines)
    return UncodedClaim(filed.claim.id, filed.uncoded, filed.file, filed.number, alone)


#: What a reader yields: claims, and the problems of the file, in the order of the file.
ClaimStream: TypeAlias = Iterator[FiledClaim | UncodedClaim | Problem]
