"""What the service answers: the JSON that the commands print."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from fhir_writer import bundle, claim_resource, patient_resource
from x12_texts import interchange, written

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.cli import main
from payer_rules.errors import InputError
from payer_rules.history import History, HistoryLine
from payer_rules.json_forms import to_json
from payer_rules.planning.asked_service import AskedService

pytest.importorskip("litestar", reason="the service needs the extra serve")

Command: Any = Callable[..., str]
CLINIC: Final = Provider(npi="1234567893", profession="lcsw")
LINES: Final = [
    ServiceLine(
        number=number,
        code="90853",
        date_from=date(2026, 3, number),
        place_of_service="11",
        charge=60,
    )
    for number in (1, 2, 3)
]
CLAIM: Final = Claim(
    id="C1",
    payer="acme",
    member=Member(id="M1", birth_date=date(1980, 1, 1)),
    billing_provider=CLINIC,
    setting="practitioner",
    diagnoses=["F32.9"],
    lines=LINES,
)
SCHEDULE: Final = """\
member,payer,code,date,clinician,group,place_of_service
M1,acme,90853,2026-03-02,1234567893,G1,11
M2,acme,90853,2026-03-02,1234567893,G1,11
M1,acme,90853,2026-03-03,1234567893,G2,11
M1,acme,90853,2026-03-04,1234567893,G3,11
"""
TABLE: Final = (
    "claim,line,member,code,date_from,billing_npi,payer\nC1,1,M1,90853,2026-03-02,1234567893,acme\n"
)


def _fhir() -> str:
    resource = claim_resource(attrs.evolve(CLAIM, payer=None))
    return json.dumps(bundle(resource, patient_resource(CLAIM)))


def _x12() -> str:
    return interchange(written(attrs.evolve(CLAIM, payer=None)))


BODIES: Final[dict[str, tuple[Callable[[], str], tuple[str, ...]]]] = {
    "request.json": (lambda: to_json(CLAIM), ()),
    "request": (_x12, ("acme", "il-medicaid")),
    "fhir/request.json": (_fhir, ("acme",)),
    "table/request": (lambda: TABLE, ()),
    "two/request.json": (lambda: to_json(CLAIM), ("medicare", "acme")),
    "unknown/request.json": (lambda: to_json(CLAIM), ("acne", "acme")),
    "broken/request.json": (lambda: to_json(CLAIM).replace("90853", "9085"), ()),
    "uncoded/request.json": (lambda: '{"claims": []}', ()),
}


@pytest.fixture
def printed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return the function that runs a command and returns its report in JSON."""
    monkeypatch.chdir(folder)

    def run(*words: str) -> str:
        out = folder / "report.json"
        main([*words, "--profiles", "acme", "--report", f"json:{out}"])
        return out.read_text(encoding="utf-8")

    return run


@pytest.mark.parametrize("name", BODIES)
def test_check_answers_as_the_command(served: Any, printed: Command, name: str) -> None:
    """The answer on a body is the report of `check` on a file of the same content, to the byte.

    A problem of the option --payer is one of the parameter of this name.
    """
    body, payers = BODIES[name]
    path = served.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(body(), encoding="utf-8")
    options = [word for payer in payers for word in ("--payer", payer)]
    expected = printed("check", str(path), *options).replace('"--payer"', "\"parameter 'payer'\"")
    answer = served.text("POST", "/v1/check", content=body(), params={"payer": payers})
    assert answer == expected


def test_a_check_without_a_decision_is_refused(served: Any) -> None:
    """Where no claim could be checked the status shows it, and the report has the reason."""
    body = to_json(CLAIM).replace("90853", "9085")
    response = served.client.post("/v1/check", content=body)
    assert response.status_code == 422
    assert response.json()["decisions"] == []
    assert response.json()["problems"]


def test_next_answers_as_the_command(served: Any, printed: Command) -> None:
    """The first dates that pay are those of `next`, for claims and for a service."""
    path = served.folder / "request.json"
    path.write_text(to_json(CLAIM), encoding="utf-8")
    expected = printed("next", str(path), "--until", "2026-12-31")
    params = {"until": "2026-12-31"}
    assert served.text("POST", "/v1/next", content=to_json(CLAIM), params=params) == expected
    words = ("--code", "90853", "--member", "M7", "--payer", "acme", "--place", "11")
    expected = printed("next", *words, "--modifier", "HQ", "--from", "2026-03-02")
    service = {"code": "90853", "member": "M7", "place_of_service": "11", "modifiers": ["HQ"]}
    body = json.dumps({"service": service})
    params = {"payer": "acme", "from": "2026-03-02"}
    assert served.text("POST", "/v1/next", content=body, params=params) == expected


def test_the_short_list_has_the_payers_of_the_long_one(served: Any) -> None:
    """Ids, names and kinds are the same in both forms; there is no other form."""
    short = served.client.get("/v1/payers", params={"detail": "short"}).json()["payers"]
    whole = served.client.get("/v1/payers").json()["payers"]
    assert short == [{name: each[name] for name in ("id", "name", "kind")} for each in whole]
    assert served.client.get("/v1/payers", params={"detail": "tiny"}).status_code == 400


def test_plan_answers_as_the_command(served: Any, printed: Command) -> None:
    """The plan of a schedule is that of the command, over several members as well."""
    path = served.folder / "request.csv"
    path.write_text(SCHEDULE, encoding="utf-8")
    expected = printed("plan", str(path))
    assert json.loads(expected)["appointments"]
    assert served.text("POST", "/v1/plan", content=SCHEDULE) == expected


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/v1/payers?on=2026-05-01", ["payers", "--on", "2026-05-01"]),
        (
            "/v1/topics?payer=acme&payer=medicare&on=2026-05-01",
            [
                "payers",
                "--topics",
                *("--payer", "acme", "--payer", "medicare", "--on", "2026-05-01"),
            ],
        ),
        (
            "/v1/side-by-side/90853?payer=acme&payer=il-medicaid&on=2026-05-01&paid_units=2",
            [
                *("side-by-side", "90853", "--payer", "acme", "--payer", "il-medicaid"),
                *("--on", "2026-05-01", "--paid-units", "2"),
            ],
        ),
    ],
)
def test_lists_answer_as_the_commands(
    served: Any, printed: Command, address: str, words: list[str]
) -> None:
    """Payers, topics and comparisons are those of the commands, the second time as well."""
    expected = printed(*words)
    assert [served.text("GET", address) for _ in range(2)] == [expected, expected]


def test_a_rule_is_that_of_the_list(served: Any, printed: Command) -> None:
    """One rule is the part of `rules` that has its id; rules about edits have their tables."""
    listed = json.loads(printed("rules", "--payer", "acme"))
    answer = json.loads(served.text("GET", "/v1/rules/acme/two-per-week"))
    assert answer == {"rules": listed["rules"], "tables": []}
    listed = json.loads(printed("rules", "--payer", "medicare"))
    answer = json.loads(served.text("GET", "/v1/rules/medicare/mue"))
    assert answer["rules"] == []
    assert answer["tables"] == [each for each in listed["tables"] if each["units"]]


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "words"),
    [
        ("GET", "/v1/rules/acme/two-per-weak", None, 404, "'acme/two-per-week'"),
        ("GET", "/v1/rules/acne/two-per-week", None, 404, "'acme'"),
        ("GET", "/v1/topics?payer=acne", None, 422, "'acme'"),
        ("GET", "/v1/side-by-side/9085", None, 404, "is not a procedure code"),
        ("GET", "/v1/payers?om=2026-01-01", None, 400, "Known here: detail, on."),
        ("GET", "/v1/payers?on=2026-02-30", None, 400, "is not a date"),
        ("GET", "/v1/payers?on=2026-01-01&on=2026-01-02", None, 400, "stated twice"),
        ("GET", "/v1/side-by-side/90853?paid_units=0", None, 400, "is not a number"),
        ("GET", "/v1/check", None, 405, "/openapi.json"),
        ("GET", "/v1/chek", None, 404, "/openapi.json"),
        ("POST", "/v1/check", "", 400, "there is no body"),
        ("POST", "/v1/next?payer=acne", "{}", 422, "'acme'"),
        ("POST", "/v1/next", '{"service": {"cod": "90853"}}', 422, "'code'"),
        ("POST", "/v1/next", '{"service": {"code": "9"}}', 422, "code"),
        ("POST", "/v1/next", '{"service": {"code": "90853", "day": "2026-01-01"}}', 422, "?from"),
        ("POST", "/v1/next", '{"service": 5}', 422, "service"),
        ("POST", "/v1/plan", "member,payer\nM1,acme\n", 422, "code"),
    ],
)
def test_what_is_wrong_is_named(
    served: Any, method: str, address: str, body: str | None, status: int, words: str
) -> None:
    """A request that is wrong is refused with its problems, in the words of the commands."""
    response = served.client.request(method, address, content=body)
    assert response.status_code == status, response.text
    assert words in json.dumps(response.json()["problems"], ensure_ascii=False)


WRONG: Final = {
    "/v1/check": [
        "A" * 50,
        "<x/>",
        "SQLite format 3\0",
        "id = 1",
        _x12(),
        _x12().replace("ST*837", "ST*835"),
        "claim,line,member,cod,date_from,billing_npi,payer\nC1,1,M1,9,2026-03-02,1,acme\n",
        "claim,line,member,code,day,billing_npi,payer\nC1,1,M1,9,2026-03-02,1,acme\n",
        json.dumps({"resourceType": "ExplanationOfBenefit"}),
        to_json(CLAIM).replace("acme", "acne"),
    ],
    "/v1/check?payer=acne": [to_json(CLAIM)],
    "/v1/next": [_x12(), "A" * 50, '{"service": {"code": "90853"}}'],
    "/v1/plan": ["", "A" * 50, "member,payer,cod,date,seen\nM1,acme,9,2026-03-02,1\n"],
}


@pytest.mark.parametrize(
    ("address", "body"), [(address, body) for address, each in WRONG.items() for body in each]
)
def test_problems_are_of_requests(served: Any, address: str, body: str) -> None:
    """No problem of a request speaks of an option, or of a format that only a command reads."""
    answer = served.client.post(address, content=body).json()
    problems = [*answer.get("problems", ()), *answer.get("remarks", ())]
    text = json.dumps(problems)
    assert problems or "answers" in answer
    for word in ("--", "Parquet", "TOML", "mapping file", str(served.folder)):
        assert word not in text


def test_a_service_of_nobody_is_asked_for_its_member() -> None:
    """Where the history has several members, the body must say whose service it is."""
    from payer_rules.service.refusals import RefusedRequest

    lines = [
        HistoryLine(claim="C", member=each, code="90853", date_from=date(2026, 3, 2))
        for each in ("M1", "M2")
    ]
    with pytest.raises(InputError) as raised:
        AskedService(code="90853", day=date(2026, 3, 2)).claim(History(lines=lines))
    (problem,) = RefusedRequest(422, raised.value.problems).problems
    assert (problem.where, problem.remedy) == ("service", "State the member.")


def test_an_answer_is_data(served: Any) -> None:
    """No browser may keep, show or run an answer, refusals included."""
    for address in ("/health", "/v1/rules/acme/two-per-week", "/nowhere"):
        headers = served.client.get(address).headers
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-type"] == "application/json"


def test_no_body_is_left(served: Any) -> None:
    """The file of a body is deleted when the request is answered, or cannot be."""
    served.text("POST", "/v1/check", content=to_json(CLAIM))
    served.text("POST", "/v1/check", content="{")
    assert [*(served.folder / "bodies").iterdir()] == []
