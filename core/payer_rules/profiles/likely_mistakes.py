"""Values of a profile that are valid but likely mistakes: odd dates, aliases, odd addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Path, Problem
from payer_rules.kinds import KINDS
from payer_rules.text.quoting import quoted
from payer_rules.toml_files.document import TomlDocument
from payer_rules.vocabularies import VOCABULARIES

#: Medicare and Medicaid began in 1966; no older rule is in force.
_FIRST_YEAR: Final = 1965
#: Rules are published at most about a year before they begin.
_YEARS_AHEAD: Final = 2
_LAST_YEARS_AHEAD: Final = 20
_SPANS: Final = ("in_force", "verified", "known")
_is_address: Final = re.compile(r"https?://[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#]\S*)?").fullmatch


def likely_mistakes(document: TomlDocument, on: date) -> tuple[Problem, ...]:
    """Return the likely mistakes in the profile as of the day, in the order of their lines."""
    field_errors = sorted(
        _field_errors(document.data, on), key=lambda field_error: document.line(field_error.path)
    )
    return tuple(field_error.at(document.place(field_error.path)) for field_error in field_errors)


def _field_errors(data: dict[str, object], on: date) -> Iterator[FieldError]:
    sources = data.get("sources")
    for row, source in (sources if isinstance(sources, dict) else {}).items():
        several = isinstance(source, list)
        for at, each in enumerate(source if isinstance(source, list) else [source]):
            if isinstance(each, dict):
                yield from _of_source(each, ("sources", row, *([at] if several else [])), on)
    for kind in KINDS:
        rules = data.get(kind.table)
        for at, rule in enumerate(rules if isinstance(rules, list) else []):
            if isinstance(rule, dict):
                yield from _of_spans(rule, (kind.table, at), on)
                yield from _aliases(rule, (kind.table, at))
    payer = data.get("payer")
    if isinstance(payer, dict):
        yield from _aliases({"state": payer.get("states")}, ("payer",), {"state": "states"})


def _of_source(source: dict[str, object], path: Path, on: date) -> Iterator[FieldError]:
    url, day = source.get("url"), source.get("read")
    if isinstance(url, str) and not _is_address(url):
        remedy = "Write the address of the document, such as 'https://www.cms.gov/manual.pdf'."
        yield FieldError(
            (*path, "url"),
            f"url is {quoted(url)}, which is no web address",
            remedy,
            ErrorCode.WEB_ADDRESS,
        )
    yield from _of_text(day, (*path, "read"))
    if not isinstance(day, date) or isinstance(day, datetime):
        return
    if day > on:
        message = f"read is {day}, which is later than {on}"
        yield FieldError(
            (*path, "read"),
            message,
            "Write the day on which the text was read.",
            ErrorCode.UNLIKELY_DATE,
        )
    elif day.year < _FIRST_YEAR:
        yield FieldError(
            (*path, "read"),
            f"read is {day}",
            "Write the day on which it was read.",
            ErrorCode.UNLIKELY_DATE,
        )


def _of_spans(rule: dict[str, object], path: Path, on: date) -> Iterator[FieldError]:
    for key in _SPANS:
        span = rule.get(key)
        for end, ahead in (("from", _YEARS_AHEAD), ("to", _LAST_YEARS_AHEAD)):
            day = span.get(end) if isinstance(span, dict) else None
            yield from _of_text(day, (*path, key, end))
            if not isinstance(day, date):
                continue
            if not _FIRST_YEAR <= day.year <= on.year + ahead:
                message = f"{key} has {end} = {day}, and this is {on.year}"
                remedy = f"Correct the year, or leave {end} out where there is no such day."
                yield FieldError((*path, key, end), message, remedy, ErrorCode.UNLIKELY_DATE)


def _of_text(day: object, path: Path) -> Iterator[FieldError]:
    if isinstance(day, str):
        message = f"{path[-1]} is the text {quoted(day)}"
        yield FieldError(
            path, message, f"Write the date without quotes: {day}", ErrorCode.DATE_IN_QUOTES
        )


def _aliases(value: object, path: Path, keys: dict[str, str] | None = None) -> Iterator[FieldError]:
    """Yield the words that are known by another name than the one that profiles write."""
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from _aliases(each, (*path, at))
        return
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        words = VOCABULARIES.get(str(key).removeprefix("no_"))
        where: Path = (*path, (keys or {}).get(str(key), str(key)))
        if words is None or not isinstance(item, list):
            yield from _aliases(item, where)
            continue
        for at, text in enumerate(item):
            word = words.canonical(text) if isinstance(text, str) else None
            if word is not None and word != text:
                message = f"{quoted(text)} is another name of {word!r}"
                yield FieldError((*where, at), message, f"Write {word!r}.", ErrorCode.WORD_ALIAS)
