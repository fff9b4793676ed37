"""To which payers a claim goes: those asked for, or the one that it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.errors import Problem, nearest
from payer_rules.readers.filed_claims import FiledClaim
from payer_rules.registry import Registry
from payer_rules.rules import PlanNames
from payer_rules.text.quoting import named, redacted

ALL: Final = "all"


@attrs.frozen
class PayerRouter:
    """Finds the payers of claims; ``requested`` are ids, or ``all``, whatever the claims name.

    ``default_payers`` are those of a claim that names none.
    """

    registry: Registry
    requested: tuple[str, ...] = ()
    default_payers: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    _identifiers: dict[str, str] = attrs.field(init=False)

    _names: PlanNames = attrs.field(init=False)

    @_names.default
    def _known(self) -> PlanNames:
        return self.registry.names

    @_identifiers.default
    def _listed(self) -> dict[str, str]:
        return self.registry.payers_by_identifier()

    def payers_of(self, filed: FiledClaim, problems: list[Problem]) -> Iterator[str]:
        """The payers that are there; the faults of those that are not are added."""
        field_errors = [*self._names.errors_of_claim(filed.claim)]
        if field_errors:
            # NOTE: a word that nobody knows would look like one that a rule does not name.
            place = f"{filed.file}, claim {named(filed.claim.id)}"
            problems += (field_error.at(place) for field_error in field_errors)
            return
        there = self.registry.payers
        wanted = self.requested or ((filed.claim.payer,) if filed.claim.payer else ())
        if not wanted and filed.payer_id:
            wanted = self._identified(filed, problems)
        for name in wanted if wanted or filed.payer_id else self.default_payers:
            if name == ALL:
                yield from there
            elif name in there:
                yield name
            else:
                where = (
                    "--payer" if self.requested else f"{filed.file}, claim {named(filed.claim.id)}"
                )
                remedy = nearest(name, there)
                # NOTE: a name of ours that has slipped; in a shifted column it may be anybody's.
                is_open = bool(self.requested) or remedy.startswith("Did")
                told = repr(name) if is_open else f"of this name, {redacted(name)}"
                problems.append(Problem(where, f"there is no payer {told}", remedy))

    def _identified(self, filed: FiledClaim, problems: list[Problem]) -> tuple[str, ...]:
        """The payer whose profile lists the identifier that the claim form gives."""
        payer = self._identifiers.get(filed.payer_id or "")
        if payer is not None:
            return (payer,)
        message = f"no profile lists the payer identifier, {redacted(filed.payer_id)}"
        remedy = "Name the payer with --payer, or add it to identifiers in the payer's profile."
        problems.append(Problem(filed.file, message, remedy))
        return ()
