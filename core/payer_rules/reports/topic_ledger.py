"""The ledger of what was read of each payer's policies, as text and JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from payer_rules.rulebook.topic_summary import TopicSummary
from payer_rules.rules import READING_STATUSES, TOPICS, ReadingStatus, Topic

_WIDTH: Final = 80
_CELL: Final = 6
_HEADINGS: Final[dict[Topic, str]] = {
    "frequency": "freq",
    "combination": "comb",
    "modifier": "modif",
    "place": "place",
    "provider": "prov",
    "session": "sess",
    "diagnosis": "diag",
    "authorization": "auth",
    "coverage": "cover",
    "filing": "filing",
}
#: The statuses of codes that were read.
_READ: Final[dict[ReadingStatus, str]] = {"checked": "c", "none stated": "n", "carried": "k"}
_LEGEND: Final = (
    "A cell has the number of codes of which the topic was read, and how most of them were: "
    "c checked; n none stated (the text was read and states no rule); k carried from an earlier "
    "text or table, with the age of the oldest in years. Or, if none was: x expired (read once, "
    "too old to judge by), and - unread. A combination counts as read with one pair of the code, a "
    "modifier with one modifier. A line counts as paid only if all of freq, comb, modif, place, "
    "prov and sess that it touches were read."
)


def of_ledger(summaries: Sequence[TopicSummary], day: date) -> Iterator[str]:
    """Yield a table with a row for each payer and a column for each topic, at most 80 wide."""
    number = _number_of_codes(summaries)
    yield f"What was read of each topic, for {number} codes and services on {day}"
    yield ""
    names = [summary.payer for summary in summaries]
    width = max([len("payer"), *map(len, names)]) + 1
    yield "payer".ljust(width) + _row(_HEADINGS[topic] for topic in TOPICS)
    for payer, topics in groupby(summaries, key=lambda summary: summary.payer):
        yield payer.ljust(width) + _row(map(_cell, topics))
    yield ""
    yield from textwrap.wrap(_LEGEND, _WIDTH)


def of_payer(summaries: Iterable[TopicSummary]) -> Iterator[str]:
    """Yield for each topic of a payer the codes of each status, and what is known of the rest."""
    for summary in summaries:
        yield f"{summary.payer}: {summary.topic}"
        for status in READING_STATUSES:
            codes = summary.codes.get(status, ())
            if codes:
                age = f" ({_years(summary)})" if status == "carried" else ""
                listed = "" if status == "unread" else f": {', '.join(codes)}"
                text = f"{status}{age}, {len(codes)} codes{listed}"
                yield from textwrap.wrap(
                    text, _WIDTH, initial_indent="  ", subsequent_indent="    "
                )
        if summary.codes.get("unread") or summary.codes.get("expired"):
            for known in summary.known:
                yield from textwrap.wrap(
                    known, _WIDTH, initial_indent="  Known: ", subsequent_indent="    "
                )


def ledger_data(summaries: Iterable[TopicSummary], day: date) -> dict[str, Any]:
    """Return the ledger as data for JSON."""
    topics = [
        {
            "payer": summary.payer,
            "topic": summary.topic,
            "codes": {status: list(codes) for status, codes in summary.codes.items()},
            "carried_years": summary.carried_years,
            "known": list(summary.known),
        }
        for summary in summaries
    ]
    return {"on": day.isoformat(), "topics": topics}


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ")


def _row(cells: Iterable[str]) -> str:
    return "".join(cell.ljust(_CELL) for cell in cells).rstrip()


def _cell(summary: TopicSummary) -> str:
    read = {status: codes for status, codes in summary.codes.items() if status in _READ}
    if not read:
        expired = len(summary.codes.get("expired", ()))
        return f"{expired}x" if expired else "-"
    most = max(read, key=lambda status: len(read[status]))
    age = f"{summary.carried_years}" if most == "carried" else ""
    return f"{sum(map(len, read.values()))}{_READ[most]}{age}"


def _years(summary: TopicSummary) -> str:
    years = summary.carried_years or 0
    return f"{years} year{'' if years == 1 else 's'} old"


def _number_of_codes(summaries: Sequence[TopicSummary]) -> int:
    return sum(map(len, summaries[0].codes.values())) if summaries else 0
