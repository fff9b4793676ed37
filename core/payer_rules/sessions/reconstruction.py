"""Sessions reconstructed from claims of single members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, time

import attrs

from payer_rules.sessions.billed_services import BilledService
from payer_rules.sessions.billed_sessions import BilledSession, SessionKey


@attrs.frozen
class ReconstructedSessions:
    """The sessions in order, and the services whose session is not known.

    ``doubtful`` are services that begin at the same time as a group and may belong to it.
    """

    sessions: tuple[BilledSession, ...]
    loose: tuple[BilledService, ...]
    doubtful: tuple[BilledSession, ...] = ()


def reconstruct_sessions(
    services: Iterable[BilledService], group_codes: Collection[str] = ()
) -> ReconstructedSessions:
    """Return the sessions: services of one provider and day with the same id or start time.

    A line with only a start time belongs to the session with an id and that start, if there is
    exactly one. A line with a group size of one is its own session. A line that states that it is
    not part of a session is left out.
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
    """Return services that only begin with a group, of members without other services of it."""
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
    """Return the session ids by provider, day and start time."""
    named: dict[tuple[str, date, time], set[str]] = {}
    for each in services:
        session = each.session
        if each.day and session.id is not None and session.start is not None:
            named.setdefault((each.provider, each.day, session.start), set()).add(session.id)
    return named


def _key_of(
    service: BilledService, named: dict[tuple[str, date, time], set[str]]
) -> SessionKey | None:
    session, day = service.session, service.day
    if day is None:
        return None
    if session.id is not None:
        return service.provider, day, session.id, None
    if session.start is None:
        return None
    if session.group_size == 1:
        return service.provider, day, session.start, service.member
    ids = named.get((service.provider, day, session.start), set())
    if len(ids) > 1:
        return None
    return service.provider, day, next(iter(ids), session.start), None


def session_sort_key(session: BilledSession) -> tuple[str, date, str, str, str]:
    """Return the sort key of the session: provider, day, then start."""
    provider, day, identity, member = session.key
    first = f"{session.starts[0]:%H:%M:%S.%f}" if session.starts else ""
    return provider, day, first, str(identity), member or ""
