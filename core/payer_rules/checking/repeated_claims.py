"""Remarks on claims that a run has more than once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Remark
from payer_rules.readers import FiledClaim
from payer_rules.vocabularies.claim_frequencies import WITHDRAWING


def repeated_claims(filed: Iterable[FiledClaim]) -> Iterator[Remark]:
    """Yield a remark on each claim of one payer with the id of an earlier claim of its member.

    The history of a claim does not have the lines of the same claim, so that neither of the two
    counts for the other. A claim that replaces or voids another may have its id.
    """
    first: dict[tuple[str, str], FiledClaim] = {}
    for each in filed:
        claim = each.claim
        if claim.frequency_code in WITHDRAWING:
            continue
        other = first.setdefault((claim.id, claim.member.id), each)
        if other is not each:
            yield Remark(
                each.place(),
                f"it has the id of another claim of the member, claim {other.number} of "
                f"{other.file}: neither counts as an earlier service of the other",
                "Remove one of the two, or give it an id of its own; a corrected claim has "
                "frequency code 7.",
                ErrorCode.DUPLICATE_CLAIM,
            )
