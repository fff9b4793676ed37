"""The labels of codes, in the project's own words, from ``docs/reference/code-words.csv``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from payer_rules.errors import InputError, Problem
from payer_rules.reports.code_labels import CODES, code_ranges
from payer_rules.rules import Adjustment
from payer_rules.text.lists import listed

#: A procedure code in a sentence, or the first and the last of a range.
_mentioned: Final = re.compile(r"\b([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})(?:[-–]([0-9]{5}))?\b").findall
#: The most kinds of service that a sentence lists.
_MANY: Final = 6
_ANCHOR: Final = CODES.lower().replace(" ", "-")
_KINDS: Final = {
    "procedure": "",
    "modifier": "modifier ",
    "place": "place ",
    "carc": "CARC ",
    "rarc": "RARC ",
    "diagnosis": "diagnosis ",
    "condition": "condition code ",
}


@attrs.frozen
class CodeWords:
    """The labels by kind of code and code, and the codes that were used."""

    _words: Mapping[tuple[str, str], str]
    _asked: dict[tuple[str, str], None] = attrs.Factory(dict)

    @classmethod
    def read(cls, path: Path) -> CodeWords:
        """Return the labels in a table with the columns kind, code (or range) and words."""
        with path.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        return cls({(r["kind"], code): r["words"] for r in rows for code in _codes_of(r["code"])})

    def title(self, code: str) -> str:
        """Return ``Group therapy (90853)``."""
        return f"{self.of('procedure', code).capitalize()} ({code})"

    def of(self, kind: str, code: str) -> str:
        """Return the label of a code; ``?`` if it has none, which `check` reports."""
        self._asked[kind, code] = None
        return self._words.get((kind, code), "?")

    def services(self, codes: Iterable[str]) -> str:
        """Return ``group therapy (90853)``; for many kinds of service only codes and a link."""
        groups = _by_words((self.of("procedure", code), code) for code in sorted(codes))
        if len(groups) <= _MANY:
            return "; ".join(f"{words} ({code_ranges(each)})" for words, each in groups.items())
        every = [code for each in groups.values() for code in each]
        return f"{code_ranges(sorted(every))} ([in words](#{_ANCHOR}))"

    def denial(self, adjustment: Adjustment) -> str:
        """Return ``CO-119 (the most for the period is reached), N640 (…)``."""
        labels = [f"{adjustment.group}-{adjustment.carc} ({self.of('carc', adjustment.carc)})"]
        labels += [f"{code} ({self.of('rarc', code)})" for code in adjustment.rarc]
        return ", ".join(labels)

    def named(self, kind: str, codes: Iterable[str], last: str = "or") -> str:
        """Return ``GT (by video, older modifier) or 95 (by video)``."""
        return listed((f"{code} ({self.of(kind, code)})" for code in codes), last)

    def asked(self) -> Iterator[tuple[str, str]]:
        """Yield every code that was used; codes with the same label are in one row."""
        for kind, name in _KINDS.items():
            codes = sorted(code for each, code in self._asked if each == kind)
            for words, each in _by_words((self.of(kind, code), code) for code in codes).items():
                yield f"{name}{code_ranges(each)}", words

    def note(self, sentence: str) -> str:
        """Return the sentence unchanged, and record the procedure codes in it."""
        for first, last in _mentioned(sentence):
            for code in _codes_of(f"{first}-{last}" if last else first):
                self.of("procedure", code)
        return sentence

    def check(self, file: str) -> None:
        """Raise `InputError` if a code that was used has no label in the file."""
        missing = [key for key in self._asked if key not in self._words]
        problems = [
            Problem(
                file, f"the {kind} code {code!r} has no words", "Add a row in words of your own."
            )
            for kind, code in sorted(missing)
        ]
        if problems:
            raise InputError(problems)

    def anew(self) -> CodeWords:
        """Return the same labels for another page."""
        return CodeWords(self._words)


def _codes_of(text: str) -> Iterator[str]:
    """Yield the code, or all codes of a range."""
    first, _, last = text.partition("-")
    if not (first.isdigit() and last.isdigit()):
        yield text
        return
    yield from (f"{code:05}" for code in range(int(first), int(last) + 1))


def _by_words(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for words, code in pairs:
        groups.setdefault(words, []).append(code)
    return groups
