"""National codes, for every payer: which topics they touch, and since when there are some."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

#: Services of which payers ask a length, a group size or a record.
SESSION_CODES: Final = frozenset(
    [
        *("90791", "90792", "90832", "90833", "90834", "90836", "90837", "90838", "90839", "90840"),
        *("90846", "90847", "90849", "90853", "90875", "90876"),
        *("96158", "96159", "96164", "96165", "96167", "96168", "96170", "96171"),
        *("G0017", "G0018", "G0176", "G0177", "G0410", "G0411", "H0004", "H0005", "H0038"),
        *("H2014", "H2017", "H2019", "S9484", "S9485", "T1023"),
    ]
)
#: Codes that are paid only with a primary code.
ADD_ON_CODES: Final = frozenset(
    [
        *("90785", "90833", "90836", "90838", "90840", "90863", "96121", "96159", "96160", "96161"),
        *("96165", "96168", "96171", "96203", "99417", "99494", "G0018", "G0514", "G2212"),
    ]
)
#: Services that most practices bill: examples are taken from these rather than from rare codes.
USUAL_CODES: Final = ("90834", "90837", "90832", "90853", "90791", "99213", "99214", "99232")
#: The first day of service of places: place 10 by CMS, Transmittal 11045 of 2021-10-13 (change
#: request 12427), and place 27 by Transmittal 12411 of 2023-12-14 (change request 13314).
PLACES_SINCE: Final[Mapping[str, date]] = {"10": date(2022, 1, 1), "27": date(2023, 10, 1)}
#: The first day of service of modifiers: 93 by the AMA (page "CPT Appendix T and modifier 93"), FQ
#: by Telehealth.org (row MC-10.23), and G0 by NGS (page "G0 modifier required for telehealth").
MODIFIERS_SINCE: Final[Mapping[str, date]] = {
    "93": date(2022, 1, 1),
    "FQ": date(2022, 1, 1),
    "G0": date(2019, 1, 1),
}
