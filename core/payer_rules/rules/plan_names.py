"""Names of plans, programs and elements of records: those of vocabularies and of payers."""

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
from payer_rules.vocabularies import PLANS, PROGRAMS, RECORD_ELEMENTS, Vocabulary

#: The name on a claim that is known to be of no plan, or of no program.
_NONE: Final = "none"


@attrs.frozen
class PlanNames:
    """The plans, programs and elements of records that claims and rules may name."""

    plans: Vocabulary
    programs: Vocabulary
    elements: Vocabulary

    @classmethod
    def of(cls, payers: Iterable[Payer]) -> PlanNames:
        """Return the names of the vocabularies and those that the payers declare."""
        payers = tuple(payers)
        return cls(
            PLANS.extended([name for payer in payers for name in payer.plans]),
            PROGRAMS.extended([name for payer in payers for name in payer.programs]),
            RECORD_ELEMENTS.extended([name for payer in payers for name in payer.elements]),
        )

    def has_same_words(self, other: PlanNames) -> bool:
        """Return True if the other names have the same words and aliases."""
        one, two = (
            (names.plans.terms, names.programs.terms, names.elements.terms)
            for names in (self, other)
        )
        return one == two

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
        for element in sorted(rule.record_elements):
            if self.elements.canonical(element) is None:
                yield _of_payer(
                    form_error(("elements",), self.elements, element, quoted), "elements"
                )
        for at, exception in enumerate(rule.exceptions):
            yield from self.errors_of_conditions(exception, ("except", at))

    def errors_of_conditions(self, when: When, path: Path = ("when",)) -> Iterator[FieldError]:
        """Yield the names in the conditions at the path that the payer does not have."""
        for key, words in (("plan", self.plans), ("program", self.programs)):
            for name in sorted(getattr(when, key) or ()):
                if words.canonical(name) is None:
                    yield _of_payer(form_error((*path, key), words, name, quoted), f"{key}s")


def _of_payer(error: FieldError, key: str) -> FieldError:
    """Return the error with the place where a payer declares its own words."""
    remedy = f"{error.remedy} The payer's own are declared in [vocabulary] {key}."
    return attrs.evolve(error, remedy=remedy)
