"""The values of a service segment, SV1 or SV2, and its problems.

A clinic bills the same few services at the same charges, so most segments were read before: each
text is parsed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import code_of_revenue_line
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.fast_construct import ServiceValues, check_service
from payer_rules.readers.x12.element_values import ElementValues
from payer_rules.text.quoting import redacted
from payer_rules.vocabularies import PLACES_OF_SERVICE
from payer_rules.vocabularies.formats import REVENUE_CODE

_ONE: Final = Decimal(1)
_ZERO: Final = Decimal(0)
_MINUTES: Final = "MJ"
_HCPCS: Final = "HC"
#: A rate code of a prospective payment system (HIPPS), which is not a service.
_HIPPS: Final = "HP"
#: The other lists of codes that the guides of the 837 name.
_OTHER_LISTS: Final = frozenset(["ER", _HIPPS, "IV", "WK"])


#: The positions of the elements; 0 if the segment has no such element.
PROFESSIONAL: Final = {
    "procedure": 1,
    "charge": 2,
    "basis": 3,
    "units": 4,
    "place": 5,
    "pointers": 7,
    "revenue_code": 0,
}
INSTITUTIONAL: Final = {
    "procedure": 2,
    "charge": 3,
    "basis": 4,
    "units": 5,
    "place": 0,
    "pointers": 0,
    "revenue_code": 1,
}


#: The texts that a line is checked by, apart from its charge.
_PARTS: Final = ("procedure", "units", "place", "revenue_code", "pointers")
Parts: TypeAlias = tuple[str, ...]
Messages: TypeAlias = tuple[tuple[str, str], ...]


@attrs.frozen
class ServiceParser:
    """A parser of the service segments of one form in one interchange."""

    elements: ElementValues
    separator: str
    places: Mapping[str, int]
    #: Messages by all of these texts; charges differ too much to be part of the key.
    _messages_by_parts: ParseCache[Parts, Messages] = attrs.field(init=False, eq=False, repr=False)

    @_messages_by_parts.default
    def _looked_up(self) -> ParseCache[Parts, Messages]:
        return ParseCache(lambda parts: tuple(self._messages_of_parts(parts, None)))

    def read(self, segment: str) -> ServiceValues | None:
        """Return the values of the service; ``None`` if it has a problem, or no code."""
        if segment[3:4] != self.separator or any(self.field_errors(segment)):
            return None
        texts = self._texts(segment)
        procedure = self.elements.procedures[texts["procedure"]]
        units = self.elements.numbers[texts["units"]]
        assert procedure is not None
        assert units is not None
        is_timed = texts["basis"] == _MINUTES
        return ServiceValues(
            code=procedure.code,
            modifiers=procedure.modifiers,
            units=_ONE if is_timed else units,
            minutes=int(units) if is_timed else None,
            charge=self.elements.numbers[texts["charge"]],
            place_of_service=PLACES_OF_SERVICE.canonical(texts["place"]),
            diagnosis_pointers=self.elements.pointers[texts["pointers"]] or None,
            revenue_code=REVENUE_CODE.canonical(texts["revenue_code"]),
        )

    def is_uncoded(self, segment: str) -> bool:
        """Return True if it has a revenue code alone, or with a rate code (HIPPS)."""
        texts = self._texts(segment)
        if not texts["revenue_code"]:
            return False
        procedure = self.elements.procedures[texts["procedure"]]
        return not texts["procedure"] or (procedure is not None and procedure.qualifier == _HIPPS)

    def read_uncoded(self, segment: str) -> ServiceValues | None:
        """Return the values of a service with a revenue code alone; ``None`` if not sound."""
        texts = self._texts(segment)
        revenue_code = REVENUE_CODE.canonical(texts["revenue_code"])
        code = code_of_revenue_line(revenue_code) if revenue_code else None
        units, charge = self.elements.numbers[texts["units"]], texts["charge"]
        amount = self.elements.numbers[charge]
        is_sound = units is not None and units > 0 and (amount or _ZERO) >= 0
        is_sound = is_sound and (amount is not None or not charge)
        if texts["procedure"] or code is None or not is_sound or texts["basis"] == _MINUTES:
            return None
        return ServiceValues(
            code=code,
            modifiers=(),
            units=units or _ONE,
            minutes=None,
            charge=amount,
            place_of_service=None,
            diagnosis_pointers=None,
            revenue_code=revenue_code,
        )

    def field_errors(self, segment: str) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with the segment, as message and remedy."""
        texts = self._texts(segment)
        procedure = self.elements.procedures[texts["procedure"]]
        if segment[3:4] != self.separator:
            yield "the segment is cut off after its tag", "Write SV1 or SV2 and its elements."
        elif procedure is None:
            yield "the line has no procedure code", "Write it as HC:90853, with its modifiers."
        elif procedure.qualifier != _HCPCS:
            qualifier = procedure.qualifier
            known = repr(qualifier) if qualifier in _OTHER_LISTS else f"({redacted(qualifier)})"
            message = f"the code is of the list {known}"
            yield message, "Rules are about HCPCS codes (HC): check the line by hand."
        yield from self._messages_of_amounts(texts)
        yield from self._messages_of_line(texts)
        if self.elements.pointers[texts["pointers"]] is None:
            message = f"the diagnosis pointers ({redacted(texts['pointers'])}) are not numbers"
            yield message, "Write the places of the diagnoses, such as 1:2."

    def _messages_of_amounts(self, texts: dict[str, str]) -> Iterator[tuple[str, str]]:
        units, charge = texts["units"], texts["charge"]
        amount = self.elements.numbers[units]
        if not units:
            yield "the line has no units", "Write how many units were rendered."
        elif amount is None:
            yield (
                f"the units ({redacted(units)}) are not a number",
                "Write digits, such as 1 or 1.5.",
            )
        elif texts["basis"] == _MINUTES and amount != int(amount):
            yield f"the line has {redacted(units)} minutes", "Write whole minutes."
        if charge and self.elements.numbers[charge] is None:
            yield (
                f"the charge ({redacted(charge)}) is not a number",
                "Write digits, such as 150.00.",
            )

    def _messages_of_line(self, texts: dict[str, str]) -> Iterable[tuple[str, str]]:
        """Return what is wrong with the values of the service line, as message and remedy."""
        parts = (*(texts[name] for name in _PARTS),)
        charge = self.elements.numbers[texts["charge"]]
        if charge is None or charge >= 0:
            return self._messages_by_parts[parts]
        return self._messages_of_parts(parts, charge)

    def _messages_of_parts(self, parts: Parts, charge: Decimal | None) -> Iterator[tuple[str, str]]:
        named, units_text, place, revenue_code, pointers = parts
        procedure = self.elements.procedures[named]
        units = self.elements.numbers[units_text]
        if procedure is None or procedure.qualifier != _HCPCS or units is None:
            return
        _, field_errors = check_service(
            {
                "code": procedure.code,
                "modifiers": procedure.modifiers,
                "units": units,
                "charge": charge,
                "place_of_service": place.strip() or None,
                "revenue_code": revenue_code.strip() or None,
                "diagnosis_pointers": self.elements.pointers[pointers] or None,
            }
        )
        yield from ((each.message, each.remedy) for each in field_errors)

    def _texts(self, segment: str) -> dict[str, str]:
        given = segment.split(self.separator)
        return {name: given[at] if 0 < at < len(given) else "" for name, at in self.places.items()}
