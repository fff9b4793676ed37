"""The day of a clinician: sessions at one time, and more hours than a day has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final

import attrs

from payer_rules.engine.session_minutes import minutes_of_line
from payer_rules.sessions.billed_services import ClaimLine, Service
from payer_rules.sessions.billed_sessions import HeldSession, Span, places_of
from payer_rules.sessions.findings import About, Kind, OpenQuestion, SessionFinding, Told
from payer_rules.sessions.reconstruction import Rebuilt

_DAY: Final = 24 * 60


@attrs.frozen(kw_only=True)
class ClinicianDay:
    """What one provider is billed for on one day.

    ``loose`` are services of which it is not known to which session they belong.
    """

    provider: str
    day: date
    sessions: tuple[HeldSession, ...]
    loose: tuple[Service, ...]

    @property
    def about(self) -> About:
        """What is told of the day is told of this."""
        return About(provider=self.provider, day=self.day)

    @property
    def separate(self) -> tuple[Service, ...]:
        """The loose services of one person each, which are sessions of their own."""
        return tuple(each for each in self.loose if each.session.group_size == 1 and each.day)

    @property
    def places(self) -> tuple[ClaimLine, ...]:
        """All lines of the day."""
        held = [service for session in self.sessions for service in session.services]
        return places_of((*held, *self.loose))


def days_of(rebuilt: Rebuilt) -> list[ClinicianDay]:
    """Each provider's days, in order; a service over several days stands on the first."""
    sessions: dict[tuple[str, date], list[HeldSession]] = {}
    loose: dict[tuple[str, date], list[Service]] = {}
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


def weigh_hours(day: ClinicianDay) -> Iterator[Told]:
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


def weigh_overlaps(
    sessions: Iterable[HeldSession], group_codes: Collection[str]
) -> Iterator[SessionFinding]:
    """Sessions of one provider that are held at one time, one of them at least of a group."""
    timed = [(span, each) for each in sessions if (span := each.span) and span.end > span.start]
    timed.sort(key=_by_start)
    running: list[tuple[Span, HeldSession]] = []
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
                    about=About(provider=session.provider, day=session.day),
                    message=f"sessions at one time: {told}",
                    lines=places_of((*other.services, *session.services)),
                )
        running.append((span, session))


def weigh_doubtful(session: HeldSession) -> OpenQuestion:
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


def weigh_untimed(day: ClinicianDay, group_codes: Collection[str]) -> Iterator[OpenQuestion]:
    """Of which services it is not known whether they were at the time of a group."""
    if not any(session.is_group(group_codes) for session in day.sessions):
        return
    silent = [each for s in day.sessions if s.span is None for each in s.services]
    loose = [each for each in day.loose if each.session.start is None or each.day is None]
    services = [*silent, *loose]
    if services and (len(day.sessions) > 1 or loose):
        told = f"sessions may overlap; {_of_lines(day, services)} say not from when to when"
        yield _open("overlap", day, told, services, "session.start, session.end")


def _by_start(timed: tuple[Span, HeldSession]) -> Span:
    return timed[0]


def _kind(session: HeldSession, group_codes: Collection[str]) -> str:
    return "group" if session.is_group(group_codes) else "individual"


def _when(session: HeldSession) -> str:
    span = session.span
    return f"{span.start:%H:%M} to {span.end:%H:%M}" if span else "at no time"


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02} hours"


def _of_lines(day: ClinicianDay, services: Collection[Service]) -> str:
    return f"{len(services)} of {len(day.places)} lines"


def _found(
    kind: Kind, day: ClinicianDay, message: str, lines: tuple[ClaimLine, ...]
) -> SessionFinding:
    return SessionFinding(kind=kind, about=day.about, message=message, lines=lines)


def _open(
    kind: Kind, day: ClinicianDay, message: str, services: Iterable[Service], missing: str
) -> OpenQuestion:
    return OpenQuestion(
        kind=kind,
        about=day.about,
        message=message,
        lines=places_of(services),
        reason="record",
        missing=missing,
    )
