"""The rule that codes are paid only with, or not with, some diagnoses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.rule import Requirement
from payer_rules.values.checked import of_form
from payer_rules.vocabularies.formats import DIAGNOSIS_START


@attrs.frozen(kw_only=True)
class DiagnosisRequirement(Requirement):
    """One diagnosis begins with a text of ``any_of``, and none begins with a text of ``none_of``.

    ``among`` selects the diagnoses: the first of the claim, all of the claim, or those to which the
    line points. Diagnosis codes are compared from the left, with or without a dot.
    """

    any_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(DIAGNOSIS_START))
    none_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(DIAGNOSIS_START))
    among: Literal["principal", "claim", "line"] = "claim"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not (self.any_of or self.none_of):
            remedy = "Write any_of or none_of with the beginnings of diagnosis codes."
            yield FieldError((), "the requirement names no diagnosis", remedy)
