"""The JSON schema of a profile: the payer, its sources and the rules of each kind."""

from __future__ import annotations

import inspect
from typing import Any, Final

from class_schemas import Schema, document
from key_meanings import listed
from payer_rules.json_forms.schema_files import PROFILE
from payer_rules.kinds import KINDS
from payer_rules.profiles.profile import PROFILE_TABLES, ProfileVocabulary
from payer_rules.profiles.references import StatedSource
from payer_rules.profiles.rule_draft import NAME
from payer_rules.profiles.table_files import CodeTable
from payer_rules.rules import TOPICS, Course, Payer, TopicStatement
from toml_definitions import CODE, CODES, TEXT, TOML_DRAFT, TomlDefinitions, one_key, tables_by

RULE_NAME: Final[Schema] = {"type": "string", "pattern": f"^{NAME}$"}
CITES: Final[Schema] = {"type": "array", "items": TEXT, "minItems": 1}


def schema_of_profile() -> Schema:
    """Return the schema of a profile."""
    definitions = TomlDefinitions()
    properties = {
        "payer": definitions.of_class(Payer),
        "vocabulary": definitions.of_class(ProfileVocabulary),
        "sources": tables_by(TEXT, _one_or_more(definitions.of_class(StatedSource))),
        "code_sets": tables_by(TEXT, {**CODES, "items": {**CODE, "not": {"pattern": "^@"}}}),
        "tables": tables_by(TEXT, definitions.of_class(CodeTable)),
        "courses": tables_by(TEXT, definitions.table(Course)),
        "topics": _topics(definitions),
        **{kind.table: _rules(definitions, kind.rule) for kind in KINDS if kind.is_data},
    }
    assert properties.keys() == set(PROFILE_TABLES)
    definitions.found["Payer"]["properties"]["id"] |= RULE_NAME
    return document(
        PROFILE,
        "Profile of a payer",
        "The rules of a payer, each with its sources and dates.",
        type="object",
        additionalProperties=False,
        required=["payer"],
        properties={name: _explained(name, schema) for name, schema in properties.items()},
        **{"$schema": TOML_DRAFT, "$defs": definitions.found},
    )


def _explained(name: str, schema: Schema) -> Schema:
    """Return the schema of a table with its meaning: that of a kind is its first sentence."""
    kinds = {kind.table: kind.rule for kind in KINDS}
    meaning = listed().get(("Profile", name)) or first_sentence(kinds[name])
    return {"description": meaning, **({"allOf": [schema]} if "$ref" in schema else schema)}


def first_sentence(cls: type[Any]) -> str:
    """Return the first sentence of the docstring of the class."""
    text, _, _ = (inspect.getdoc(cls) or "").partition("\n\n")
    return " ".join(text.replace("``", "`").split()).rstrip(".")


def _one_or_more(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


def _rules(definitions: TomlDefinitions, cls: type[Any]) -> Schema:
    """Return the schema of the tables of a kind: the id of a rule is its name."""
    schema = definitions.table(cls)
    schema["properties"]["id"] = {**schema["properties"]["id"], **RULE_NAME}
    definitions.found[cls.__name__] = schema
    return {"type": "array", "items": {"$ref": f"#/$defs/{cls.__name__}"}}


def _topics(definitions: TomlDefinitions) -> Schema:
    schema = definitions.table(TopicStatement)
    keys = schema["properties"]
    del keys["topic"]
    keys["none"] = {"description": keys["none"]["description"], **one_key("cites", CITES)}
    keys["unread"] |= TEXT
    schema["required"].remove("topic")
    definitions.found[TopicStatement.__name__] = {
        **schema,
        "oneOf": [{"required": ["none", "verified"]}, {"required": ["unread"]}],
    }
    statements = {"type": "array", "items": {"$ref": f"#/$defs/{TopicStatement.__name__}"}}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys((*TOPICS, "all"), statements),
    }
