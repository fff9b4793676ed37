"""The days of providers: overlapping sessions, and more than 24 hours in a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final

import attrs

from payer_rules.engine.session_minutes import minutes_of_line
from payer_rules.sessions.billed_services import BilledService, ClaimLine
from payer_rules.sessions.billed_sessions import BilledSession, TimeSpan, claim_lines
from payer_rules.sessions.findings import (
    Kind,
    OpenQuestion,
    SessionFinding,
    SessionReference,
    SessionResult,
)
from payer_rules.sessions.reconstruction import ReconstructedSessions

_DAY: Final = 24 * 60


@attrs.frozen(kw_only=True)
class ClinicianDay:
    """The sessions and services of one provider on one day.

    ``loose`` are services whose session is not known.
    """

    provider: str
    day: date
    sessions: tuple[BilledSession, ...]
    loose: tuple[BilledService, ...]

    @property
    def about(self) -> SessionReference:
        """The reference by which findings name the day."""
        return SessionReference(provider=self.provider, day=self.day)

    @property
    def separate(self) -> tuple[BilledService, ...]:
        """The loose services with a group size of one, each its own session."""
        return tuple(each for each in self.loose if each.session.group_size == 1 and each.day)

    @property
    def places(self) -> tuple[ClaimLine, ...]:
        """All claim lines of the day."""
        services = [service for session in self.sessions for service in session.services]
        return claim_lines((*services, *self.loose))


def days_of(rebuilt: ReconstructedSessions) -> list[ClinicianDay]:
    """Return each provider's days in order; a service over several days is on the first."""
    sessions: dict[tuple[str, date], list[BilledSession]] = {}
    loose: dict[tuple[str, date], list[BilledService]] = {}
    for session in rebuilt.sessions:
        sessions.setdefault((session.provider, session.day), []).append(session)
    for each in rebuilt.loose:
        loose.setdefault((each.provider, each.line.date_from), []).append(each)
    return [
        ClinicianDay(
            provider=key[0],
            day=key[1],
            sessions=tuple(sessions.get(key, ())),
            loose=tuple(loose.get(key, ())),
        )
        for key in sorted({*sessions, *loose})
    ]


def check_hours(day: ClinicianDay) -> Iterator[SessionResult]:
    """Yield a finding if more than 24 hours are billed, counting a group session once."""
    minutes = [session.minutes for session in day.sessions]
    minutes += [minutes_of_line(each.line) for each in day.separate]
    others = [each for each in day.loose if each not in day.separate]
    least = sum(each for each in minutes if each is not None)
    most = least + sum(minutes_of_line(each.line) or 0 for each in others)
    if least > _DAY:
        message = f"{_hours(least)} are billed on one day, counting a group session once"
        yield _finding("hours", day, message, day.places)
        return
    untimed = [session for session in day.sessions if session.minutes is None]
    services = [each for session in untimed for each in session.services]
    services += [each for each in day.loose if minutes_of_line(each.line) is None]
    if services:
        message = f"at least {_hours(least)} are billed; {_share(day, services)} state no minutes"
        yield _question("hours", day, message, services, "minutes")
    elif most > _DAY:
        message = f"{_hours(most)} are billed if each line is its own session"
        yield _question("hours", day, message, others, "session.id")


def find_overlaps(
    sessions: Iterable[BilledSession], group_codes: Collection[str]
) -> Iterator[SessionFinding]:
    """Yield overlapping sessions of one provider, at least one of which is a group session."""
    timed = [(span, each) for each in sessions if (span := each.span) and span.end > span.start]
    timed.sort(key=_by_start)
    running: list[tuple[TimeSpan, BilledSession]] = []
    for span, session in timed:
        running = [each for each in running if each[0].end > span.start]
        for _, other in running:
            kinds = [_kind(each, group_codes) for each in (other, session)]
            if "group" in kinds:
                parts = " and ".join(
                    f"{kind} {_when(each)} ({', '.join(each.codes)})"
                    for kind, each in zip(kinds, (other, session), strict=True)
                )
                yield SessionFinding(
                    kind="overlap",
                    about=SessionReference(provider=session.provider, day=session.day),
                    message=f"overlapping sessions: {parts}",
                    lines=claim_lines((*other.services, *session.services)),
                )
        running.append((span, session))


def question_membership(session: BilledSession) -> OpenQuestion:
    """Return the question whether services that begin with a group belong to it."""
    codes = ", ".join(session.codes)
    return OpenQuestion(
        kind="overlap",
        about=session.about,
        message=f"{codes} begins at the same time as the group, and may be part of it",
        lines=session.places,
        reason="record",
        missing="session.group_size",
    )


def question_untimed(day: ClinicianDay, group_codes: Collection[str]) -> Iterator[OpenQuestion]:
    """Yield the services that may overlap a group because they state no times."""
    if not any(session.is_group(group_codes) for session in day.sessions):
        return
    untimed = [each for s in day.sessions if s.span is None for each in s.services]
    loose = [each for each in day.loose if each.session.start is None or each.day is None]
    services = [*untimed, *loose]
    if services and (len(day.sessions) > 1 or loose):
        message = f"sessions may overlap; {_share(day, services)} state no start and end"
        yield _question("overlap", day, message, services, "session.start, session.end")


def _by_start(timed: tuple[TimeSpan, BilledSession]) -> TimeSpan:
    return timed[0]


def _kind(session: BilledSession, group_codes: Collection[str]) -> str:
    return "group" if session.is_group(group_codes) else "individual"


def _when(session: BilledSession) -> str:
    span = session.span
    return f"{span.start:%H:%M} to {span.end:%H:%M}" if span else "without times"


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02} hours"


def _share(day: ClinicianDay, services: Collection[BilledService]) -> str:
    return f"{len(services)} of {len(day.places)} lines"


def _finding(
    kind: Kind, day: ClinicianDay, message: str, lines: tuple[ClaimLine, ...]
) -> SessionFinding:
    return SessionFinding(kind=kind, about=day.about, message=message, lines=lines)


def _question(
    kind: Kind, day: ClinicianDay, message: str, services: Iterable[BilledService], missing: str
) -> OpenQuestion:
    return OpenQuestion(
        kind=kind,
        about=day.about,
        message=message,
        lines=claim_lines(services),
        reason="record",
        missing=missing,
    )
