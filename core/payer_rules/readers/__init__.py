"""Readers: files of any format become claims and history."""

from __future__ import annotations

from payer_rules.readers.claim_documents import (
    ClaimFile,
    claims_of,
    read_claims,
    read_history_document,
)
from payer_rules.readers.documents import Document, read_document
from payer_rules.readers.filed_claims import FiledClaim, UncodedClaim

__all__ = [
    "ClaimFile",
    "Document",
    "FiledClaim",
    "UncodedClaim",
    "claims_of",
    "read_claims",
    "read_document",
    "read_history_document",
]
