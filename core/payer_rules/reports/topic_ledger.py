"""The ledger of each payer's topics, and of its rules that answer, as text and JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from payer_rules.reports.decisions import count_of
from payer_rules.reports.outcome_words import TOPIC_WORDS
from payer_rules.rulebook.live_rules import CURRENT, RuleCounts
from payer_rules.rulebook.topic_summary import TopicSummary
from payer_rules.rules import READING_STATUSES, TOPICS, ReadingStatus, Topic

_WIDTH: Final = 80
#: The widths of cells: an age and the sign of national edits take more room.
_CELL: Final = 5
_WIDE: Final = 8
_WIDER: Final[tuple[Topic, ...]] = ("frequency", "combination")
#: The columns of the second table.
_COUNTS: Final = ("rules", "live", "review", "old", "not counted", "read twice")
_HEADINGS: Final[dict[Topic, str]] = {
    "frequency": "freq",
    "combination": "comb",
    "modifier": "mod",
    "place": "pos",
    "provider": "prov",
    "session": "sess",
    "diagnosis": "diag",
    "authorization": "auth",
    "coverage": "cov",
    "filing": "file",
}
#: The statuses of codes that were read, and the signs behind their number.
_READ: Final[dict[ReadingStatus, str]] = {"checked": "", "none stated": "=", "carried": "~"}
#: Examples of cells, with what they mean.
_CELLS: Final = {
    "27": "read for this date, and what it states is checked",
    "13=": "read for this date, and most of them state no rule",
    "94~2": "most carried from a text or table of up to 2 years before (~: under 1)",
    "88~e": "by national edits alone: no own text of the payer was read",
    "88~e2": "by national edits, and of 2 codes by own texts of the payer",
    "old": "read once, and too old to judge by",
    "-": "read by nobody",
}
_PAID: Final = (
    "A combination counts as read with one pair of the code, a modifier with one modifier. A line "
    "counts as paid only if all of freq, comb, mod, pos, prov and sess that it touches were read."
)


def of_ledger(
    summaries: Sequence[TopicSummary], rules: Sequence[RuleCounts], day: date
) -> Iterator[str]:
    """Yield a table with a row for each payer and a column for each topic, at most 80 wide.

    A second table has the numbers of the payers' rules.
    """
    number = _number_of_codes(summaries)
    yield f"What was read of each topic, for {number} codes and services on {day}"
    yield ""
    names = [summary.payer for summary in summaries]
    width = max([len("payer"), *map(len, names)]) + 1
    yield "payer".ljust(width) + _row(_HEADINGS[topic] for topic in TOPICS)
    for payer, topics in groupby(summaries, key=lambda summary: summary.payer):
        yield payer.ljust(width) + _row(map(_cell, topics))
    yield ""
    yield from _legend(number)
    yield ""
    yield "payer".ljust(width) + "  ".join(_COUNTS)
    for each in rules:
        cells = zip(_COUNTS, _counted(each), strict=True)
        yield each.payer.ljust(width) + "  ".join(f"{n:>{len(head)}}" for head, n in cells)
    yield ""
    yield from of_rule_counts(rules, day)


def _legend(codes: int) -> Iterator[str]:
    """Yield what cells and columns mean."""
    yield f"A number counts the codes, of {codes}, of which a text or table was read:"
    yield from (f"  {cell:<5} {meaning}" for cell, meaning in _CELLS.items())
    columns = (f"{_HEADINGS[topic]} {TOPIC_WORDS[topic]}" for topic in TOPICS)
    yield from textwrap.wrap(f"Columns: {', '.join(columns)}.", _WIDTH)
    yield from textwrap.wrap(_PAID, _WIDTH)


def of_payer(summaries: Iterable[TopicSummary]) -> Iterator[str]:
    """Yield for each topic of a payer the codes of each status, and what is known of the rest."""
    for summary in summaries:
        yield f"{summary.payer}: {summary.topic}"
        for status in READING_STATUSES:
            codes = summary.codes.get(status, ())
            if codes:
                age = f" ({years_old(summary)})" if status == "carried" else ""
                listed = "" if status == "unread" else f": {', '.join(codes)}"
                text = f"{status}{age}, {len(codes)} codes{listed}"
                yield from textwrap.wrap(
                    text, _WIDTH, initial_indent="  ", subsequent_indent="    "
                )
        by_edits = sorted(summary.read - summary.own)
        if by_edits:
            own = ", ".join(sorted(summary.own)) or "none"
            yield from _indented(
                f"By national edits alone, {len(by_edits)} codes; by own texts: {own}"
            )
        if summary.codes.get("unread") or summary.codes.get("expired"):
            for known in summary.known:
                yield from textwrap.wrap(
                    known, _WIDTH, initial_indent="  Known: ", subsequent_indent="    "
                )


def of_rule_counts(rules: Sequence[RuleCounts], day: date) -> Iterator[str]:
    """Yield the number of payers and of their rules, and the share of those live on the day."""
    current, live = sum(each.current for each in rules), sum(each.live for each in rules)
    silent = sum(each.live == 0 for each in rules)
    share = f" ({live / current:.0%})" if current else ""
    text = (
        f"{count_of(len(rules), 'payer')}, {silent} of them without a live rule. On {day},"
        f" {count_of(current, 'rule')} in force: {live} live{share},"
        f" {sum(each.statuses['review'] for each in rules)} carried for review,"
        f" {sum(each.statuses['expired'] for each in rules)} too old;"
        f" {sum(each.read_twice for each in rules)} read twice."
        f" Not counted: {count_of(sum(each.past for each in rules), 'rule')} that ended, were"
        " replaced or begin later."
    )
    text += (
        " A rule is live if its text was read for the day or is carried with its own outcome;"
        " read twice, if a second reader compared it with its text (--payer names the others)."
    )
    yield from textwrap.wrap(text, _WIDTH)
    without = [each.payer for each in rules if not each.live]
    if without and len(rules) > 1:
        yield from _listed("Without a live rule", without)
    if len(rules) == 1 and rules[0].read_once:
        yield from _listed("Read once", rules[0].read_once)


def _listed(label: str, names: Iterable[str]) -> Iterator[str]:
    text = f"{label}: {', '.join(names)}."
    yield from textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def ledger_data(
    summaries: Iterable[TopicSummary], rules: Iterable[RuleCounts], day: date
) -> dict[str, Any]:
    """Return the ledger as data for JSON."""
    topics = [
        {
            "payer": summary.payer,
            "topic": summary.topic,
            "codes": {status: list(codes) for status, codes in summary.codes.items()},
            "carried_years": summary.carried_years,
            "known": list(summary.known),
            "own": sorted(summary.own),
        }
        for summary in summaries
    ]
    counts = [
        {
            "payer": each.payer,
            "rules": each.current,
            **{status: each.statuses[status] for status in CURRENT},
            "past": each.past,
            "read_twice": each.read_twice,
        }
        for each in rules
    ]
    return {"on": day.isoformat(), "topics": topics, "rules": counts}


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ")


def _row(cells: Iterable[str]) -> str:
    widths = (_WIDE if topic in _WIDER else _CELL for topic in TOPICS)
    return "".join(c.ljust(width) for c, width in zip(cells, widths, strict=True)).rstrip()


def _counted(rules: RuleCounts) -> tuple[int, ...]:
    """Return the numbers of a payer's rules, for the columns of the second table."""
    statuses = rules.statuses
    return (
        rules.current,
        rules.live,
        statuses["review"],
        statuses["expired"],
        rules.past,
        rules.read_twice,
    )


def _cell(summary: TopicSummary) -> str:
    read = {status: codes for status, codes in summary.codes.items() if status in _READ}
    if not read:
        return "old" if summary.codes.get("expired") else "-"
    most = max(read, key=lambda status: len(read[status]))
    age = f"{summary.carried_years}" if most == "carried" and summary.carried_years else ""
    edits = f"e{len(summary.own) or ''}" if summary.read - summary.own else ""
    return f"{sum(map(len, read.values()))}{_READ[most]}{age}{edits}"


def years_old(summary: TopicSummary) -> str:
    """Return the age of the oldest text or table of the topic that is carried."""
    years = summary.carried_years or 0
    return f"{years} year{'' if years == 1 else 's'} old"


def _number_of_codes(summaries: Sequence[TopicSummary]) -> int:
    return sum(map(len, summaries[0].codes.values())) if summaries else 0
