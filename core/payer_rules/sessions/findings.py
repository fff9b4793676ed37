"""Findings and open questions about sessions across members."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

import attrs

from payer_rules.rules import Citation, Reason
from payer_rules.sessions.billed_services import ClaimLine

#: A payer's group size or limit; a member billed twice; claims that contradict each other;
#: overlapping sessions; the hours of a day; a claim that replaces an unknown claim.
Kind: TypeAlias = Literal["size", "limit", "twice", "differs", "overlap", "hours", "claim"]


@attrs.frozen(kw_only=True)
class SessionReference:
    """The session that a finding is about, or the provider's whole day if it has no session."""

    provider: str
    day: date
    session: str | None = None

    def __str__(self) -> str:
        day = f"provider {self.provider} on {self.day}"
        return f"session {self.session} of {day}" if self.session else day


@attrs.frozen(kw_only=True)
class SessionFinding:
    """A contradiction, or a violation of a payer's rule, on lines of several claims.

    Only the violation of a rule has a payer, a rule and its sources.
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
    """A check that is open because ``missing`` is not known; ``message`` states what is known."""

    kind: Kind
    about: SessionReference
    message: str
    lines: tuple[ClaimLine, ...]
    payer: str | None = None
    rule: str | None = None
    reason: Reason
    missing: str


SessionResult: TypeAlias = SessionFinding | OpenQuestion
