"""Claim frequency codes: the last digit of a bill type, and CLM05-3 of an 837.

Source: Medicare Claims Processing Manual, chapter 25, section 75.1 (form locator 4).
"""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

ORIGINAL: Final = "1"
CORRECTION: Final = "6"
REPLACEMENT: Final = "7"
VOID: Final = "8"
#: Codes of claims that withdraw an earlier one.
WITHDRAWING: Final = frozenset([REPLACEMENT, VOID])

CLAIM_FREQUENCIES: Final = Vocabulary(
    "a claim frequency code",
    (
        Term("0", "nonpayment or zero claim"),
        Term("1", "original: admit through discharge claim", ("original",)),
        Term("2", "interim, first claim"),
        Term("3", "interim, continuing claim"),
        Term("4", "interim, last claim"),
        Term("5", "late charges only"),
        Term("7", "replacement of a prior claim", ("replacement",)),
        Term("8", "void or cancel of a prior claim", ("void", "cancel")),
        Term("9", "final claim of a home health episode"),
        Term("A", "admission or election notice"),
        Term("B", "termination or revocation notice"),
        Term("C", "change of provider notice"),
        Term("D", "void of an election, termination or change notice"),
        Term("E", "change of ownership"),
        Term("F", "adjustment initiated by the beneficiary"),
        Term("G", "adjustment initiated by the Common Working File"),
        Term("H", "adjustment initiated by CMS"),
        Term("I", "adjustment by the contractor"),
        Term("J", "other adjustment"),
        Term("K", "adjustment initiated by the Office of Inspector General"),
        Term("M", "adjustment for a Medicare secondary payer"),
        Term("P", "adjustment initiated by a quality improvement organization"),
        Term("Q", "reopening"),
    ),
    is_code=True,
)
