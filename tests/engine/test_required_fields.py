"""Required fields: what a claim must state of its member, its dates, its codes and its lines."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from shapes import CITED, DAY, PAYER, claim, gaps, line, outcomes

from payer_rules.claims import BodySite, Claim, Drug, Member, Occurrence, TreatmentDates
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import RequiredField
from payer_rules.rulebook import RuleBook

EMPTY: Final = History()
GROUP: Final = frozenset(["90853"])
DRUG: Final = Drug(number="00002143380", quantity=Decimal(1), unit="ML")


def requiring(**fields: Any) -> RuleBook:
    """A payer with one rule."""
    return RuleBook.build(PAYER, [RequiredField(id="p/required", codes=GROUP, **CITED, **fields)])


def decided(book: RuleBook, of_line: dict[str, Any], of_claim: dict[str, Any]) -> Any:
    """The decision on a claim of one line."""
    return book.decide(claim(line(1, "90853", **of_line), **of_claim), EMPTY)


@pytest.mark.parametrize(
    ("field", "stated", "none"),
    [
        ("dates.onset", {"dates": TreatmentDates(onset=DAY)}, {"dates": TreatmentDates(onset="none")}),
        ("dates.initial_treatment", {"dates": TreatmentDates(initial_treatment=DAY)}, {"dates": TreatmentDates(initial_treatment="none")}),
        ("dates.last_seen", {"dates": TreatmentDates(last_seen=DAY)}, {"dates": TreatmentDates(last_seen="none")}),
        ("dates.accident", {"dates": TreatmentDates(accident=DAY)}, {"dates": TreatmentDates(accident="none")}),
        ("dates.last_menstrual_period", {"dates": TreatmentDates(last_menstrual_period=DAY)}, {"dates": TreatmentDates(last_menstrual_period="none")}),
        ("dates.discharge", {"dates": TreatmentDates(discharge=DAY)}, {"dates": TreatmentDates(discharge="none")}),
        ("dates.order", {"dates": TreatmentDates(order=DAY)}, {"dates": TreatmentDates(order="none")}),
        ("condition_codes", {"condition_codes": ("41",)}, {"condition_codes": ()}),
        ("occurrences", {"occurrences": (Occurrence(code="11"),)}, {"occurrences": ()}),
    ],
)  # fmt: skip
def test_fields_of_the_claim(field: str, stated: dict[str, Any], none: dict[str, Any]) -> None:
    """A stated field is accepted, a field that is none is returned, an unknown one is open."""
    book = requiring(fields=frozenset([field]))
    assert outcomes(decided(book, {}, stated)) == ["pay"]
    assert outcomes(decided(book, {}, none)) == ["return"]
    assert {name for _, _, name in gaps(decided(book, {}, {}))} == {field}


@pytest.mark.parametrize(
    ("field", "stated", "none"),
    [
        ("body_site", {"body_site": BodySite(side="left")}, {"body_site": "none"}),
        ("body_site.tooth", {"body_site": BodySite(tooth="3")}, {"body_site": BodySite(side="left")}),
        ("body_site.surfaces", {"body_site": BodySite(tooth="3", surfaces=("O",))}, {"body_site": BodySite(tooth="3")}),
        ("body_site.quadrant", {"body_site": BodySite(quadrant="10")}, {"body_site": BodySite(tooth="3")}),
        ("body_site.side", {"modifiers": ("RT",)}, {"body_site": BodySite(tooth="3")}),
        ("drug.number", {"drug": DRUG}, {"drug": "none"}),
        ("drug.quantity", {"drug": DRUG}, {"drug": Drug(number="00002143380")}),
        ("drug.unit", {"drug": DRUG}, {"drug": Drug(number="00002143380")}),
    ],
)  # fmt: skip
def test_fields_of_the_line(field: str, stated: dict[str, Any], none: dict[str, Any]) -> None:
    """The same for fields of a line."""
    book = requiring(fields=frozenset([field]))
    assert outcomes(decided(book, stated, {})) == ["pay"]
    assert outcomes(decided(book, none, {})) == ["return"]
    assert {name for _, _, name in gaps(decided(book, {}, {}))} == {field}


def test_the_sex_of_the_member() -> None:
    """A member's sex is stated or not known."""
    book = requiring(fields=frozenset(["member.sex"]))
    assert outcomes(decided(book, {}, {"member": Member(id="M", sex="female")})) == ["pay"]
    assert {name for _, _, name in gaps(decided(book, {}, {}))} == {"member.sex"}


@pytest.mark.parametrize(
    ("rule", "right", "other"),
    [
        ({"revenue_code": frozenset(["0636"])}, {"of_line": {"revenue_code": "0636"}}, {"of_line": {"revenue_code": "0900"}}),
        ({"condition_code": frozenset(["41"])}, {"of_claim": {"condition_codes": ("07", "41")}}, {"of_claim": {"condition_codes": ("07",)}}),
        ({"occurrence_code": frozenset(["11"])}, {"of_claim": {"occurrences": (Occurrence(code="11"),)}}, {"of_claim": {"occurrences": (Occurrence(code="A1"),)}}),
    ],
)  # fmt: skip
def test_one_of_the_codes(
    rule: dict[str, Any], right: dict[str, Any], other: dict[str, Any]
) -> None:
    """A claim has one of the codes that the rule lists; another code is no answer."""
    book = requiring(**rule)
    nothing: dict[str, Any] = {"of_line": {}, "of_claim": {}}
    assert outcomes(decided(book, **{**nothing, **right})) == ["pay"]
    wrong = decided(book, **{**nothing, **other})
    assert outcomes(wrong) == ["return"]
    assert "is missing" in wrong.findings[0].message
    assert outcomes(decided(book, **nothing)) == ["unknown"]


def test_a_line_has_its_own_dates() -> None:
    """A date of the line is in place of the claim's; a date that it does not state is not."""
    own = TreatmentDates(initial_treatment=DAY - timedelta(days=1))
    dates = TreatmentDates(onset=DAY, initial_treatment="none")
    stated: Claim = claim(line(1, "90853", dates=own), line(2, "90853"), dates=dates)
    first, second = stated.lines
    assert stated.treatment_date(first, "initial_treatment") == DAY - timedelta(days=1)
    assert stated.treatment_date(second, "initial_treatment") == "none"
    assert stated.treatment_date(first, "onset") == DAY
    book = requiring(fields=frozenset(["dates.initial_treatment"]))
    assert outcomes(book.decide(stated, EMPTY)) == ["pay", "return"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BodySite(), "names no part of the body"),
        (lambda: BodySite(quadrant="10", surfaces=("O",)), "surfaces are stated without a tooth"),
        (lambda: BodySite(tooth="33"), "is not a tooth"),
        (lambda: BodySite(quadrant="09"), "is not an area of the mouth"),
        (lambda: Drug(number="12345"), "is not a drug number"),
        (lambda: Drug(number="00002143380", quantity=Decimal(0)), "quantity"),
        (lambda: Occurrence(code="1"), "is not an occurrence code"),
        (lambda: Occurrence(code="11", date_from=DAY, date_to=DAY - timedelta(days=1)), "ends before it starts"),
        (lambda: requiring(), "requires no field"),
        (lambda: requiring(revenue_code=frozenset()), "requires no field"),
    ],
)  # fmt: skip
def test_what_is_refused(make: Any, message: str) -> None:
    """A site, drug or occurrence that no claim form can state, and a rule that asks nothing."""
    with pytest.raises(InvalidValueError, match=message):
        make()
