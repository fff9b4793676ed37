"""Sessions, as the lines of their members' claims bill them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias

import attrs

from payer_rules.engine.session_minutes import minutes_of_line
from payer_rules.sessions.billed_services import BilledService, ClaimLine
from payer_rules.sessions.findings import SessionReference

#: Provider, day, session id or start time, and the member if it is a session of one person.
SessionKey: TypeAlias = tuple[str, date, str | time, str | None]


class TimeSpan(NamedTuple):
    """The start and end of a session."""

    start: datetime
    end: datetime


@attrs.frozen(kw_only=True)
class BilledSession:
    """One session of one provider on one day, identified by its id or its start time."""

    key: SessionKey
    services: tuple[BilledService, ...]

    @property
    def provider(self) -> str:
        """The NPI of the rendering provider."""
        return self.key[0]

    @property
    def day(self) -> date:
        """The day on which the session began."""
        return self.key[1]

    @property
    def members(self) -> tuple[str, ...]:
        """The ids of the billed members, without duplicates."""
        return tuple(sorted({each.member for each in self.services}))

    @property
    def codes(self) -> tuple[str, ...]:
        """The billed codes, without duplicates."""
        return tuple(sorted({each.line.code for each in self.services}))

    @property
    def places(self) -> tuple[ClaimLine, ...]:
        """The claim lines that bill the session."""
        return claim_lines(self.services)

    @property
    def starts(self) -> tuple[time, ...]:
        """The start times that the claims state."""
        return tuple(sorted({s.session.start for s in self.services if s.session.start}))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The group sizes that the claims state."""
        sizes = {each.session.group_size for each in self.services}
        return tuple(sorted(size for size in sizes if size is not None))

    @property
    def size(self) -> int | None:
        """The group size if the claims agree on it and bill no more members; else ``None``."""
        agreed = len(self.sizes) == 1 and self.sizes[0] >= len(self.members)
        return self.sizes[0] if agreed else None

    @property
    def minutes(self) -> int | None:
        """The least minutes that a claim states; ``None`` if no claim states any."""
        minutes = [minutes_of_line(each.line) for each in self.services]
        return min((each for each in minutes if each is not None), default=None)

    @property
    def span(self) -> TimeSpan | None:
        """The start and earliest end of the session; ``None`` if they are not known."""
        if len(self.starts) != 1 or self.minutes is None:
            return None
        start = datetime.combine(self.day, self.starts[0])
        return TimeSpan(start, start + timedelta(minutes=self.minutes))

    def is_group(self, group_codes: Collection[str]) -> bool:
        """Return True if it is a group session by its members, its size or one of the codes."""
        if len(self.members) > 1 or any(size > 1 for size in self.sizes):
            return True
        return not set(self.codes).isdisjoint(group_codes)

    @property
    def about(self) -> SessionReference:
        """The reference by which findings name the session: its id, or its start time."""
        identity = self.key[2]
        name = f"from {identity:%H:%M}" if isinstance(identity, time) else repr(identity)
        if not isinstance(identity, time) and len(self.starts) == 1:
            name += f" from {self.starts[0]:%H:%M}"
        return SessionReference(provider=self.provider, day=self.day, session=name)


def claim_lines(services: Iterable[BilledService]) -> tuple[ClaimLine, ...]:
    """Return the claim lines of the services, sorted."""
    return tuple(sorted({each.place for each in services}))
