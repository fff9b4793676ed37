"""Medicaid's own NCCI edits, which bind every state's program: on what terms they do.

The rows are CMS's Medicaid files, which a user imports; the states' other rules are profiles.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from payer_rules import Citation, EditTerms, hookimpl

_READ: Final = date(2026, 11, 23)
_SETTINGS: Final = ("practitioner", "outpatient-hospital", "dme")
_NCCI: Final = (
    "https://www.medicaid.gov/medicaid/program-integrity/national-correct-coding-initiative/"
    "ncci-methodologies-medicaid/index.html"
)
_BINDING: Final = Citation(
    row="MCN-1",
    title="CMS, SMD 10-017, on section 6507 of the Affordable Care Act",
    url="https://www.medicaid.gov/federal-policy-guidance/downloads/SMD-10-017.pdf",
    locator="Social Security Act 1903(r); claims filed from 2010-10-01",
    read=_READ,
    confidence="primary",
)


def _answer(row: str, locator: str) -> Citation:
    return Citation(
        row=row,
        title="CMS, questions and answers on Medicaid's NCCI",
        url=_NCCI,
        locator=locator,
        read=_READ,
        confidence="primary",
    )


_SWITCHED_OFF: Final = _answer("MCN-2", "answer 95166: a state may have single edits switched off")
_SAME_PROVIDER: Final = _answer("MCN-3", "question 1: same provider, patient and date of service")
_FILES: Final = _answer("MCN-4", "answer 108651: what the public files lack")


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTerms]:
    """Return the terms of Medicaid's edits in each setting, without denial codes."""
    return [
        EditTerms(
            program="medicaid",
            setting=setting,
            pair_citations=(_BINDING, _SWITCHED_OFF, _SAME_PROVIDER),
            unit_citations=(_BINDING, _SWITCHED_OFF, _SAME_PROVIDER, _FILES),
        )
        for setting in _SETTINGS
    ]
