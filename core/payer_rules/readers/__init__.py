"""Files become claims: a document is read, then the claims in it."""

from __future__ import annotations

from payer_rules.readers.claim_files import (
    ClaimFile,
    Filed,
    Uncoded,
    claims_of,
    read_claims,
    read_history_file,
)
from payer_rules.readers.documents import Document, read_document

__all__ = [
    "ClaimFile",
    "Document",
    "Filed",
    "Uncoded",
    "claims_of",
    "read_claims",
    "read_document",
    "read_history_file",
]
