"""Claims that keep or break a diagnosis requirement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import with_line
from payer_rules.kinds.diagnosis_requirement.rule import DiagnosisRequirement
from payer_rules.vocabularies.formats import diagnosis_beginning

#: Diagnoses of three chapters: a rule rarely names all of them.
_OTHERS: Final = ("Z00.00", "I10", "F41.1")


def examples(rule: DiagnosisRequirement, base: Claim) -> Iterator[Claim]:
    """Yield the claim with its own diagnosis, with one that the rule names, and with another.

    The other diagnosis is the only one, or comes before those of the claim.
    """
    yield with_line(base, diagnosis_pointers=(1,))
    for start in (*sorted(rule.any_of)[:1], *sorted(rule.none_of)[:1]):
        yield with_line(
            attrs.evolve(base, diagnoses=(diagnosis_beginning(start),)), diagnosis_pointers=(1,)
        )
    named = tuple(start.replace(".", "") for start in (*rule.any_of, *rule.none_of))
    other = next((o for o in _OTHERS if not o.replace(".", "").startswith(named)), _OTHERS[0])
    for diagnoses in ((other,), (other, *(base.diagnoses or ()))):
        yield with_line(attrs.evolve(base, diagnoses=diagnoses), diagnosis_pointers=(1,))
