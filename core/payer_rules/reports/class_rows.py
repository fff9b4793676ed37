"""The rows that count claims, lines and charges: by class for one payer, by payer for several."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from payer_rules.reports.decisions import count_of
from payer_rules.reports.fact_names import fact_name
from payer_rules.reports.outcome_words import NO_RULE_BROKEN, OUTCOME_LABELS, TOPIC_WORDS
from payer_rules.reports.text_layout import PageLayout, Style, dotted, glued, money, unglued
from payer_rules.rules import CORE_TOPICS, Topic
from payer_rules.summaries import PayerSummary, ReportedClass, RunSummary, Tally
from payer_rules.text.escaping import visible

#: The sign, the words and the style of each class.
CLASS_WORDS: Final[dict[ReportedClass, tuple[str, str, Style]]] = {
    "denied": ("✗", "will be denied", "red"),
    "reduced": ("!", "may be denied or reduced", "yellow"),
    "unread": ("?", "not read", "dim"),
    "partly": ("~", "partly read", "dim"),
    "fine": ("✓", NO_RULE_BROKEN, "green"),
}
_SHORT: Final = "claims that may be denied / not read / partly read / all read"
_UNREAD: Final = "no rule of this payer that we have speaks of them"
_WAITING: Final = "rules that may speak of them need"
_OUTDATED: Final = "all topics read, but a rule's text or table does not cover them"
#: The most missing facts that are named.
_MOST_FACTS: Final = 3
_BASELINE: Final = "Medicare would deny them; own text or edits not read"
#: The widths of the columns of the other classes.
_OTHER_WIDTHS: Final = (8, 10, 13, 10)
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
    reported = payer.reported()
    rows = [
        (words, _cells(reported[name]), _note(payer, name))
        for name, words in CLASS_WORDS.items()
        if _is_any(reported[name])
    ]
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


def counts_text(tally: Tally) -> str:
    """Return the claims, lines and charges of a class, as its row in the text report has them."""
    return ", ".join(filter(None, _cells(tally))) if _is_any(tally) else "none"


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
    heading = "  will be denied  may be  not read  partly read  all read"
    yield layout.styled(f"  {'claims':<{width}}{heading}", "bold")
    for payer in rows:
        denied, *others = (payer.reported()[name] for name in CLASS_WORDS)
        counts = f"{_number(denied.claims, 7)}{_charges(denied):>9}" + "".join(
            _number(tally.claims, width) for tally, width in zip(others, _OTHER_WIDTHS, strict=True)
        )
        yield f"  {visible(payer.payer):<{width}}{counts}".rstrip()
    left = [payer for payer in ranked if payer not in rows]
    if left:
        yield f"  {count_of(len(left), 'other payer')}: {_SHORT}"
        yield from layout.wrapped(dotted(map(_in_short, left)), 4)


def _has_findings(payer: PayerSummary) -> bool:
    """Return True if a finding is more than a warning by national edits."""
    reduced = payer.classes["reduced"].lines
    return bool(payer.classes["denied"].lines) or reduced > payer.bases["reduced", "baseline"]


def _in_short(payer: PayerSummary) -> str:
    """Return the numbers of claims that are not denied, by class."""
    _, *tallies = (payer.reported()[name] for name in CLASS_WORDS)
    counts = "/".join(f"{tally.claims:,}" for tally in tallies)
    return glued(f"{visible(payer.payer)} {counts}")


def _rank(payer: PayerSummary) -> tuple[Decimal, int, int, str]:
    denied, reduced = payer.classes["denied"], payer.classes["reduced"]
    return -denied.charges, -denied.claims, -reduced.claims, payer.payer


def _note(payer: PayerSummary, name: ReportedClass) -> str:
    """Return on what the answers of a class rest, or what they are."""
    if name == "partly":
        return _unread_note(payer)
    if name == "fine":
        return _full_note(payer)
    if name == "unread":
        failed = payer.outcomes["unread", "unknown"]
        unread = payer.classes[name].lines - failed - payer.waiting
        parts = [f"{_lines(payer.waiting)}: {_WAITING} {_missing(payer)}"] if payer.waiting else []
        parts += [f"{_lines(unread)}: {_UNREAD}"] if unread else []
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
    settled = sum(group.settled[name] for group in payer.findings.values())
    below = f" ({settled:,} settled by a fix below)" if settled else ""
    parts = [f"{_shares(outcomes)}{glued(below)}"] if any(outcomes.values()) else []
    parts += [f"{_lines(warned)}: {_BASELINE}"] if warned else []
    return dotted(parts)


def _full_note(payer: PayerSummary) -> str:
    """Return that everything was read, and how many of the lines are presumed."""
    presumed = payer.bases["fine", "presumed"]
    return f"all read, {presumed:,} presumed" if presumed else "all read"


def _unread_note(payer: PayerSummary) -> str:
    """Return which of the payer's policies were not read, and whether texts are for other days."""
    parts = []
    if payer.partly.lines > payer.outdated:
        parts.append(f"unread policy: {_unread_topics(payer, payer.partly.lines)}")
    if payer.outdated:
        parts.append(f"{_lines(payer.outdated)}: {_OUTDATED}")
    return dotted(parts)


def _missing(payer: PayerSummary) -> str:
    """Return the facts that rules miss on unread lines, those of most lines first.

    A fact of some lines only has their number.
    """
    ranked = sorted(payer.missing.items(), key=lambda item: (-item[1], item[0]))
    shown = [
        fact_name(fact).partition(" (")[0]
        + (glued(f" ({_lines(lines)})") if lines != payer.waiting else "")
        for fact, lines in ranked[:_MOST_FACTS]
    ]
    more = len(ranked) - len(shown)
    return ", ".join([*shown, *([glued(f"{more:,} more")] if more else [])])


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
