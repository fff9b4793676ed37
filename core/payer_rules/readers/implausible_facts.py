"""Remarks on facts of a claim that cannot all be right: its dates, minutes, delivery and diagnoses.

The claim is evaluated as it stands. No date is quoted: that of a service may be a date of birth.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine, modalities
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Remark
from payer_rules.readers.filed_claims import FiledClaim

#: No one has lived longer, and no claim is sent later.
_OLDEST: Final = 125
_LATEST: Final = 10
_MINUTES_OF_DAY: Final = 24 * 60
#: From this day of service on diagnoses are coded in ICD-10; the codes of ICD-9 begin with digits
#: (those that begin with E or V have the form of ICD-10).
_ICD_10: Final = date(2015, 10, 1)


def remarks_on(filed: FiledClaim, today: date | None = None) -> Iterator[Remark]:
    """Yield a remark for each fact of the claim that cannot be right with the others.

    Services after ``today`` draw one if it is not known when the claim was sent.
    """
    claim = filed.claim
    sent = claim.received or claim.sent or (filed.form.sent if filed.form else None)
    for message, remedy in _contradictions(claim, sent, today):
        yield Remark(filed.place(), message, remedy, ErrorCode.IMPLAUSIBLE_CLAIM)


def _contradictions(
    claim: Claim, sent: date | None, today: date | None
) -> Iterator[tuple[str, str]]:
    """Yield what contradicts what, with the remedy."""
    born, last = claim.member.birth_date, sent or today
    for line in claim.lines:
        # NOTE: every claim of a run is asked, and nearly all are in order.
        if last is not None and (line.date_to > last or last.year - line.date_from.year > _LATEST):
            yield from _of_days(line, sent, last)
        if born is not None:
            yield from _of_age(line, born)
        if line.minutes is not None and line.minutes > _MINUTES_OF_DAY:
            yield from _of_minutes(line, line.minutes)
        if line.modality == "in-person":
            yield from _of_delivery(line)
    if claim.diagnoses and any(code[:1].isdigit() for code in claim.diagnoses):
        yield from _of_diagnoses(claim, claim.diagnoses)


def _of_days(line: ServiceLine, sent: date | None, last: date) -> Iterator[tuple[str, str]]:
    remedy = "Correct the date of service."
    if line.date_to > last:
        then = "the claim was sent or received" if sent else "today"
        yield f"line {line.number} has a service after {then}", remedy
    elif sent:
        message = f"line {line.number} has a service more than {_LATEST} years before the claim"
        yield f"{message} was sent or received", remedy


def _of_age(line: ServiceLine, born: date) -> Iterator[tuple[str, str]]:
    remedy = "Correct the date of service or the date of birth."
    if line.date_from < born:
        yield f"line {line.number} has a service before the member's birth", remedy
    elif line.date_from.year - born.year > _OLDEST:
        message = f"the member is more than {_OLDEST} years old at the service of line"
        yield f"{message} {line.number}", remedy


def _of_minutes(line: ServiceLine, minutes: int) -> Iterator[tuple[str, str]]:
    most = ((line.date_to - line.date_from).days + 1) * _MINUTES_OF_DAY
    if minutes > most:
        message = f"line {line.number} has {minutes} minutes, more than its dates of service have"
        yield f"{message} ({most})", "Write the minutes of the service."


def _of_delivery(line: ServiceLine) -> Iterator[tuple[str, str]]:
    if "in-person" not in modalities(attrs.evolve(line, modality=None)):
        message = f"line {line.number} is in person, and {_shown_by(line)} states telehealth"
        yield message, "Correct the one that is wrong."


def _shown_by(line: ServiceLine) -> str:
    """Return the modifier or place by which a line states that it was telehealth."""
    for modifier in line.modifiers:
        alone = attrs.evolve(line, modality=None, modifiers=(modifier,), place_of_service=None)
        if "in-person" not in modalities(alone):
            return f"modifier {modifier}"
    return f"place of service {line.place_of_service}"


def _of_diagnoses(claim: Claim, diagnoses: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if min(line.date_from for line in claim.lines) < _ICD_10:
        return
    for place, code in enumerate(diagnoses, 1):
        if code[:1].isdigit():
            message = f"diagnosis {place} is a code of ICD-9, used for services up to 2015-09-30"
            yield message, "Write the code of ICD-10-CM."
