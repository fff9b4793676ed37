"""The rule which fields a claim must state to be processed."""

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
    """A line with one of the codes states all ``fields``; otherwise the claim is returned.

    A field that is known to be empty is missing; one that is not known is not evaluated. An NPI
    must be valid: ten digits, the last of which is the check digit.
    """

    fields: frozenset[RequiredFieldName]
    outcome: Outcome = "return"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not self.fields:
            yield FieldError(("fields",), "fields lists no field", "Write at least one field.")
