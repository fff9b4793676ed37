"""The setting of a claim, by its form, its type of bill, its taxonomy and its codes."""

from __future__ import annotations

import re
from typing import Final

from payer_rules.claims import Claim
from payer_rules.readers.filed_claims import Transaction

#: By the type of facility and of care, the first two digits of the type of bill (NUBC).
_BY_BILL_TYPE: Final = {
    "13": "outpatient-hospital",
    "71": "rhc",
    "76": "cmhc",
    "77": "fqhc",
    "85": "cah",
}
_FQHC: Final = "261QF0400X"
#: Clinics and centers: some have rules of their own, which the form does not show.
_CLINIC: Final = "261Q"
#: Suppliers of durable medical equipment, and of prosthetics and orthotics.
_SUPPLIER: Final = ("332B", "335E")
#: The sections of HCPCS for equipment, supplies, prosthetics and orthotics.
_EQUIPMENT: Final = re.compile(r"[EKL]|A[4-8]|B[4-9]").match


def derived_setting(claim: Claim, form: Transaction) -> tuple[str, str] | None:
    """Return the setting and what shows it; ``None`` if it may be one of several."""
    if form == "837I":
        digits = (claim.bill_type or "").lstrip("0")[:2]
        setting = _BY_BILL_TYPE.get(digits)
        return (setting, f"bill type {digits}x") if setting else None
    taxonomy = claim.billing_provider.taxonomy or ""
    if taxonomy == _FQHC:
        return "fqhc", f"taxonomy {taxonomy}"
    equipment = [_EQUIPMENT(line.code) is not None for line in claim.lines]
    is_supplier = taxonomy.startswith(_SUPPLIER)
    if is_supplier and all(equipment):
        return "dme", f"taxonomy {taxonomy} and the codes"
    if is_supplier or any(equipment) or taxonomy.startswith(_CLINIC):
        return None
    return "practitioner", form
