"""The rows that count claims, lines and charges: by class for one payer, by payer for several."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from payer_rules.reports.decisions import count_of
from payer_rules.reports.outcome_words import OUTCOME_LABELS, TOPIC_WORDS
from payer_rules.reports.text_layout import PageLayout, Style, dotted, glued, money, unglued
from payer_rules.rules import CORE_TOPICS, Topic
from payer_rules.summaries import LINE_CLASSES, LineClass, PayerSummary, RunSummary, Tally
from payer_rules.text.escaping import visible

#: The sign, the words and the style of each class.
CLASS_WORDS: Final[dict[LineClass, tuple[str, str, Style]]] = {
    "denied": ("✗", "will be denied", "red"),
    "reduced": ("!", "may be denied or reduced", "yellow"),
    "unread": ("?", "not read", "dim"),
    "fine": ("✓", "no rule broken", "green"),
}
#: The sign, the words and the style of lines that break no rule, if a topic was not read.
_PARTLY: Final[tuple[str, str, Style]] = ("~", "partly read", "dim")
_SHORT: Final = "claims that may be denied / not read / partly read / all read"
_UNREAD: Final = "no rule of this payer that we have speaks of them"
_BASELINE: Final = "Medicare would deny them, this payer's text was not read"
#: The least width of the column of payers.
_PAYER_WIDTH: Final = 18
#: The most payers that have a row of their own.
_MOST_PAYERS: Final = 20
#: So few payers that each has a row, also without findings.
_FEW_PAYERS: Final = 8


def class_rows(payer: PayerSummary, layout: PageLayout) -> Iterator[str]:
    """Yield a row for each class that has claims or lines, with a note on its lines.

    Lines that break no rule are fully read, or partly.
    """
    fine = payer.classes["fine"].without(payer.partly)
    counted: list[tuple[tuple[str, str, Style], Tally, str]] = [
        (CLASS_WORDS[name], payer.classes[name], _note(payer, name)) for name in LINE_CLASSES[:-1]
    ]
    counted.append((_PARTLY, payer.partly, _unread_note(payer)))
    counted.append((CLASS_WORDS["fine"], fine, _full_note(payer)))
    rows = [(words, _cells(tally), note) for words, tally, note in counted if _is_any(tally)]
    widths = [max(map(len, column)) for column in zip(*(row for _, row, _ in rows), strict=True)]
    for (sign, words, style), row, note in rows:
        counts = "".join(f"  {cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        blanks = " " * (24 - len(words))
        yield from _with_note(
            f"  {layout.styled(f'{sign} {words}', style)}{blanks}{counts}",
            4 + 24 + len(counts),
            note,
            layout,
        )


def _is_any(tally: Tally) -> bool:
    return bool(tally.claims or tally.lines)


def _cells(tally: Tally) -> tuple[str, str, str]:
    return count_of(tally.claims, "claim"), count_of(tally.lines, "line"), _charges(tally)


def _with_note(row: str, width: int, note: str, layout: PageLayout) -> Iterator[str]:
    """Yield the row with the note behind it if there is room, or on lines of its own."""
    if note and width + 1 + len(note) <= layout.width:
        gap = " " * min(2, layout.width - width - len(note))
        yield f"{row}{gap}{unglued(note)}"
        return
    yield row.rstrip()
    if note:
        yield from layout.wrapped(note, 6)


def payer_rows(summary: RunSummary, layout: PageLayout) -> Iterator[str]:
    """Yield a row for each payer: its claims in each class, and the charges that will be denied."""
    ranked = sorted(summary.payers.values(), key=_rank)
    is_short = len(ranked) <= _FEW_PAYERS
    rows = [payer for payer in ranked if is_short or _has_findings(payer)][:_MOST_PAYERS]
    width = max([_PAYER_WIDTH, *(len(visible(payer.payer)) + 2 for payer in rows)])
    heading = (
        f"{'will be denied':>19}{'may be':>8}{'not read':>10}{'partly read':>13}{'all read':>10}"
    )
    yield layout.styled(f"  {'claims':<{width}}{heading}", "bold")
    for payer in rows:
        denied, reduced, unread, fine = (payer.classes[name] for name in LINE_CLASSES)
        partly = payer.partly.claims
        counts = (
            f"{_number(denied.claims, 8)}{_charges(denied):>11}"
            f"{_number(reduced.claims, 8)}{_number(unread.claims, 10)}"
            f"{_number(partly, 13)}{_number(fine.claims - partly, 10)}"
        )
        yield f"  {visible(payer.payer):<{width}}{counts}".rstrip()
    others = [payer for payer in ranked if payer not in rows]
    if others:
        yield f"  {count_of(len(others), 'other payer')}: {_SHORT}"
        yield from layout.wrapped(dotted(map(_in_short, others)), 4)


def _has_findings(payer: PayerSummary) -> bool:
    """Return True if a finding is more than a warning by national edits."""
    reduced = payer.classes["reduced"].lines
    return bool(payer.classes["denied"].lines) or reduced > payer.bases["reduced", "baseline"]


def _in_short(payer: PayerSummary) -> str:
    """Return the numbers of claims that are not denied, by class."""
    reduced, unread, fine = (payer.classes[name].claims for name in LINE_CLASSES[1:])
    partly = payer.partly.claims
    counts = f"{reduced:,}/{unread:,}/{partly:,}/{fine - partly:,}"
    return glued(f"{visible(payer.payer)} {counts}")


def _rank(payer: PayerSummary) -> tuple[Decimal, int, int, str]:
    denied, reduced = payer.classes["denied"], payer.classes["reduced"]
    return -denied.charges, -denied.claims, -reduced.claims, payer.payer


def _note(payer: PayerSummary, name: LineClass) -> str:
    """Return on what the answers of a class rest, or what they are."""
    if name == "unread":
        failed = payer.outcomes["unread", "unknown"]
        unread = payer.classes[name].lines - failed
        parts = [f"{_lines(unread)}: {_UNREAD}"] if unread else []
        parts += [f"{_lines(failed)}: not checked, see --verbose"] if failed else []
        return dotted(parts)
    if name == "denied":
        return _shares({basis: payer.bases[name, basis] for basis in ("proved", "presumed")})
    outcomes = {
        OUTCOME_LABELS[outcome]: payer.outcomes[name, outcome]
        for outcome in ("deny", "return", "review", "reduce", "patient-share", "inform")
    }
    warned = payer.bases[name, "baseline"]
    outcomes[OUTCOME_LABELS["review"]] -= warned
    parts = [_shares(outcomes)] if any(outcomes.values()) else []
    parts += [f"{_lines(warned)}: {_BASELINE}"] if warned else []
    return dotted(parts)


def _full_note(payer: PayerSummary) -> str:
    """Return that everything was read, and how many of the lines are presumed."""
    presumed = payer.bases["fine", "presumed"]
    return f"everything read, {presumed:,} lines presumed" if presumed else "everything read"


def _unread_note(payer: PayerSummary) -> str:
    """Return that no rule is broken, and which of the payer's policies were not read."""
    return f"unread policy: {_unread_topics(payer, payer.partly.lines)}"


def _unread_topics(payer: PayerSummary, partial: int) -> str:
    """Return the topics that were not read, those of most lines first.

    A topic of some lines only has their number. ``partial`` is the number of all lines.
    """
    topics = [topic for topic in CORE_TOPICS if payer.unread[topic]]
    topics.sort(key=lambda topic: -payer.unread[topic])
    return ", ".join(_unread_topic(payer, topic, partial) for topic in topics) or "a topic"


def _unread_topic(payer: PayerSummary, topic: Topic, partial: int) -> str:
    """Return the topic, whether it was read in part, and on how many lines if not on all."""
    unread, read_in_part = payer.unread[topic], payer.read_in_part[topic]
    parts = [_lines(unread)] if unread != partial else []
    if read_in_part:
        parts.append("read in part" if read_in_part == unread else f"{read_in_part:,} read in part")
    return TOPIC_WORDS[topic] + (glued(f" ({', '.join(parts)})") if parts else "")


def _shares(counts: dict[str, int]) -> str:
    return ", ".join(glued(f"{count:,} {word}") for word, count in counts.items() if count)


def _lines(number: int) -> str:
    return glued(count_of(number, "line"))


def _number(number: int, width: int) -> str:
    return f"{f'{number:,}' if number else '':>{width}}"


def _charges(tally: Tally) -> str:
    return money(tally.charges) if tally.charges else ""
