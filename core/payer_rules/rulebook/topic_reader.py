"""What a rule reads of its topic."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Literal, TypeAlias

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.kinds import kind_of, topic_of
from payer_rules.rules import CORE_TOPICS, Citation, DateRange, Rule, Topic
from payer_rules.rules.carried_texts import carried_text

#: How a part of a topic was read.
ReadStatus: TypeAlias = Literal["checked", "none stated", "carried"]
#: Parts of a topic, and how they were read.
Reading: TypeAlias = tuple[Container[str], ReadStatus]


@attrs.frozen(eq=False)
class TopicReader:
    """A rule, and the core topic that it reads."""

    topic: Topic
    rule: Rule

    @classmethod
    def of(cls, rule: Rule) -> TopicReader | None:
        """Return the reader of the rule; None if its topic is administrative, or if it has none."""
        topic = topic_of(rule)
        return cls(topic, rule) if topic in CORE_TOPICS and rule.verified != "unknown" else None

    @property
    def reads_excluded_lines(self) -> bool:
        """Whether lines with another modality, modifier or place are read too."""
        return self.topic in ("modifier", "place")

    def covered(self, line: ServiceLine) -> Container[str]:
        """Return the parts of the topic of which the rule speaks on the line."""
        return kind_of(self.rule).covers(self.rule, line)

    def status(self, line: ServiceLine) -> ReadStatus | None:
        """Return how the rule was read for the days of the line, or None."""
        rule, dates = self.rule, self.rule.verified_dates
        status = read_status(dates, rule.citations, line.date_from, line.date_to)
        if status == "carried" and dates and dates.last:
            return None if rule.is_older_than_words_of(line, dates.last) else status
        return "none stated" if status == "checked" and rule.is_permission else status


def read_status(
    verified: DateRange | None, citations: tuple[Citation, ...], first: date, last: date
) -> ReadStatus | None:
    """Return how a text was read for the days of a line: for them, for earlier ones, or None."""
    if verified is None or (first in verified and last in verified):
        return "checked"
    if verified.first is not None and first < verified.first:
        return None
    carried = carried_text(verified, citations, last)
    return "carried" if carried in ("certain", "review") else None
