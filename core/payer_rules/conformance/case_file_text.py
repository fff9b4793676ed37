"""The text of a case file: the cases of a person with one base, and groups of boundary rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from payer_rules.conformance.case_text import (
    BaseTexts,
    CaseTexts,
    case_entries,
    case_table,
    inline,
)
from payer_rules.writers.claim_text import written


def case_file_text(
    rule: str, cases: Sequence[CaseTexts], groups: Iterable[Sequence[CaseTexts]] = ()
) -> str:
    """Return the text of the file with these cases and groups of boundary rows of the rule.

    A file of this form that is read and written again has the same text.
    """
    lines = [f"rule = {written(rule)}", *_case_lines(cases)]
    for group in groups:
        lines += ["", *row_lines(group)]
    return "\n".join(lines) + "\n"


def _case_lines(cases: Sequence[CaseTexts]) -> Iterator[str]:
    if not cases:
        return
    base = BaseTexts.of(cases)
    shared = {key: text for key, text in base.shared.items() if key != "why"}
    base = attrs.evolve(base, shared=shared)
    yield from ("", "[base]", *(f"{key} = {text}" for key, text in base.entries()))
    for case in cases:
        yield from ("", *case_table(case, base))


def row_lines(cases: Sequence[CaseTexts]) -> Iterator[str]:
    """Yield the lines of a group of boundary rows."""
    base = BaseTexts.of(cases)
    yield "[[boundaries]]"
    yield from (f"base.{key} = {text}" for key, text in base.entries())
    yield "rows = ["
    for case in cases:
        yield f"    {inline(case_entries(case, base))},"
    yield "]"
