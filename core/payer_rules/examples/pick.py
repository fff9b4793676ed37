"""The choice of examples: a claim that a rule accepts and one that it rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, Reason
from payer_rules.errors import InvalidValueError
from payer_rules.examples.around import conditions_around
from payer_rules.examples.believable import distance, oddity
from payer_rules.examples.neighbours import with_neighbours
from payer_rules.examples.sketch import example_code, sketch, sketch_on
from payer_rules.examples.variants import variants
from payer_rules.history import History
from payer_rules.kinds.claim_changes import with_codes, with_line
from payer_rules.rulebook import RuleBook
from payer_rules.rules import EditTable, PairEdit, Payer, Rule, code_of

#: How many claims of a rule are varied for each of its alternatives.
_FEW: Final = 8


@attrs.frozen
class Example:
    """A claim with its history, and the decision of the rules with these ids on it."""

    claim: Claim
    history: History
    decision: Decision
    rules: frozenset[str]


@attrs.frozen
class Examples:
    """A claim that the rule accepts and one that it rejects; ``None`` if none was found."""

    accepted: Example | None
    rejected: Example | None


def examples_of(rule: Rule, payer: Payer, alternatives: Iterable[Rule] = ()) -> Examples:
    """Return claims that are made from the rule and decided by it and its alternatives alone.

    Where the rule has no answer on the days for which its text was read, or only one about an
    unusual claim, it is decided as if it had been read for all days.
    """
    others = [other for other in alternatives if other.id != rule.id]
    proved = _of_rule(rule, others, payer)
    if proved.accepted and proved.rejected and not oddity(proved.rejected.claim):
        return proved
    read = rule if rule.verified == "unknown" else attrs.evolve(rule, verified=None)
    assumed = _of_rule(read, others, payer, "edition")
    if _is_plainer(assumed, proved):
        return assumed
    return Examples(proved.accepted or assumed.accepted, proved.rejected or assumed.rejected)


def _is_plainer(one: Examples, other: Examples) -> bool:
    """Return True if one has both claims, and rejects a more ordinary one."""
    if not (one.accepted and one.rejected and other.rejected):
        return False
    return oddity(one.rejected.claim) < oddity(other.rejected.claim)


def _of_rule(rule: Rule, others: Sequence[Rule], payer: Payer, *assume: Reason) -> Examples:
    book = RuleBook.build(payer, [rule, *others], assume=assume)
    base, history = with_neighbours(rule, sketch(rule, example_code(rule)))
    claims = list(variants(rule, base))
    for other in others:
        claims += [varied for claim in claims[:_FEW] for varied in variants(other, claim)]
    ids = {rule.id, *(other.id for other in others)}
    found = _picked(book, ids, claims, history)
    return found if found.accepted else attrs.evolve(found, accepted=_outside(rule, book, ids))


def _outside(rule: Rule, book: RuleBook, ids: set[str]) -> Example | None:
    """Return an accepted claim that does not meet one of the conditions of the rule."""
    for when in conditions_around(rule.when):
        try:
            other = attrs.evolve(rule, when=when)
            claim, history = with_neighbours(other, sketch(other, example_code(rule)))
        except InvalidValueError:
            # NOTE: not every change of a condition is valid.
            continue
        if accepted := _picked(book, ids, [claim], history).accepted:
            return accepted
    return None


def examples_of_table(name: str, table: EditTable, payer: Payer) -> Examples:
    """Return claims that are made from a row of the table and decided by its edits alone.

    ``name`` is the rule of the edits: ``PAYER/ptp``, ``PAYER/mue`` or ``PAYER/add-on``.
    """
    book = RuleBook.build(payer, [], [table])
    return _picked(book, {name}, claims_around_edits(name.partition("/")[2], table), History())


def claims_around_edits(edits: str, table: EditTable) -> list[Claim]:
    """Return claims that keep and break a row of the edits of the table."""
    if edits == "ptp":
        pair = _usual_pair([each for each in table.pairs if each.indicator == 1])
        base = sketch_on(pair.verified, table.setting, pair.column2)
        both = with_codes(base, pair.column1, pair.column2)
        first, second = both.lines
        apart = attrs.evolve(both, lines=[first, attrs.evolve(second, modifiers=("59",))])
        return [apart, both]
    if edits == "mue":
        paid = {each.code: each for each in table.units if each.most}
        most = paid[code_of(frozenset(paid))]
        base = sketch_on(most.verified, table.setting, most.code)
        return [with_line(base, units=Decimal(most.most + n)) for n in (0, 1)]
    row = next(each for each in table.add_ons if each.primaries)
    base = sketch_on(row.verified, table.setting, row.code)
    return [with_codes(base, row.code, min(row.primaries)), base]


def _usual_pair(pairs: Sequence[PairEdit]) -> PairEdit:
    """Return a pair of codes that are common, if there is one."""
    column1 = code_of(frozenset(pair.column1 for pair in pairs))
    of_column1 = {pair.column2: pair for pair in pairs if pair.column1 == column1}
    return of_column1[code_of(frozenset(of_column1))]


def _picked(book: RuleBook, ids: set[str], claims: Iterable[Claim], history: History) -> Examples:
    """Return the most ordinary claim that is rejected, and the accepted one most similar to it."""
    accepted: list[Example] = []
    rejected: list[Example] = []
    for claim in claims:
        decision = book.decide(claim, history)
        example = Example(claim, history, decision, frozenset(ids))
        if any(finding.rule in ids for finding in decision.proved_findings):
            rejected.append(example)
        elif _is_answered(decision, ids):
            accepted.append(example)
    broken = min(rejected, key=_puzzle, default=None)
    return Examples(min(accepted, key=_strangeness(broken), default=None), broken)


def _puzzle(rejected: Example) -> int:
    """Return how odd the claim is; a finding with a cure is easier to understand."""
    has_cure = any(finding.cure for finding in rejected.decision.proved_findings)
    return oddity(rejected.claim) - has_cure


def _strangeness(broken: Example | None) -> Callable[[Example], int]:
    """Return the key that orders accepted claims: ordinary ones that resemble the rejected one."""
    if broken is None:
        return lambda example: oddity(example.claim)
    return lambda example: oddity(example.claim) + 2 * distance(example.claim, broken.claim)


def _is_answered(decision: Decision, ids: set[str]) -> bool:
    """Return True if one of the rules judged a line, and none of them misses a fact."""
    if any(entry.rule in ids for entry in decision.not_evaluated):
        return False
    # NOTE: a text of unknown date is evaluated only if it is assumed to hold.
    return any(not ids.isdisjoint(line.judged_by) for line in decision.lines) or any(
        entry.rule in ids and entry.reason == "edition" for entry in decision.assumed
    )
