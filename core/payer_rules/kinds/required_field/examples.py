"""Claims with and without the fields that a rule requires."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import with_line
from payer_rules.kinds.required_field.rule import RequiredField


def examples(rule: RequiredField, base: Claim) -> Iterator[Claim]:
    """Yield a complete claim, one with an invalid NPI, and one without diagnoses."""
    whole = attrs.evolve(base, referral="R1", order="O1", diagnoses=("F33.1",))
    yield with_line(whole, diagnosis_pointers=(1,))
    wrong = attrs.evolve(base.billing_provider, npi="1234567890")
    yield with_line(base, rendering_provider=wrong)
    yield with_line(attrs.evolve(base, diagnoses=()), diagnosis_pointers=())
