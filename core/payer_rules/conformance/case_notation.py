"""The short notation of case files: service lines, outcomes, findings and open questions as text.

Service lines: ``90834-59x2 2024-07-01 {minutes = 53}`` is a code with its modifiers, units, days
and further facts; only the code is required. Several days give one line for each.
Outcomes: ``pay deny`` or ``pay x3``, one for each line; so are ``expected`` and ``basis``.
Findings: ``deny 2 97 M80 (minutes)``: outcome, lines, CARC with RARCs, and the rule where it is not
the rule of the file. ``1,3`` and ``1-3`` are findings on one line each; ``1+2`` is one on both.
Open questions: ``edition (minutes, add-on)``: what is missing, and the rules that need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InputError, InvalidValueError
from payer_rules.toml_files.document import parse

Table: TypeAlias = dict[str, Any]

#: The text of a line, with the semicolon after it.
LINE: Final = re.compile(
    r"(?P<code>[0-9A-Z]{5}|rev:[0-9]{4})(?P<modifiers>(?:-[0-9A-Z]{2}){0,5})(?:x(?P<units>[0-9.]+))?"
    r"(?P<days>(?: [0-9]{4}-[0-9]{2}-[0-9]{2}(?:/[0-9]{4}-[0-9]{2}-[0-9]{2})?)*)"
    r"(?: (?P<facts>\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}))?(?:; ?| |$)"
)
WORD: Final = re.compile(r"([a-z-]+)(?: x([0-9]+))?(?: |$)")
FINDING: Final = re.compile(
    r"(?P<outcome>[a-z-]+) (?P<lines>[0-9,+-]+)"
    r"(?: (?:(?P<group>[A-Z]{2})-)?(?P<carc>[A-Z]?[0-9]{1,3})(?P<rarc>(?: (?:M|MA|N)[0-9]{1,3})*))?"
    r"(?: pays (?P<pays>[0-9.]+))?(?: \((?P<rule>[^()]+)\))?"
)
_GAP: Final = re.compile(r"(?P<missing>.+?)(?: \((?P<rules>[^()]+)\))?").fullmatch


def texts_of(value: object, form: str) -> list[object]:
    """Return the entries of a list, or of text between semicolons."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    if isinstance(value, list):
        return value
    raise _error(value, form)


def lines_of(value: object) -> list[object]:
    """Return the service lines as tables; a table stays as it is."""
    entries = value if isinstance(value, list) else [value]
    return [line for entry in entries for line in _lines_of_entry(entry)]


def _lines_of_entry(entry: object) -> Iterator[object]:
    if isinstance(entry, dict):
        yield entry
        return
    if not isinstance(entry, str):
        raise _error(entry, "90834-59x2 2024-07-01")
    at = 0
    while at < len(entry):
        match = LINE.match(entry, at)
        if match is None:
            raise _error(entry[at:], "90834-59x2 2024-07-01 {minutes = 53}")
        at = match.end()
        yield from _lines_of_match(match)


def _lines_of_match(match: re.Match[str]) -> Iterator[Table]:
    line: Table = {"code": match["code"], **_facts(match["facts"])}
    if match["modifiers"]:
        line["modifiers"] = match["modifiers"][1:].split("-")
    if match["units"]:
        line["units"] = Decimal(match["units"])
    for span in match["days"].split() or [""]:
        yield {**line, **_days(span)}


def _facts(text: str | None) -> Table:
    if text is None:
        return {}
    try:
        facts = parse(f"facts = {text}".encode(), "").data["facts"]
    except InputError as error:
        raise _error(text, "{minutes = 53, modality = 'video'}") from error
    assert isinstance(facts, dict)
    return facts


def _days(span: str) -> Table:
    if not span:
        return {}
    try:
        days = [date.fromisoformat(day) for day in span.split("/")]
    except ValueError as error:
        raise _error(span, "2024-07-01") from error
    return {"date": days[0]} if len(days) == 1 else {"date_from": days[0], "date_to": days[1]}


def words_of(value: object, form: str = "pay deny x2") -> list[object]:
    """Return the words, one for each line: outcomes or bases."""
    if not isinstance(value, str):
        return texts_of(value, form)
    words: list[object] = []
    at = 0
    while at < len(value):
        match = WORD.match(value, at)
        if match is None:
            raise _error(value[at:], form)
        words += [match[1]] * int(match[2] or 1)
        at = match.end()
    return words


def findings_of(value: object, rule: str) -> list[object]:
    """Return the findings as tables; ``rule`` is the rule of those that name none."""
    entries = texts_of(value, "deny 2 97 M80")
    return [finding for entry in entries for finding in _findings_of_entry(entry, rule)]


def _findings_of_entry(entry: object, rule: str) -> Iterator[object]:
    if not isinstance(entry, str):
        yield entry
        return
    match = FINDING.fullmatch(entry)
    if match is None:
        raise _error(entry, "deny 2 97 M80 (RULE)")
    finding: Table = {"rule": full_id(match["rule"] or rule, rule), "outcome": match["outcome"]}
    for key in ("group", "carc"):
        if match[key]:
            finding[key] = match[key]
    if match["rarc"]:
        finding["rarc"] = match["rarc"].split()
    if match["pays"]:
        finding["pays"] = Decimal(match["pays"])
    for lines in _line_numbers(match["lines"]):
        yield {**finding, "lines": lines}


def _line_numbers(text: str) -> Iterator[list[int]]:
    try:
        for part in text.split(","):
            if "-" in part:
                first, last = map(int, part.split("-"))
                yield from ([number] for number in range(first, last + 1))
            else:
                yield list(map(int, part.split("+")))
    except ValueError as error:
        raise _error(text, "2, 1-3 or 1+2") from error


def gaps_of(value: object, rule: str) -> list[object]:
    """Return the open questions as tables, one for each rule that needs something."""
    entries = texts_of(value, "edition (RULE)")
    return [gap for entry in entries for gap in _gaps_of_entry(entry, rule)]


def _gaps_of_entry(entry: object, rule: str) -> Iterator[object]:
    match = _GAP(entry) if isinstance(entry, str) else None
    if match is None:
        yield entry
    elif match["rules"]:
        for name in match["rules"].split(","):
            yield {"rule": full_id(name.strip(), rule), "missing": match["missing"]}
    else:
        yield {"missing": match["missing"]}


def full_id(name: str, rule: str) -> str:
    """Return the id of a rule; a name without a payer is a rule of the same payer."""
    return name if "/" in name else f"{rule.partition('/')[0]}/{name}"


def _error(value: object, form: str) -> InvalidValueError:
    return InvalidValueError(
        [
            FieldError(
                (),
                f"{value!r} cannot be read",
                f"Write it in the form {form!r}.",
                ErrorCode.UNKNOWN_WORD,
            )
        ]
    )


def short_lines(lines: Iterable[str]) -> str:
    """Return the line numbers in short: ``1-3,5``; each part is a text such as ``2`` or ``1+2``."""
    runs: list[list[str]] = []
    for text in lines:
        if (
            runs
            and text.isdigit()
            and runs[-1][-1].isdigit()
            and int(text) == int(runs[-1][-1]) + 1
        ):
            runs[-1].append(text)
        else:
            runs.append([text])
    return ",".join(_short_run(run) for run in runs)


def _short_run(run: list[str]) -> str:
    return ",".join(run) if len(run) < 3 else f"{run[0]}-{run[-1]}"
