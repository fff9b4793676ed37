"""Claims that keep or break a diagnosis requirement."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import with_line
from payer_rules.kinds.diagnosis_requirement.rule import DiagnosisRequirement
from payer_rules.vocabularies.formats import diagnosis_beginning


def examples(rule: DiagnosisRequirement, base: Claim) -> Iterator[Claim]:
    """Yield the claim with its own diagnosis, with one that the rule names, and with another."""
    yield with_line(base, diagnosis_pointers=(1,))
    for start in (*sorted(rule.any_of)[:1], *sorted(rule.none_of)[:1]):
        yield with_line(
            attrs.evolve(base, diagnoses=(diagnosis_beginning(start),)), diagnosis_pointers=(1,)
        )
    yield with_line(attrs.evolve(base, diagnoses=("Z00.00",)), diagnosis_pointers=(1,))
