"""Contents of the record: documents with their dates and signers, elements, and findings."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import BILLER, CITED, DAY, PAYER, claim, gaps, line

from payer_rules.claims import ClinicalFinding, Provider, RecordDocument, Session
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import DocumentCriteria, FindingCriteria, RecordRequirement
from payer_rules.rulebook import RuleBook
from payer_rules.rules import PlanNames, ProviderCriteria, ServiceDeadline, TimeLimit

GROUP: Final = frozenset(["90853"])
NOTE: Final = frozenset(["note"])
PLAN: Final = RecordDocument(kind="Treatment Plan", written=DAY)


def requirement(**parts: Any) -> RecordRequirement:
    """A rule on the record of group sessions."""
    return RecordRequirement(id="p/record", codes=GROUP, **CITED, **parts)


def answer(rule: RecordRequirement, session: Any) -> str:
    """Return whether the record holds what the rule asks for, or the fact that is missing."""
    book = RuleBook.build(PAYER, [rule])
    decision = book.decide(claim(line(1, "90853", session=session)), History())
    missing = {name for _, _, name in gaps(decision) if name.startswith("session.")}
    if missing:
        return min(missing)
    return "gap" if decision.proved_findings else "complete"


def with_document(document: RecordDocument | None, **criteria: Any) -> str:
    """The answer on a note with the criteria."""
    documents = () if document is None else (document,)
    rule = requirement(documents=(DocumentCriteria(**{"kind": NOTE, **criteria}),))
    return answer(rule, Session(documents=documents))


NOTED: Final = RecordDocument(kind="note")
LCSW: Final = Provider(npi="1234567802", profession="lcsw")


@pytest.mark.parametrize(
    ("document", "criteria", "expected"),
    [
        (NOTED, {}, "complete"),
        (PLAN, {}, "gap"),
        (None, {}, "gap"),
        (PLAN, {"kind": frozenset(["note", "treatment-plan"])}, "complete"),
        (NOTED, {"signed": True}, "session.documents.signed"),
        (attrs.evolve(NOTED, signed=DAY), {"signed": True}, "complete"),
        (attrs.evolve(NOTED, signed="none"), {"signed": True}, "gap"),
        (attrs.evolve(NOTED, signed="none"), {"signed": ServiceDeadline(days_after=3)}, "gap"),
        (NOTED, {"signed_by": "rendering"}, "session.documents.signed_by"),
        (attrs.evolve(NOTED, signed_by=BILLER), {"signed_by": "rendering"}, "complete"),
        (attrs.evolve(NOTED, signed_by=LCSW), {"signed_by": "rendering"}, "gap"),
        (
            attrs.evolve(NOTED, signed_by=LCSW),
            {"signed_by": ProviderCriteria(profession=frozenset(["lcsw"]))},
            "complete",
        ),
        (
            attrs.evolve(NOTED, signed_by=LCSW),
            {"signed_by": ProviderCriteria(profession=frozenset(["physician"]))},
            "gap",
        ),
        (
            attrs.evolve(NOTED, signed_by=BILLER),
            {"signed_by": ProviderCriteria(profession=frozenset(["lcsw"]))},
            "session.documents.signed_by.profession",
        ),
        (NOTED, {"unexpired": True}, "session.documents.expires"),
        (attrs.evolve(NOTED, expires=DAY), {"unexpired": True}, "complete"),
        (attrs.evolve(NOTED, expires="none"), {"unexpired": True}, "complete"),
        (attrs.evolve(NOTED, expires=DAY - timedelta(days=1)), {"unexpired": True}, "gap"),
        (NOTED, {"written": ServiceDeadline(days_after=3)}, "session.documents.written"),
        (NOTED, {"no_older_than": TimeLimit(days=3)}, "session.documents.written"),
    ],
)
def test_a_document(document: RecordDocument | None, criteria: Any, expected: str) -> None:
    """A document meets all criteria, misses one, or the fact that is missing is named."""
    assert with_document(document, **criteria) == expected


@given(
    on=st.integers(-10, 10), number=st.integers(1, 6), name=st.sampled_from(["written", "signed"])
)
def test_a_document_is_in_time_on_the_last_day(on: int, number: int, name: str) -> None:
    """Written or signed on the last day is in time, on the day after it is not."""
    days: dict[str, Any] = {name: DAY + timedelta(days=on)}
    deadline = {name: ServiceDeadline(days_after=number)}
    expected = "complete" if on <= number else "gap"
    assert with_document(attrs.evolve(NOTED, **days), **deadline) == expected


@pytest.mark.parametrize(
    ("written", "limit", "expected"),
    [
        (date(2024, 5, 15), TimeLimit(months=3), "complete"),
        (date(2024, 5, 14), TimeLimit(months=3), "gap"),
        (DAY - timedelta(days=30), TimeLimit(days=30), "complete"),
        (DAY - timedelta(days=31), TimeLimit(days=30), "gap"),
    ],
)
def test_a_document_is_recent(written: date, limit: TimeLimit, expected: str) -> None:
    """It is recent for so many days or months, the last of them included."""
    assert with_document(attrs.evolve(NOTED, written=written), no_older_than=limit) == expected


def test_one_document_meets_all_criteria() -> None:
    """Two notes that each meet one criterion are not enough."""
    criteria = DocumentCriteria(
        kind=NOTE, written=ServiceDeadline(days_before=0), signed_by="rendering"
    )
    rule = requirement(documents=(criteria,))
    early = attrs.evolve(NOTED, written=DAY, signed_by=LCSW)
    own = attrs.evolve(NOTED, written=DAY + timedelta(days=1), signed_by=BILLER)
    assert answer(rule, Session(documents=(early, own))) == "gap"
    right = attrs.evolve(NOTED, written=DAY, signed_by=BILLER)
    assert answer(rule, Session(documents=(early, own, right))) == "complete"
    assert answer(rule, Session()) == "session.documents"
    assert answer(rule, "none") == "gap"


ALTERNATIVES: Final = (frozenset(["start-end-times", "total-minutes"]), frozenset(["risk"]))


@pytest.mark.parametrize(
    ("documented", "elements", "expected"),
    [
        (["start-end-times"], ["risk"], "complete"),
        ([], ["risk", "total-minutes"], "complete"),
        (["start-end-times"], [], "gap"),
        ([], ["risk"], "gap"),
        (None, ["risk"], "session.documented"),
        (None, ["risk", "total-minutes"], "complete"),
        (["start-end-times"], None, "session.elements"),
        (None, [], "gap"),
    ],
)
def test_of_each_list_of_elements_one_is_enough(
    documented: Any, elements: list[str] | None, expected: str
) -> None:
    """The nine common words are in documented, those of payers in elements."""
    session = Session(
        documented=None if documented is None else frozenset(documented),
        elements=None if elements is None else frozenset(elements),
    )
    assert answer(requirement(elements=ALTERNATIVES), session) == expected


@pytest.mark.parametrize(
    ("score", "previous", "criteria", "expected"),
    [
        (10, 20, {"change_at_least": Decimal(10)}, "complete"),
        (11, 20, {"change_at_least": Decimal(10)}, "gap"),
        (30, 20, {"change_at_least": Decimal(10)}, "complete"),
        (14, 20, {"change_share_at_least": Decimal("0.3")}, "complete"),
        (15, 20, {"change_share_at_least": Decimal("0.3")}, "gap"),
        (10, None, {"change_at_least": Decimal(1)}, "session.findings.previous"),
        (None, 20, {"change_at_least": Decimal(1)}, "session.findings.score"),
        (10, None, {"at_least": Decimal(10)}, "complete"),
        (9, None, {"at_least": Decimal(10)}, "gap"),
        (10, None, {"at_most": Decimal(10)}, "complete"),
        (11, None, {"at_most": Decimal(10)}, "gap"),
        (None, None, {}, "complete"),
    ],
)
def test_a_finding(
    score: int | None, previous: int | None, criteria: dict[str, Any], expected: str
) -> None:
    """A score within bounds, or one that changed enough; what is missing is named."""
    numbers = [None if each is None else Decimal(each) for each in (score, previous)]
    finding = ClinicalFinding(name="PHQ 9", score=numbers[0], previous=numbers[1])
    rule = requirement(findings=(FindingCriteria(name="phq-9", **criteria),))
    assert answer(rule, Session(findings=(finding,))) == expected
    other = attrs.evolve(finding, name="gad-7")
    assert answer(rule, Session(findings=(other,))) == "gap"
    assert answer(rule, Session()) == "session.findings"


def test_a_record_says_nothing_of_size_and_length() -> None:
    """A rule on the record leaves the session unread: of its size and minutes it is no rule."""
    rule = requirement(elements=(frozenset(["topic"]),))
    complete = Session(documented=frozenset(["topic"]))
    book = RuleBook.build(attrs.evolve(PAYER, topics=()), [rule])
    decision = book.decide(claim(line(1, "90853", session=complete)), History())
    assert decision.lines[0].topics["session"] == "unread"


def test_the_payer_sees_it_only_in_the_record() -> None:
    """A gap is an audit risk: it denies nothing at adjudication, and names the part."""
    rule = requirement(documents=(DocumentCriteria(kind=NOTE, signed=True),), elements=ALTERNATIVES)
    session = Session(documents=(), documented=frozenset(), elements=frozenset(["risk"]))
    book = RuleBook.build(PAYER, [rule])
    decision = book.decide(claim(line(1, "90853", session=session)), History())
    (finding,) = decision.proved_findings
    assert finding.detected_in == "record"
    assert finding.message.endswith(
        "the record does not hold document: note, signed; "
        "start and end times of the session or total minutes"
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: requirement(), "asks nothing of the record"),
        (lambda: requirement(elements=(frozenset(),)), "a list of elements is empty"),
        (lambda: DocumentCriteria(kind=frozenset()), "kind lists nothing"),
        (lambda: DocumentCriteria(kind=NOTE, signed=False), "signed is false"),
        (lambda: FindingCriteria(name="x", change_at_least=Decimal(0)), "change_at_least"),
    ],
)
def test_what_is_refused(make: Any, message: str) -> None:
    """A rule or a part of it that asks nothing."""
    with pytest.raises(InvalidValueError, match=message):
        make()


def test_an_element_that_nobody_declares_is_reported() -> None:
    """The payer's own words are valid, and so are the common ones; others are slips."""
    rule = requirement(elements=(frozenset(["total-minutes", "attendants", "topic"]),))
    declaring = attrs.evolve(PAYER, elements=("total-minutes",))
    (error,) = PlanNames.of([declaring]).errors_of_rule(rule)
    assert "attendants" in error.message
    assert "attendance" in error.remedy
    assert "[vocabulary] elements" in error.remedy
