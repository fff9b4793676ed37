"""Details that a rule asks of an authorization: when it was requested or issued, and by whom."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.when import errors_of_empty
from payer_rules.values.checked import CheckedRule, of_form
from payer_rules.vocabularies import PROFESSIONS


@attrs.frozen(kw_only=True)
class ServiceDeadline(CheckedRule):
    """The last day for something, counted from the first day of a service.

    ``days_before``: so many days before it, or earlier; 0 is the day of the service.
    ``days_after``: so many days after it, or earlier.
    """

    days_before: int | None = attrs.field(default=None, metadata={"least": 0})
    days_after: int | None = attrs.field(default=None, metadata={"least": 1})

    def _field_errors(self) -> Iterator[FieldError]:
        if (self.days_before is None) == (self.days_after is None):
            remedy = "Write { days_before = 1 } or { days_after = 3 }."
            yield FieldError((), "the deadline needs days_before or days_after", remedy)

    @property
    def offset(self) -> int:
        """The days from the service to the last day; below 0 if that is before the service."""
        return self.days_after or -(self.days_before or 0)

    def __str__(self) -> str:
        number = abs(self.offset)
        if number == 0:
            return "by the day of the service"
        days = "1 day" if number == 1 else f"{number} days"
        place = f"at least {days} before" if self.offset < 0 else f"within {days} after"
        return f"{place} the service"


@attrs.frozen(kw_only=True)
class AuthorizationDetails(CheckedRule):
    """The details asked of an authorization: all that are stated.

    ``requested``, ``issued`` and ``notified`` are the last days on which it was asked for, given,
    or the payer was told; ``requested_by`` are the professions that may ask for it.
    """

    requested: ServiceDeadline | None = None
    issued: ServiceDeadline | None = None
    notified: ServiceDeadline | None = None
    requested_by: frozenset[str] | None = attrs.field(default=None, metadata=of_form(PROFESSIONS))

    def _field_errors(self) -> Iterator[FieldError]:
        yield from errors_of_empty(self)
        if not any((*self.deadlines.values(), self.requested_by)):
            remedy = "Write requested, issued, notified or requested_by."
            yield FieldError((), "nothing is asked of the authorization", remedy)

    @property
    def deadlines(self) -> dict[str, ServiceDeadline]:
        """The deadlines that are stated, by the date of the authorization that must keep them."""
        stated = {"requested": self.requested, "issued": self.issued, "notified": self.notified}
        return {name: deadline for name, deadline in stated.items() if deadline is not None}
