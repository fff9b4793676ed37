"""Service lines of any claims as services of one provider on one day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, Self

import attrs

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.vocabularies.claim_frequencies import VOID, WITHDRAWING

_NO_SESSION: Final = Session()


@attrs.frozen(order=True)
class ClaimLine:
    """A line, identified by its claim's id and its number."""

    claim: str
    line: int


@attrs.frozen(kw_only=True)
class BilledService:
    """A line of a claim, and the payers whose limits apply to it."""

    claim: Claim
    line: ServiceLine
    payers: tuple[str, ...] = ()

    @property
    def provider(self) -> str:
        """The NPI of the provider that rendered it."""
        return self.claim.rendering_provider(self.line).npi

    @property
    def member(self) -> str:
        """The id of the member."""
        return self.claim.member.id

    @property
    def day(self) -> date | None:
        """The day of service; ``None`` if the line covers several days."""
        return self.line.date_from if self.line.days == 1 else None

    @property
    def session(self) -> Session:
        """The session of the line; an empty one if the line states none."""
        return self.line.session if isinstance(self.line.session, Session) else _NO_SESSION

    @property
    def place(self) -> ClaimLine:
        """The claim line of the service."""
        return ClaimLine(self.claim.id, self.line.number)


@attrs.frozen
class Withdrawals:
    """The ids of claims that other claims of the run withdraw.

    ``circular`` are claims that withdraw each other in a circle; ``strange`` are the numbers that
    are not the id of any claim of the run.
    """

    ids: frozenset[str] = frozenset()
    circular: frozenset[str] = frozenset()
    strange: frozenset[str] = frozenset()

    @classmethod
    def of(cls, named: Mapping[str, str], ids: Iterable[str]) -> Self:
        """Return the withdrawals of a run; ``named`` maps each claim to the claim it withdraws."""
        names = frozenset(named.values())
        circular = frozenset(claim for claim in named if _returns(claim, named))
        return cls(names, circular, names.difference(ids))


def _returns(claim: str, named: Mapping[str, str]) -> bool:
    """Return True if the claim withdraws itself through other claims."""
    seen: set[str] = set()
    at = named.get(claim)
    while at is not None and at not in seen and at != claim:
        seen.add(at)
        at = named.get(at)
    return at == claim


def withdrawn_claim(claim: Claim) -> str | None:
    """Return the id of the claim that this claim voids or replaces, if it names one."""
    if claim.frequency_code in WITHDRAWING and claim.replaces != claim.id:
        return claim.replaces
    return None


def is_active(claim: Claim, withdrawn: Collection[str]) -> bool:
    """Return True if the claim bills services: it is not a void and was not withdrawn."""
    return claim.frequency_code != VOID and claim.id not in withdrawn


def services_of(claim: Claim, payers: tuple[str, ...]) -> Iterator[BilledService]:
    """Yield the services of the claim, sorted by line number."""
    for line in sorted(claim.lines, key=_number):
        yield BilledService(claim=claim, line=line, payers=payers)


def _number(line: ServiceLine) -> int:
    return line.number
