"""The claims of a run that are not sent yet, for findings that name an earlier claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Finding
from payer_rules.history import History


@attrs.frozen(eq=False)
class RunClaims:
    """The claims of some members in a run by id, and the histories that they have."""

    claims: Mapping[str, Claim] = attrs.field(factory=dict)
    histories: tuple[History, ...] = ()

    @classmethod
    def of(cls, claims: Iterable[Claim], histories: Iterable[History | None]) -> RunClaims:
        """Return the claims with the histories; a history that several claims share counts once."""
        different = {id(history): history for history in histories if history is not None}
        return cls({claim.id: claim for claim in claims}, tuple(different.values()))

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
        return frozenset(line.claim for history in self.histories for line in history.lines)

    @cached_property
    def _undecided(self) -> frozenset[str]:
        """The members with earlier lines that have no decision."""
        return frozenset(
            line.member
            for history in self.histories
            for line in history.lines
            if line.status in (None, "pending")
        )


NO_CLAIMS: Final = RunClaims()
