"""The same provider: by the scope of a rule and the payer's definition."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import Final, Literal, TypeAlias, assert_never

from payer_rules.claims import Claim, Provider, ServiceLine, Session
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field, of_history, of_record
from payer_rules.history import History, HistoryLine
from payer_rules.rules import LimitScope, Payer, RelatedScope

Scope: TypeAlias = Literal[
    "member",
    "rendering",
    "billing",
    "billing-and-specialty",
    "specialty",
    "all-members",
    "session",
    "another-rendering",
    "another-member",
]

_FIELDS: Final[dict[Scope, tuple[str, ...]]] = {
    "member": (),
    "rendering": ("rendering_provider",),
    "billing": ("billing_provider",),
    "billing-and-specialty": ("billing_provider", "rendering_provider.specialty"),
    "specialty": ("rendering_provider.specialty",),
    "all-members": ("rendering_provider",),
    "session": ("rendering_provider", "session.id"),
    "another-rendering": ("rendering_provider",),
    "another-member": ("rendering_provider",),
}
#: The scopes that include lines of other members of one rendering provider.
EVERYONE: Final[frozenset[Scope]] = frozenset(["all-members", "session", "another-member"])


def resolve(scope: LimitScope | RelatedScope, payer: Payer) -> Scope:
    """Return the scope, with ``provider`` replaced by the payer's definition."""
    return payer.same_provider if scope == "provider" else scope


def identity(scope: Scope, claim: Claim, line: ServiceLine) -> tuple[Hashable, ...]:
    """Return what must be equal for two lines of one provider; ``None`` is a part not known."""
    if scope == "member":
        return ()
    if isinstance(line, HistoryLine):
        billing, rendering = line.billing_provider, line.rendering_provider
    else:
        billing, rendering = claim.billing_provider, claim.rendering_provider(line)
    if scope == "session":
        return (_npi(rendering), line.session.id if isinstance(line.session, Session) else None)
    if scope == "rendering" or scope == "all-members":
        return (_npi(rendering),)
    if scope == "another-rendering" or scope == "another-member":
        return (_npi(rendering),)
    if scope == "specialty":
        return (rendering.specialty if rendering else None,)
    if scope == "billing":
        return (_npi(billing),)
    if scope == "billing-and-specialty":
        return (_npi(billing), rendering.specialty if rendering else None)
    assert_never(scope)


def _npi(provider: Provider | None) -> str | None:
    return provider.npi if provider else None


def has_all_lines(
    history: History, since: date, scope: Scope, claim: Claim, line: ServiceLine
) -> bool:
    """Return True if no earlier line is missing that the scope may relate to the line."""
    npi = claim.billing_provider.npi
    if scope in EVERYONE:
        earlier = isinstance(line, HistoryLine)
        npi = _npi(line.rendering_provider if earlier else claim.rendering_provider(line)) or ""
    return history.is_complete(since, scope, npi)


def _member(claim: Claim, line: ServiceLine) -> str:
    """Return the member whose line it is."""
    return line.member if isinstance(line, HistoryLine) else claim.member.id


def shares(scope: Scope, claim: Claim, one: ServiceLine, other: ServiceLine) -> MissingFacts | None:
    """Return what is missing to know that two lines are of one provider, ``None`` if not so.

    With the scope of another rendering provider they are of two, and with the scope of another
    member they are also of two members.
    """
    if scope == "another-member" and _member(claim, one) == _member(claim, other):
        return None
    if scope == "another-rendering":
        same = shares("rendering", claim, one, other)
        return NONE_MISSING if same is None else same or None
    mine, theirs = identity(scope, claim, one), identity(scope, claim, other)
    if mine == theirs and None not in mine:
        return NONE_MISSING
    missing: MissingFacts = NONE_MISSING
    for name, a, b in zip(_FIELDS[scope], mine, theirs, strict=True):
        if a is not None and b is not None and a != b:
            return None
        if name == "session.id" and None in (a, b):
            missing = (*missing, *of_record(name))
        elif _is_earlier(one, a) or _is_earlier(other, b):
            missing = (*missing, *of_history(name))
        elif a is None or b is None:
            missing = (*missing, *field(name))
    return missing


def _is_earlier(line: ServiceLine, part: Hashable) -> bool:
    """Return True if the part is one that an earlier line does not state."""
    return part is None and isinstance(line, HistoryLine)
