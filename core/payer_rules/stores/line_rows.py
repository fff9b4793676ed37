"""Lines of history as rows of a database, and back.

What most lines have is a column each; `more` has the rest as JSON. Texts that come again and again
are parsed once.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.claims import Provider
from payer_rules.history import HistoryLine
from payer_rules.json_forms.plain_data import known
from payer_rules.readers.cache import ParseCache
from payer_rules.unchecked import constructor, copier
from payer_rules.values.structure import structure

__all__ = ["LINE_COLUMNS", "line_of", "number_of", "payer_of", "row_of", "text_from", "text_of"]

LineRow: TypeAlias = tuple[Any, ...]

#: The columns that make a line, in the order of `row_of` and `line_of`.
LINE_COLUMNS: Final = (
    *("member", "day", "claim", "number", "code", "last_day", "modifiers", "units", "rendering"),
    *("billing", "providers", "status", "charge", "allowed", "paid", "paid_units", "paid_minutes"),
    *("minutes", "payer_claim", "place_of_service", "revenue_code", "diagnoses", "setting", "more"),
)
#: The fields of a line that are in `more`.
_RARE: Final = (
    *("modality", "miles", "diagnosis_pointers", "session", "dates", "body_site", "drug"),
    *("condition_codes", "performed_by", "payer"),
)
_PROVIDERS: Final = ("rendering_provider", "billing_provider")
_FIELDS: Final = (
    *("member", "date_from", "claim", "number", "code", "date_to", "modifiers", "units"),
    *("rendering_provider", "billing_provider", "status", "charge", "allowed", "paid"),
    *("paid_units", "paid_minutes", "minutes", "payer_claim", "place_of_service"),
    *("revenue_code", "diagnoses", "setting"),
)
_rare_values: Final = attrgetter(*_RARE)
#: What most lines have of these fields: nothing, or the payer, which is the last.
_NO_OTHERS: Final = (None,) * (len(_RARE) - 1)
#: The facts of a provider besides the NPI, and what most providers have of them.
_other_facts: Final = attrgetter(
    *(field.name for field in attrs.fields(Provider) if field.eq and field.name != "npi")
)
_NO_OTHER_FACTS: Final = _other_facts(Provider(npi="0000000000"))
_make_line: Final = constructor(HistoryLine, *_FIELDS)
_copy: Final = copier(HistoryLine)
#: A line of which only the fields in `more` matter.
_BARE: Final = {"claim": "-", "member": "-", "code": "00000", "date_from": date.min}


def number_of(day: date) -> int:
    """Return the day as a number."""
    return day.toordinal()


def text_of(text: str) -> str:
    """Return the text for a database: PostgreSQL stores no zero character."""
    if "\0" in text or "\\" in text:
        return text.replace("\\", "\\\\").replace("\0", "\\0")
    return text


def text_from(text: str) -> str:
    """Return the text that `text_of` was given."""
    if "\\" not in text:
        return text
    parts = text.split("\\\\")
    return "\\".join(part.replace("\\0", "\0") for part in parts)


def row_of(line: HistoryLine) -> LineRow:
    """Return the values of the columns `LINE_COLUMNS` for the line."""
    rendering, billing = line.rendering_provider, line.billing_provider
    is_plain = (rendering is None or _other_facts(rendering) == _NO_OTHER_FACTS) and (
        billing is None or _other_facts(billing) == _NO_OTHER_FACTS
    )
    diagnoses = line.diagnoses
    payer_claim = line.payer_claim
    return (
        text_of(line.member),
        line.date_from.toordinal(),
        text_of(line.claim),
        line.number,
        line.code,
        line.date_to.toordinal(),
        " ".join(line.modifiers),
        str(line.units),
        None if rendering is None else text_of(rendering.npi),
        None if billing is None else text_of(billing.npi),
        None if is_plain else _providers_text(line),
        line.status,
        None if line.charge is None else str(line.charge),
        None if line.allowed is None else str(line.allowed),
        None if line.paid is None else str(line.paid),
        None if line.paid_units is None else str(line.paid_units),
        line.paid_minutes,
        line.minutes,
        None if payer_claim is None else text_of(payer_claim),
        line.place_of_service,
        line.revenue_code,
        None if diagnoses is None else " ".join(diagnoses),
        line.setting,
        _more_text(line),
    )


def line_of(row: LineRow) -> HistoryLine:
    """Return the line of a row, whose last values are its file and its position there.

    What was stored had been checked.
    """
    (
        member,
        day,
        claim,
        number,
        code,
        last_day,
        modifiers,
        units,
        rendering,
        billing,
        providers,
        status,
        charge,
        allowed,
        paid,
        paid_units,
        paid_minutes,
        minutes,
        payer_claim,
        place,
        revenue_code,
        diagnoses,
        setting,
        more,
        _file,
        _position,
    ) = row
    line = _make_line(
        text_from(member),
        _DAYS[day],
        text_from(claim),
        number,
        code,
        _DAYS[last_day],
        _WORDS[modifiers],
        _NUMBERS[units],
        None if rendering is None else _NPIS[rendering],
        None if billing is None else _NPIS[billing],
        status,
        None if charge is None else _NUMBERS[charge],
        None if allowed is None else _NUMBERS[allowed],
        None if paid is None else _NUMBERS[paid],
        None if paid_units is None else _NUMBERS[paid_units],
        paid_minutes,
        minutes,
        None if payer_claim is None else text_from(payer_claim),
        place,
        revenue_code,
        None if diagnoses is None else _WORDS[diagnoses],
        setting,
    )
    if providers is None and more is None:
        return line
    return _copy(line, {**_PROVIDER_SETS[providers or "{}"], **_RARE_FACTS[more or "{}"]})


def payer_of(more: str | None) -> str | None:
    """Return the payer in the rare facts of a line; ``None`` if it names none."""
    payer = None if more is None else _RARE_FACTS[more].get("payer")
    return None if payer is None else str(payer)


def _providers_text(line: HistoryLine) -> str:
    """Return the providers of a line, one of whom has more than an NPI, as JSON."""
    found = {name: getattr(line, name) for name in _PROVIDERS}
    return _json({name: known(value) for name, value in found.items() if value is not None})


def _more_text(line: HistoryLine) -> str | None:
    """Return the rare facts of the line as JSON; ``None`` if it has none."""
    if _rare_values(line)[:-1] == _NO_OTHERS:
        return None if line.payer is None else _PAYERS[line.payer]
    data = known(line)
    return _json({name: data[name] for name in _RARE if name in data})


def _json(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))


def _facts(text: str) -> dict[str, object]:
    """Return the fields of a line that the JSON states."""
    data = json.loads(text)
    line = structure(HistoryLine, {**_BARE, **data})
    return {name: getattr(line, name) for name in data}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _npi(npi: str) -> Provider:
    return Provider(npi=text_from(npi))


_DAYS: Final[ParseCache[int, date]] = ParseCache(date.fromordinal)
_NUMBERS: Final[ParseCache[str, Decimal]] = ParseCache(Decimal)
_WORDS: Final[ParseCache[str, tuple[str, ...]]] = ParseCache(_words)
_NPIS: Final[ParseCache[str, Provider]] = ParseCache(_npi)
_PAYERS: Final[ParseCache[str, str]] = ParseCache(lambda payer: _json({"payer": payer}))
_PROVIDER_SETS: Final[ParseCache[str, dict[str, object]]] = ParseCache(_facts)
_RARE_FACTS: Final[ParseCache[str, dict[str, object]]] = ParseCache(_facts)
