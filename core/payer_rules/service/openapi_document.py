"""The description of the service for clients, in OpenAPI 3.1, with the schemas of the files."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from typing import Any, Final

from payer_rules.json_forms import schema_of
from payer_rules.json_forms.schema_files import FormName
from payer_rules.reports.code_comparison import MOST_COMPARED_LINES
from payer_rules.service.endpoints import ENDPOINTS, BodyKind, Endpoint
from payer_rules.service.refusals import FHIR_TYPE
from payer_rules.service.service_limits import ServiceLimits
from payer_rules.service.service_requests import REPEATABLE

#: The forms that requests and answers contain.
_FORMS: Final[tuple[FormName, ...]] = ("claim", "decision")
_DAY: Final = {"type": "string", "format": "date"}
_PARAMETERS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "payer": ({"type": "string"}, "Ask this payer instead of the one that each claim names."),
    "on": (_DAY, "The date of service; today if it is not stated."),
    "from": (_DAY, "The first date to try."),
    "until": (_DAY, "The last date to try."),
    "detail": ({"enum": ["short"]}, "The short form has ids, names and kinds alone."),
    "paid_units": (
        {"type": "integer", "minimum": 1, "maximum": 999_999},
        "Compare only payers that pay so many units on one line.",
    ),
    "paid_lines": (
        {"type": "integer", "minimum": 1, "maximum": MOST_COMPARED_LINES},
        "Compare only payers that pay so many lines of one unit on one day.",
    ),
}
#: The media types of each kind of body; the content decides, not its type.
_BODIES: Final[dict[BodyKind, dict[str, Any]]] = {
    "claims": {
        "application/json": {"schema": {"$ref": "#/components/schemas/claim"}},
        "application/fhir+json": {"schema": {"type": "object"}},
        "application/edi-x12": {"schema": {"type": "string"}},
        "text/csv": {"schema": {"type": "string"}},
    },
    "service": {},
    "resource": {FHIR_TYPE: {"schema": {"type": "object"}}},
    "schedule": {"text/csv": {"schema": {"type": "string"}}},
}
_OBJECT: Final = {"type": "object"}
#: The answers that have more than an object's form.
_ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "check": {"$ref": "#/components/schemas/check"},
    "rules": {
        "type": "object",
        "required": ["rules", "tables"],
        "properties": {
            "rules": {"type": "array", "items": {"type": "object", "required": ["kind", "id"]}},
            "tables": {"type": "array"},
        },
    },
}
_PROBLEMS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["where", "message", "remedy", "code"],
        "properties": {
            "where": {"type": "string"},
            "message": {"type": "string"},
            "remedy": {"type": "string"},
            "code": {"type": ["string", "null"]},
        },
    },
}
_REFUSED: Final = {
    "type": "object",
    "required": ["problems"],
    "properties": {"problems": _PROBLEMS},
}
_CHECK: Final = {
    "type": "object",
    "required": ["decisions", "problems", "remarks"],
    "properties": {
        "decisions": {"type": "array", "items": {"$ref": "#/components/schemas/decision"}},
        "problems": _PROBLEMS,
        "remarks": _PROBLEMS,
    },
}


_REFUSAL: Final = {"$ref": "#/components/schemas/refused"}


def _answered(schema: dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    return {"description": "JSON.", "content": {media_type: {"schema": schema}}}


#: The addresses that need no key, each with what it answers.
_OWN: Final = {
    "/health": {"200": _answered(_OBJECT)},
    "/ready": {
        "200": _answered({"type": "object", "properties": {"note": {"type": "string"}}}),
        "503": _answered(_REFUSAL),
    },
}
#: What a request without a key that may ask it gets.
_LOCKED: Final = {
    "401": _answered(_REFUSAL),
    "403": _answered(_REFUSAL),
    "429": {
        **_answered(_REFUSAL),
        "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
    },
}


def openapi_document(limits: ServiceLimits, *, needs_key: bool = False) -> dict[str, Any]:
    """Return the document; it depends on nothing but the version, the limits and ``needs_key``."""
    operations = {each: _operation(each, limits) for each in ENDPOINTS}
    components = {
        "schemas": {name: each for form in _FORMS for name, each in _components(form).items()}
        | {"check": _CHECK, "refused": _REFUSED}
    }
    if needs_key:
        operations = {each: _locked(each, found) for each, found in operations.items()}
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    own = {
        path: {"get": {"operationId": path[1:], "responses": responses}}
        for path, responses in _OWN.items()
    }
    typed = {each: _of_type(found, each.media_type) for each, found in operations.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "payer-rules", "version": version("payer-rules")},
        "paths": {
            **{each.path: {each.method.lower(): found} for each, found in typed.items()},
            **own,
        },
        "components": components,
    }


def _locked(endpoint: Endpoint, operation: dict[str, Any]) -> dict[str, Any]:
    """Return the operation with the scope that its key needs, and the refusals of keys."""
    responses = dict(sorted({**operation["responses"], **_LOCKED}.items()))
    scopes = [endpoint.scope] if endpoint.scope else []
    return {**operation, "security": [{"key": scopes}], "responses": responses}


def _of_type(operation: dict[str, Any], media_type: str) -> dict[str, Any]:
    """Return the operation with answers of the media type; resources of FHIR are objects here."""
    if media_type != FHIR_TYPE:
        return operation
    content = {"content": {FHIR_TYPE: {"schema": _OBJECT}}}
    responses = {status: {**each, **content} for status, each in operation["responses"].items()}
    return {**operation, "responses": responses}


def _components(form: FormName) -> dict[str, Any]:
    """Return the schema of the form and each of its definitions, for one list of all schemas."""
    schema = schema_of(form)
    definitions = schema.pop("$defs")
    del schema["$id"], schema["$schema"]
    named = {form: schema, **{f"{form}.{name}": each for name, each in definitions.items()}}
    text = json.dumps(named)
    found: dict[str, Any] = json.loads(text.replace('"#/$defs/', f'"#/components/schemas/{form}.'))
    return found


def _operation(endpoint: Endpoint, limits: ServiceLimits) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)\}", endpoint.path)
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    statuses = ["400", "503"]
    statuses += ["404"] if names else []
    statuses += ["422"] if endpoint.parameters else []
    statuses += ["413", "415", "422"] if endpoint.bodies else []
    responses = dict.fromkeys(sorted({*statuses}), _answered(_REFUSAL))
    if endpoint.name == "check":
        # NOTE: where no claim could be checked the report says why.
        either = {"anyOf": [_REFUSAL, _ANSWERS["check"]]}
        responses["422"] = _answered(either)
    operation = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [*in_path, *map(_parameter, endpoint.parameters)],
        "responses": {"200": _answered(_ANSWERS.get(endpoint.name, _OBJECT)), **responses},
    }
    if not endpoint.bodies:
        return operation
    content = {kind: each for body in endpoint.bodies for kind, each in _BODIES[body].items()}
    if "service" in endpoint.bodies:
        content["application/json"] = {"schema": _OBJECT}
    about = f"At most {limits.body_bytes:,} bytes and {limits.lines:,} lines."
    body = {"required": True, "description": about, "content": content}
    return {**operation, "requestBody": body}


def _parameter(name: str) -> dict[str, Any]:
    schema, description = _PARAMETERS[name]
    if name in REPEATABLE:
        schema = {"type": "array", "items": schema}
    return {"name": name, "in": "query", "schema": schema, "description": description}
