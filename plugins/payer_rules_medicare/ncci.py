"""What Medicare publishes as NCCI: pair edits, unit edits and add-on codes by release."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Final, Literal

import attrs

from payer_rules import Adjustment, Citation, DateRange, EditTable, EditTerms
from payer_rules.tables import read_edit_table

_READ: Final = date(2026, 11, 23)
_RELEASE: Final = "2024q3"
_QUARTER: Final = DateRange(date(2024, 7, 1), date(2024, 9, 30))
#: The quarter of the units of 2026, which their source does not state: it was read on 2026-04-02.
_RELEASE_2026: Final = "2026q2"
_QUARTER_2026: Final = DateRange(date(2026, 4, 1), date(2026, 6, 30))
_READ_2026: Final = date(2026, 11, 29)
_NCCI: Final = (
    "https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits"
)

_CHAPTER_11: Final = (
    "https://www.cms.gov/files/document/11-chapter11a-ncci-medicare-policy-manual-2026-final.pdf"
)


def _manual(row: str, locator: str) -> Citation:
    return Citation(
        row=row,
        title="Medicare NCCI Policy Manual 2026, chapter I",
        url=_NCCI,
        locator=locator,
        read=_READ,
        confidence="primary",
    )


def _of_chapter_11(row: str, locator: str) -> Citation:
    return Citation(
        row=row,
        title="Medicare NCCI Policy Manual 2026, chapter XI",
        url=_CHAPTER_11,
        locator=locator,
        read=_READ,
        confidence="primary",
    )


_PAIR_TABLES: Final = Citation(
    row="PTP",
    title="Medicare NCCI PTP tables, practitioner and outpatient hospital, 2024 Q3",
    url=f"{_NCCI}/medicare-ncci-procedure-procedure-ptp-edits",
    read=_READ,
    confidence="primary",
)
_UNIT_TABLES: Final = Citation(
    row="MUE",
    title="Medicare MUE tables, practitioner and outpatient hospital, 2024 Q3",
    url=f"{_NCCI}/medicare-ncci-medically-unlikely-edits",
    read=_READ,
    confidence="primary",
)
_UNIT_TABLE_2026: Final = Citation(
    row="MC-5.1",
    title="Medicare MUE table, practitioner, of the first half of 2026, as another project has it",
    url="https://github.com/RaidenExn/cpt-validator-webapp",
    locator="all 15,095 codes; the file does not state its quarter",
    read=_READ_2026,
    confidence="secondary",
)
_PAIR_DENIAL: Final = Citation(
    row="MC-12.1",
    title="First Coast, tips to prevent CARC CO 236",
    url="https://medicare-prod.fcso.com/claims/denials-tips/co-236",
    read=_READ,
    confidence="primary",
)
_EITHER_LINE: Final = Citation(
    row="MC-1.5",
    title="First Coast, tips to prevent CARC CO 236",
    url="https://medicare-prod.fcso.com/claims/denials-tips/co-236",
    locator="change request 11168",
    read=_READ,
    confidence="primary",
)
_UNIT_DENIAL: Final = Citation(
    row="MC-12.3",
    title="Noridian JEB, denial resolution",
    url="https://med.noridianmedicare.com/web/jeb/topics/claim-submission/denial-resolution",
    read=_READ,
    confidence="primary",
)
_PAIR_CITATIONS: Final = (
    _manual("MC-1.1", "Intro-3, I-3"),
    _manual("MC-1.2", "I-14"),
    _manual("MC-1.3", "I-14"),
    _manual("MC-1.4", "I-14"),
    _EITHER_LINE,
    _manual("MC-1.6", "I-15 to I-18"),
    _PAIR_DENIAL,
)
_UNIT_CITATIONS: Final = (
    _manual("MC-1.9", "I-28"),
    _manual("MC-1.10", "I-28 to I-29"),
    _manual("MC-1.11", "I-29"),
    _manual("MC-1.12", "I-34"),
    _manual("MC-1.13", "I-32"),
    _manual("MC-1.14", "I-31, I-33"),
    _UNIT_DENIAL,
)
#: What the manual of 2026 says of single codes: their rows of 2024 hold for later days, too.
_ROW_CITATIONS: Final = (
    _of_chapter_11("MC-2.11", "XI-34 (V.5)"),
    _of_chapter_11("MC-2.13", "XI-34 (V.6)"),
)

_ADD_ON_TABLE: Final = Citation(
    row="AOC",
    title="Medicare add-on code edits, file of 2024-06-03",
    url="https://www.cms.gov/ncci-medicare/medicare-ncci-add-code-edits",
    read=_READ,
    confidence="primary",
)
_ADD_ON_DENIAL: Final = Citation(
    row="MC-12.4",
    title="Noridian JEB, denial resolution",
    url="https://med.noridianmedicare.com/web/jeb/topics/claim-submission/denial-resolution",
    read=_READ,
    confidence="primary",
)
_ADD_ON_CITATIONS: Final = (
    _manual("MC-1.8", "I-27"),
    _manual("MC-1.16", "I-35"),
    _manual("MC-1.17", "I-36"),
    _ADD_ON_DENIAL,
)


def edit_tables() -> list[EditTerms]:
    """Return the bundled tables, and the terms of imported ones, by setting.

    The tables of 2024 Q3 are complete for the codes in ``tables/codes.csv``; of 2026 only the units
    of practitioners were read, for the codes in ``tables/codes_2026q2.csv``. Of durable medical
    equipment no rows travel with the plugin.
    """
    practitioner = _terms("practitioner", "provider")
    # An institution bills under its own NPI, and that NPI is the same provider.
    hospital = _terms("outpatient-hospital", "billing")
    equipment = _terms("dme", "provider")
    return [
        _edit_table(practitioner),
        _units_of_2026(practitioner),
        _edit_table(hospital),
        practitioner,
        hospital,
        equipment,
    ]


def _terms(setting: str, scope: Literal["provider", "billing"]) -> EditTerms:
    return EditTerms(
        program="medicare",
        setting=setting,
        scope=scope,
        pair_adjustment=Adjustment(group="CO", carc="236"),
        unit_adjustment=Adjustment(group="CO", carc="151", rarc=("MA01",)),
        add_on_adjustment=Adjustment(group="CO", carc="107", rarc=("N122",)),
        pair_citations=_PAIR_CITATIONS,
        unit_citations=_UNIT_CITATIONS,
        add_on_citations=_ADD_ON_CITATIONS,
    )


def _edit_table(terms: EditTerms) -> EditTable:
    """Return the rows of the setting, with the files in which they were read as sources."""
    tables = files(__package__) / "tables"
    name = terms.setting.replace("-", "_")
    return read_edit_table(
        attrs.evolve(
            terms,
            pair_citations=(_PAIR_TABLES, *terms.pair_citations),
            unit_citations=(_UNIT_TABLES, *terms.unit_citations),
            add_on_citations=(_ADD_ON_TABLE, *terms.add_on_citations),
            row_citations=_ROW_CITATIONS,
        ),
        pairs=tables / f"ptp_{name}.csv",
        units=tables / f"mue_{name}.csv",
        add_ons=tables / "add_on.csv",
        codes=tables / "codes.csv",
        release=_RELEASE,
        verified=_QUARTER,
        # The day of publication was not read.
        known_from=None,
    )


def _units_of_2026(terms: EditTerms) -> EditTable:
    """Return the units of practitioners of 2026; pairs and add-on codes of 2026 were not read."""
    tables = files(__package__) / "tables"
    return read_edit_table(
        attrs.evolve(terms, unit_citations=(_UNIT_TABLE_2026, *terms.unit_citations)),
        units=tables / f"mue_practitioner_{_RELEASE_2026}.csv",
        codes=tables / f"codes_{_RELEASE_2026}.csv",
        release=_RELEASE_2026,
        verified=_QUARTER_2026,
        known_from=None,
    )
