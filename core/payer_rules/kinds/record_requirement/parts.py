"""The parts of a requirement of the record: documents and findings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules import ProviderCriteria, ServiceDeadline, TimeLimit
from payer_rules.rules.bounds import limit_advice
from payer_rules.rules.when import errors_of_empty
from payer_rules.values.checked import CheckedRule, as_decimal, of_form
from payer_rules.vocabularies.formats import DOCUMENT_KIND, FINDING


@attrs.frozen(kw_only=True)
class DocumentCriteria(CheckedRule):
    """A document of one of the kinds that the record holds; all that is stated is asked of it.

    ``written`` and ``signed`` are the last days for it, counted from the service; ``signed = true``
    asks for a signature on any day. ``no_older_than``: it was written at most so long before the
    service. ``signed_by`` are the criteria of who signed, or the rendering provider.
    ``unexpired``: it has not expired on the days of the service.
    """

    kind: frozenset[str] = attrs.field(metadata=of_form(DOCUMENT_KIND))
    written: ServiceDeadline | None = None
    no_older_than: TimeLimit | None = attrs.field(default=None, metadata={"advice": limit_advice})
    signed: bool | ServiceDeadline | None = None
    signed_by: Literal["rendering"] | ProviderCriteria | None = None
    unexpired: bool = False

    def _field_errors(self) -> Iterator[FieldError]:
        yield from errors_of_empty(self)
        if self.signed is False:
            yield FieldError(("signed",), "signed is false", "Leave it out.")


@attrs.frozen(kw_only=True)
class FindingCriteria(CheckedRule):
    """A finding with a score in bounds, or with a change of the score since the one before.

    ``change_at_least`` is a number of points, ``change_share_at_least`` a part of the score before.
    """

    name: str = attrs.field(metadata=of_form(FINDING))
    at_least: Decimal | None = attrs.field(default=None, converter=as_decimal)
    at_most: Decimal | None = attrs.field(default=None, converter=as_decimal)
    change_at_least: Decimal | None = attrs.field(
        default=None, converter=as_decimal, metadata={"above": 0}
    )
    change_share_at_least: Decimal | None = attrs.field(
        default=None, converter=as_decimal, metadata={"above": 0}
    )

    @property
    def asks_for_change(self) -> bool:
        """Return True if the score before is needed."""
        return self.change_at_least is not None or self.change_share_at_least is not None
