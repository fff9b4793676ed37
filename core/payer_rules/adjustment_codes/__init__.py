"""CARCs and RARCs: the format of such codes, and the ones that have ended.

``codes.csv`` is made by ``tools/extract_adjustment_codes.py`` from X12's lists of June 2024: the
codes that have ended, and those that bundled profiles use. They change three times a year, so that
a code which it lacks may well be one.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from importlib.resources import files
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Path
from payer_rules.rules import AddOnEdit, Adjustment, EditTable, EditTerms, PairEdit, Rule, UnitEdit

__all__ = ["errors_of_rule", "errors_of_terms"]


@attrs.frozen
class _Codes:
    """One of X12's two lists: its name, the shape of its codes, and how to write one."""

    name: str
    shape: Callable[[str], object]
    remedy: str


_CARC: Final = _Codes(
    "CARC",
    re.compile(r"[1-9][0-9]{0,2}|[A-Z][0-9]{1,2}").fullmatch,
    "Write one to three digits, or a capital letter and digits, such as '119' or 'B15'.",
)
_RARC: Final = _Codes(
    "RARC",
    re.compile(r"(?:M|MA|N)[0-9]{1,3}").fullmatch,
    "Write M, MA or N and digits, such as 'M86', 'MA01' or 'N640'.",
)


def errors_of_rule(rule: Rule) -> Iterator[FieldError]:
    """Yield the errors of the adjustment codes of a rule."""
    spans = (rule.in_force, rule.verified_dates)
    last = min((span.last for span in spans if span and span.last), default=date.max)
    for field in attrs.fields(type(rule)):
        value = getattr(rule, field.name)
        if isinstance(value, Adjustment):
            yield from _field_errors(value, field.name, last, "the rule is")


def errors_of_terms(terms: EditTerms) -> Iterator[FieldError]:
    """Yield the errors of the adjustment codes of edits.

    Where a plugin brings the rows, on their dates; else on any, for a release may be of any.
    """
    rows: dict[str, Iterable[PairEdit | UnitEdit | AddOnEdit]] = {}
    if isinstance(terms, EditTable):
        rows = {"pair": terms.pairs, "unit": terms.units, "add_on": terms.add_ons}
    for kind in ("pair", "unit", "add_on"):
        key = f"{kind}_adjustment"
        adjustment: Adjustment | None = getattr(terms, key)
        if adjustment is not None:
            lasts = [edit.verified.last or date.max for edit in rows.get(kind, ())]
            last = max(lasts, default=date.min) if rows else date.max
            yield from _field_errors(adjustment, key, last, "its edits are")


def _field_errors(adjustment: Adjustment, key: str, last: date, what: str) -> Iterator[FieldError]:
    stated: list[tuple[_Codes, object, Path]] = [(_CARC, adjustment.carc, (key, "carc"))]
    stated += [(_RARC, code, (key, "rarc", at)) for at, code in enumerate(adjustment.rarc)]
    for codes, code, path in stated:
        yield from _errors_of_code(codes, code, path, last, what)


def _errors_of_code(
    codes: _Codes, code: object, path: Path, last: date, what: str
) -> Iterator[FieldError]:
    if not isinstance(code, str) or not codes.shape(code):
        yield FieldError(
            path, f"{code!r} is not a {codes.name}", codes.remedy, ErrorCode.ADJUSTMENT_CODE
        )
        return
    ended = _ends().get((codes.name.lower(), code))
    if ended and _last_day(ended) < last:
        when = f"on {ended}" if "-" in ended else f"in {ended}"
        message = f"{codes.name} {code!r} ended {when}, and {what} in force after that"
        yield FieldError(
            path,
            message,
            "Use a code that is in force: see the list of X12.",
            ErrorCode.ADJUSTMENT_CODE,
        )


def _last_day(ended: str) -> date:
    # NOTE: of some ends only the year is known.
    return date.fromisoformat(ended if "-" in ended else f"{ended}-12-31")


@functools.cache
def _ends() -> dict[tuple[str, str], str]:
    """Return when each code ended, by list and code; empty if it has not."""
    text = (files(__name__) / "codes.csv").read_text(encoding="utf-8")
    return {(row["kind"], row["code"]): row["ended"] for row in csv.DictReader(text.splitlines())}
