"""The JSON schema of a class: its keys, from its fields and their types."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, Final, Literal, Union

import attrs

from payer_rules.json_forms.plain_data import keys_of
from payer_rules.vocabularies.vocabulary import Vocabulary

Schema = dict[str, Any]
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
SCALARS: Final[Mapping[Any, Schema]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    type(None): {"type": "null"},
}


@attrs.define
class Definitions:
    """The schemas of the classes that a schema refers to, by name."""

    found: dict[str, Schema] = attrs.field(factory=dict)
    scalars: Mapping[Any, Schema] = SCALARS

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
        if kind in self.scalars:
            return dict(self.scalars[kind])
        if origin is Literal:
            return {"enum": [*arms]}
        if origin in (Union, types.UnionType):
            plain = [arm for arm in arms if typing.get_origin(arm) is not Callable]
            return {"anyOf": [self.of_type(arm, form) for arm in plain]}
        if origin is tuple and arms[-1] is not Ellipsis:
            items = [self.of_type(arm, None) for arm in arms]
            return {"type": "array", "prefixItems": items, "minItems": len(arms), "items": False}
        if origin is Mapping:
            return {"type": "object", "additionalProperties": self.of_type(arms[1], None)}
        if origin in (tuple, frozenset):
            return {"type": "array", "items": self.of_type(arms[0], form)}
        return self.of_class(kind)


def document(name: str, title: str, description: str, **parts: object) -> Schema:
    """Return a schema with its name."""
    head = {"$schema": DRAFT, "$id": name, "title": title, "description": description}
    return {**head, **parts}
