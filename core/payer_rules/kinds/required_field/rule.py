"""The rule which fields a claim must state to be processed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.outcomes import Outcome
from payer_rules.rules.rule import Requirement
from payer_rules.rules.when import errors_of_empty
from payer_rules.values.checked import of_form
from payer_rules.vocabularies.formats import CONDITION_CODE, OCCURRENCE_CODE, REVENUE_CODE

RequiredFieldName: TypeAlias = Literal[
    "billing_provider.npi",
    "rendering_provider.npi",
    "diagnoses",
    "diagnosis_pointers",
    "authorizations",
    "referral",
    "order",
    "member.sex",
    "dates.onset",
    "dates.initial_treatment",
    "dates.last_seen",
    "dates.accident",
    "dates.last_menstrual_period",
    "dates.discharge",
    "dates.order",
    "body_site",
    "body_site.tooth",
    "body_site.surfaces",
    "body_site.quadrant",
    "body_site.side",
    "drug.number",
    "drug.quantity",
    "drug.unit",
    "revenue_code",
    "condition_codes",
    "occurrences",
]


@attrs.frozen(kw_only=True)
class RequiredField(Requirement):
    """A line with one of the codes states all ``fields``; otherwise the claim is returned.

    A field that is known to be empty is missing; one that is not known is not evaluated. An NPI
    must be valid: ten digits, the last of which is the check digit. ``revenue_code``: the line has
    one of these; ``condition_code`` and ``occurrence_code``: the claim has one of these.
    """

    fields: frozenset[RequiredFieldName] = frozenset()
    revenue_code: frozenset[str] | None = attrs.field(default=None, metadata=of_form(REVENUE_CODE))
    condition_code: frozenset[str] | None = attrs.field(
        default=None, metadata=of_form(CONDITION_CODE)
    )
    occurrence_code: frozenset[str] | None = attrs.field(
        default=None, metadata=of_form(OCCURRENCE_CODE)
    )
    outcome: Outcome = "return"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        codes = (self.revenue_code, self.condition_code, self.occurrence_code)
        if not self.fields and not any(codes):
            remedy = "Write at least one field, or revenue_code, condition_code or occurrence_code."
            yield FieldError(("fields",), "the rule requires no field", remedy)
        for error in errors_of_empty(self):
            if error.path != ("fields",):
                yield error
