"""The topics of the lines of a claim, each with its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import attrs

from payer_rules.rulebook.topic_reader import ReadStatus
from payer_rules.rules import Topic, TopicStatus

Topics: TypeAlias = Mapping[Topic, TopicStatus]
#: How each touched part was read; None if it was not.
Parts: TypeAlias = Mapping[str, ReadStatus | None]


@attrs.frozen(eq=False)
class LineTopics:
    """The topics of a line, and how each other code of the day was read.

    ``read_in_part`` are unread topics of which a part was read: a payer's own limit, without the
    MUE that binds the payer as well. ``is_read_in_part`` is true if a topic, or a part of one, was
    read.
    """

    statuses: Topics
    pairs: Parts
    read_in_part: tuple[Topic, ...] = ()
    is_read_in_part: bool = attrs.field(init=False)
    #: The topics that the line touches and that were not read, and those that are carried.
    unread: tuple[Topic, ...] = attrs.field(init=False)
    carried: tuple[Topic, ...] = attrs.field(init=False)

    @is_read_in_part.default
    def _that_something_was_read(self) -> bool:
        statuses = self.statuses.values()
        return bool(self.read_in_part) or any(s not in ("unread", "not touched") for s in statuses)

    @unread.default
    def _that_were_not_read(self) -> tuple[Topic, ...]:
        return tuple(topic for topic, status in self.statuses.items() if status == "unread")

    @carried.default
    def _that_are_carried(self) -> tuple[Topic, ...]:
        return tuple(topic for topic, status in self.statuses.items() if status == "carried")


@attrs.frozen
class ClaimTopics:
    """The topics of each line of a claim, by number."""

    lines: Mapping[int, LineTopics]

    @property
    def are_proved(self) -> bool:
        """Whether all topics that the lines touch were read for their days."""
        return not any(topics.unread or topics.carried for topics in self.lines.values())

    def statuses(self, line: int) -> Topics:
        """Return the status of each core topic on the line."""
        return self.lines[line].statuses

    def reads(self, topic: Topic, line: int) -> bool:
        """Return True if the topic was read on the line, in the part that the line touches."""
        return self.statuses(line)[topic] not in ("unread", "baseline")

    @property
    def has_unread(self) -> bool:
        """Return True if a topic of a line was not read."""
        return any("unread" in topics.statuses.values() for topics in self.lines.values())

    def reads_pair(self, line: int, code: str) -> bool:
        """Return True if it was read whether the code is paid on one day with the line."""
        return self.lines[line].pairs.get(code) is not None
