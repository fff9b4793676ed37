"""What was read of each topic of a payer, code by code, for services on one day.

Whether a rule applies to a line is left out here: a rule counts as reading its codes if it does so
on any line of one unit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.kinds import kind_of, topic_of
from payer_rules.rulebook.table_readings import TableReadings
from payer_rules.rulebook.topic_reader import read_status
from payer_rules.rules import (
    READING_STATUSES,
    TOPICS,
    Citation,
    DateRange,
    Payer,
    ReadingStatus,
    Rule,
    Topic,
)

#: The statuses of codes of which a text holds on the day.
_READ: Final[tuple[ReadingStatus, ...]] = ("checked", "none stated", "carried")


@attrs.frozen(kw_only=True)
class TopicSummary:
    """The reading of one topic of a payer, code by code.

    ``codes`` are the codes of each status. ``carried_years`` is the age of the oldest text or table
    that is carried, in full years. ``known`` is what the payer's profile states about the rest.
    ``own`` are the codes that the payer's own texts read: others may be read by national edits.
    """

    payer: str
    topic: Topic
    codes: Mapping[ReadingStatus, tuple[str, ...]]
    carried_years: int | None = None
    known: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()

    @property
    def read(self) -> frozenset[str]:
        """The codes of which a text or table was read that holds on the day."""
        return frozenset(code for status in _READ for code in self.codes.get(status, ()))

    @property
    def status(self) -> ReadingStatus:
        """The strongest status that a code has."""
        return next((status for status in READING_STATUSES if self.codes.get(status)), "unread")


@attrs.frozen(eq=False)
class TopicSummaries:
    """The rules, statements and tables of a payer, summed up for services on a day."""

    payer: Payer
    rules: tuple[Rule, ...]
    tables: TableReadings
    day: date

    def of_codes(self, codes: Iterable[str]) -> tuple[TopicSummary, ...]:
        """Return a summary of each topic for the codes."""
        codes = tuple(sorted(codes))
        return tuple(self._of_topic(topic, codes) for topic in TOPICS)

    def own_statuses(self, code: str) -> Mapping[Topic, ReadingStatus]:
        """Return for each topic what the payer's own texts read of a code, without edit tables."""
        return {topic: self._own_status(topic, code) for topic in TOPICS}

    def _own_status(self, topic: Topic, code: str) -> ReadingStatus:
        readings = (*self._of_rules(topic, code), *self._of_statements(topic, code))
        statuses = (status for status, _ in readings)
        return min(statuses, key=READING_STATUSES.index, default="unread")

    def _of_topic(self, topic: Topic, codes: Collection[str]) -> TopicSummary:
        found: dict[ReadingStatus, list[str]] = {}
        ages: list[int] = []
        for code in codes:
            readings = list(self._readings(topic, code))
            statuses: list[ReadingStatus] = ["unread", *(status for status, _ in readings)]
            status = min(statuses, key=READING_STATUSES.index)
            found.setdefault(status, []).append(code)
            if status == "carried":
                ages += [self._years_since(last) for s, last in readings if s == status and last]
        return TopicSummary(
            payer=self.payer.id,
            topic=topic,
            codes={status: tuple(found[status]) for status in READING_STATUSES if status in found},
            carried_years=max(ages, default=None),
            known=tuple(s.unread for s in self.payer.topics if s.topic == topic and s.unread),
            own=frozenset(code for code in codes if self._own_status(topic, code) in _READ),
        )

    def _years_since(self, last: date) -> int:
        day = self.day
        return day.year - last.year - ((day.month, day.day) < (last.month, last.day))

    def _readings(self, topic: Topic, code: str) -> Iterator[tuple[ReadingStatus, date | None]]:
        """Yield how the topic of the code was read, and the last day of what is carried."""
        if topic in ("frequency", "combination") and self.payer.ncci:
            yield from self.tables.on_any_setting(topic, code, self.day)
            return
        yield from self._of_rules(topic, code)
        yield from self._of_statements(topic, code)

    def _of_rules(self, topic: Topic, code: str) -> Iterator[tuple[ReadingStatus, date | None]]:
        for rule in self.rules:
            is_of_topic = topic_of(rule) == topic and code in rule.meets
            if is_of_topic and rule.verified != "unknown" and self._is_read_by(rule, code):
                status = self._status(rule.verified_dates, rule.citations)
                if status is not None:
                    last = rule.verified_dates.last if rule.verified_dates else None
                    is_none = status == "checked" and rule.is_permission
                    yield ("none stated" if is_none else status), last

    def _is_read_by(self, rule: Rule, code: str) -> bool:
        """Return True if the rule is in force on the day, and reads a line of the code."""
        line = ServiceLine(number=1, code=code, date_from=self.day)
        covered = kind_of(rule).covers(rule, line)
        return self.day in rule.in_force and covered != ()

    def _of_statements(
        self, topic: Topic, code: str
    ) -> Iterator[tuple[ReadingStatus, date | None]]:
        for statement in self.payer.topics:
            if statement.topic == topic and statement.none and statement.speaks_of(code):
                status = self._status(statement.verified, statement.none)
                if status is not None:
                    last = statement.verified.last if statement.verified else None
                    yield ("none stated" if status == "checked" else status), last

    def _status(
        self, verified: DateRange | None, citations: tuple[Citation, ...]
    ) -> ReadingStatus | None:
        """Return how a text was read for the day; None if it was read for later days alone."""
        status = read_status(verified, citations, self.day, self.day)
        if status is not None:
            return status
        is_earlier = verified is not None and verified.last is not None and verified.last < self.day
        return "expired" if is_earlier else None
