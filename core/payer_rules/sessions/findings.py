"""What is wrong with sessions across their members, and what cannot be told of them."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

import attrs

from payer_rules.rules import Citation, Reason
from payer_rules.sessions.billed_services import ClaimLine

#: A size or a limit of a payer; a member billed twice; claims that differ about one session;
#: sessions at one time; the hours of a day; a claim of which it is not known what it replaces.
Kind: TypeAlias = Literal["size", "limit", "twice", "differs", "overlap", "hours", "claim"]


@attrs.frozen(kw_only=True)
class SessionReference:
    """What something is told of: a session, or without its name the provider's whole day."""

    provider: str
    day: date
    session: str | None = None

    def __str__(self) -> str:
        told = f"provider {self.provider} on {self.day}"
        return f"session {self.session} of {told}" if self.session else told


@attrs.frozen(kw_only=True)
class SessionFinding:
    """Something that cannot be right, or that a payer's rule forbids, on lines of several claims.

    Only what a rule says has a payer, a rule and its sources.
    """

    kind: Kind
    about: SessionReference
    message: str
    lines: tuple[ClaimLine, ...]
    payer: str | None = None
    rule: str | None = None
    citations: tuple[Citation, ...] = ()


@attrs.frozen(kw_only=True)
class OpenQuestion:
    """What could not be told, because ``missing`` is not known; ``message`` says what is known."""

    kind: Kind
    about: SessionReference
    message: str
    lines: tuple[ClaimLine, ...]
    payer: str | None = None
    rule: str | None = None
    reason: Reason
    missing: str


SessionResult: TypeAlias = SessionFinding | OpenQuestion
