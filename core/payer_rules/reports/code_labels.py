"""Labels of codes on a payer's page: what each code means, in words that the caller provides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from payer_rules.rules import Adjustment

#: The heading of the table that lists every code of a page.
CODES: Final = "The codes on this page"
#: The fewest codes in a row that are written as a range.
_RANGE: Final = 3


class CodeLabels(Protocol):
    """The labels of codes, which also records the codes that a page uses."""

    def title(self, code: str) -> str:
        """Return the procedure code with its label, as a heading begins."""

    def of(self, kind: str, code: str) -> str:
        """Return the label of a code."""

    def services(self, codes: Iterable[str]) -> str:
        """Return the procedure codes with their labels, such as ``group therapy (90853)``."""

    def denial(self, adjustment: Adjustment) -> str:
        """Return the denial codes with their labels."""

    def note(self, sentence: str) -> str:
        """Return the sentence unchanged, and record the procedure codes in it."""

    def asked(self) -> Iterator[tuple[str, str]]:
        """Yield every recorded code with its label."""


class BareCodes:
    """Labels that are the codes themselves, where there are no words for them."""

    def title(self, code: str) -> str:
        """Return the code."""
        return code

    def of(self, kind: str, code: str) -> str:
        """Return the code."""
        return code

    def services(self, codes: Iterable[str]) -> str:
        """Return the codes, with ranges."""
        return code_ranges(sorted(codes))

    def denial(self, adjustment: Adjustment) -> str:
        """Return the denial codes."""
        return ", ".join((f"{adjustment.group}-{adjustment.carc}", *adjustment.rarc))

    def note(self, sentence: str) -> str:
        """Return the sentence."""
        return sentence

    def asked(self) -> Iterator[tuple[str, str]]:
        """Yield nothing: a page without words has no table of codes."""
        return iter(())


def code_ranges(codes: list[str]) -> str:
    """Return the codes, with three or more consecutive codes as a range."""
    runs: list[list[str]] = []
    for code in codes:
        last = runs[-1][-1] if runs else ""
        is_next = code.isdigit() and last.isdigit() and int(code) == int(last) + 1
        if is_next and len(code) == len(last):
            runs[-1].append(code)
        else:
            runs.append([code])
    parts = ([f"{run[0]}–{run[-1]}"] if len(run) >= _RANGE else run for run in runs)
    return ", ".join(code for part in parts for code in part)
