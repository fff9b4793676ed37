"""The earlier lines that count for a payer, by the payers that the lines state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from payer_rules.history import History, HistoryLine, UnknownPayerLine
from payer_rules.practice import Practice
from payer_rules.readers import FiledClaim
from payer_rules.registry import Registry


@attrs.frozen
class PayerLines:
    """The identifiers by which the earlier lines of one payer are found.

    ``own`` are its identifiers, ``others`` those that are known to be of other payers. What the
    practice file states precedes the profiles.
    """

    own: frozenset[str]
    others: frozenset[str]

    @classmethod
    def of(cls, payer: str, registry: Registry, practice: Practice) -> PayerLines:
        """Return the identifiers by the profiles and the practice file."""
        listed = {known.id: {known.id, *known.identifiers} for known in registry.payers.values()}
        stated = practice.payers_by_identifier
        own = listed.get(payer, {payer}) - stated.keys()
        own |= {identifier for identifier, name in stated.items() if name == payer}
        others = frozenset().union(*listed.values(), stated) - own
        return cls(frozenset(own), others)

    def of_claim(self, filed: FiledClaim) -> FiledClaim:
        """Return the claim with the lines of its history that count for the payer."""
        if filed.history is None:
            return filed
        counted = self.counted(filed.history, filed.payer_id)
        return filed if counted is filed.history else attrs.evolve(filed, history=counted)

    def counted(self, history: History, identifier: str | None) -> History:
        """Return the history without the lines of other payers.

        It is not known whether a line counts whose payer is not known. ``identifier`` is that of
        the payer on the claim form.
        """
        if all(line.payer is None or line.payer in self.own for line in history.lines):
            return history
        own = self.own if identifier is None else self.own | {identifier}
        return attrs.evolve(history, lines=self._counted(history.lines, own))

    def _counted(self, lines: Iterable[HistoryLine], own: frozenset[str]) -> Iterator[HistoryLine]:
        """Yield the lines that may count, in order."""
        for line in lines:
            if line.payer in self.others:
                continue
            is_known = line.payer is None or line.payer in own
            yield line if is_known or line.status != "paid" else UnknownPayerLine.of_line(line)
