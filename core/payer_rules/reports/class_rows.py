"""The rows that count claims, lines and charges: by class for one payer, by payer for several."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from payer_rules.reports.decisions import count_of
from payer_rules.reports.outcome_words import OUTCOME_LABELS, TOPIC_WORDS
from payer_rules.reports.text_layout import PageLayout, Style, glued, money, unglued
from payer_rules.rules import CORE_TOPICS
from payer_rules.summaries import LINE_CLASSES, LineClass, PayerSummary, RunSummary, Tally
from payer_rules.text.escaping import visible

#: The sign, the words and the style of each class.
CLASS_WORDS: Final[dict[LineClass, tuple[str, str, Style]]] = {
    "denied": ("✗", "will be denied", "red"),
    "reduced": ("!", "may be denied or reduced", "yellow"),
    "unread": ("?", "not read", "dim"),
    "fine": ("✓", "no rule broken", "green"),
}
#: The most payers that have a row of their own.
_MOST_PAYERS: Final = 20
#: So few payers that each has a row, also without findings.
_FEW_PAYERS: Final = 8


def class_rows(payer: PayerSummary, layout: PageLayout) -> Iterator[str]:
    """Yield a row for each class that has claims or lines, with a note on its lines."""
    cells = {
        name: (count_of(tally.claims, "claim"), count_of(tally.lines, "line"), _charges(tally))
        for name, tally in payer.classes.items()
        if tally.claims or tally.lines
    }
    widths = [max(map(len, column)) for column in zip(*cells.values(), strict=True)]
    for name, row in cells.items():
        sign, words, style = CLASS_WORDS[name]
        counts = "".join(f"  {cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        blanks = " " * (24 - len(words))
        yield from _with_note(
            f"  {layout.styled(f'{sign} {words}', style)}{blanks}{counts}",
            4 + 24 + len(counts),
            _note(payer, name),
            layout,
        )


def _with_note(row: str, width: int, note: str, layout: PageLayout) -> Iterator[str]:
    """Yield the row with the note behind it if there is room, or on lines of its own."""
    if note and width + 2 + len(note) <= layout.width:
        yield f"{row}  {unglued(note)}"
        return
    yield row.rstrip()
    if note:
        yield from layout.wrapped(note, 6)


def payer_rows(summary: RunSummary, layout: PageLayout) -> Iterator[str]:
    """Yield a row for each payer: its claims in each class, and the charges that will be denied."""
    yield layout.styled(
        f"  {'claims':<22}{'denied':>8}{'':>10}{'may be':>8}{'not read':>10}{'no rule broken':>16}",
        "bold",
    ).rstrip()
    ranked = sorted(summary.payers.values(), key=_rank)
    is_short = len(ranked) <= _FEW_PAYERS
    rows = [payer for payer in ranked if is_short or _has_findings(payer)][:_MOST_PAYERS]
    for payer in rows:
        denied, reduced, unread, fine = (payer.classes[name] for name in LINE_CLASSES)
        counts = (
            f"{_number(denied.claims, 8)}{_charges(denied):>10}"
            f"{_number(reduced.claims, 8)}{_number(unread.claims, 10)}{_number(fine.claims, 16)}"
        )
        yield f"  {visible(payer.payer):<22}{counts}".rstrip()
    others = [payer for payer in ranked if payer not in rows]
    if others:
        yield f"  {count_of(len(others), 'other payer')}, claims not read and with no rule broken:"
        yield from layout.wrapped(" · ".join(map(_in_short, others)), 4)


def _has_findings(payer: PayerSummary) -> bool:
    return bool(payer.classes["denied"].claims or payer.classes["reduced"].claims)


def _in_short(payer: PayerSummary) -> str:
    """Return the numbers of claims not read, and of claims with no rule broken."""
    unread, fine = payer.classes["unread"].claims, payer.classes["fine"].claims
    return glued(f"{payer.payer} {unread:,}/{fine:,}")


def _rank(payer: PayerSummary) -> tuple[Decimal, int, int, str]:
    denied, reduced = payer.classes["denied"], payer.classes["reduced"]
    return -denied.charges, -denied.claims, -reduced.claims, payer.payer


def _note(payer: PayerSummary, name: LineClass) -> str:
    """Return on what the answers of a class rest, or what they are."""
    if name == "fine":
        return _readings(payer)
    if name == "unread":
        failed = payer.outcomes["unread", "unknown"]
        unread = payer.classes[name].lines - failed
        parts = [f"{_lines(unread)}: no text of this payer on these codes was read"] * bool(unread)
        parts += [f"{_lines(failed)}: not checked, see --verbose"] * bool(failed)
        return " · ".join(parts)
    if name == "denied":
        return _shares({b: payer.bases[name, b] for b in ("proved", "presumed")})
    return _shares(
        {
            "warned of by national edits alone": payer.bases[name, "baseline"],
            **{
                OUTCOME_LABELS[outcome]: sum(
                    count
                    for (of, expected), count in payer.outcomes.items()
                    if of == name and expected == outcome
                )
                for outcome in ("deny", "return", "review", "reduce", "patient-share", "inform")
            },
        }
    )


def _readings(payer: PayerSummary) -> str:
    """Return how many lines were fully read, and which topics of the others were not."""
    partial = payer.bases["fine", "partial"]
    full = payer.classes["fine"].lines - partial
    presumed = payer.bases["fine", "presumed"]
    parts = []
    if full:
        rests = f", {presumed:,} of them presumed" if presumed else ""
        parts.append(f"{_lines(full)}: everything read{rests}")
    if partial:
        topics = [TOPIC_WORDS[topic] for topic in CORE_TOPICS if payer.unread[topic]]
        lacking = ", ".join(topics) or "a topic"
        parts.append(f"{_lines(partial)}: {lacking} not read")
    return " · ".join(parts)


def _shares(counts: dict[str, int]) -> str:
    return ", ".join(glued(f"{count:,} {word}") for word, count in counts.items() if count)


def _lines(number: int) -> str:
    return glued(count_of(number, "line"))


def _number(number: int, width: int) -> str:
    return f"{f'{number:,}' if number else '':>{width}}"


def _charges(tally: Tally) -> str:
    return money(tally.charges) if tally.charges else ""
