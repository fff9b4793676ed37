"""Codes with what they are about, in the project's own words."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from payer_rules.errors import InputError, Problem
from payer_rules.reports.conditions import listed
from payer_rules.rules import Adjustment

#: A procedure code in a sentence, or the first and the last of a range.
_mentioned: Final = re.compile(r"\b([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})(?:[-–]([0-9]{5}))?\b").findall
#: More kinds of service than a sentence holds.
_MANY: Final = 6
#: The heading of the table in which every code of a page stands.
CODES: Final = "The codes on this page"
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
    """The words by kind of code and code, and which of them were asked for, known or not."""

    _words: Mapping[tuple[str, str], str]
    _asked: dict[tuple[str, str], None] = attrs.Factory(dict)

    @classmethod
    def read(cls, path: Path) -> CodeWords:
        """The words of a table with the columns kind, code (or a range of codes) and words."""
        with path.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        return cls({(r["kind"], code): r["words"] for r in rows for code in _codes_of(r["code"])})

    def of(self, kind: str, code: str) -> str:
        """The words for a code; a stand-in for one without, which `missing` then names."""
        self._asked[kind, code] = None
        return self._words.get((kind, code), "?")

    def services(self, codes: Iterable[str]) -> str:
        """``group therapy (90853)``; of many kinds of service their codes, and where they stand."""
        groups = _by_words((self.of("procedure", code), code) for code in sorted(codes))
        if len(groups) <= _MANY:
            return "; ".join(f"{words} ({runs(each)})" for words, each in groups.items())
        every = [code for each in groups.values() for code in each]
        return f"{runs(sorted(every))} ([in words](#{_ANCHOR}))"

    def denial(self, adjustment: Adjustment) -> str:
        """``CO-119 (the most for the period is reached), N640 (…)``."""
        told = [f"{adjustment.group}-{adjustment.carc} ({self.of('carc', adjustment.carc)})"]
        told += [f"{code} ({self.of('rarc', code)})" for code in adjustment.rarc]
        return ", ".join(told)

    def named(self, kind: str, codes: Iterable[str], last: str = "or") -> str:
        """``GT (by video, older modifier) or 95 (by video)``."""
        return listed((f"{code} ({self.of(kind, code)})" for code in codes), last)

    def asked(self) -> Iterator[tuple[str, str]]:
        """Every code that was asked for, those of one kind and with the same words together."""
        for kind, name in _KINDS.items():
            codes = sorted(code for each, code in self._asked if each == kind)
            for words, each in _by_words((self.of(kind, code), code) for code in codes).items():
                yield f"{name}{runs(each)}", words

    def note(self, sentence: str) -> str:
        """The sentence as it is; the procedure codes in it are asked for."""
        for first, last in _mentioned(sentence):
            for code in _codes_of(f"{first}-{last}" if last else first):
                self.of("procedure", code)
        return sentence

    def check(self, file: str) -> None:
        """Nothing, where all codes asked for have words in the file; else raises `InputError`."""
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
        """The same words for another page."""
        return CodeWords(self._words)


def _codes_of(text: str) -> Iterator[str]:
    """The code, or all codes of a range."""
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


def runs(codes: list[str]) -> str:
    """The codes, with three and more that follow one another as a range."""
    told: list[list[str]] = []
    for code in codes:
        follows = told and code.isdigit() and told[-1][-1].isdigit()
        if follows and len(code) == len(told[-1][-1]) and int(code) == int(told[-1][-1]) + 1:
            told[-1].append(code)
        else:
            told.append([code])
    runs = [[f"{run[0]}–{run[-1]}"] if len(run) > 2 else run for run in told]
    return ", ".join(code for run in runs for code in run)
