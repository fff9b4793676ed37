"""Checks of intensive outpatient programs, which need the whole claim and the previous one.

Source: CMS's and its contractors' pages on the program, rows MC-11.2 and MC-11.3 of the facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from payer_rules import (
    Adjustment,
    Check,
    Citation,
    Claim,
    DateRange,
    History,
    HistoryLine,
    MissingInformation,
    SecondReading,
    Violation,
    When,
)

_READ: Final = date(2026, 11, 23)
_READ_AGAIN: Final = date(2026, 11, 30)
_INTENSIVE: Final = "92"
_PARTIAL: Final = "41"
_WHICH: Final = "whether partial hospitalization in the 7 days before returns the claim"
_BILL_TYPES: Final = ("13", "76", "85")
_DAYS_BEFORE: Final = timedelta(days=7)
_CODES: Final = frozenset(["90853", "G0176", "G0177", "G0410", "G0411"])
_SETTINGS: Final = frozenset(["outpatient-hospital", "cmhc", "cah"])
_SINCE: Final = date(2024, 1, 1)
_TYPES: Final = Citation(
    row="MC-11.3",
    title="CGS, intensive outpatient program",
    url="https://cgsmedicare.com/parta/pubs/news/2024/01/cope148965.html",
    read=_READ,
    confidence="primary",
)
_OVERLAP: Final = Citation(
    row="MC-11.2",
    title="NAHRI, condition code 92",
    url="https://nahri.org/articles/cms-releases-billing-requirements-new-condition-code-92",
    read=_READ,
    confidence="secondary",
)


def checks() -> list[Check]:
    """Return the checks of program claims."""
    return [
        Check(
            id="medicare/intensive-outpatient-bill-type",
            codes=_CODES,
            when=When(setting=_SETTINGS, condition_code=frozenset([_INTENSIVE])),
            in_force=DateRange(_SINCE),
            outcome="return",
            adjustment=Adjustment(group="CO", carc="16", rarc=("M77",)),
            citations=(_TYPES,),
            rationale="Intensive outpatient programs bill on types of bill 13x, 76x and 85x.",
            second_reading=SecondReading(
                on=_READ_AGAIN,
                result="right",
                text="CGS, intensive outpatient program services, 2024-01-02",
                digest="c5665922fc0fe7bf",
            ),
            function=bill_type,
        ),
        Check(
            id="medicare/intensive-outpatient-beside-partial-hospital",
            codes=_CODES,
            when=When(setting=_SETTINGS, condition_code=frozenset([_INTENSIVE])),
            in_force=DateRange(_SINCE),
            outcome="return",
            adjustment=Adjustment(group="CO", carc="16"),
            citations=(_OVERLAP,),
            rationale=(
                "A claim of an intensive outpatient program is returned where it overlaps one of "
                "partial hospitalization (condition code 41) of the same patient and provider."
            ),
            second_reading=SecondReading(
                on=_READ_AGAIN,
                result="right",
                text="NAHRI, on the billing requirements of condition code 92",
                digest="4c2b04dedc421398",
            ),
            function=beside_partial_hospital,
        ),
    ]


def age(line: HistoryLine) -> tuple[date, str, int]:
    """Return the place of the line among others, in any order of these."""
    return line.date_from, line.claim, line.number


def bill_type(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """Yield all lines, if the type of bill is another than 13x, 76x and 85x."""
    lines = tuple(line.number for line in claim.lines)
    if claim.bill_type is None:
        yield MissingInformation(lines=lines, reason="claim", missing="bill_type")
    elif not claim.bill_type.lstrip("0").startswith(_BILL_TYPES):
        yield Violation(
            lines=lines, message=f"type of bill {claim.bill_type} with condition code 92"
        )


def beside_partial_hospital(
    claim: Claim, history: History
) -> Iterator[Violation | MissingInformation]:
    """Yield all lines, if the same provider billed partial hospitalization on a day of the claim.

    It is not clear from the page whether a day of partial hospitalization in the 7 days before
    returns this claim or the other.
    """
    lines = tuple(line.number for line in claim.lines)
    first = min(line.date_from for line in claim.lines)
    last = max(line.date_to for line in claim.lines)
    npi = claim.billing_provider.npi
    near = [
        line
        for line in history.lines
        if line.status != "void"
        and (line.billing_provider is None or line.billing_provider.npi == npi)
        and line.date_from <= last
        and line.date_to >= first - _DAYS_BEFORE
    ]
    for line in sorted(near, key=age):
        if line.condition_codes is None:
            yield MissingInformation(
                lines=lines, reason="history", missing="history.condition_codes"
            )
        elif _PARTIAL in line.condition_codes and line.billing_provider is None:
            yield MissingInformation(
                lines=lines, reason="history", missing="history.billing_provider"
            )
        elif _PARTIAL in line.condition_codes and line.date_to >= first:
            told = f"partial hospitalization on {line.date_from}, claim {line.claim}"
            yield Violation(lines=lines, message=told)
            return
        elif _PARTIAL in line.condition_codes:
            yield MissingInformation(lines=lines, reason="text", missing=_WHICH)
    if not history.is_complete(first - _DAYS_BEFORE, "billing", npi):
        yield MissingInformation(lines=lines, reason="history", missing="history")
