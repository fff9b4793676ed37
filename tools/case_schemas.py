"""The JSON schemas of case files and scenarios: claims with the answers that are expected."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from class_schemas import Schema, document
from key_meanings import listed, without_links
from payer_rules.claims import Claim, ServiceLine
from payer_rules.conformance.case_files import CASE_KEYS, TOP_KEYS
from payer_rules.conformance.case_notation import FINDING, LINE
from payer_rules.conformance.expectations import Expectation, ExpectedFinding, ExpectedGap
from payer_rules.conformance.fixtures import SCENARIO_KEYS
from payer_rules.decisions import Basis, Expected, LineOutcome
from payer_rules.history import HistoryLine
from payer_rules.json_forms.schema_files import CASE_FILE, SCENARIO_FILE
from payer_rules.readers.claim_shorthand import LineDefaults
from payer_rules.readers.history_documents import HISTORY_KEYS, HistoryCoverage
from payer_rules.rules import Assumable, Outcome
from toml_definitions import DAY, TEXT, TOML_DRAFT, TomlDefinitions, table_of, tables_by

PAGE: Final = Path(__file__).resolve().parents[1] / "docs/reference/case-files.md"
RULE_ID: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*$"}
NAMES: Final[Schema] = {"type": "array", "items": TEXT}


def schema_of_cases() -> Schema:
    """Return the schema of a file with the cases of one rule."""
    definitions = TomlDefinitions()
    case = _case(definitions)
    definitions.found["case"] = case
    definitions.found["named_case"] = {**case, "required": ["name"]}
    base, cases = {"$ref": "#/$defs/case"}, _list_of({"$ref": "#/$defs/named_case"})
    boundaries = _list_of(table_of({"base": base, "rows": cases}, ("rows",)))
    properties = {"rule": RULE_ID, "base": base, "case": cases, "boundaries": boundaries}
    assert properties.keys() == set(TOP_KEYS)
    return document(
        CASE_FILE,
        "Cases of a rule",
        "Claims, each with the answer that the text of the rule asks for.",
        **_explained("CaseFile", table_of(properties, ("rule",))),
        anyOf=[{"required": ["case"]}, {"required": ["boundaries"]}],
        **{"$schema": TOML_DRAFT, "$defs": definitions.found},
    )


def _case(definitions: TomlDefinitions) -> Schema:
    """Return the schema of a case, or of a base: a part of a case, in which no key is required."""
    line = _part_of_line(definitions, ServiceLine)
    earlier = _part_of_line(definitions, HistoryLine)
    keys: dict[str, Schema] = {
        "name": TEXT,
        "why": TEXT,
        "source": TEXT,
        "todo": TEXT,
        "claim": _part_of_claim(definitions),
        "line": line,
        "lines": _lines(line),
        "history": _lines(earlier),
        "history_line": earlier,
        "history_covers": definitions.of_class(HistoryCoverage),
        "omit": NAMES,
        "assume": {"type": "array", "items": definitions.of_type(Assumable, None)},
        "outcomes": _words(LineOutcome),
        "expected": _words(Expected),
        "basis": _words(Basis),
        "findings": _findings(definitions.of_class(ExpectedFinding)),
        "not_evaluated": _gaps(definitions.of_class(ExpectedGap)),
    }
    assert keys.keys() == CASE_KEYS, keys.keys() ^ CASE_KEYS
    meanings = _meanings_of_page()
    return table_of(
        {key: {"description": meanings[key], **_inline(keys[key])} for key in sorted(keys)}
    )


def _meanings_of_page() -> dict[str, str]:
    """Return the meanings of the keys of cases, from the table of the reference page."""
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {key: without_links(text).strip() for key, text in rows}


def _inline(schema: Schema) -> Schema:
    return {"allOf": [schema]} if "$ref" in schema else schema


def _explained(owner: str, schema: Schema) -> Schema:
    """Return the schema with the meaning of each key, from the list of meanings."""
    keys = schema["properties"]
    explained = {key: {"description": listed()[owner, key], **_inline(keys[key])} for key in keys}
    return {**schema, "properties": explained}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema, "minItems": 1}


def _part_of_claim(definitions: TomlDefinitions) -> Schema:
    """Return the schema of facts of a claim, with the defaults that its lines share."""
    claim = {**definitions.table(Claim), "required": []}
    shared = definitions.table(LineDefaults)["properties"]
    lines = _list_of(_part_of_line(definitions))
    claim["properties"] |= {**shared, "lines": {**claim["properties"]["lines"], **lines}}
    return claim


def _part_of_line(definitions: TomlDefinitions, cls: type[Any] = ServiceLine) -> Schema:
    """Return the schema of facts of a line, which may have one date and leave out others."""
    name = f"part of {cls.__name__}"
    if name not in definitions.found:
        line = {**definitions.table(cls), "required": []}
        line["properties"] |= {
            "date": {"description": listed()["Line", "date"], **DAY},
            "omit": {"description": listed()["Line", "omit"], **NAMES},
        }
        definitions.found[name] = line
    return {"$ref": f"#/$defs/{name.replace(' ', '%20')}"}


def _lines(line: Schema) -> Schema:
    text = {"type": "string", "pattern": f"^(?:{_ecma(LINE)})*$"}
    return {"anyOf": [text, {"type": "array", "items": {"anyOf": [text, line]}}]}


def _ecma(pattern: re.Pattern[str]) -> str:
    """Return the pattern in the notation of JSON schemas, whose groups have no names."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern)


def _words(kind: Any) -> Schema:  # noqa: ANN401
    """Return the schema of words, one for each line: ``pay deny x2``, or a list."""
    words = sorted(_words_of(kind))
    one = f"(?:{'|'.join(words)})(?: x[0-9]+)?"
    text = {"type": "string", "pattern": f"^(?:{one}(?: {one})*)?$"}
    return {"anyOf": [text, {"type": "array", "items": {"enum": words}}]}


def _words_of(kind: Any) -> Iterable[str]:  # noqa: ANN401
    """Return the words of a literal, or of a union of several."""
    arms = typing.get_args(kind)
    return arms if isinstance(arms[0], str) else [w for arm in arms for w in _words_of(arm)]


def _findings(entry: Schema) -> Schema:
    """Return the schema of findings: texts between semicolons, or a list of texts and tables."""
    outcomes = "|".join(sorted(_words_of(Outcome)))
    one = _ecma(FINDING).replace("[a-z-]+", outcomes, 1)
    several = {"type": "string", "pattern": f"^ *(?:{one}(?: *; *{one})*;?)? *$"}
    text = {"type": "string", "pattern": f"^(?:{one})$"}
    return {"anyOf": [several, {"type": "array", "items": {"anyOf": [text, entry]}}]}


def _gaps(entry: Schema) -> Schema:
    """Return the schema of open questions, in the same two forms."""
    return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"anyOf": [TEXT, entry]}}]}


def schema_of_scenario() -> Schema:
    """Return the schema of a scenario, or of a file that adds answers to another scenario."""
    definitions = TomlDefinitions()
    properties: dict[str, Schema] = {
        "scenario": TEXT,
        "name": TEXT,
        "why": TEXT,
        "assume": {"type": "array", "items": definitions.of_type(Assumable, None)},
        "claim": _whole_claim(definitions),
        "history": {"type": "array", "items": _part_of_line(definitions, HistoryLine)},
        "history_covers": definitions.of_class(HistoryCoverage),
        "expect": tables_by(TEXT, definitions.of_class(Expectation)),
    }
    assert properties.keys() == {*SCENARIO_KEYS, *HISTORY_KEYS, "claim", "scenario"}
    added = {"required": ["scenario", "expect"], "not": {"required": ["claim"]}}
    own = {"required": ["name", "why", "claim"], "not": {"required": ["scenario"]}}
    return document(
        SCENARIO_FILE,
        "Scenario",
        "A claim that every payer is asked about, with the answers that are known.",
        **_explained("Scenario", table_of(properties)),
        oneOf=[own, added],
        **{"$schema": TOML_DRAFT, "$defs": definitions.found},
    )


def _whole_claim(definitions: TomlDefinitions) -> Schema:
    """Return the schema of a claim with all that it must have."""
    return {**_part_of_claim(definitions), "required": definitions.table(Claim)["required"]}
