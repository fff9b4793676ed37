"""The fewest changes of a claim by which several payers would pay it.

Only the possible fixes of findings are tried. Each states the condition under which it is true,
such as a modifier if the sessions were separate; none changes what happened. The steps:

1. The claim is decided by the payers. A payer whose policies were not read answers nothing.
2. Each fix of a finding of any of them is applied to the claim, which all of them decide again.
3. Claims with one fix come before those with two, so that the first claim that is paid by all has
   the fewest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure, Decision, Finding
from payer_rules.engine.cures import MOST_MODIFIERS
from payer_rules.kinds import ModifierRequirement, PlaceOfServiceRequirement
from payer_rules.planning.payer_books import PayerBooks, RoutedClaim
from payer_rules.readers import FiledClaim
from payer_rules.rulebook.next_payable import PAID
from payer_rules.rules import Rule

#: The most changes, and the most changed claims, that are tried.
_MOST_CHANGES: Final = 4
_MOST_CLAIMS: Final = 300
_UNREAD: Final = "unread"


@attrs.frozen
class ClaimChange:
    """A possible fix of a finding of one payer; the condition is that of the cure."""

    payer: str
    finding: Finding
    cure: Cure


@attrs.frozen(kw_only=True)
class PayableChanges:
    """The fewest changes by which all of the payers would pay a claim.

    ``changes`` is ``None`` if none were found, and empty if the claim is paid as it is. ``before``
    and ``after`` are the decisions of the payers; without changes they are the same. ``tried`` is
    the number of changed claims.
    """

    claim: Claim
    changes: tuple[ClaimChange, ...] | None
    before: Mapping[str, Decision]
    after: Mapping[str, Decision]
    tried: int

    @property
    def unread(self) -> tuple[str, ...]:
        """The payers whose policies on a line were not read, so that they answer nothing."""
        return tuple(payer for payer, decision in self.after.items() if _is_unread(decision))


@attrs.frozen
class _ChangedClaim:
    """A claim after some changes, with the answers of all payers."""

    filed: FiledClaim
    changes: tuple[ClaimChange, ...]
    routed: tuple[RoutedClaim, ...]
    decisions: Mapping[str, Decision]


def payable_changes(stated: FiledClaim, books: PayerBooks) -> PayableChanges | None:
    """Return the fewest changes by which all payers of the claim pay it; ``None`` if it has none.

    The claim is not changed.
    """
    first = _answered(stated, (), books)
    if not first.routed:
        return None
    waiting, seen = deque([first]), {stated.claim}
    tried = 0
    found = None
    while waiting and found is None and tried < _MOST_CLAIMS:
        current = waiting.popleft()
        if _is_paid(current.decisions):
            found = current
            break
        for change, claim in _changed(current) if len(current.changes) < _MOST_CHANGES else ():
            if claim in seen:
                continue
            seen.add(claim)
            tried += 1
            filed = attrs.evolve(stated, claim=claim)
            waiting.append(_answered(filed, (*current.changes, change), books))
    return PayableChanges(
        claim=(found or first).filed.claim,
        changes=found.changes if found else None,
        before=first.decisions,
        after=(found or first).decisions,
        tried=tried,
    )


def _answered(
    filed: FiledClaim, changes: tuple[ClaimChange, ...], books: PayerBooks
) -> _ChangedClaim:
    routed = tuple(books.routed(filed))
    decisions = {each.payer: each.book.decide(each.filed.claim, each.history) for each in routed}
    return _ChangedClaim(filed, changes, routed, decisions)


def _is_unread(decision: Decision) -> bool:
    return any(line.expected == _UNREAD for line in decision.lines)


def _is_paid(decisions: Mapping[str, Decision]) -> bool:
    """Return True if every line is paid, or nothing that was read is against it."""
    lines = (line for decision in decisions.values() for line in decision.lines)
    return all(line.expected in (*PAID, _UNREAD) for line in lines)


def _changed(current: _ChangedClaim) -> Iterator[tuple[ClaimChange, Claim]]:
    """Yield each possible fix of a finding, with the claim after it."""
    for routed in current.routed:
        completed = routed.filed.claim
        for finding in current.decisions[routed.payer].findings:
            for cure in _cures(finding, routed, completed):
                if cure.claim is not None:
                    claim = with_changes_of(current.filed.claim, completed, cure.claim)
                    yield ClaimChange(routed.payer, finding, cure), claim


def _cures(finding: Finding, routed: RoutedClaim, completed: Claim) -> Iterator[Cure]:
    """Yield the cure of the finding, and those with another modifier or place of its rule."""
    if finding.cure is None:
        return
    yield finding.cure
    for rule in routed.book.rules:
        if rule.id == finding.rule:
            yield from _other_cures(rule, finding, completed)


def _other_cures(rule: Rule, finding: Finding, completed: Claim) -> Iterator[Cure]:
    """Yield the cures with the other modifiers, or places, of which the rule asks for one."""
    (number, *_) = finding.lines
    if isinstance(rule, ModifierRequirement):
        for modifier in sorted(rule.any_of)[1:]:
            yield from _with_modifier(finding, completed, number, modifier)
    if isinstance(rule, PlaceOfServiceRequirement):
        for place in sorted(rule.any_of - rule.none_of)[1:]:
            change = f"place of service {place} on line {number}"
            yield _cure_like(finding, change, completed, number, place_of_service=place)


def _with_modifier(
    finding: Finding, completed: Claim, number: int, modifier: str
) -> Iterator[Cure]:
    line = _line(completed, number)
    if len(line.modifiers) < MOST_MODIFIERS and modifier not in line.modifiers:
        change = f"modifier {modifier} on line {number}"
        modifiers = (*line.modifiers, modifier)
        yield _cure_like(finding, change, completed, number, modifiers=modifiers)


def _cure_like(finding: Finding, change: str, claim: Claim, number: int, **facts: Any) -> Cure:  # noqa: ANN401
    """Return a cure under the same condition, with other facts on the line."""
    assert finding.cure is not None
    lines = [attrs.evolve(line, **facts) if line.number == number else line for line in claim.lines]
    cured = attrs.evolve(claim, lines=lines)
    return Cure(change=change, condition=finding.cure.condition, claim=cured)


def _line(claim: Claim, number: int) -> ServiceLine:
    return next(line for line in claim.lines if line.number == number)


def with_changes_of(stated: Claim, before: Claim, after: Claim) -> Claim:
    """Return the claim as stated, with what differs between two completed forms of it.

    What a practice or a form adds for one payer is no change, and is not added for the others.
    """
    lines = [_changed_line(stated, before, line) for line in after.lines]
    return attrs.evolve(stated, **_differing(before, after, ("lines",)), lines=lines)


def _changed_line(stated: Claim, before: Claim, line: ServiceLine) -> ServiceLine:
    """Return the stated line with what was changed on it; a new line as it is."""
    old = [each for each in before.lines if each.number == line.number]
    own = [each for each in stated.lines if each.number == line.number]
    if not old or not own:
        return line
    return attrs.evolve(own[0], **_differing(old[0], line))


def _differing(before: Any, after: Any, without: Sequence[str] = ()) -> dict[str, Any]:  # noqa: ANN401
    """Return the fields of which the values differ, with the new values."""
    names = (field.name for field in attrs.fields(type(after)) if field.init)
    return {
        name: getattr(after, name)
        for name in names
        if name not in without and getattr(before, name) != getattr(after, name)
    }
