"""A service line from parts that are known to fit.

NOTE: a file has three lines a claim, and `ServiceLine` would convert and check each of their parts
again, in more time than all its segments take. Here its slots are filled as they are: a `Service`
is made only where `ServiceLine` accepted its parts, once for each text, and whoever calls has seen
that the days are in order. A test compares such lines with those that the class makes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from payer_rules.claims import Provider, ServiceLine
from payer_rules.readers.x12.elements import Span
from payer_rules.readers.x12.services import Service


def _setter(name: str) -> Callable[[ServiceLine, object], None]:
    setter: Callable[[ServiceLine, object], None] = getattr(ServiceLine, name).__set__
    return setter


_new: Final = object.__new__
_number: Final = _setter("number")
_code: Final = _setter("code")
_modifiers: Final = _setter("modifiers")
_units: Final = _setter("units")
_date_from: Final = _setter("date_from")
_date_to: Final = _setter("date_to")
_place: Final = _setter("place_of_service")
_rendering: Final = _setter("rendering_provider")
_minutes: Final = _setter("minutes")
_charge: Final = _setter("charge")
_revenue_code: Final = _setter("revenue_code")
_pointers: Final = _setter("diagnosis_pointers")
_modality: Final = _setter("modality")
_performed_by: Final = _setter("performed_by")
_session: Final = _setter("session")


def make_line(
    number: int, service: Service, span: Span, place: str | None, rendering: Provider | None
) -> ServiceLine:
    """The line of the service; ``place`` is the claim's, which holds where the line has none."""
    line = _new(ServiceLine)
    code, modifiers, units, minutes, charge, own_place, pointers, revenue_code = service
    first, last = span
    _number(line, number)
    _code(line, code)
    _modifiers(line, modifiers)
    _units(line, units)
    _date_from(line, first)
    _date_to(line, last)
    _place(line, own_place or place)
    _modality(line, None)
    _rendering(line, rendering)
    _performed_by(line, None)
    _minutes(line, minutes)
    _charge(line, charge)
    _revenue_code(line, revenue_code)
    _pointers(line, pointers)
    _session(line, None)
    return line
