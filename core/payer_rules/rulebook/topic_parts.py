"""The situation of a line, how the parts of its topics were read, and the status that follows."""

from __future__ import annotations

from collections.abc import Container, Iterable, Set
from datetime import date
from typing import Final, NamedTuple

import attrs

from payer_rules.rulebook.line_topics import Parts, Topics
from payer_rules.rulebook.topic_reader import Reading, ReadStatus
from payer_rules.rules import CORE_TOPICS, Topic, TopicStatus

#: The strongest first.
_STRENGTH: Final[tuple[ReadStatus, ...]] = ("checked", "none stated", "carried")


class Situation(NamedTuple):
    """The facts on which the topics of a line depend, but for the other codes of the day.

    Equal situations have equal topics. ``period`` stands for the days of the line. ``reads`` is
    whether each rule on the code with a core topic reads it on the line, if its text was read for
    the day; ``stated`` is whether the conditions of each statement that has some hold.
    """

    code: str
    period: tuple[date, date]
    setting: str | None
    is_bound: bool
    modifiers: tuple[str, ...]
    place: str | None
    is_remote: bool
    is_one_unit: bool
    reads: tuple[bool, ...]
    stated: tuple[bool, ...]


@attrs.frozen(eq=False)
class SituationReadings:
    """The readings of the topics of lines in one situation, but for the pairs in tables.

    ``statuses`` are those of the other topics than the combination. ``combination`` are the
    readings of that topic, and ``own`` the parts of it of which the payer's texts speak.
    ``read_in_part`` are the other topics of which only a part was read.
    """

    statuses: Topics
    combination: tuple[Reading, ...]
    own: tuple[Container[str], ...]
    read_in_part: tuple[Topic, ...]


def in_order(topics: Container[Topic]) -> tuple[Topic, ...]:
    """Return the topics in the order in which they are printed."""
    return tuple(topic for topic in CORE_TOPICS if topic in topics)


def read_parts(touched: Set[str], readings: Iterable[Reading]) -> Parts:
    """Return how each touched part was read, by the strongest reading."""
    readings = tuple(readings)
    return {
        part: _strongest(status for parts, status in readings if part in parts) for part in touched
    }


def _strongest(statuses: Iterable[ReadStatus]) -> ReadStatus | None:
    return min(statuses, key=_STRENGTH.index, default=None)


def status_of_parts(parts: Parts) -> TopicStatus:
    """Return the status of a topic, of which all parts must have been read."""
    read = [status for status in parts.values() if status is not None]
    if len(read) < len(parts):
        return "unread"
    if not read:
        return "not touched"
    if "carried" in read:
        return "carried"
    return "none stated" if set(read) == {"none stated"} else "checked"
