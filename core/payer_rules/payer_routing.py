"""Routing of claims to payers: the payers asked for, or the one that the claim names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem, is_guess, nearest
from payer_rules.readers.filed_claims import FiledClaim
from payer_rules.registry import Registry
from payer_rules.rules import PlanNames
from payer_rules.text.lists import joined
from payer_rules.text.quoting import redacted

ALL: Final = "all"


@attrs.frozen
class PayerRouter:
    """Finds the payers of claims.

    ``requested`` are payer ids, or ``all``, which count whatever the claims name.
    ``default_payers`` are those of a claim that names none. ``identifiers`` are the payers by the
    identifiers on claims that a practice knows; they precede those of the profiles.
    """

    registry: Registry
    requested: tuple[str, ...] = ()
    default_payers: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    identifiers: Mapping[str, str] = attrs.field(factory=dict, kw_only=True)
    _identifiers: dict[str, str] = attrs.field(init=False)

    _names: PlanNames = attrs.field(init=False)

    @_names.default
    def _known(self) -> PlanNames:
        return self.registry.names

    @property
    def _has_unread_profile(self) -> bool:
        """Whether a profile is not valid TOML."""
        return any(each.code is ErrorCode.TOML_SYNTAX for each in self.registry.problems)

    @_identifiers.default
    def _listed(self) -> dict[str, str]:
        return {**self.registry.payers_by_identifier(), **self.identifiers}

    def payers_of(self, filed: FiledClaim, problems: list[Problem]) -> Iterator[str]:
        """Yield the installed payers of the claim; add a problem for each of the others."""
        field_errors = [*self._names.errors_of_claim(filed.claim)]
        if field_errors:
            # NOTE: an unknown word would look like one that no rule names.
            problems += (error.at(filed.place(error.path)) for error in field_errors)
            return
        installed = self.registry.payers
        wanted = self.requested or ((filed.claim.payer,) if filed.claim.payer else ())
        if not wanted and filed.payer_id:
            wanted = self._identified(filed, problems)
        for name in wanted if wanted or filed.payer_id else self.default_payers:
            if name == ALL:
                yield from installed
            elif name in installed:
                yield name
            else:
                where = "--payer" if self.requested else filed.place(("payer",))
                remedy = nearest(name, installed)
                if self.requested and not is_guess(remedy) and self._has_unread_profile:
                    # NOTE: the payer may be defined in a profile that is reported.
                    continue
                # NOTE: a misspelt payer may be quoted; other text may come from a shifted column.
                is_open = bool(self.requested) or is_guess(remedy)
                quoted = repr(name) if is_open else f"of this name, {redacted(name)}"
                message = f"there is no payer {quoted}"
                problems.append(Problem(where, message, remedy, ErrorCode.UNKNOWN_PAYER))

    def _identified(self, filed: FiledClaim, problems: list[Problem]) -> tuple[str, ...]:
        """Return the payer whose profile alone lists the payer identifier of the claim form."""
        payer = self._identifiers.get(filed.payer_id or "")
        if payer is not None:
            return (payer,)
        owners = [p.id for p in self.registry.payers.values() if filed.payer_id in p.identifiers]
        message = f"no profile lists the payer identifier, {redacted(filed.payer_id)}"
        if owners:
            profiles = joined(owners, "and")
            message = f"the payer identifier {filed.payer_id!r} is listed by {profiles}"
        remedy = 'Name the payer with --payer, or list [payers."…"] in practice.toml.'
        problems.append(Problem(filed.file, message, remedy, ErrorCode.PAYER_IDENTIFIER))
        return ()
