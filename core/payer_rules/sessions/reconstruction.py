"""The sessions of a clinic, rebuilt from claims of which each knows one member only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, time

import attrs

from payer_rules.sessions.billed_services import BilledService
from payer_rules.sessions.billed_sessions import BilledSession, SessionKey


@attrs.frozen
class ReconstructedSessions:
    """The sessions in order, and the services of which it is not known to which they belong.

    Of those, ``doubtful`` begin when a group does: whether they are of it is not known.
    """

    sessions: tuple[BilledSession, ...]
    loose: tuple[BilledService, ...]
    doubtful: tuple[BilledSession, ...] = ()


def reconstruct_sessions(
    services: Iterable[BilledService], group_codes: Collection[str] = ()
) -> ReconstructedSessions:
    """The sessions of the services: of one provider and day, with one id, else one start.

    A line that gives a start alone belongs to the session with an id that begins then, if there is
    one only. One that says that a single person took part is a session of its own. A line that is
    known to be of no session is left out.
    """
    services = [each for each in services if each.line.session != "none"]
    named = _named_by_start(services)
    keyed: dict[SessionKey, list[BilledService]] = {}
    loose: list[BilledService] = []
    for each in services:
        key = _key_of(each, named)
        if key is None:
            loose.append(each)
        else:
            keyed.setdefault(key, []).append(each)
    sessions: list[BilledSession] = []
    doubtful: list[BilledSession] = []
    for key, together in keyed.items():
        others = _doubtful(key, together, group_codes)
        held = tuple(each for each in together if each not in others)
        sessions.append(BilledSession(key=key, services=held))
        if others:
            doubtful.append(BilledSession(key=key, services=tuple(others)))
            loose += others
    return ReconstructedSessions(
        tuple(sorted(sessions, key=session_sort_key)),
        tuple(loose),
        tuple(sorted(doubtful, key=session_sort_key)),
    )


def _doubtful(
    key: SessionKey, services: Collection[BilledService], group_codes: Collection[str]
) -> list[BilledService]:
    """Services that only begin with a group: of members of whom nothing else is of it."""
    if not isinstance(key[2], time):
        return []
    members = Counter(code for _, code in {(each.member, each.line.code) for each in services})
    sure = {
        each.member
        for each in services
        if members[each.line.code] > 1
        or each.line.code in group_codes
        or (each.session.group_size or 1) > 1
    }
    return [each for each in services if each.member not in sure] if sure else []


def _named_by_start(services: Iterable[BilledService]) -> dict[tuple[str, date, time], set[str]]:
    """The ids of sessions that begin then."""
    named: dict[tuple[str, date, time], set[str]] = {}
    for each in services:
        told = each.session
        if each.day and told.id is not None and told.start is not None:
            named.setdefault((each.provider, each.day, told.start), set()).add(told.id)
    return named


def _key_of(
    service: BilledService, named: dict[tuple[str, date, time], set[str]]
) -> SessionKey | None:
    told, day = service.session, service.day
    if day is None:
        return None
    if told.id is not None:
        return service.provider, day, told.id, None
    if told.start is None:
        return None
    if told.group_size == 1:
        return service.provider, day, told.start, service.member
    ids = named.get((service.provider, day, told.start), set())
    if len(ids) > 1:
        return None
    return service.provider, day, next(iter(ids), told.start), None


def session_sort_key(session: BilledSession) -> tuple[str, date, str, str, str]:
    """Where it stands: by provider and day, then by its start."""
    provider, day, told, member = session.key
    first = f"{session.starts[0]:%H:%M:%S.%f}" if session.starts else ""
    return provider, day, first, str(told), member or ""
