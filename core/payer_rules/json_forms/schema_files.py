"""The JSON schemas of the forms, and their names."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias

from payer_rules.readers.claim_documents import CLAIM_SCHEMA
from payer_rules.readers.history_documents import HISTORY_SCHEMA

FormName: TypeAlias = Literal["claim", "history", "decision", "rule"]

CLAIM: Final = CLAIM_SCHEMA
HISTORY: Final = HISTORY_SCHEMA
DECISION: Final = "urn:payer-rules:schema:decision:2"
RULE: Final = "urn:payer-rules:schema:rule:1"


def schema_of(form: FormName) -> dict[str, Any]:
    """Return the JSON schema of the form; its ``$id`` is the ``schema`` of each document."""
    path = files("payer_rules.json_forms") / "schemas" / f"{form}.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema
