"""Write the JSON schemas of claims, histories and rules from the classes.

    python tools/make_schemas.py [--check]

``--check`` writes nothing: it names the schemas that are out of date, and exits with 1 if there are
any. The schema of decisions is written by hand, with the meaning of each key.
"""

from __future__ import annotations

import json
import sys
import types
import typing
from collections.abc import Callable, Iterable
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, Union

import attrs

from payer_rules.claims import Claim
from payer_rules.history import HistoryLine
from payer_rules.json_forms.plain_data import keys_of
from payer_rules.json_forms.schema_files import CLAIM, HISTORY, RULE
from payer_rules.kinds import KINDS
from payer_rules.vocabularies.vocabulary import Vocabulary

FOLDER: Final = Path(__file__).resolve().parents[1] / "core/payer_rules/json_forms/schemas"
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
SCALARS: Final[dict[Any, dict[str, object]]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    type(None): {"type": "null"},
}
Schema = dict[str, Any]


@attrs.define
class Definitions:
    """The schemas of the classes that a schema refers to, by name."""

    found: dict[str, Schema] = attrs.field(factory=dict)

    def of_class(self, cls: type[Any]) -> Schema:
        """Return a reference to the schema of the class."""
        if cls.__name__ not in self.found:
            self.found[cls.__name__] = {}
            self.found[cls.__name__] = self.table(cls)
        return {"$ref": f"#/$defs/{cls.__name__}"}

    def table(self, cls: type[Any], **fixed: Schema) -> Schema:
        """Return the schema of the class; a fact that is not known is null or left out."""
        hints = typing.get_type_hints(cls)
        fields = {field.alias: field for field in attrs.fields(cls)}
        keys = [(key, fields[name]) for key, name in keys_of(cls)]  # type: ignore[arg-type]
        required = [key for key, field in keys if field.default is attrs.NOTHING]
        return {
            "type": "object",
            "additionalProperties": False,
            "required": [*fixed, *required],
            "properties": {
                **fixed,
                **{
                    key: self.of_type(hints[field.name], field.metadata.get("form"))
                    for key, field in keys
                },
            },
        }

    def of_type(self, kind: Any, form: object) -> Schema:  # noqa: ANN401
        """Return the schema of values of the annotated type."""
        origin, arms = typing.get_origin(kind), typing.get_args(kind)
        if isinstance(form, Vocabulary) and (kind is str or origin is Literal):
            return {"enum": sorted(form.words)}
        if kind in SCALARS:
            return dict(SCALARS[kind])
        if origin is Literal:
            return {"enum": [*arms]}
        if origin in (Union, types.UnionType):
            plain = [arm for arm in arms if typing.get_origin(arm) is not Callable]
            return {"anyOf": [self.of_type(arm, form) for arm in plain]}
        if origin is tuple and arms[-1] is not Ellipsis:
            items = [self.of_type(arm, None) for arm in arms]
            return {"type": "array", "prefixItems": items, "minItems": len(arms), "items": False}
        if origin in (tuple, frozenset):
            return {"type": "array", "items": self.of_type(arms[0], form)}
        return self.of_class(kind)


def document(name: str, title: str, description: str, **parts: object) -> Schema:
    """Return a schema with its name."""
    head = {"$schema": DRAFT, "$id": name, "title": title, "description": description}
    return {**head, **parts}


def fixed(name: str) -> Schema:
    """Return the schema of the key that states the schema."""
    return {"schema": {"const": name}}


def schema_of_claim() -> Schema:
    """Return the schema of a claim document with one claim."""
    definitions = Definitions()
    properties = {**fixed(CLAIM), "claim": definitions.of_class(Claim)}
    return _of_document(CLAIM, "Claim", "One claim, as to_json writes it.", properties, definitions)


def schema_of_history() -> Schema:
    """Return the schema of a history document."""
    definitions = Definitions()
    covers = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "from": dict(SCALARS[date]),
            "billing": dict(SCALARS[str]),
            "rendering": dict(SCALARS[str]),
        },
        "description": "From which day, and of which providers, no line is missing.",
    }
    lines = {"type": "array", "items": definitions.of_class(HistoryLine)}
    properties = {**fixed(HISTORY), "history": lines, "history_covers": covers}
    title = "History"
    return _of_document(HISTORY, title, "Earlier lines of members.", properties, definitions)


def _of_document(
    name: str, title: str, description: str, properties: Schema, definitions: Definitions
) -> Schema:
    required = [key for key in properties if key != "history_covers"]
    return document(
        name,
        title,
        description,
        type="object",
        additionalProperties=False,
        required=required,
        properties=properties,
        **{"$defs": definitions.found},
    )


def schema_of_rule() -> Schema:
    """Return the schema of a rule: one form for each kind."""
    definitions = Definitions()
    forms = [
        definitions.table(kind.rule, **fixed(RULE), kind={"const": kind.table}) for kind in KINDS
    ]
    description = "A rule of one kind, as to_json writes it; the function of a check is left out."
    return document(RULE, "Rule", description, oneOf=forms, **{"$defs": definitions.found})


SCHEMAS: Final = {
    "claim": schema_of_claim,
    "history": schema_of_history,
    "rule": schema_of_rule,
}


def text_of(schema: Schema) -> str:
    """Return the schema as the text of its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def outdated() -> Iterable[tuple[Path, str]]:
    """Yield the path and the new text of each schema that is out of date."""
    for name, make in SCHEMAS.items():
        path, text = FOLDER / f"{name}.schema.json", text_of(make())
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path, text


def main(arguments: list[str]) -> int:
    """Write the schemas, or name those that are out of date."""
    changed = [*outdated()]
    for path, text in changed:
        print(f"{path.name} is out of date" if "--check" in arguments else f"wrote {path.name}")
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
