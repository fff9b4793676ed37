"""The waivers of a rule book, and the notes about them in decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from payer_rules.claims import Claim
from payer_rules.rules import Rule, Waiver


@attrs.frozen
class WaivedRules:
    """The waivers that apply to a rule book, each with the codes of what it waives."""

    codes: tuple[tuple[Waiver, frozenset[str]], ...] = ()

    @classmethod
    def of(cls, waivers: Iterable[Waiver], rules: Iterable[Rule]) -> WaivedRules:
        """Return the waivers with the codes of the rules that they waive."""
        met: dict[str, frozenset[str]] = {}
        for rule in rules:
            met[rule.id] = met.get(rule.id, frozenset()) | rule.meets
        return cls(tuple((each, each.codes or met.get(each.rule, frozenset())) for each in waivers))

    def notes(self, claim: Claim) -> Iterator[str]:
        """Yield a note for each waiver of a rule that could have had a finding on the claim."""
        for waiver, codes in self.codes:
            if any(line.code in codes and line.date_from <= waiver.until for line in claim.lines):
                yield f"waived: {waiver}"
