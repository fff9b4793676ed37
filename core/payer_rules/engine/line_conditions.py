"""The conditions on facts of the line: place, modality, modifiers, drug, body site, charge."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.engine.body_sites import part_of, sides_of, surfaces_of
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.condition import Condition, ConditionTest
from payer_rules.engine.missing import of_line
from payer_rules.engine.other_lines import delivered
from payer_rules.engine.reads import Reads
from payer_rules.engine.truth import Truth, among
from payer_rules.rules import AmountBounds


def _of_line(name: str) -> ConditionTest:
    def test(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
        return among(getattr(line, name), allowed, of_line(line, name))

    return test


def _drug(numbers: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    drug = line.drug
    if drug is None:
        return of_line(line, "drug.number")
    return drug != "none" and drug.number in numbers


def _of_body_site(name: str) -> ConditionTest:
    def test(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
        return among(part_of(line, name), allowed, of_line(line, f"body_site.{name}"))

    return test


def _surface(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    surfaces = surfaces_of(line)
    if surfaces is None:
        return of_line(line, "body_site.surfaces")
    return any(surface in allowed for surface in surfaces)


def _side(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    sides = sides_of(line)
    if sides is None:
        return of_line(line, "body_site.side")
    return any(side in allowed for side in sides)


def _modality(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    return delivered(line, allowed, state.assumptions)


def _modifier(wanted: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    return any(modifier in wanted for modifier in line.modifiers)


def _charge(bounds: AmountBounds, state: ClaimState, line: ServiceLine) -> Truth:
    if line.charge is not None:
        return bounds.allows(line.charge)
    return of_line(line, "charge")


#: The conditions by their names in `When`.
LINE_CONDITIONS: Final[dict[str, Condition]] = {
    "revenue_code": Condition(_of_line("revenue_code"), Reads(line={"revenue_code"})),
    "place_of_service": Condition(_of_line("place_of_service"), Reads(line={"place_of_service"})),
    "modality": Condition(_modality, Reads(line={"modality", "modifiers", "place_of_service"})),
    "modifier": Condition(_modifier, Reads(line={"modifiers"})),
    "drug": Condition(_drug, Reads(line={"drug"})),
    "tooth": Condition(_of_body_site("tooth"), Reads(line={"body_site"})),
    "quadrant": Condition(_of_body_site("quadrant"), Reads(line={"body_site"})),
    "surface": Condition(_surface, Reads(line={"body_site"})),
    "side": Condition(_side, Reads(line={"body_site", "modifiers"})),
    "charge": Condition(_charge, Reads(line={"charge"})),
}
