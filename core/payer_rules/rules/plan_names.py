"""Names of plans and programs: those of the vocabularies and those of payers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.errors import FieldError, Path
from payer_rules.rules.payers import Payer
from payer_rules.rules.rule import Rule
from payer_rules.rules.when import When
from payer_rules.text.quoting import quoted, redacted
from payer_rules.values.checked import form_error
from payer_rules.vocabularies import PLANS, PROGRAMS, Vocabulary

#: The name on a claim that is known to be of no plan, or of no program.
_NONE: Final = "none"


@attrs.frozen
class PlanNames:
    """The plans and programs that claims and rules may name."""

    plans: Vocabulary
    programs: Vocabulary

    @classmethod
    def of(cls, payers: Iterable[Payer]) -> PlanNames:
        """Return the names of the vocabularies and those that the payers declare."""
        payers = tuple(payers)
        return cls(
            PLANS.extended([name for payer in payers for name in payer.plans]),
            PROGRAMS.extended([name for payer in payers for name in payer.programs]),
        )

    def errors_of_claim(self, claim: Claim) -> Iterator[FieldError]:
        """Yield the names on the claim that no payer has."""
        for key, name, words in (
            ("plan", claim.plan, self.plans),
            ("program", claim.program, self.programs),
        ):
            if name is not None and name != _NONE and words.canonical(name) is None:
                yield form_error((key,), words, name, redacted)

    def errors_of_rule(self, rule: Rule) -> Iterator[FieldError]:
        """Yield the names in the conditions of the rule that the payer does not have."""
        yield from self.errors_of_conditions(rule.when)
        for at, exception in enumerate(rule.exceptions):
            yield from self.errors_of_conditions(exception, ("except", at))

    def errors_of_conditions(self, when: When, path: Path = ("when",)) -> Iterator[FieldError]:
        """Yield the names in the conditions at the path that the payer does not have."""
        for key, words in (("plan", self.plans), ("program", self.programs)):
            for name in sorted(getattr(when, key) or ()):
                if words.canonical(name) is None:
                    field_error = form_error((*path, key), words, name, quoted)
                    declared = f"[vocabulary] {key}s"
                    remedy = f"{field_error.remedy} The payer's own are declared in {declared}."
                    yield attrs.evolve(field_error, remedy=remedy)
