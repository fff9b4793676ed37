"""The survivors of a mutation run, each with a case that would notice it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payer_rules.conformance.mutant_results import MutantResult, MutationRun
from payer_rules.conformance.mutants import Mutant, mutants_of
from payer_rules.conformance.mutation_testing import Watch
from payer_rules.conformance.proposed_cases import ProposedCase, proposed_case
from payer_rules.registry import Registry
from payer_rules.rulebook import RuleBook


def cases_against(
    registry: Registry, result: MutationRun, watch: Watch = lambda what, done, of: None
) -> Iterator[tuple[MutantResult, str | None]]:
    """Yield each survivor with the text of a case that would notice it, if one is found."""
    books: dict[str, RuleBook] = {}
    survivors = [found for found in result.verdicts if found.status == "survived"]
    for at, survivor in enumerate(survivors, 1):
        if survivor.of == "edits":
            # NOTE: a claim on either side of a row is a line of a sheet, made from its source.
            yield survivor, None
            continue
        if survivor.payer not in books:
            books[survivor.payer] = registry.rulebook(survivor.payer)
        book = books[survivor.payer]
        case = proposal_of(mutants_named(survivor, book), book)
        watch("cases for unnoticed facts", at, len(survivors))
        yield survivor, case.text if case else None


def proposal_of(mutants: Iterable[Mutant], book: RuleBook) -> ProposedCase | None:
    """Return a case that would notice the first of the mutants that a claim can show."""
    return next(filter(None, (proposed_case(mutant, book) for mutant in mutants)), None)


def mutants_named(result: MutantResult, book: RuleBook) -> Iterator[Mutant]:
    """Yield the mutants of the book with the fact and the change of the result."""
    added = [result.change.rpartition(" ")[2]] if result.change.startswith("with ") else []
    for rule in book.rules:
        if rule.id == result.rule:
            for mutant in mutants_of(rule, added):
                if (mutant.fact, mutant.change) == (result.fact, result.change):
                    yield mutant
