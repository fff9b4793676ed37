"""The claims of a run that are not sent yet, for findings that name an earlier claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Finding
from payer_rules.history import History, HistorySource
from payer_rules.history.history_sources import UNDECIDED


@attrs.frozen(eq=False)
class RunClaims:
    """The claims of some members in a run by id, their histories, and the store of the run."""

    claims: Mapping[str, Claim] = attrs.field(factory=dict)
    histories: tuple[History, ...] = ()
    store: HistorySource | None = None

    @classmethod
    def of(
        cls,
        claims: Iterable[Claim],
        histories: Iterable[History | None],
        store: HistorySource | None = None,
    ) -> RunClaims:
        """Return the claims with the histories; a history that several claims share counts once."""
        different = {id(history): history for history in histories if history is not None}
        return cls({claim.id: claim for claim in claims}, tuple(different.values()), store)

    def earlier_claims(self, finding: Finding) -> tuple[Claim, ...]:
        """Return the claims of the run that a finding on a later claim names.

        A claim that a history has as well was sent before.
        """
        names = [each.claim for each in finding.evidence if each.kind == "history"]
        if not names:
            return ()
        found = {str(name) for name in names if name in self.claims} - self._sent
        return tuple(self.claims[name] for name in sorted(found))

    def has_undecided(self, claim: Claim) -> bool:
        """Return True if a history has a line of the member without a decision of the payer."""
        return claim.member.id in self._undecided

    @cached_property
    def _sent(self) -> frozenset[str]:
        """The ids of the claims in the histories."""
        own = frozenset(line.claim for history in self.histories for line in history.lines)
        return own | self.store.claims_of(self._members) if self.store else own

    @cached_property
    def _undecided(self) -> frozenset[str]:
        """The members with earlier lines that have no decision."""
        own = frozenset(
            line.member
            for history in self.histories
            for line in history.lines
            if line.status in UNDECIDED
        )
        return own | self.store.undecided_among(self._members) if self.store else own

    @cached_property
    def _members(self) -> frozenset[str]:
        return frozenset(claim.member.id for claim in self.claims.values())


NO_CLAIMS: Final = RunClaims()
