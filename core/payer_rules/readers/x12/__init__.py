"""X12 files, segment by segment: claims (837P, 837I) and what payers answered (835).

Each reader is a generator over values and faults: it holds a block of the file and the claim in
hand, goes on after a fault, and never raises for what is in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from payer_rules.errors import Problem
from payer_rules.readers.file_shares import WHOLE, Share
from payer_rules.readers.filed_claims import UncodedClaim
from payer_rules.readers.x12.claim_parser import ClaimParser, X12Claim
from payer_rules.readers.x12.delimiters import begins_interchange
from payer_rules.readers.x12.parser import read
from payer_rules.readers.x12.payment_history import history_lines, settled_history
from payer_rules.readers.x12.payment_parser import PaymentParser
from payer_rules.readers.x12.payments import Payment, PaymentAdjustment, ServicePayment

__all__ = [
    "Payment",
    "PaymentAdjustment",
    "ServicePayment",
    "X12Claim",
    "history_lines",
    "is_x12",
    "read_x12_claims",
    "read_x12_payments",
    "settled_history",
]


def is_x12(beginning: bytes) -> bool:
    """Return True if a file that begins so is X12: blanks if any, ``ISA`` and a separator."""
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    return begins_interchange(text.decode("ascii", "replace"))


def read_x12_claims(
    path: Path,
    *,
    name: str | None = None,
    setting: str | None = None,
    share: Share = WHOLE,
) -> Iterator[X12Claim | UncodedClaim | Problem]:
    """The claims of an 837P or 837I and every fault in it, as they come.

    A claim with a fault is not given: its faults are, each with segment, loop and claim. Lines of
    an 837I that have a revenue code and no procedure code are no fault, and a claim of nothing else
    is `UncodedClaim`.
    ``setting`` is that of professional claims, such as ``"practitioner"``, for the form does not
    tell it. Several readers may share the transactions of a file: each claim, and each fault in a
    transaction, is given by one of them, and faults outside of transactions by all.
    """
    return read(path, ClaimParser(name or path.name, setting, share))


def read_x12_payments(path: Path, *, name: str | None = None) -> Iterator[Payment | Problem]:
    """The payments of an 835 and every fault in it, as they come.

    A payment with a fault is not given. `settled_history` makes history of payments.
    """
    return read(path, PaymentParser(name or path.name))
