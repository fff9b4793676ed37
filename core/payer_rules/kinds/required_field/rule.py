"""What a claim must state to be processed at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.outcomes import Outcome
from payer_rules.rules.rule import CodedRule

RequiredFieldName: TypeAlias = Literal[
    "billing_provider.npi",
    "rendering_provider.npi",
    "diagnoses",
    "diagnosis_pointers",
    "authorizations",
    "referral",
    "order",
]


@attrs.frozen(kw_only=True)
class RequiredField(CodedRule):
    """A line with one of the codes states all of ``fields``, else the claim is returned.

    Known to be none is missing; not known is not evaluated. An NPI is there where it is one: ten
    digits of which the last is the check digit.
    """

    fields: frozenset[RequiredFieldName]
    outcome: Outcome = "return"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not self.fields:
            yield FieldError(("fields",), "fields lists no field", "Write at least one field.")
