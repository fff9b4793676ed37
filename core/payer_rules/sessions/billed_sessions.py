"""A session as it was held, out of the lines by which its members' claims bill it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias

import attrs

from payer_rules.engine.session_minutes import minutes_of_line
from payer_rules.sessions.billed_services import BilledService, ClaimLine
from payer_rules.sessions.findings import SessionReference

#: Provider, day, the id that the claims give or the start, and the member of a session of one.
SessionKey: TypeAlias = tuple[str, date, str | time, str | None]


class TimeSpan(NamedTuple):
    """From when to when."""

    start: datetime
    end: datetime


@attrs.frozen(kw_only=True)
class BilledSession:
    """One session of one provider on one day; ``id`` or ``start`` may not be known."""

    key: SessionKey
    services: tuple[BilledService, ...]

    @property
    def provider(self) -> str:
        """The NPI of the provider that rendered it."""
        return self.key[0]

    @property
    def day(self) -> date:
        """The day on which it began."""
        return self.key[1]

    @property
    def members(self) -> tuple[str, ...]:
        """The ids of the members that are billed, each once."""
        return tuple(sorted({each.member for each in self.services}))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes by which it is billed, each once."""
        return tuple(sorted({each.line.code for each in self.services}))

    @property
    def places(self) -> tuple[ClaimLine, ...]:
        """The lines by which it is billed."""
        return claim_lines(self.services)

    @property
    def starts(self) -> tuple[time, ...]:
        """When it began, as the claims say."""
        return tuple(sorted({s.session.start for s in self.services if s.session.start}))

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many took part, as the claims say."""
        told = {each.session.group_size for each in self.services}
        return tuple(sorted(size for size in told if size is not None))

    @property
    def size(self) -> int | None:
        """How many took part, where the claims agree and bill no more; else it is not known."""
        agreed = len(self.sizes) == 1 and self.sizes[0] >= len(self.members)
        return self.sizes[0] if agreed else None

    @property
    def minutes(self) -> int | None:
        """How long it lasted at the least, in minutes; ``None`` where no claim says."""
        told = [minutes_of_line(each.line) for each in self.services]
        return min((each for each in told if each is not None), default=None)

    @property
    def span(self) -> TimeSpan | None:
        """From when to when it lasted at the least; ``None`` where that is not known."""
        if len(self.starts) != 1 or self.minutes is None:
            return None
        start = datetime.combine(self.day, self.starts[0])
        return TimeSpan(start, start + timedelta(minutes=self.minutes))

    def is_group(self, group_codes: Collection[str]) -> bool:
        """Whether it is one of a group: by its members, by its size, or by one of the codes."""
        if len(self.members) > 1 or any(size > 1 for size in self.sizes):
            return True
        return not set(self.codes).isdisjoint(group_codes)

    @property
    def about(self) -> SessionReference:
        """What is told of it is told of this: its id, or from when it lasted."""
        told = self.key[2]
        named = f"from {told:%H:%M}" if isinstance(told, time) else repr(told)
        if not isinstance(told, time) and len(self.starts) == 1:
            named += f" from {self.starts[0]:%H:%M}"
        return SessionReference(provider=self.provider, day=self.day, session=named)


def claim_lines(services: Iterable[BilledService]) -> tuple[ClaimLine, ...]:
    """Where the services stand, in order."""
    return tuple(sorted({each.place for each in services}))
