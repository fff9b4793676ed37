"""Service lines as services of one provider on one day, whichever claim they stand on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, Self

import attrs

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.vocabularies.claim_frequencies import VOID, WITHDRAWING

#: Frequency codes of claims that replace another, or void it.
_UNTOLD: Final = Session()


@attrs.frozen(order=True)
class ClaimLine:
    """A line by its claim's id and its number, as the user's files have them."""

    claim: str
    line: int


@attrs.frozen(kw_only=True)
class BilledService:
    """A line of a claim, and the payers whose limits it is held to."""

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
        """The day of service; ``None`` where the line covers several."""
        return self.line.date_from if self.line.days == 1 else None

    @property
    def session(self) -> Session:
        """What the line says of its session, which may be nothing."""
        return self.line.session if isinstance(self.line.session, Session) else _UNTOLD

    @property
    def place(self) -> ClaimLine:
        """Where the service stands in the user's files."""
        return ClaimLine(self.claim.id, self.line.number)


@attrs.frozen
class Withdrawals:
    """The ids of the claims of a run that others withdraw.

    ``circular`` are claims that withdraw each other in a circle, ``strange`` the numbers by which
    no claim of the run is known by its id.
    """

    ids: frozenset[str] = frozenset()
    circular: frozenset[str] = frozenset()
    strange: frozenset[str] = frozenset()

    @classmethod
    def of(cls, named: Mapping[str, str], ids: Iterable[str]) -> Self:
        """Return those of a run; ``named`` has what each claim withdraws, by its own id."""
        names = frozenset(named.values())
        circular = frozenset(claim for claim in named if _returns(claim, named))
        return cls(names, circular, names.difference(ids))


def _returns(claim: str, named: Mapping[str, str]) -> bool:
    """Return whether the claim withdraws itself by way of others."""
    seen: set[str] = set()
    at = named.get(claim)
    while at is not None and at not in seen and at != claim:
        seen.add(at)
        at = named.get(at)
    return at == claim


def withdrawn_claim(claim: Claim) -> str | None:
    """The id of the claim that this one voids or replaces, where it does and says which."""
    if claim.frequency_code in WITHDRAWING and claim.replaces != claim.id:
        return claim.replaces
    return None


def is_active(claim: Claim, withdrawn: Collection[str]) -> bool:
    """Whether the claim bills something: it voids none, and was not withdrawn."""
    return claim.frequency_code != VOID and claim.id not in withdrawn


def services_of(claim: Claim, payers: tuple[str, ...]) -> Iterator[BilledService]:
    """The services of the claim, in the order of their numbers."""
    for line in sorted(claim.lines, key=_number):
        yield BilledService(claim=claim, line=line, payers=payers)


def _number(line: ServiceLine) -> int:
    return line.number
