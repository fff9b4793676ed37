"""The published schemas of SARIF and JUnit, in files that the environment names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


def sarif_errors(text: str) -> list[str]:
    """Return what the schema of OASIS, the file PAYER_RULES_SARIF_SCHEMA, finds in a report."""
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft7Validator(json.loads(_schema("PAYER_RULES_SARIF_SCHEMA")))
    return [error.message for error in validator.iter_errors(json.loads(text))]


def junit_errors(text: str) -> list[str]:
    """Return what the schema of Jenkins, the file PAYER_RULES_JUNIT_SCHEMA, finds in a report."""
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.fromstring(_schema("PAYER_RULES_JUNIT_SCHEMA").encode()))
    schema.validate(etree.fromstring(text.encode()))
    return [error.message for error in schema.error_log]


def _schema(variable: str) -> str:
    """Return the schema in the file that the variable names; skip the test if it names none."""
    path = os.environ.get(variable)
    if not path:
        pytest.skip(f"{variable} names no schema")
    return Path(path).read_text(encoding="utf-8")
