"""Contradictions between the claims of one session."""

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
    """Yield members billed twice, contradictions between claims, and more members than the group.

    ``unsure`` are claims that replace an unknown other claim.
    """
    yield from _twice(session, unsure)
    yield from _differing(session)
    most = max(session.sizes, default=None)
    if most is not None and len(session.members) > most:
        message = (
            f"{len(session.members)} members are billed, and the claims state a group of {most}"
        )
        yield _finding(session, "differs", message, session.services)


def _twice(session: BilledSession, unsure: Collection[str]) -> Iterator[SessionFinding]:
    """Yield each code that is billed more than once for a member in the session."""
    billed: dict[tuple[str, str], list[BilledService]] = {}
    for each in session.services:
        if each.claim.id not in unsure:
            billed.setdefault((each.member, each.line.code), []).append(each)
    for (_, code), services in sorted(billed.items()):
        if len(services) > 1:
            # NOTE: the message does not name the member; the lines do.
            message = f"{code} is billed {len(services)} times for one member in one session"
            yield _finding(session, "twice", message, services)


def _differing(session: BilledSession) -> Iterator[SessionFinding]:
    for name in _SHARED:
        by_value: dict[object, list[BilledService]] = {}
        for each in session.services:
            value = getattr(each.session, name)
            if value is not None:
                by_value.setdefault(value, []).append(each)
        if len(by_value) > 1:
            values = ", ".join(
                f"{_value_text(value)} on {len(by_value[value])}"
                for value in sorted(by_value, key=str)
            )
            services = [each for same in by_value.values() for each in same]
            label = name.replace("_", " ")
            message = f"{label} differs between claims: {values}"
            yield _finding(session, "differs", message, services)


def _value_text(value: object) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _finding(
    session: BilledSession, kind: Kind, message: str, services: Collection[BilledService]
) -> SessionFinding:
    return SessionFinding(
        kind=kind,
        about=session.about,
        message=message,
        lines=claim_lines(services),
    )
