"""Claims with further facts: the changed claim, and the list of the facts with their sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.readers.filed_claims import DerivedFact, FiledClaim
from payer_rules.unchecked import constructor

_CLAIM: Final = tuple(field.name for field in attrs.fields(Claim))
_LINE: Final = tuple(field.name for field in attrs.fields(ServiceLine))
_FILED: Final = tuple(field.name for field in attrs.fields(FiledClaim))
_make_claim: Final = constructor(Claim)
_make_line: Final = constructor(ServiceLine)
_make_filed: Final = constructor(FiledClaim)
_claim_values: Final = attrgetter(*_CLAIM)
_line_values: Final = attrgetter(*_LINE)
_filed_values: Final = attrgetter(*_FILED)

# NOTE: every claim of a run passes here, and the values are sound, so they are not checked again.


def changed_claim(claim: Claim, values: Mapping[str, object]) -> Claim:
    """Return the claim with other values of its fields, which must be sound."""
    kept = zip(_CLAIM, _claim_values(claim), strict=True)
    return _make_claim(*(values.get(name, value) for name, value in kept))


def changed_line(line: ServiceLine, values: Mapping[str, object]) -> ServiceLine:
    """Return the line with other values of its fields, which must be sound."""
    kept = zip(_LINE, _line_values(line), strict=True)
    return _make_line(*(values.get(name, value) for name, value in kept))


def completed(filed: FiledClaim, claim: Claim, facts: Iterable[DerivedFact]) -> FiledClaim:
    """Return the filed claim with the changed claim, and the facts among its derived ones."""
    derived = tuple(facts)
    if filed.derived:
        derived = tuple(sorted({*filed.derived, *derived}))
    values = {"claim": claim, "derived": derived}
    kept = zip(_FILED, _filed_values(filed), strict=True)
    return _make_filed(*(values.get(name, value) for name, value in kept))
