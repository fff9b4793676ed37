"""Medicare's physician fee schedule: values, localities, and the shares of professions."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Final

from payer_rules import Citation, DateRange
from payer_rules.money import (
    FeeSchedule,
    LocalityIndices,
    PaidShare,
    PostalRange,
    RelativeValues,
    Sequestration,
    ValueEdition,
)

_READ: Final = date(2026, 11, 29)
#: The day of the sections on shares of the amount.
_READ_SHARES: Final = date(2026, 3, 24)
_FILES: Final = (
    "https://www.cms.gov/medicare/payment/fee-schedules/physician/pfs-relative-value-files"
)
_ECFR: Final = "https://www.ecfr.gov/current/title-42/section-"


def _source(
    row: str, title: str, url: str, locator: str | None = None, read: date = _READ
) -> Citation:
    return Citation(row=row, title=title, url=url, locator=locator, read=read, confidence="primary")


def _section(row: str, section: str, locator: str, read: date = _READ) -> Citation:
    return _source(row, f"42 CFR {section}", f"{_ECFR}{section}", locator, read)


_PLACES: Final = _source(
    "MC-10.5",
    "CMS, places of service: facility and non-facility",
    "https://www.cms.gov/medicare/coding-billing/place-of-service-codes",
)
_POSTAL: Final = _source(
    "ZIP5",
    "CMS, ZIP code to carrier locality file, 2025 Q4",
    "https://www.cms.gov/medicare/payment/fee-schedules",
)
_SHARES: Final = (
    PaidShare(
        professions=frozenset({"psychologist", "clinical-neuropsychologist"}),
        share=Decimal("1"),
        citation=_section("MC-M.6", "414.62", "clinical psychologists", _READ_SHARES),
    ),
    PaidShare(
        professions=frozenset({"physician", "psychiatrist"}),
        share=Decimal("1"),
        citation=_source("PFS", "CMS, physician fee schedule", _FILES),
    ),
    PaidShare(
        professions=frozenset({"lcsw", "lmft", "lpc", "mental-health-counselor"}),
        share=Decimal("0.75"),
        citation=_section(
            "MC-M.5", "414.53", "75 percent of a clinical psychologist's amount", _READ_SHARES
        ),
    ),
    PaidShare(
        professions=frozenset({"nurse-practitioner", "pmhnp", "clinical-nurse-specialist"}),
        share=Decimal("0.85"),
        citation=_section("MC-M.4", "414.56", "(c)", date(2026, 4, 5)),
    ),
)
_UPLIFT: Final = (
    "Review: the file's values of this code are higher than those of 90839, and how they fit the "
    "150 % of CMS's page was not read."
)
#: By edition: what could change each amount, and was not read.
_NOT_KNOWN: Final = {
    "RVU26C": (
        "Providers of a qualifying alternative payment model have a higher conversion factor in "
        "2026; two sources differ on it (33.57 and 33.58).",
    )
}


def fee_schedule() -> FeeSchedule:
    """Return the fee schedule for the codes of the extract."""
    places = {row["place"]: row["kind"] for row in _rows("places_by_kind")}
    return FeeSchedule(
        payer="medicare",
        editions=tuple(_editions()),
        shares=_SHARES,
        facilities=frozenset(place for place, kind in places.items() if kind == "facility"),
        places=frozenset(places),
        places_from=_PLACES,
        postal=tuple(
            PostalRange(
                first=row["first"],
                last=row["last"],
                locality=row["locality"],
                needs_plus_four=row["plus_four"] == "1",
            )
            for row in _rows("postal_localities")
        ),
        postal_from=_POSTAL,
        doubts={"G0017": _UPLIFT, "G0018": _UPLIFT},
        coinsurance=Decimal("0.20"),
        coinsurance_from=_section("PFS", "410.155", "no limitation since 2014"),
        sequestration=tuple(
            Sequestration(dates=DateRange(first, last), share=Decimal(share))
            for first, last, share in (
                (date(2020, 5, 1), date(2022, 3, 31), "0"),
                (date(2022, 4, 1), date(2022, 6, 30), "0.01"),
                (date(2022, 7, 1), None, "0.02"),
            )
        ),
        sequestration_from=_source(
            "MC-M.7",
            "First Coast, mandatory payment reduction (sequestration)",
            "https://medicare-prod.fcso.com",
        ),
        not_participating=PaidShare(
            professions=frozenset(),
            share=Decimal("0.95"),
            citation=_section("PFS", "414.48", "suppliers who do not participate"),
        ),
        lesser_from=_source(
            "SSA-1848",
            "Social Security Act, section 1848(a)(1)",
            "https://www.ssa.gov/OP_Home/ssact",
        ),
    )


def _editions() -> Iterator[ValueEdition]:
    values: dict[str, dict[str, RelativeValues]] = {}
    for row in _rows("relative_values"):
        values.setdefault(row["edition"], {})[row["code"]] = RelativeValues(
            status=row["status"],
            work=Decimal(row["work"]),
            practice=Decimal(row["practice"]),
            facility_practice=Decimal(row["facility_practice"]),
            malpractice=Decimal(row["malpractice"]),
            multiple=row["multiple"],
        )
    localities: dict[str, dict[str, LocalityIndices]] = {}
    for row in _rows("locality_indices"):
        localities.setdefault(row["edition"], {})[row["locality"]] = LocalityIndices(
            work=Decimal(row["work"]),
            practice=Decimal(row["practice"]),
            malpractice=Decimal(row["malpractice"]),
        )
    for row in _rows("value_editions"):
        name = row["edition"]
        dates = DateRange(date.fromisoformat(row["from"]), date.fromisoformat(row["to"]))
        yield ValueEdition(
            name=name,
            dates=dates,
            factor=Decimal(row["factor"]),
            values=values[name],
            localities=localities.get(name, {}),
            citation=_source("PFS", f"CMS, relative value file {name}", _FILES),
            not_known=_NOT_KNOWN.get(name, ()),
        )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (files(__package__) / "tables" / f"{name}.csv").open("r", encoding="utf-8") as text:
        yield from csv.DictReader(text)
