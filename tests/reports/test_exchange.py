"""Decisions for other programs: JSON by its schema, NDJSON, CSV, ClaimResponse, a remittance."""

from __future__ import annotations

import copy
import csv
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias, get_args

import attrs
import jsonschema
import pytest
from bundled import bundled_registry, bundled_suite

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.decisions import (
    Basis,
    Cure,
    Decision,
    Evidence,
    Finding,
    Fingerprint,
    LineDecision,
    NotEvaluated,
    Presumption,
    Risk,
)
from payer_rules.json_forms import schema_of
from payer_rules.json_forms.decision_text import text_of_decision
from payer_rules.reports.claim_response import claim_response
from payer_rules.reports.data import line_of, ndjson, of_decision
from payer_rules.reports.finding_rows import COLUMNS, finding_rows
from payer_rules.reports.remittance import remittance_of
from payer_rules.rules import OUTCOMES, REASONS, TOPICS, Adjustment, Citation, TopicStatus
from payer_rules.rules.facts import Confidence, GroupCode

Decided: TypeAlias = Sequence[tuple[Decision, Claim]]
CREATED: Final = date(2024, 9, 1)
DAY: Final = date(2024, 8, 15)
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1"),
    billing_provider=Provider(npi="1234567893"),
    setting="practitioner",
    lines=[
        ServiceLine(number=1, code="90853", date_from=DAY, charge=Decimal("80")),
        ServiceLine(number=2, code="90834", modifiers=("59",), date_from=DAY),
        ServiceLine(number=3, code="90837", date_from=DAY, charge=Decimal("120.50")),
        ServiceLine(number=4, code="90785", date_from=DAY, charge=Decimal("10")),
    ],
)
LIMIT: Final = Finding(
    rule="acme/one-per-day",
    lines=(1, 2),
    outcome="deny",
    adjustment=Adjustment(group="CO", carc="119", rarc=("N640", "N362")),
    message="second 90853 on 2024-08-15; limit 1",
    evidence=(Evidence(kind="line", line=1),),
)
SHARE: Final = Finding(
    rule="acme/share",
    lines=(1,),
    outcome="patient-share",
    adjustment=Adjustment(group="PR", carc="3"),
    message="the member owes a part",
)
TIER: Final = Finding(
    rule="acme/tier",
    lines=(3,),
    outcome="reduce",
    pays=Decimal("0.75"),
    adjustment=Adjustment(group="CO", carc="45"),
    message="the 31st session pays three quarters",
)
NOTES: Final = Finding(
    rule="acme/times",
    lines=(4,),
    outcome="deny",
    detected_in="record",
    message="the record has no start and end",
)
OPEN: Final = NotEvaluated(
    rule="acme/leave", lines=(3, 4), reason="claim", missing="authorizations"
)
PRINT: Final = Fingerprint(rulebook="sha256:1", engine="0")


def decision(*findings: Finding, entries: tuple[NotEvaluated, ...] = (), **lines: str) -> Decision:
    """A decision on the claim with the outcomes by line: ``_1="deny"``."""
    result = {int(name[1:]): outcome for name, outcome in lines.items()}
    hangs = {line for entry in entries for line in entry.lines}
    return Decision(
        claim="C1",
        payer="acme",
        outcome="deny",
        lines=tuple(
            LineDecision(
                line=number,
                outcome=result.get(number, "pay"),  # type: ignore[arg-type]
                complete=number not in hangs,
                judged_by=(),
            )
            for number in (1, 2, 3, 4)
        ),
        findings=findings,
        not_evaluated=entries,
        fingerprint=PRINT,
    )


FULL: Final = decision(
    LIMIT, SHARE, TIER, NOTES, entries=(OPEN,), _1="deny", _2="deny", _3="reduce", _4="deny"
)


FIRST: Final = ("line", "finding")
RECEIVED: Final = Presumption(
    reason="claim", fact="received", value="2024-09-01", rule="acme/filing"
)
SIZE: Final = Presumption(reason="record", fact="session.group_size", rule="acme/size")
#: Nothing is proved of lines 1 to 3.
PRESUMED: Final = Decision(
    claim="C1",
    payer="acme",
    outcome="unknown",
    expected="deny",
    lines=(
        LineDecision(
            line=1,
            outcome="unknown",
            expected="deny",
            basis="presumed",
            complete=False,
            rests_on=(RECEIVED,),
            judged_by=(),
        ),
        LineDecision(
            line=2,
            outcome="unknown",
            expected="unread",
            basis="none",
            complete=False,
            topics={"frequency": "unread", "place": "not touched", "session": "unread"},
            judged_by=(),
        ),
        LineDecision(
            line=3,
            outcome="unknown",
            expected="pay",
            basis="partial",
            complete=False,
            topics={"frequency": "unread", "session": "checked"},
            rests_on=(SIZE,),
            judged_by=("acme/size",),
        ),
        LineDecision(line=4, outcome="pay", complete=True, judged_by=()),
    ),
    findings=(
        Finding(
            rule="acme/filing",
            lines=(1,),
            outcome="deny",
            adjustment=Adjustment(group="CO", carc="29"),
            message="received too late",
            basis="presumed",
            rests_on=(RECEIVED,),
        ),
    ),
    not_evaluated=(
        NotEvaluated(rule="acme/filing", lines=(1,), reason="claim", missing="received"),
        NotEvaluated(lines=(2, 3), reason="topic", missing="frequency"),
        NotEvaluated(lines=(2,), reason="topic", missing="session"),
        NotEvaluated(rule="acme/size", lines=(3,), reason="record", missing="session.group_size"),
    ),
    fingerprint=PRINT,
)


@pytest.fixture(scope="module")
def decided() -> Decided:
    """The decisions on every case and scenario by every bundled payer, each with its claim."""
    registry = bundled_registry()
    suite = bundled_suite()
    found = []
    for payer in registry.payers:
        rulebook = registry.rulebook(payer)
        for trial in suite.trials(payer):
            claim = trial.filed.claim
            found.append((rulebook.decide(claim, trial.filed.history), claim))
    return found


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The published schema."""
    read = schema_of("decision")
    jsonschema.Draft202012Validator.check_schema(read)
    return read


def test_every_decision_is_of_the_published_form(decided: Decided, schema: dict[str, Any]) -> None:
    """The decisions on all fixtures fit the schema, as they are written."""
    validator = jsonschema.Draft202012Validator(schema)
    for answer, _ in decided:
        document = json.loads(json.dumps(of_decision(answer)))
        assert not list(validator.iter_errors(document))
    assert not list(validator.iter_errors(of_decision(FULL)))


def test_the_schema_has_all_words_and_no_others(schema: dict[str, Any]) -> None:
    """Outcomes, reasons, group codes and confidences are those of the code."""
    parts = schema["$defs"]
    assert parts["outcome"]["enum"] == list(OUTCOMES)
    assert parts["reason"]["enum"] == list(REASONS)
    assert parts["basis"]["enum"] == list(get_args(Basis))
    assert parts["topic"]["enum"] == list(TOPICS)
    assert parts["topic_status"]["enum"] == list(get_args(TopicStatus))
    groups = parts["finding"]["properties"]["group"]["enum"]
    assert groups == [*get_args(GroupCode), None]
    assert parts["citation"]["properties"]["confidence"]["enum"] == list(get_args(Confidence))


def test_the_schema_has_every_key(schema: dict[str, Any]) -> None:
    """A key that a decision gets without the schema, or loses, is refused."""
    validator = jsonschema.Draft202012Validator(schema)
    whole = of_decision(FULL)
    assert set(schema["required"]) == set(schema["properties"]) == set(whole)
    for key in whole:
        assert not validator.is_valid({item: whole[item] for item in whole if item != key})
    broken = copy.deepcopy(whole)
    assert isinstance(broken["findings"], list)
    assert isinstance(broken["findings"][0], dict)
    broken["findings"][0]["more"] = 1
    assert not validator.is_valid(broken)


def test_every_field_has_a_key(schema: dict[str, Any]) -> None:
    """No field of a decision or of its parts is left out of the JSON.

    Except a cured claim, and the topic of a rule, which the rule itself states.
    """
    parts = {**schema["$defs"], "decision": schema}
    parts["presumption"] = parts["presumptions"]["items"]
    parts["cure"] = parts["finding"]["properties"]["cure"]["anyOf"][0]
    names = {"adjustment": ("group", "carc", "rarc"), "reason": ("class", "reason")}
    for cls, part in (
        (Decision, "decision"),
        (LineDecision, "line"),
        (Finding, "finding"),
        (NotEvaluated, "entry"),
        (Presumption, "presumption"),
        (Risk, "risk"),
        (Evidence, "evidence"),
        (Citation, "citation"),
        (Cure, "cure"),
        (Fingerprint, "fingerprint"),
    ):
        keys = parts[part]["properties"].keys()
        for field in attrs.fields(cls):
            is_left_out = cls is Cure or field.name == "rule_topic"
            assert keys & {*names.get(field.name, ()), field.name} or is_left_out, field


def test_the_schema_has_the_name_that_decisions_state(schema: dict[str, Any]) -> None:
    """The id of the schema is the key ``schema`` of each decision."""
    assert schema["$id"] == of_decision(FULL)["schema"] == "urn:payer-rules:schema:decision:2"


def test_ndjson_has_a_decision_a_line(decided: Decided) -> None:
    """Each line is the decision's JSON, whole and by itself."""
    decisions = [answer for answer, _ in decided[:50]]
    lines = list(ndjson(decisions))
    assert [json.loads(line) for line in lines] == [of_decision(answer) for answer in decisions]
    assert all("\n" not in line for line in lines)


def test_a_decision_is_written_by_its_parts_as_it_is_whole(decided: Decided) -> None:
    """The text of kept parts is that of the decision, also where equal parts print differently."""
    entry = FULL.not_evaluated[0]
    dated = attrs.evolve(entry, policy_year=2020, document="Policy\u202e", broken_on=entry.lines)
    others = [
        attrs.evolve(FULL, not_evaluated=(dated, entry)),
        attrs.evolve(FULL, claim="C\u202e\u00e9", not_evaluated=(entry,)),
    ]
    assert dated == entry
    for answer in [*(answer for answer, _ in decided), FULL, *others, FULL]:
        assert text_of_decision(answer) == line_of(of_decision(answer))


def test_findings_are_rows(decided: Decided) -> None:
    """A row for each line, and for each of its findings, risks and open questions; no other."""
    decisions = [answer for answer, _ in decided]
    rows = list(csv.DictReader([f"{line}\n" for line in finding_rows(decisions)]))
    result = 0
    for answer in decisions:
        result += len(answer.lines) + len(answer.at_risk)
        result += sum(len(finding.lines) for finding in answer.findings)
        result += sum(len(entry.lines) for entry in (*answer.not_evaluated, *answer.assumed))
    assert len(rows) == result


def test_what_stands_in_a_row() -> None:
    """The line's outcome, the codes apart, and what is missing of an open question."""
    rows = list(csv.DictReader([f"{line}\n" for line in finding_rows([FULL])]))
    assert tuple(rows[0]) == COLUMNS
    shared = {"claim": "C1", "payer": "acme", "line": "1", "line_outcome": "deny"}
    shared |= {"expected": "deny", "basis": "proved"}
    fields = {
        "kind": "finding",
        "rule": "acme/one-per-day",
        "outcome": "deny",
        "detected_in": "claim",
    }
    codes = {"group": "CO", "carc": "119", "rarc": "N640 N362", "message": LIMIT.message}
    assert {name: cell for name, cell in rows[0].items() if cell} == {**shared, "kind": "line"}
    assert {name: cell for name, cell in rows[1].items() if cell} == {**shared, **fields, **codes}
    asked = [row for row in rows if row["kind"] == "not evaluated"]
    assert [(row["line"], row["reason"], row["missing"]) for row in asked] == [
        ("3", "claim", "authorizations"),
        ("4", "claim", "authorizations"),
    ]


def test_a_row_has_what_was_billed() -> None:
    """A person finds the code, the day and the charge without the claim file, and no member."""
    line = ServiceLine(
        number=1, code="90853", modifiers=["95", "HQ"], date_from=DAY, charge=Decimal("60.50")
    )
    claim = attrs.evolve(CLAIM, lines=[line])
    row, *_ = csv.DictReader([f"{each}\n" for each in finding_rows([FULL], {"C1": claim})])
    billed = [row[name] for name in COLUMNS[3:8]]
    assert billed == ["90853", "95 HQ", DAY.isoformat(), "1", "60.50"]
    row, *_ = csv.DictReader([f"{each}\n" for each in finding_rows([FULL])])
    assert {row[name] for name in COLUMNS[3:8]} == {""}


def test_only_the_row_of_the_line_has_its_charge() -> None:
    """The column has the sum of the charges, however many rows a line has."""
    lines = [
        ServiceLine(number=number, code="90853", date_from=DAY, charge=Decimal("60.50"))
        for number in (1, 2, 3, 4)
    ]
    claim = attrs.evolve(CLAIM, lines=lines)
    rows = [*csv.DictReader([f"{row}\n" for row in finding_rows([FULL], {"C1": claim})])]
    assert len(rows) > len(lines)
    assert {row["kind"] for row in rows if row["charge"]} == {"line"}
    assert sum(Decimal(row["charge"] or 0) for row in rows) == 4 * Decimal("60.50")
    assert {row["code"] for row in rows} == {"90853"}


def test_assumptions_are_rows() -> None:
    """Assumptions are reported with the findings."""
    decided_claim = attrs.evolve(decision(), assumed=(OPEN,))
    kinds = [
        row["kind"]
        for row in csv.DictReader([f"{item}\n" for item in finding_rows([decided_claim])])
    ]
    assert kinds == ["line", "line", "line", "assumed", "line", "assumed"]


def test_a_row_states_what_an_answer_rests_on() -> None:
    """The presumptions of lines and findings, and the topics that were not read, have columns."""
    rows = [*csv.DictReader([f"{row}\n" for row in finding_rows([PRESUMED])])]
    columns = ("line", "expected", "kind", "basis", "rests_on", "topics_unread")
    stated = [tuple(row[name] for name in columns) for row in rows if row["kind"] in FIRST]
    assert stated == [
        ("1", "deny", "line", "presumed", "claim received = 2024-09-01 for acme/filing", ""),
        ("1", "deny", "finding", "presumed", "claim received = 2024-09-01 for acme/filing", ""),
        ("2", "unread", "line", "none", "", "frequency session"),
        ("3", "pay", "line", "partial", "record session.group_size for acme/size", "frequency"),
        ("4", "pay", "line", "proved", "", ""),
    ]


def test_a_remittance_shows_what_to_expect() -> None:
    """The expected outcome, its basis, its presumptions and the topics that were not read."""
    assert list(remittance_of(PRESUMED, CLAIM)) == [
        "claim C1 · acme: deny",
        "  line 1 · 90853 · charge 80.00: deny, paid 0.00 · presumed",
        "    CAS CO 29 80.00 · acme/filing · presumed",
        "    presumed: date received: 2024-09-01 (acme/filing)",
        "  line 2 · 90834 59 · charge not known: not read",
        "    this payer's policy was not read on: how often, minutes and group size",
        "  line 3 · 90837 · charge 120.50: no rule broken · partly read",
        "    presumed: group size in order (acme/size)",
        "    this payer's policy was not read on: how often",
        "  line 4 · 90785 · charge 10.00: pay",
    ]


def test_a_remittance_in_words() -> None:
    """Charge, group code, CARC and amount by line; unknown amounts are marked as such."""
    assert list(remittance_of(FULL, CLAIM)) == [
        "claim C1 · acme: deny",
        "  line 1 · 90853 · charge 80.00: deny, paid 0.00",
        "    CAS CO 119 80.00 · RARC N640 · RARC N362 · acme/one-per-day",
        "    CAS PR 3 amount not known · acme/share",
        "  line 2 · 90834 59 · charge not known: deny, paid 0.00",
        "    CAS CO 119 amount not known · RARC N640 · RARC N362 · acme/one-per-day",
        "  line 3 · 90837 · charge 120.50: reduce",
        "    CAS CO 45 amount not known · pays 0.75 of the allowed amount · acme/tier",
        "  line 4 · 90785 · charge 10.00: paid at adjudication, audit risk (deny)",
        "    Audit risk: would be recouped on chart review, not at adjudication. "
        "the record has no start and end (acme/times)",
    ]


def test_a_remittance_of_what_is_unknown() -> None:
    """Payment depends on missing facts; a finding without codes is shown by its outcome."""
    inform = attrs.evolve(SHARE, outcome="inform", adjustment=None)
    decided_claim = attrs.evolve(decision(inform, entries=(OPEN,), _3="unknown"), notes=("a note",))
    assert list(remittance_of(decided_claim, CLAIM)) == [
        "claim C1 · acme: deny",
        "  line 1 · 90853 · charge 80.00: pay",
        "    informational, $0 · acme/share",
        "  line 2 · 90834 59 · charge not known: pay",
        "  line 3 · 90837 · charge 120.50: Missing: authorization. "
        "If this is in order, this line should pay.",
        "  line 4 · 90785 · charge 10.00: pay",
        "  note: a note",
    ]


def test_nothing_is_taken_off_twice(decided: Decided) -> None:
    """On a line that is not paid the amounts make up its charge, and no more."""
    for answer, claim in decided:
        priced = [attrs.evolve(line, charge=Decimal(100)) for line in claim.lines]
        text = list(remittance_of(answer, attrs.evolve(claim, lines=priced)))
        amounts = [line for line in text if line.startswith("    CAS") and " 100.00" in line]
        assert len(amounts) <= sum("paid 0.00" in line for line in text)


def response(answer: Decision, claim: Claim = CLAIM) -> dict[str, Any]:
    """The decision as a ClaimResponse, which FHIR's own model takes."""
    document = claim_response(answer, claim, created=CREATED)
    models = pytest.importorskip("fhir.resources.R4B.claimresponse")
    models.ClaimResponse.model_validate_json(json.dumps(document))
    return document


def test_every_decision_is_a_sound_claim_response(decided: Decided) -> None:
    """The decisions on all fixtures are resources of FHIR R4, with an item for each line."""
    for answer, claim in decided:
        document = response(answer, claim)
        assert [item["itemSequence"] for item in document["item"]] == [
            line.line for line in answer.lines
        ]


def test_codes_stand_in_the_adjudication_of_their_item() -> None:
    """Group code, CARC and RARCs are codings in X12's systems, with the amount where it is known."""
    item = response(FULL)["item"][0]
    submitted, outcome, limit, share = item["adjudication"]
    assert submitted["amount"] == {"value": 80.0, "currency": "USD"}
    assert outcome == {"category": {"text": "outcome"}, "reason": {"text": "deny"}}
    assert limit["reason"]["coding"] == [
        {"system": "https://x12.org/codes/claim-adjustment-group-codes", "code": "CO"},
        {"system": "https://x12.org/codes/claim-adjustment-reason-codes", "code": "119"},
        {"system": "https://x12.org/codes/remittance-advice-remark-codes", "code": "N640"},
        {"system": "https://x12.org/codes/remittance-advice-remark-codes", "code": "N362"},
    ]
    assert limit["amount"] == {"value": 80.0, "currency": "USD"}
    assert "amount" not in share


def test_notes_belong_to_items() -> None:
    """Each message is a note of its items; audit risks and open questions are marked as such."""
    document = response(FULL)
    notes = {note["number"]: note["text"] for note in document["processNote"]}
    of_line = {
        item["itemSequence"]: [notes[number] for number in item["noteNumber"]]
        for item in document["item"]
    }
    assert of_line[2] == ["second 90853 on 2024-08-15; limit 1 (acme/one-per-day)"]
    assert of_line[4] == [
        "Audit risk: would be recouped on chart review, not at adjudication. "
        "the record has no start and end (acme/times)",
        "not checked: missing authorization (acme/leave)",
    ]
    assert list(notes.values())[-1] == "rule book sha256:1"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (decision(), "complete"),
        (decision(LIMIT, _1="deny", _2="deny"), "complete"),
        (decision(entries=(OPEN,), _3="unknown", _4="unknown"), "partial"),
        (decision(entries=(OPEN,), _3="deny", _4="deny"), "partial"),
        (decision(_1="review"), "partial"),
        (decision(_1="return"), "error"),
    ],
)
def test_what_is_not_known_is_no_error(answer: Decision, outcome: str) -> None:
    """Only a line that was returned unprocessed is one."""
    assert response(answer)["outcome"] == outcome


def test_a_response_is_what_to_expect() -> None:
    """Outcomes are the expected ones; an extension names the basis, and notes what is presumed."""
    resource = response(PRESUMED)
    assert resource["outcome"] == "partial"
    assert resource["disposition"] == "line 1: deny; line 2: unread; line 3: pay; line 4: pay"
    extensions = [item["extension"] for item in resource["item"]]
    assert [item[0]["valueCode"] for item in extensions] == [
        "presumed",
        "none",
        "partial",
        "proved",
    ]
    assert {item[0]["url"] for item in extensions} == {"urn:payer-rules:extension:basis"}
    assert [note["text"] for note in resource["processNote"]] == [
        "received too late (acme/filing)",
        "presumed: date received: 2024-09-01 (acme/filing)",
        "this payer's policy was not read on: how often, minutes and group size",
        "presumed: group size in order (acme/size)",
        "this payer's policy was not read on: how often",
        "rule book sha256:1",
    ]


def test_a_returned_line_is_an_error_of_its_item() -> None:
    """The error has the CARC where there is one, and the message."""
    coded = attrs.evolve(LIMIT, outcome="return", lines=(1,))
    plain = attrs.evolve(NOTES, outcome="return", detected_in="claim")
    document = response(decision(coded, plain, _1="return", _4="return"))
    assert [item["itemSequence"] for item in document["error"]] == [1, 4]
    carc = {"system": "https://x12.org/codes/claim-adjustment-reason-codes", "code": "119"}
    assert document["error"][0]["code"] == {"text": coded.message, "coding": [carc]}
    assert document["error"][1]["code"] == {"text": plain.message}
    assert "error" not in response(FULL)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bill_type": "0131"}, "institutional"),
        ({}, "professional"),
        ({"setting": None}, "unknown"),
    ],
)
def test_the_type_of_the_claim_is_reported_where_it_is_known(
    changes: dict[str, Any], code: str
) -> None:
    """A type of bill is an institution's, the setting of practitioners a professional claim's."""
    document = response(decision(), attrs.evolve(CLAIM, **changes))
    assert document["type"]["coding"][0]["code"] == code


def test_whom_a_response_is_about() -> None:
    """Claim, member, payer and provider are named by their numbers, with the notes."""
    decided_claim = attrs.evolve(decision(), notes=("a note",), assumed=(OPEN,))
    document = response(decided_claim)
    assert document["request"] == {"identifier": {"value": "C1"}}
    assert document["patient"] == {"identifier": {"value": "M1"}}
    assert document["insurer"] == {"identifier": {"value": "acme"}}
    assert document["created"] == "2024-09-01"
    assert document["disposition"] == "line 1: pay; line 2: pay; line 3: pay; line 4: pay"
    assert [note["text"] for note in document["processNote"]] == [
        "assumed to be in order: missing authorization (acme/leave)",
        "a note",
        "rule book sha256:1",
    ]
