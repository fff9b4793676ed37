"""Medicaid's own NCCI edits, which bind every state's program: on what terms they do.

The units of practitioners of 2026 Q1 travel with the plugin; of other releases and settings, and of
pairs, a user imports CMS's Medicaid files. The states' other rules are profiles.
"""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Final

import attrs

from payer_rules import Citation, DateRange, EditTable, EditTerms, hookimpl
from payer_rules.tables import read_edit_table

_READ: Final = date(2026, 11, 23)
_PRACTITIONER: Final = "practitioner"
_SETTINGS: Final = (_PRACTITIONER, "outpatient-hospital", "dme")
_RELEASE: Final = "2026q1"
_QUARTER: Final = DateRange(date(2026, 1, 1), date(2026, 3, 31))
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


_UNIT_TABLE: Final = Citation(
    row="MUE-MCD",
    title="Medicaid MUE table, practitioner, 2026 Q1",
    url="https://www.cms.gov/medicare/coding-billing/ncci-medicaid/medicaid-ncci-edit-files",
    read=_READ,
    confidence="primary",
)


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTerms]:
    """Return the bundled units, and the terms of Medicaid's edits in each setting.

    They have no denial codes, which are the states' own.
    """
    terms = [_terms(setting) for setting in _SETTINGS]
    return [_units(terms[0]), *terms]


def _terms(setting: str) -> EditTerms:
    return EditTerms(
        program="medicaid",
        setting=setting,
        pair_citations=(_BINDING, _SWITCHED_OFF, _SAME_PROVIDER),
        unit_citations=(_BINDING, _SWITCHED_OFF, _SAME_PROVIDER, _FILES),
    )


def _units(terms: EditTerms) -> EditTable:
    """Return the units of the release; Medicaid's pairs were not read."""
    tables = files(__name__) / "tables"
    return read_edit_table(
        attrs.evolve(terms, unit_citations=(_UNIT_TABLE, *terms.unit_citations)),
        units=tables / f"mue_practitioner_{_RELEASE}.csv",
        codes=tables / f"codes_{_RELEASE}.csv",
        release=_RELEASE,
        verified=_QUARTER,
        known_from=None,
    )
