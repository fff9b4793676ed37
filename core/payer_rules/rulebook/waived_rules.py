"""The waivers of a rule book, what they settle of topics, and the notes about them in decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.lookback import Lookback
from payer_rules.rulebook.code_index import CodeIndex, compiled_by_code
from payer_rules.rules import Codes, Payer, Rule, Waiver, as_waived


@attrs.frozen
class WaivedRules:
    """The waivers that apply to a rule book, each with the codes of what it waives.

    ``by_code`` are the waived ``rules``, which find nothing and still read their topics: what they
    state is settled with the payer, for whichever days their texts were read.
    """

    codes: tuple[tuple[Waiver, Codes], ...] = ()
    rules: tuple[Rule, ...] = ()
    by_code: CodeIndex = attrs.field(factory=CodeIndex)

    @classmethod
    def of(cls, waivers: Iterable[Waiver], rules: Iterable[Rule], payer: Payer) -> WaivedRules:
        """Return the waivers with the codes of the rules that they waive."""
        waivers, rules = tuple(waivers), tuple(rules)
        met: dict[str, Codes] = {}
        for rule in rules:
            met[rule.id] = met.get(rule.id, frozenset()) | rule.meets
        codes = tuple((each, each.codes or met.get(each.rule, frozenset())) for each in waivers)
        settled = tuple(attrs.evolve(rule, verified=None) for rule in as_waived(rules, waivers))
        return cls(codes, settled, compiled_by_code(settled, payer))

    def joined(self, other: WaivedRules, payer: Payer) -> WaivedRules:
        """Return these waivers and later ones."""
        rules = (*self.rules, *other.rules)
        codes = tuple(sorted((*self.codes, *other.codes), key=lambda each: str(each[0])))
        return WaivedRules(codes, rules, compiled_by_code(rules, payer))

    def lookbacks(self, claims: Iterable[Claim]) -> Iterator[tuple[Claim, ServiceLine, Lookback]]:
        """Yield the earlier lines that can decide whether a waived rule reads its topic."""
        for claim in claims if self.by_code else ():
            for line in claim.lines:
                for compiled in self.by_code.of(line.code):
                    if compiled.applies is not None:
                        for lookback in compiled.applies.lookbacks(line.date_from, line.date_to):
                            yield claim, line, lookback

    def notes(self, claim: Claim) -> Iterator[str]:
        """Yield a note for each waiver of a rule that could have had a finding on the claim."""
        for waiver, codes in self.codes:
            if any(line.code in codes and line.date_from <= waiver.until for line in claim.lines):
                yield f"waived: {waiver}"
