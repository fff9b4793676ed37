"""Facts that a resource codes only in unrecognized code systems: each is reported."""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Path
from payer_rules.readers.fhir.resources import FhirConcept
from payer_rules.readers.fhir.systems import codings_in_words, system_in_words

_NPI: Final = "http://hl7.org/fhir/sid/us-npi"
#: By element: its name, and the system to code it in.
_ELEMENTS: Final = {
    "diagnosis": ("a diagnosis", "ICD-10-CM (http://hl7.org/fhir/sid/icd-10-cm)"),
    "locationCodeableConcept": (
        "the place of service",
        "CMS's list (https://www.cms.gov/Medicare/Coding/place-of-service-codes/"
        "Place_of_Service_Code_Set)",
    ),
    "revenue": ("the revenue code", "NUBC's list (https://www.nubc.org/CodeSystem/RevenueCodes)"),
    "typeOfBill": ("the type of bill", "NUBC's list (https://www.nubc.org/CodeSystem/TypeOfBill)"),
}


@attrs.define
class UnrecognizedSystems:
    """The unrecognized code systems in a file; each is reported once per element."""

    _met: set[tuple[str, frozenset[str | None]]] = attrs.Factory(set)
    _new: list[FieldError] = attrs.Factory(list)

    def record(self, element: str, concept: FhirConcept | None, path: Path) -> None:
        """Record that the concept has no recognized code, so that the fact is not known."""
        systems = frozenset(coding.system for coding in concept.coding) if concept else frozenset()
        if concept is None or not systems or (element, systems) in self._met:
            return
        self._met.add((element, systems))
        what, wanted = _ELEMENTS[element]
        message = (
            f"{what} has no code that is read, only {codings_in_words(concept)}: it is not known, "
            "here and wherever it is coded so"
        )
        remedy = f"Code it in {wanted}."
        self._new.append(FieldError(path, message, remedy, ErrorCode.FHIR_SYSTEM))

    def record_number(self, system: str | None) -> None:
        """Record that a provider has a number of this system and no NPI."""
        if ("provider", frozenset([system])) not in self._met:
            self._met.add(("provider", frozenset([system])))
            of = system_in_words(system)
            message = (
                f"a provider has no NPI, only a number of {of}: who it is is not known, here and "
                "wherever it is numbered so"
            )
            remedy = f"Give the NPI, in the system {_NPI}."
            self._new.append(FieldError((), message, remedy, ErrorCode.FHIR_PARTY))

    @property
    def has_new(self) -> bool:
        """Whether any was recorded since they were last taken."""
        return bool(self._new)

    def take_new(self) -> list[FieldError]:
        """Return what was recorded since the last call."""
        new, self._new = self._new, []
        return new
