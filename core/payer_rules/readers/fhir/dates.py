"""Days as FHIR writes them: a date, or the day of a time."""

from __future__ import annotations

from datetime import date

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Path
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.fast_construct import Span
from payer_rules.readers.fhir.resources import FhirItem, FhirPeriod

_WHOLE = "Write the full date, such as 2024-08-15."


def day(text: str | None) -> date | None:
    """Return the day; ``None`` if the text is not a whole date (FHIR has years and months too)."""
    # NOTE: Python accepts dates without hyphens and of weeks too, FHIR does not.
    if text is None or text[4:5] != "-" or text[7:8] != "-" or text[10:11] not in ("", "T"):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def only_day(period: FhirPeriod | None) -> date | None:
    """Return the day of a period of a single day: its services were on that day."""
    first = day(period.start) if period else None
    return first if first is not None and period and first == day(period.end) else None


def served(
    item: FhirItem,
    path: Path,
    whole: date | None,
    days: ParseCache[str, date | None],
    field_errors: list[FieldError],
) -> Span:
    """Return the first and last day of the item; ``whole`` is the only day of the claim."""
    text = item.serviced_date
    if text is not None:
        first = last = days[text]
        if first is None:
            message = "servicedDate is not a full date"
            field_errors.append(_error((*path, "servicedDate"), message, _WHOLE))
    elif item.serviced_period is not None:
        first, last = day(item.serviced_period.start), day(item.serviced_period.end)
        if first is None or last is None:
            message = "servicedPeriod has no full first and last day"
            remedy = "Write start and end as full dates."
            field_errors.append(_error((*path, "servicedPeriod"), message, remedy))
    else:
        first = last = whole
        if first is None:
            remedy = "Write servicedDate or servicedPeriod; a billablePeriod of one day will do."
            field_errors.append(_error(path, "the item has no date of service", remedy))
    # NOTE: a placeholder date lets the item's other errors be found.
    return (date.min, date.min) if first is None or last is None else (first, last)


def _error(path: Path, message: str, remedy: str) -> FieldError:
    return FieldError(path, message, remedy, ErrorCode.FHIR_ELEMENT)
