"""X12 files, segment by segment: claims (837P, 837I) and remittances (835).

Each reader is a generator of values and problems: it holds one block of the file and the current
claim, continues after a problem, and never raises for the content of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from payer_rules.errors import Problem
from payer_rules.readers.file_shares import WHOLE, Share
from payer_rules.readers.filed_claims import FiledClaim, UncodedClaim
from payer_rules.readers.x12.claim_parser import ClaimParser
from payer_rules.readers.x12.delimiters import begins_interchange, read_header, unwrapped
from payer_rules.readers.x12.parser import read
from payer_rules.readers.x12.payment_history import history_lines
from payer_rules.readers.x12.payment_parser import PaymentParser
from payer_rules.readers.x12.payment_settling import (
    PaymentState,
    settled_history,
    settled_lines,
)
from payer_rules.readers.x12.payments import Payment, PaymentAdjustment, ServicePayment

__all__ = [
    "Payment",
    "PaymentAdjustment",
    "PaymentState",
    "ServicePayment",
    "history_lines",
    "holds_claims",
    "is_x12",
    "read_x12_claims",
    "read_x12_payments",
    "settled_history",
    "settled_lines",
]


def is_x12(beginning: bytes) -> bool:
    """Return True if a file that begins so is X12: blanks if any, ``ISA`` and a separator."""
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    return begins_interchange(text.decode("ascii", "replace"))


def holds_claims(beginning: bytes) -> bool:
    """Return True if the first transaction of an X12 file that begins so is an 837."""
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().decode("latin-1")
    header = read_header(text)
    if header is None:
        return False
    delimiters = header.delimiters
    segments = map(unwrapped, text[header.length :].split(delimiters.terminator))
    tag = f"ST{delimiters.element}"
    first = next((each.strip() for each in segments if each.strip().startswith(tag)), "")
    return first.startswith(f"{tag}837")


def read_x12_claims(
    path: Path,
    *,
    name: str | None = None,
    setting: str | None = None,
    share: Share = WHOLE,
) -> Iterator[FiledClaim | UncodedClaim | Problem]:
    """Yield the claims of an 837P or 837I and all problems, in the order of the file.

    A claim with a problem is left out; its problems name segment, loop and claim. Lines of an 837I
    with a revenue code and no procedure code are no problem, and a claim of such lines alone is an
    `UncodedClaim`. ``setting`` is that of claims that do not state theirs, such as
    ``"practitioner"``. Several readers may share the transactions of a file: each claim, and each
    problem in a transaction, is yielded by one of them, and problems outside of transactions by
    all.
    """
    return read(path, ClaimParser(name or path.name, setting, share))


def read_x12_payments(path: Path, *, name: str | None = None) -> Iterator[Payment | Problem]:
    """Yield the payments of an 835 and all problems, in the order of the file.

    A payment with a problem is left out, except where only some of its services cannot be counted:
    it may still take back or replace another one. `settled_history` makes history of payments.
    """
    return read(path, PaymentParser(name or path.name))
