"""The setting of a claim, by its form, its type of bill, its taxonomy and its codes."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Final, Literal, TypeAlias

from payer_rules.claims import ServiceLine
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.filed_claims import Transaction

#: By the type of facility and of care, the first two digits of the type of bill (NUBC).
_BY_BILL_TYPE: Final = {
    "13": "outpatient-hospital",
    "71": "rhc",
    "76": "cmhc",
    "77": "fqhc",
    "85": "cah",
}
#: Centers that are paid as such, whatever the form.
_CENTERS: Final = {"261QF0400X": "fqhc", "261QR1300X": "rhc"}
#: Mental health clinics: some Medicaid programs license them as a setting of its own.
_MENTAL_HEALTH_CLINIC: Final = "261QM08"
_MENTAL_HEALTH_CENTER: Final = "mental-health-center"
#: Suppliers of durable medical equipment, and of prosthetics and orthotics.
_SUPPLIER: Final = ("332B", "335E")
#: The sections of HCPCS for equipment, supplies, prosthetics and orthotics.
_EQUIPMENT: Final = re.compile(r"[EKL]|A[4-8]|B[4-9]").match
_IS_EQUIPMENT: Final = ParseCache[str, bool](lambda code: _EQUIPMENT(code) is not None)


#: How many lines of a claim are equipment: all, some or none.
Equipment: TypeAlias = Literal["all", "some", "none"]


def equipment_of(lines: Iterable[ServiceLine]) -> Equipment:
    """Return how many of the lines are equipment, supplies, prosthetics or orthotics."""
    found = {_IS_EQUIPMENT[line.code] for line in lines}
    return "some" if len(found) > 1 else "all" if True in found else "none"


def derived_setting(
    form: Transaction, bill_type: str | None, taxonomy: str, equipment: Equipment
) -> tuple[str, str] | None:
    """Return the setting and what shows it; ``None`` if it may be one of several.

    The taxonomy is that of the billing provider.
    """
    if form == "837I":
        digits = (bill_type or "").lstrip("0")[:2]
        setting = _BY_BILL_TYPE.get(digits)
        return (setting, f"bill type {digits}x") if setting else None
    if taxonomy in _CENTERS:
        return _CENTERS[taxonomy], f"taxonomy {taxonomy}"
    is_supplier = taxonomy.startswith(_SUPPLIER)
    if is_supplier and equipment == "all":
        return "dme", f"taxonomy {taxonomy} and the codes"
    if is_supplier or equipment != "none" or is_mental_health_clinic(taxonomy):
        return None
    return "practitioner", form


def is_mental_health_clinic(taxonomy: str) -> bool:
    """Return True if providers of the taxonomy are mental health clinics."""
    return taxonomy.startswith(_MENTAL_HEALTH_CLINIC)


def setting_of_clinic(form: Transaction, settings: Container[str]) -> str | None:
    """Return the setting of a mental health clinic with a payer, which has rules for settings."""
    is_its_own = form == "837I" or _MENTAL_HEALTH_CENTER in settings
    return None if is_its_own else "practitioner"
