"""Claims as a file holds them: what every reader of claims yields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.errors import Problem
from payer_rules.history import History

__all__ = ["ClaimStream", "FiledClaim", "UncodedClaim"]


@attrs.frozen
class FiledClaim:
    """A claim with its history (``None``: not known), the name of its file and its place in it.

    ``number`` counts the claims of the file from 1, those with problems included. ``payer_id`` is
    the payer identifier of the claim form: a number of a clearinghouse, not a payer's name here.
    ``uncoded`` are the numbers of lines with a revenue code and no procedure code. Rules are about
    procedure codes, so these lines are not in the claim.
    """

    claim: Claim
    history: History | None
    file: str
    number: int
    payer_id: str | None = None
    uncoded: tuple[int, ...] = ()


@attrs.frozen
class UncodedClaim:
    """A claim without any procedure code, by its id: its lines are counted and not checked."""

    claim: str
    lines: tuple[int, ...]
    file: str
    number: int


#: What a reader yields: claims, and the problems of the file, in the order of the file.
ClaimStream: TypeAlias = Iterator[FiledClaim | UncodedClaim | Problem]
