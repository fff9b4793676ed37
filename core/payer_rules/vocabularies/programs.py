"""Public programs; a payer declares further programs of its own in its profile."""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

PROGRAMS: Final = Vocabulary(
    "a program",
    (
        Term("medicare", "Medicare"),
        Term("medicaid", "a state's Medicaid program", ("medical assistance",)),
        Term(
            "chip", "Children's Health Insurance Program", ("childrens health insurance program",)
        ),
        Term("tricare", "TRICARE", ("champus",)),
    ),
)
