"""The next payable date of a line, and what limits leave for it, as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from textwrap import wrap
from typing import Final

import attrs

from payer_rules.decisions import Basis, LineDecision, Presumption
from payer_rules.engine.limits.units_left import UnitsLeft
from payer_rules.reports.basis_words import presumption_text
from payer_rules.reports.data import Data, of_finding, of_line, plain
from payer_rules.reports.decisions import earlier_text, sources
from payer_rules.reports.missing_words import open_question
from payer_rules.reports.outcome_words import TOPIC_WORDS, denial_codes
from payer_rules.rulebook.next_payable import BlockedPeriod, NextPayable

WIDTH: Final = 80
_COUNTED: Final = {
    "units": "units",
    "services": "sessions",
    "visits": "visits",
    "days": "days of service",
    "minutes": "minutes",
    "clock-minutes": "minutes",
    "charged": "dollars charged",
    "points": "points",
}
#: What an answer rests on, as a biller reads it.
BASIS_LABELS: Final[dict[Basis, str]] = {
    "proved": "proved",
    "presumed": "presumed",
    "partial": "partly read",
    "baseline": "by Medicare's edits only",
    "none": "not read",
}


def lines_of(answer: NextPayable, heading: str) -> Iterator[str]:
    """Yield the answer: the date, what blocks until then, what is left, and what it rests on."""
    yield from folded(heading, "")
    yield from folded(headline_of(answer), "  ")
    for period in answer.blocked:
        yield from _blocked(period)
    if answer.left:
        yield f"  Left on {answer.first}, before this claim:"
        for left in answer.left:
            yield from folded(f"{left_text(left)} ({left.rule})", "    ")
    yield from rests_on_lines(answer.answer.rests_on)
    if dated := dates_of_texts(answer):
        yield from folded(dated, "  ")


def dates_of_texts(answer: NextPayable) -> str:
    """Return that texts on the line were read for other dates, if no presumption states it."""
    if any(each.reason == "edition" for each in answer.answer.rests_on):
        return ""
    return open_question(each for each in answer.not_evaluated if each.reason == "edition")


def folded(text: str, indent: str) -> Iterator[str]:
    """Yield the text in lines of at most 80 columns; further lines are indented by two more."""
    yield from wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def headline_of(answer: NextPayable) -> str:
    """Return the date, with what it rests on, or why there is none."""
    if answer.day is not None:
        return f"Next payable date: {answer.day} ({_basis(answer.answer)})"
    if answer.unread_from is not None:
        return f"No date: {unread_text(answer)}"
    if answer.answer.expected == "unknown":
        return "No date: it could not be checked (payer-rules check lists what is missing)."
    return f"Next payable date: none from {answer.first} to {answer.last}"


def unread_text(answer: NextPayable) -> str:
    """Return which policies were not read, and the first day against which nothing is known."""
    unread = ", ".join(TOPIC_WORDS[topic] for topic in answer.answer.unread_topics)
    return (
        f"this payer's policy was not read on {unread}; "
        f"nothing that was read is against {answer.unread_from}"
    )


def _basis(answer: LineDecision) -> str:
    unread = ", ".join(TOPIC_WORDS[topic] for topic in answer.unread_topics)
    label = BASIS_LABELS[answer.basis]
    return f"{label}; not read: {unread}" if unread else label


def _blocked(period: BlockedPeriod) -> Iterator[str]:
    finding = period.finding
    codes = denial_codes(finding.adjustment)
    shown = f" ({codes})" if codes else ""
    yield from folded(
        f"Not paid {days_text(period.first, period.last)}: {finding.message}{shown}", "  "
    )
    if earlier := earlier_text(finding):
        yield from folded(earlier, "    ")
    yield from folded(f"Rule {finding.rule}; {sources(finding.citations)}", "    ")
    yield from rests_on_lines(finding.rests_on, "    ")


def days_text(first: date, last: date) -> str:
    """Return the period: ``on 2024-08-15`` or ``from 2024-08-15 to 2024-08-21``."""
    return f"on {first}" if first == last else f"from {first} to {last}"


def left_text(left: UnitsLeft) -> str:
    """Return what is left: ``0 to 2 of 2 sessions in any 7 consecutive days; 2 presumed``."""
    least, most, limit = map(_plain, (left.at_least, left.at_most, left.limit))
    number = most if least == most else f"{least} to {most}"
    text = f"{number} of {limit} {_COUNTED[left.counts]} {left.window}"
    if left.first is not None and left.last is not None and left.first != left.last:
        text = f"{text}, {left.first} to {left.last}"
    if least == most or left.presumed is None:
        return text
    return f"{text}; {_plain(left.presumed)} presumed"


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def rests_on_lines(presumptions: Iterable[Presumption], indent: str = "  ") -> Iterator[str]:
    """Yield what the answer takes for granted (`presumed_texts`)."""
    texts = presumed_texts(presumptions)
    if texts:
        yield from folded(f"Presumed: {'; '.join(texts)}", indent)


def presumed_texts(presumptions: Iterable[Presumption]) -> list[str]:
    """Return what an answer takes for granted, each once, without rules and unread topics."""
    facts = (attrs.evolve(each, rule=None) for each in presumptions if each.reason != "topic")
    return [*dict.fromkeys(map(presumption_text, facts))]


def data_of_answers(answers: Iterable[NextPayable]) -> dict[str, Data]:
    """Return the answers as the JSON report lists them."""
    return {"answers": [data_of(answer) for answer in answers]}


def data_of(answer: NextPayable) -> dict[str, Data]:
    """Return the answer as JSON data."""
    return {
        "claim": answer.claim,
        "payer": answer.payer,
        "line": answer.line,
        "from": plain(answer.first),
        "to": plain(answer.last),
        "next_payable": plain(answer.day),
        "unread_from": plain(answer.unread_from),
        "answer": of_line(answer.answer),
        "blocked": [
            {
                "from": plain(period.first),
                "to": plain(period.last),
                "finding": of_finding(period.finding),
            }
            for period in answer.blocked
        ],
        "left": plain(answer.left),
    }
