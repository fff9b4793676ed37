"""The fewest true changes by which several payers pay a claim."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from two_payers import ACME, ZENITH, registry_of

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.history import History
from payer_rules.planning.payable_changes import PayableChanges, payable_changes
from payer_rules.planning.payer_books import PayerBooks
from payer_rules.readers import FiledClaim

#: Payers that each take one of two modifiers, of which they share one.
SHARED = (
    ACME.replace('any_of = ["95"]', 'any_of = ["95", "GT"]'),
    ZENITH.replace('any_of = ["GT"]', 'any_of = ["93", "GT"]'),
)


def claim_of(**facts: Any) -> Claim:
    """A session of group psychotherapy by video, with other facts."""
    line = {
        "code": "90853",
        "date_from": date(2026, 3, 2),
        "place_of_service": "10",
        "modality": "video",
        "minutes": 60,
        **facts,
    }
    return Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893", profession="psychologist"),
        lines=[ServiceLine(**line)],
    )


def found(folder: Path, claim: Claim, *profiles: str) -> tuple[PayableChanges, PayerBooks]:
    """The changes for all payers of the profiles, and their books."""
    registry = registry_of(folder, *(profiles or (ACME, ZENITH)))
    books = PayerBooks(registry, payers=tuple(registry.payers))
    answer = payable_changes(FiledClaim(claim, History(), "test", 1), books)
    assert answer is not None
    return answer, books


def changes_of(answer: PayableChanges) -> list[str]:
    """The changes in words."""
    return [change.cure.change for change in answer.changes or ()]


def test_a_claim_that_all_pay_needs_no_change(tmp_path: Path) -> None:
    """A claim that is paid as it is has no change."""
    answer, _ = found(tmp_path, claim_of(modality="in-person", place_of_service="11"))
    assert answer.changes == ()


def test_both_modifiers_are_two_changes(tmp_path: Path) -> None:
    """Where each payer asks for a modifier of its own, both are added, each with its condition."""
    answer, _ = found(tmp_path, claim_of())
    assert sorted(changes_of(answer)) == ["modifier 95 on line 1", "modifier GT on line 1"]
    assert all(change.cure.condition for change in answer.changes or ())


def test_a_modifier_that_both_take_is_one_change(tmp_path: Path) -> None:
    """Where the payers share a modifier, it is the only change, though each proposes another."""
    answer, _ = found(tmp_path, claim_of(), *SHARED)
    assert changes_of(answer) == ["modifier GT on line 1"]


def test_a_modifier_that_a_payer_rejects_is_no_change(tmp_path: Path) -> None:
    """Where one payer asks for a modifier that the other rejects, no change is found."""
    rejecting = ZENITH.replace('any_of = ["GT"]', 'none_of = ["95"]')
    answer, _ = found(tmp_path, claim_of(), ACME, rejecting)
    assert answer.changes is None
    assert answer.tried


def test_the_changed_claim_is_paid_by_each_payer(tmp_path: Path) -> None:
    """Decided anew by each payer, the changed claim is paid on every line."""
    answer, books = found(tmp_path, claim_of())
    for routed in books.routed(FiledClaim(answer.claim, History(), "test", 1)):
        decision = routed.book.decide(routed.filed.claim, routed.history)
        assert {line.expected for line in decision.lines} == {"pay"}


def test_each_change_is_needed(tmp_path: Path) -> None:
    """Without one of the changes, a payer does not pay."""
    answer, books = found(tmp_path, claim_of())
    (line,) = answer.claim.lines
    for modifier in line.modifiers:
        kept = tuple(each for each in line.modifiers if each != modifier)
        less = attrs.evolve(answer.claim, lines=[attrs.evolve(line, modifiers=kept)])
        expected = {
            routed.book.decide(routed.filed.claim, routed.history).expected
            for routed in books.routed(FiledClaim(less, History(), "test", 1))
        }
        assert expected != {"pay"}


@pytest.mark.parametrize("facts", [{"minutes": 30}, {"minutes": 44}])
def test_what_happened_is_never_changed(tmp_path: Path, facts: dict[str, Any]) -> None:
    """A session that was too short is paid by no change: its minutes are what they were."""
    answer, _ = found(tmp_path, claim_of(modality="in-person", place_of_service="11", **facts))
    assert answer.changes is None
    assert answer.claim == claim_of(modality="in-person", place_of_service="11", **facts)


def test_only_what_the_changes_name_differs(tmp_path: Path) -> None:
    """The changed claim is the stated one in all facts but the modifiers that are named."""
    answer, _ = found(tmp_path, claim_of())
    (line,) = answer.claim.lines
    plain = attrs.evolve(answer.claim, lines=[attrs.evolve(line, modifiers=())])
    assert plain == claim_of()


def test_units_above_the_lower_limit_are_fewer_units(tmp_path: Path) -> None:
    """Two units at a payer that pays one are one unit, if no more were provided."""
    stated = claim_of(modality="in-person", place_of_service="11", units=2)
    answer, _ = found(tmp_path, stated)
    (change,) = answer.changes or ()
    assert change.payer == "zenith"
    assert [line.units for line in answer.claim.lines] == [1]
    assert "no more" in change.cure.condition
