"""The JSON schemas of files and forms, and their names."""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final, Literal, TypeAlias, get_args

from payer_rules.readers.claim_documents import CLAIM_SCHEMA
from payer_rules.readers.history_documents import HISTORY_SCHEMA

FormName: TypeAlias = Literal[
    "claim",
    "history",
    "decision",
    "rule",
    "conformance",
    "impact",
    "profile",
    "cases",
    "scenario",
]

CLAIM: Final = CLAIM_SCHEMA
HISTORY: Final = HISTORY_SCHEMA
DECISION: Final = "urn:payer-rules:schema:decision:2"
RULE: Final = "urn:payer-rules:schema:rule:1"
CONFORMANCE: Final = "urn:payer-rules:schema:conformance:1"
IMPACT: Final = "urn:payer-rules:schema:impact:1"
#: The files that authors write, for their editors; such a file does not state its schema.
PROFILE: Final = "urn:payer-rules:schema:profile:1"
CASE_FILE: Final = "urn:payer-rules:schema:cases:1"
SCENARIO_FILE: Final = "urn:payer-rules:schema:scenario:1"


#: The names of the forms, in the order in which they are listed.
FORMS: Final[tuple[FormName, ...]] = get_args(FormName)


def schema_of(form: FormName) -> dict[str, Any]:
    """Return the JSON schema of the form; its ``$id`` is the ``schema`` of each document."""
    schema: dict[str, Any] = json.loads(path_of(form).read_text(encoding="utf-8"))
    return schema


def path_of(form: str) -> Traversable:
    """Return the file with the JSON schema of the form."""
    return files("payer_rules.json_forms") / "schemas" / f"{form}.schema.json"
