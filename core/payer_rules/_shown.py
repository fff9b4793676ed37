"""A value in the words of the file that it came from, for messages."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal


def shown(value: object) -> str:
    """The value about as a person wrote it: text quoted, dates as 2024-08-15, lists in full."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{key} = {shown(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if value else "{}"
    return repr(value)
