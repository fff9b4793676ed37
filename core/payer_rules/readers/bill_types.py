"""What a type of bill shows: the setting of the claim, and its frequency code."""

from __future__ import annotations

from typing import Final

#: By the type of facility and of care, the first two digits (NUBC).
_SETTINGS: Final = {"13": "outpatient-hospital"}
#: Digits of a whole type of bill, its leading zero left out; the last is the frequency code.
_WHOLE: Final = 3


def setting_of_bill_type(bill_type: str) -> str | None:
    """Return the setting of claims with the type of bill; ``None`` if it shows none."""
    return _SETTINGS.get(bill_type.lstrip("0")[:2])


def frequency_of_bill_type(bill_type: str | None) -> str | None:
    """Return the frequency code in the type of bill, with or without its leading zero."""
    digits = (bill_type or "").lstrip("0")
    return digits[-1] if len(digits) == _WHOLE else None
