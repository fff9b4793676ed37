"""Claims that no payer has decided yet, as earlier services of their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from payer_rules.claims import Claim
from payer_rules.errors import Problem, Remark
from payer_rules.history import HistoryLine
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.filed_claims import FiledClaim
from payer_rules.readers.formats import ReadOptions
from payer_rules.vocabularies.claim_frequencies import VOID

__all__ = ["not_decided", "pending_lines"]


def pending_lines(paths: Iterable[Path], options: ReadOptions) -> Iterator[HistoryLine | Problem]:
    """Yield the lines of the claims in the files, each pending, and the problems of the files.

    Claims that another one of the files replaces or voids are left out.
    """
    claims: list[Claim] = []
    for item in chain.from_iterable(read_claim_file(path, options) for path in paths):
        if isinstance(item, FiledClaim):
            claims.append(item.claim)
        elif isinstance(item, Problem) and not isinstance(item, Remark):
            yield item
    withdrawn = {claim.replaces for claim in claims if claim.replaces is not None}
    for claim in claims:
        if claim.frequency_code != VOID and claim.id not in withdrawn:
            yield from (HistoryLine.of(claim, line, status="pending") for line in claim.lines)


def not_decided(
    found: Iterable[HistoryLine], decided: Iterable[HistoryLine]
) -> Iterator[HistoryLine]:
    """Yield the lines whose services are not among the decided ones."""
    known = {_service(line) for line in decided}
    yield from (line for line in found if _service(line) not in known)


def _service(line: HistoryLine) -> tuple[object, ...]:
    """Return what a remittance and a claim state alike of a service."""
    return line.claim, line.code, line.date_from, line.date_to
