"""Whether the claims of one session's members agree about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import time
from typing import Final

from payer_rules.sessions.billed_services import BilledService
from payer_rules.sessions.billed_sessions import BilledSession, claim_lines
from payer_rules.sessions.findings import Kind, SessionFinding

_SHARED: Final = ("start", "end", "group_size")


def check_agreement(
    session: BilledSession, unsure: Collection[str] = ()
) -> Iterator[SessionFinding]:
    """Members billed twice, claims that contradict each other, more members than took part.

    ``unsure`` are claims of which it is not known which other claim they replace.
    """
    yield from _twice(session, unsure)
    yield from _differing(session)
    most = max(session.sizes, default=None)
    if most is not None and len(session.members) > most:
        told = f"{len(session.members)} members are billed, and the claims say a group of {most}"
        yield _found(session, "differs", told, session.services)


def _twice(session: BilledSession, unsure: Collection[str]) -> Iterator[SessionFinding]:
    """A code that a member is billed more than once for the session."""
    billed: dict[tuple[str, str], list[BilledService]] = {}
    for each in session.services:
        if each.claim.id not in unsure:
            billed.setdefault((each.member, each.line.code), []).append(each)
    for (_, code), services in sorted(billed.items()):
        if len(services) > 1:
            # NOTE: the lines that it names tell which member it is.
            told = f"a member is billed {len(services)} times {code} for one session"
            yield _found(session, "twice", told, services)


def _differing(session: BilledSession) -> Iterator[SessionFinding]:
    for name in _SHARED:
        said: dict[object, list[BilledService]] = {}
        for each in session.services:
            value = getattr(each.session, name)
            if value is not None:
                said.setdefault(value, []).append(each)
        if len(said) > 1:
            told = ", ".join(
                f"{_shown(value)} on {len(said[value])}" for value in sorted(said, key=str)
            )
            services = [each for held in said.values() for each in held]
            yield _found(session, "differs", f"{name} differs between claims: {told}", services)


def _shown(value: object) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _found(
    session: BilledSession, kind: Kind, message: str, services: Collection[BilledService]
) -> SessionFinding:
    return SessionFinding(
        kind=kind,
        about=session.about,
        message=message,
        lines=claim_lines(services),
    )
