"""The day of a clinician: sessions at one time, and more hours than a day has."""

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
    """What one provider is billed for on one day.

    ``loose`` are services of which it is not known to which session they belong.
    """

    provider: str
    day: date
    sessions: tuple[BilledSession, ...]
    loose: tuple[BilledService, ...]

    @property
    def about(self) -> SessionReference:
        """What is told of the day is told of this."""
        return SessionReference(provider=self.provider, day=self.day)

    @property
    def separate(self) -> tuple[BilledService, ...]:
        """The loose services of one person each, which are sessions of their own."""
        return tuple(each for each in self.loose if each.session.group_size == 1 and each.day)

    @property
    def places(self) -> tuple[ClaimLine, ...]:
        """All lines of the day."""
        held = [service for session in self.sessions for service in session.services]
        return claim_lines((*held, *self.loose))


def days_of(rebuilt: ReconstructedSessions) -> list[ClinicianDay]:
    """Each provider's days, in order; a service over several days stands on the first."""
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
    """Whether the provider is billed for more than 24 hours, a group counted once."""
    minutes = [session.minutes for session in day.sessions]
    minutes += [minutes_of_line(each.line) for each in day.separate]
    others = [each for each in day.loose if each not in day.separate]
    least = sum(each for each in minutes if each is not None)
    most = least + sum(minutes_of_line(each.line) or 0 for each in others)
    if least > _DAY:
        told = f"{_hours(least)} are billed, a group counted once; a day has 24 hours"
        yield _found("hours", day, told, day.places)
        return
    silent = [session for session in day.sessions if session.minutes is None]
    services = [each for session in silent for each in session.services]
    services += [each for each in day.loose if minutes_of_line(each.line) is None]
    if services:
        told = f"at least {_hours(least)} are billed; {_of_lines(day, services)} say no time"
        yield _open("hours", day, told, services, "minutes")
    elif most > _DAY:
        told = f"{_hours(most)} are billed, if each line is a session of its own"
        yield _open("hours", day, told, others, "session.id")


def find_overlaps(
    sessions: Iterable[BilledSession], group_codes: Collection[str]
) -> Iterator[SessionFinding]:
    """Sessions of one provider that are held at one time, one of them at least of a group."""
    timed = [(span, each) for each in sessions if (span := each.span) and span.end > span.start]
    timed.sort(key=_by_start)
    running: list[tuple[TimeSpan, BilledSession]] = []
    for span, session in timed:
        running = [each for each in running if each[0].end > span.start]
        for _, other in running:
            kinds = [_kind(each, group_codes) for each in (other, session)]
            if "group" in kinds:
                told = " and ".join(
                    f"{kind} {_when(each)} ({', '.join(each.codes)})"
                    for kind, each in zip(kinds, (other, session), strict=True)
                )
                yield SessionFinding(
                    kind="overlap",
                    about=SessionReference(provider=session.provider, day=session.day),
                    message=f"sessions at one time: {told}",
                    lines=claim_lines((*other.services, *session.services)),
                )
        running.append((span, session))


def question_membership(session: BilledSession) -> OpenQuestion:
    """Services that begin when a group does: of it, or at the same time as it."""
    codes = ", ".join(session.codes)
    return OpenQuestion(
        kind="overlap",
        about=session.about,
        message=f"{codes} begins when the group does; whether it is of the group is not known",
        lines=session.places,
        reason="record",
        missing="session.group_size",
    )


def question_untimed(day: ClinicianDay, group_codes: Collection[str]) -> Iterator[OpenQuestion]:
    """Of which services it is not known whether they were at the time of a group."""
    if not any(session.is_group(group_codes) for session in day.sessions):
        return
    silent = [each for s in day.sessions if s.span is None for each in s.services]
    loose = [each for each in day.loose if each.session.start is None or each.day is None]
    services = [*silent, *loose]
    if services and (len(day.sessions) > 1 or loose):
        told = f"sessions may overlap; {_of_lines(day, services)} say not from when to when"
        yield _open("overlap", day, told, services, "session.start, session.end")


def _by_start(timed: tuple[TimeSpan, BilledSession]) -> TimeSpan:
    return timed[0]


def _kind(session: BilledSession, group_codes: Collection[str]) -> str:
    return "group" if session.is_group(group_codes) else "individual"


def _when(session: BilledSession) -> str:
    span = session.span
    return f"{span.start:%H:%M} to {span.end:%H:%M}" if span else "at no time"


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02} hours"


def _of_lines(day: ClinicianDay, services: Collection[BilledService]) -> str:
    return f"{len(services)} of {len(day.places)} lines"


def _found(
    kind: Kind, day: ClinicianDay, message: str, lines: tuple[ClaimLine, ...]
) -> SessionFinding:
    return SessionFinding(kind=kind, about=day.about, message=message, lines=lines)


def _open(
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
