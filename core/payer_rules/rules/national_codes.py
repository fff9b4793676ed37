"""Codes whose definition touches a topic, for every payer."""

from __future__ import annotations

from typing import Final

#: Services of which payers ask a length, a group size or a record.
SESSION_CODES: Final = frozenset(
    [
        *("90791", "90792", "90832", "90833", "90834", "90836", "90837", "90838", "90839", "90840"),
        *("90845", "90846", "90847", "90849", "90853", "90863", "90865", "90875", "90876", "90880"),
        *("96158", "96159", "96164", "96165", "96167", "96168", "96170", "96171"),
        *("G0017", "G0018", "G0176", "G0177", "G0410", "G0411", "H0004", "H0005", "H2019"),
    ]
)
#: Codes that are paid only with a primary code.
ADD_ON_CODES: Final = frozenset(
    [
        *("90785", "90833", "90836", "90838", "90840", "90863", "96121", "96159", "96160", "96161"),
        *("96165", "96168", "96171", "96203", "99417", "99494", "G0018", "G0514", "G2212"),
    ]
)
