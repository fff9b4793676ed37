"""Claims of a file of any format."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from payer_rules.errors import InputError, Problem
from payer_rules.readers.day_limits import claim_is_in_range, range_problem
from payer_rules.readers.filed_claims import ClaimStream, FiledClaim
from payer_rules.readers.formats import ReadOptions, format_of
from payer_rules.readers.implausible_facts import remarks_on
from payer_rules.readers.size_limits import limit_problems

__all__ = ["read_claim_file"]


def read_claim_file(path: Path, options: ReadOptions) -> ClaimStream:
    """Yield the claims in the file and its problems, in the order of the file; raises nothing.

    Several processes share the transactions of an X12 file; other files are read by the first
    process alone. A problem of the file itself may be reported by each.
    """
    try:
        known = format_of(path, options)
    except InputError as error:
        return iter(error.problems)
    is_first = options.share.has(0)
    if not (is_first or known.is_shared):
        return iter(())
    claims: ClaimStream = limit_problems(
        _plausible(known.claims(path, options), options), path.name
    )
    if known.validated is None or not (options.validate and is_first):
        return claims
    found: Iterator[Problem] = limit_problems(known.validated(path), path.name)
    return chain(found, claims)


def _plausible(claims: ClaimStream, options: ReadOptions) -> ClaimStream:
    """Yield the claims, each after the remarks on facts that cannot be right.

    Instead of a claim with a day that is out of range its problem is yielded.
    """
    for each in claims:
        if isinstance(each, FiledClaim):
            if not claim_is_in_range(each):
                yield range_problem(each.file, each.claim.id)
                continue
            yield from remarks_on(each, options.today)
        yield each
