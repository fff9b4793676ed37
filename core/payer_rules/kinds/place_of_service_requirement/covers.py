"""Of which places a requirement on the place of service speaks."""

from __future__ import annotations

from collections.abc import Container

from payer_rules.claims import ServiceLine, modalities
from payer_rules.kinds.place_of_service_requirement.rule import PlaceOfServiceRequirement
from payer_rules.rules.topics import EVERYTHING


def covers(rule: PlaceOfServiceRequirement, line: ServiceLine) -> Container[str]:
    """Return everything, or nothing where a rule on telehealth does not name an in-person place.

    A text that gives the places of telehealth does not say where else a service may be delivered.
    """
    modality = rule.when.modality
    is_of_telehealth = modality is not None and "in-person" not in modality
    if not is_of_telehealth or "in-person" not in modalities(line):
        return EVERYTHING
    return EVERYTHING if line.place_of_service in rule.any_of | rule.none_of else ()
