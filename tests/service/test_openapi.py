"""The description of the service for clients, against what it answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("litestar", reason="the service needs the extra serve")

CLAIM: Final = {
    "id": "C1",
    "payer": "acme",
    "member": {"id": "M1"},
    "billing_provider": {"npi": "1234567893"},
    "lines": [{"code": "90853", "date_from": "2026-03-02"}],
}
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "service.md"
REQUESTS: Final = [
    ("POST", "/v1/check", {"claims": [CLAIM]}),
    ("POST", "/v1/check", {"claims": [{**CLAIM, "lines": []}]}),
    ("POST", "/v1/check", {"claims": [{**CLAIM, "payer": "acne"}]}),
    ("POST", "/v1/next", {"service": {"code": "90853"}}),
    ("POST", "/v1/next?payer=nobody", {"service": {"code": "90853"}}),
    ("POST", "/v1/plan", {}),
    ("GET", "/v1/payers", None),
    ("GET", "/v1/payers?on=x", None),
    ("GET", "/v1/topics?payer=acme", None),
    ("GET", "/v1/rules/acme/two-per-week", None),
    ("GET", "/v1/rules/acme/none", None),
    ("GET", "/v1/side-by-side/90853?payer=acme", None),
    ("GET", "/health", None),
    ("GET", "/ready", None),
]


@pytest.fixture(scope="module")
def document(served: Any) -> dict[str, Any]:
    """The description as a client reads it."""
    found: dict[str, Any] = served.client.get("/openapi.json").json()
    return found


def path_in(document: dict[str, Any], address: str) -> str:
    """Return the path of the document that an address is of."""
    bare = address.partition("?")[0]
    forms = {path: re.sub(r"\{\w+\}", "[^/]+", path) for path in document["paths"]}
    found: str = next(path for path, form in forms.items() if re.fullmatch(form, bare))
    return found


@pytest.mark.parametrize(("method", "address", "body"), REQUESTS)
def test_answers_are_as_described(
    served: Any, document: dict[str, Any], method: str, address: str, body: object
) -> None:
    """Each answer has a status that is described, and is valid by its schema."""
    jsonschema = pytest.importorskip("jsonschema")
    response = served.client.request(
        method, address, content=None if body is None else json.dumps(body)
    )
    operation = document["paths"][path_in(document, address)][method.lower()]
    described = operation["responses"][str(response.status_code)]
    schema = described["content"]["application/json"]["schema"]
    errors = jsonschema.Draft202012Validator(
        {**schema, "components": document["components"]}
    ).iter_errors(response.json())
    assert [error.message for error in errors] == []


def test_every_endpoint_is_described(document: dict[str, Any]) -> None:
    """The description has each address with its method, and no other."""
    from payer_rules.service.endpoints import ENDPOINTS

    own = {("/health", "get"), ("/ready", "get")}
    described = {(path, method) for path, item in document["paths"].items() for method in item}
    assert described == {(each.path, each.method.lower()) for each in ENDPOINTS} | own


def test_keys_are_described_where_they_are_needed(document: dict[str, Any]) -> None:
    """With keys each address about claims or rules has its scope and refusals; without, none."""
    from payer_rules.service.endpoints import ENDPOINTS
    from payer_rules.service.openapi_document import openapi_document
    from payer_rules.service.service_limits import ServiceLimits

    locked = openapi_document(ServiceLimits(), needs_key=True)
    assert locked["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    for each in ENDPOINTS:
        operation = locked["paths"][each.path][each.method.lower()]
        assert operation["security"] == [{"key": [each.scope] if each.scope else []}]
        added = {"401", "403", "429"}
        usual = document["paths"][each.path][each.method.lower()]["responses"]
        assert {*operation["responses"]} == {*usual} | added
        assert not {*usual} & added
    for path in ("/health", "/ready"):
        assert locked["paths"][path] == document["paths"][path]
    text = json.dumps(document)
    assert "securitySchemes" not in text
    assert '"security"' not in text


def test_the_reference_lists_the_endpoints(document: dict[str, Any]) -> None:
    """The page of the reference has a row for each address, and a row for each parameter."""
    if not PAGE.is_file():
        pytest.skip("there is no checkout around these tests")
    text = PAGE.read_text(encoding="utf-8")
    rows = {
        (path, method.lower()) for method, path in re.findall(r"^\| `([A-Z]+) (\S+)`", text, re.M)
    }
    described = {(path, method) for path, item in document["paths"].items() for method in item}
    assert rows == described
    named = {
        name
        for row in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", text, re.M)
        for name in re.findall(r"\w+", row)
    }
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    queried = {
        each["name"]
        for operation in operations
        for each in operation.get("parameters", ())
        if each["in"] == "query"
    }
    assert named == queried


def test_schemas_are_those_of_the_files(document: dict[str, Any]) -> None:
    """Claims and decisions are described by the schemas that are published."""
    from payer_rules.json_forms import schema_of

    schemas = document["components"]["schemas"]
    for form in ("claim", "decision"):
        text = json.dumps(schema_of(form)).replace("#/$defs/", f"#/components/schemas/{form}.")
        published = json.loads(text)
        definitions = published.pop("$defs")
        del published["$id"], published["$schema"]
        assert schemas[form] == published
        assert {name: schemas[f"{form}.{name}"] for name in definitions} == definitions


def test_a_refused_method_is_answered_with_those_that_are_allowed(
    served: Any, document: dict[str, Any]
) -> None:
    """Each address refuses other methods with all of its own in Allow (RFC 9110, 15.5.6)."""
    for path, methods in document["paths"].items():
        response = served.client.delete(path.replace("{", "").replace("}", ""))
        assert response.status_code == 405
        allowed = {method.strip().lower() for method in response.headers["allow"].split(",")}
        assert {*methods} <= allowed <= {"get", "post", "head", "options"}
        assert ("post" in allowed) == ("post" in methods)
