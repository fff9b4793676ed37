"""Laws of the payer's own number of a claim, by which a replacement names what it replaces."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from fhir_writer import claim_resource
from table_writer import row_of_history, write_csv
from x12_texts import claim_segments, claims_in, day, header, interchange

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import FrequencyLimit
from payer_rules.readers.fhir import read_fhir_history
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_file
from payer_rules.rulebook import RuleBook
from payer_rules.rules import CORE_TOPICS, Citation, DateRange, Payer, TopicStatement, Window

LINE: Final = ServiceLine(
    code="90853",
    date_from=day("20240815"),
    charge=Decimal(120),
    place_of_service="11",
    rendering_provider=Provider(npi="1999999984"),
)
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1", birth_date=day("19800501")),
    billing_provider=Provider(npi="1234567893"),
    lines=[LINE],
    frequency_code="1",
    diagnoses=("F331",),
)
#: The same services once more, under an id of its own, as an 837 replaces a claim.
REPLACEMENT: Final = attrs.evolve(CLAIM, id="C2", frequency_code="7", replaces="ICN1")
MANUAL: Final = Citation(
    row="A-1",
    title="Manual (invented)",
    url="https://acme.example",
    locator="p. 1",
    read=day("20240101"),
    confidence="primary",
)
#: The manual was read on every topic and states no more than the rule of the test.
READ: Final = tuple(
    TopicStatement(topic=topic, none=(MANUAL,), verified=DateRange(day("20240101")))
    for topic in CORE_TOPICS
)
PAYER: Final = Payer(id="acme", name="Acme", kind="commercial", topics=READ)
CONTROL: Final = "https://bluebutton.cms.gov/identifiers/CLM-CNTL-NUM"
TYPES: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType"


def remittance(folder: Path) -> Path:
    """An 835 that pays the claim, under the payer's number ICN1."""
    segments = [
        "BPR*I*80*C*CHK************20240901",
        "TRN*1*TRACE1*1999999999",
        "N1*PR*PAYER*XV*12345",
        "N1*PE*CLINIC*XX*1234567893",
        "LX*1",
        "CLP*C1*1*120*120**12*ICN1",
        "NM1*QC*1*DOE*JANE****MI*M1",
        "NM1*82*1*DOE*JOHN****XX*1999999984",
        "SVC*HC:90853*120*120**1",
        "DTM*472*20240815",
    ]
    file = folder / "paid.835"
    file.write_text(interchange(segments, version="005010X221A1"))
    return file


def explanation(folder: Path) -> Path:
    """FHIR's explanation of the same."""
    resource = claim_resource(CLAIM) | {
        "resourceType": "ExplanationOfBenefit",
        "outcome": "complete",
        "identifier": [{"system": CONTROL, "value": "ICN1"}],
    }
    paid = {"category": {"coding": [{"code": "paidtoprovider"}]}, "amount": {"value": 120}}
    resource["item"][0]["adjudication"] = [paid]
    file = folder / "paid.json"
    file.write_text(json.dumps(resource))
    return file


def paid_line() -> HistoryLine:
    """The line of the claim as it was paid."""
    return HistoryLine.of(CLAIM, LINE, status="paid", payer_claim="ICN1")


def table(folder: Path) -> Path:
    """A table of the same."""
    return write_csv(folder / "paid.csv", [row_of_history(paid_line())])


def document(folder: Path) -> Path:
    """A file of ours of the same."""
    file = folder / "paid.toml"
    file.write_text(
        """
[[history]]
claim = "C1"
payer_claim = "ICN1"
member = "M1"
code = "90853"
date = 2024-08-15
status = "paid"
billing_provider = { npi = "1234567893" }
rendering_provider = { npi = "1999999984" }
"""
    )
    return file


def as_json(folder: Path) -> Path:
    """The same in JSON."""
    line: dict[str, Any] = {"claim": "C1", "payer_claim": "ICN1", "member": "M1", "code": "90853"}
    provider = {"npi": "1234567893"}
    line |= {"date": "2024-08-15", "status": "paid", "billing_provider": provider}
    file = folder / "ours.json"
    file.write_text(json.dumps({"history": [line | {"rendering_provider": provider}]}))
    return file


@pytest.mark.parametrize("write", [remittance, explanation, table, document, as_json])
def test_a_replacement_does_not_meet_what_it_replaces(write: Any, tmp_path: Path) -> None:
    """Both numbers come with the line; the 837 that names the payer's is judged without it."""
    store, problems = read_history_file(write(tmp_path), ReadOptions())
    assert problems == []
    assert store is not None
    assert [(line.claim, line.payer_claim, line.status) for line in store.lines] == [
        ("C1", "ICN1", "paid")
    ]
    segments = [*header(REPLACEMENT), *claim_segments(REPLACEMENT)]
    (filed,), _ = claims_in(interchange(segments))
    assert (filed.claim.id, filed.claim.replaces) == ("C2", "ICN1")
    known = attrs.evolve(store, covers_from=day("20240101"))
    book = RuleBook.build(PAYER, [_once_a_week()])
    outcomes = [
        book.decide(claim, known).outcome
        for claim in (
            filed.claim,
            attrs.evolve(filed.claim, replaces="C1"),
            attrs.evolve(filed.claim, replaces="ICN2"),
            attrs.evolve(filed.claim, frequency_code="1", replaces=None),
        )
    ]
    assert outcomes == ["pay", "pay", "deny", "deny"]


def _once_a_week() -> FrequencyLimit:
    return FrequencyLimit(
        id="acme/once-a-week",
        codes=frozenset(["90853"]),
        limit=Decimal(1),
        counts="services",
        window=Window.rolling(7),
        scope="member",
        citations=(MANUAL,),
        rationale="Once in seven days.",
    )


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        ([], None),
        ([{"value": "E1"}], None),
        ([{"type": {"coding": [{"system": TYPES, "code": "uc"}]}, "value": "U1"}], "U1"),
        ([{"type": {"coding": [{"system": TYPES, "code": "um"}]}, "value": "U1"}], None),
        (
            [
                {"type": {"coding": [{"system": TYPES, "code": "uc"}]}, "value": "U1"},
                {"system": CONTROL, "value": "ICN1"},
            ],
            "ICN1",
        ),
    ],
)
def test_an_explanation_says_which_number_is_the_payers(
    identifiers: list[dict[str, Any]], expected: str | None, tmp_path: Path
) -> None:
    """CMS's control number, or the identifier of CARIN's type; of others it is not known."""
    resource = json.loads(explanation(tmp_path).read_text()) | {"identifier": identifiers}
    file = tmp_path / "other.json"
    file.write_text(json.dumps(resource))
    (line,) = read_fhir_history(file)
    assert isinstance(line, HistoryLine)
    assert line.payer_claim == expected


def test_a_number_that_is_not_known_is_the_same_as_none() -> None:
    """A claim that replaces nothing meets lines without the payer's number as ever."""
    line = attrs.evolve(paid_line(), payer_claim=None)
    first = attrs.evolve(CLAIM, id="C9")
    assert not line.is_of(first)
    assert History(lines=[line]).lines_other_than(first) == (line,)
    assert line.is_of(CLAIM)
