"""A service that somebody asks about before there is a claim."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.history import HistoryLine, HistorySource

#: The NPI of a question without a clinician and a history: no rule compares it with another.
_ANYBODY: Final = "1234567893"
#: The id of the claim of a question, and of its member if none is named.
ASKED: Final = "asked"


@attrs.frozen(kw_only=True)
class AskedService:
    """A service by its code, with what is known of it; other facts are not known.

    It is asked on so many ``lines`` of the claim, each with these ``units``.
    ``member`` is the patient's id in the history, and ``clinician`` an NPI. Without them they are
    those of the member's last earlier line.
    """

    code: str
    day: date
    member: str | None = None
    clinician: str | None = None
    place_of_service: str | None = None
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    minutes: int | None = None
    setting: str = "practitioner"
    lines: int = 1

    def claim(self, history: HistorySource | None) -> Claim:
        """Return the service as a claim.

        Raises `InvalidValueError` for a value that does not fit, and `InputError` where it is open
        which member of the history is meant.
        """
        member = self.member or _only_member(history)
        last = history.last_line(member) if history else None
        provider = self._provider(last)
        return Claim(
            id=ASKED,
            member=Member(id=member),
            billing_provider=(last.billing_provider if last else None) or provider,
            setting=self.setting,
            lines=[
                ServiceLine(
                    number=number,
                    code=self.code,
                    date_from=self.day,
                    place_of_service=self.place_of_service,
                    modifiers=self.modifiers,
                    units=self.units,
                    minutes=self.minutes,
                    rendering_provider=provider,
                )
                for number in range(1, self.lines + 1)
            ],
        )

    def _provider(self, last: HistoryLine | None) -> Provider:
        if self.clinician is not None:
            return Provider(npi=self.clinician)
        known = (last.rendering_provider or last.billing_provider) if last else None
        return known or Provider(npi=_ANYBODY)


def _only_member(history: HistorySource | None) -> str:
    members = history.first_members(2) if history else ()
    if len(members) > 1:
        message = "the history has several members"
        raise InputError(
            [
                Problem(
                    "--member",
                    message,
                    "Name the patient with --member ID.",
                    ErrorCode.OPTION_VALUE,
                )
            ]
        )
    return min(members, default=ASKED)
