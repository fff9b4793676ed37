"""Edit sheets: CSV files in which each line is a claim and the answer of one edit rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from payer_rules.conformance.edit_claims import (
    NOTHING,
    EditAnswer,
    EditClaim,
    EditQuestion,
    EditSheet,
)
from payer_rules.errors import Problem, nearest
from payer_rules.rules import EDIT_RULES
from payer_rules.tables.csv_file import CsvFile

SHEET: Final = ".edits.csv"
COLUMNS: Final = ("rule", "setting", "lines", "date", "answer", "carc_rarc", "row")
_line = re.compile(r"([0-9A-Z]{5})((?:-[0-9A-Z]{2}){0,4})(?:x([1-9][0-9]{0,3}))?").fullmatch
_answer = re.compile(rf"{NOTHING}|(?:denies|not evaluated)((?: [1-9][0-9]?)+)").fullmatch
_codes = re.compile(r"(?:(?:[1-9][0-9]{0,2}|[A-Z][0-9]{1,2})(?: (?:M|MA|N)[0-9]{1,3})*)?").fullmatch


def read_edit_sheet(
    file: Path | Traversable, plugin: str | None, owners: Mapping[str, str]
) -> tuple[EditSheet, tuple[Problem, ...]]:
    """Return the valid lines of the sheet, and a problem for each of the others.

    A plugin may state answers only of the payers that it defines; a user, of all payers. A rule
    that is not made of edit tables is reported once.
    """
    reading = _SheetReader(CsvFile.read(file), plugin, owners)
    claims = tuple(reading.claims())
    return EditSheet(file=file.name, claims=claims), tuple(reading.file.problems)


class _SheetReader:
    """A reader of one sheet; a cell that is repeated on many lines is parsed once."""

    def __init__(self, file: CsvFile, plugin: str | None, owners: Mapping[str, str]) -> None:
        self.file = file
        self._plugin, self._owners = plugin, owners
        self._rules: dict[str, bool] = {}
        self._days: dict[str, date | None] = {}
        self._seen: dict[tuple[str, ...], int] = {}

    def claims(self) -> Iterator[EditClaim]:
        """Yield the valid lines."""
        for rule, setting, lines, day, answer, codes, row in self.file.rows(list(COLUMNS)):
            problems = len(self.file.problems)
            on, billed = self._day(day), self._lines(lines)
            expected = self._expected(answer, codes, len(billed))
            self._check_once(rule, setting, lines, day)
            if not setting:
                self.file.problem("setting is empty", "Write one, such as 'practitioner'.")
            self.file.check_row(row)
            if not self._may_ask(rule) or not on or len(self.file.problems) > problems:
                continue
            question = EditQuestion(rule=rule, setting=setting, day=on, written=lines, lines=billed)
            yield EditClaim(question=question, expected=expected, row=row, line=self.file.line)

    def _may_ask(self, rule: str) -> bool:
        if rule not in self._rules:
            self._rules[rule] = not (wrong := self._wrong(rule))
            if wrong:
                self.file.problem(*wrong)
        return self._rules[rule]

    def _wrong(self, rule: str) -> tuple[str, str] | None:
        """Return why the rule cannot be asked, and what to do."""
        payer, _, name = rule.partition("/")
        if name not in EDIT_RULES:
            known = ", ".join(f"'PAYER/{each}'" for each in EDIT_RULES)
            return f"{rule!r} is not made of edit tables", f"Write one of {known}."
        if payer not in self._owners:
            return f"there is no payer {payer!r}", nearest(payer, self._owners)
        owner = self._owners[payer]
        if self._plugin is not None and owner != self._plugin:
            message = f"the payer {payer!r} belongs to the plugin {owner!r}"
            return message, f"Say what it answers in a file of {owner!r}."
        return None

    def _day(self, text: str) -> date | None:
        if text not in self._days:
            self._days[text] = _date(text)
        if self._days[text] is None:
            self.file.problem(f"date is {text!r}", "Write a day such as 2024-07-01.")
        return self._days[text]

    def _lines(self, text: str) -> tuple[tuple[str, tuple[str, ...], Decimal], ...]:
        """Return code, modifiers and units of each service line."""
        found = []
        for each in text.split(" "):
            match = _line(each)
            if match is None:
                remedy = "Write code, modifiers and units as in '90853 90834-59 90837x2'."
                self.file.problem(f"{each!r} in lines is not a service line", remedy)
                continue
            code, modifiers, units = match.groups()
            found.append((code, tuple(modifiers.split("-")[1:]), Decimal(units or 1)))
        return tuple(found)

    def _expected(self, answer: str, codes: str, billed: int) -> EditAnswer:
        match = _answer(answer)
        if match is None:
            remedy = f"Write '{NOTHING}', 'denies 2' or 'not evaluated 1 2', by number of line."
            self.file.problem(f"answer is {answer!r}", remedy)
        elif any(int(number) > billed for number in (match[1] or "").split()):
            message = f"answer is {answer!r}, and the claim has {billed} lines"
            self.file.problem(message, "Write the numbers of its lines.")
        if not _codes(codes):
            self.file.problem(f"carc_rarc is {codes!r}", "Write '236' or '151 MA01', for example.")
        elif codes and not answer.startswith("denies"):
            message = f"carc_rarc is {codes!r}, and the answer denies nothing"
            self.file.problem(message, "Leave it empty.")
        return EditAnswer(answer, codes)

    def _check_once(self, *claim: str) -> None:
        if (first := self._seen.setdefault(claim, self.file.line)) != self.file.line:
            self.file.problem(f"the claim stands on line {first} too", "Keep one of the two.")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
