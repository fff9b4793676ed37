"""The JSON schema of a class as a TOML file states it: by the keys and short forms of profiles."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

import attrs

from class_schemas import SCALARS, Definitions, Schema
from key_meanings import meaning_of
from payer_rules.kinds import PaymentTiers, ServiceTypes, UnitMinutes, UnitPoints
from payer_rules.profiles.rule_draft import CODE_LISTS
from payer_rules.rules import AnyCode, Citation, Course, Window
from payer_rules.rules.windows import BEGUN, NUMBERED, WEEKDAYS, WORDS
from payer_rules.values.checked import CheckedRule
from payer_rules.values.structure import read_keys
from payer_rules.vocabularies.formats import (
    BILL_TYPE,
    BILL_TYPE_START,
    LINE_CODE,
    MONTH_DAY,
    NDC,
    REVENUE_CODE,
    TOOTH,
    Format,
)
from payer_rules.vocabularies.vocabulary import Vocabulary

DAY: Final[Schema] = {**SCALARS[date], "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
TEXT: Final[Schema] = {"type": "string", "pattern": "\\S"}
POSITIVE: Final[Schema] = {"type": "integer", "minimum": 1}
#: Two codes with the same letter, or with none.
_RANGE: Final = r"[0-9]{5}-[0-9]{5}|([A-Z])[0-9]{4}-\1[0-9]{4}|[0-9]{4}([A-Z])-[0-9]{4}\2"
#: A code, a range of codes, or the name of a code set.
CODE: Final[Schema] = {
    "type": "string",
    "pattern": f"^(?:@.+|{LINE_CODE.pattern}|{_RANGE})$",
}
CODES: Final[Schema] = {"type": "array", "items": CODE, "minItems": 1}


def table_of(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of a table with these keys and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [*required],
        "properties": dict(properties),
    }


def tables_by(names: Schema, values: Schema) -> Schema:
    """Return the schema of a table whose keys are names."""
    return {"type": "object", "propertyNames": names, "additionalProperties": values}


def one_key(name: str, value: Schema) -> Schema:
    """Return the schema of a table with one key, which it must have."""
    return table_of({name: value}, (name,))


def _windows() -> Schema:
    early = {"early_by_days": {"type": "integer", "minimum": 0}}
    starts: dict[str, Schema] = {
        "week_from": {"enum": [*WEEKDAYS]},
        "fiscal_year_from": {"type": "string", "pattern": f"^(?:{MONTH_DAY.pattern})$"},
    }
    assert starts.keys() == BEGUN.keys()
    return {
        "anyOf": [
            {"enum": [*WORDS]},
            *(table_of({key: POSITIVE, **early}, (key,)) for key in NUMBERED),
            *(one_key(key, value) for key, value in starts.items()),
            one_key("course", TEXT),
        ]
    }


#: The classes that have a short form of their own in TOML, each with the schema of it.
SHORT_FORMS: Final[Mapping[type, Schema]] = {
    Citation: TEXT,
    Course: TEXT,
    Window: _windows(),
    AnyCode: {
        "anyOf": [
            {"enum": ["any", "any-line"]},
            table_of(
                {
                    "except": {"type": "array", "items": CODE},
                    "revenue_lines": {"type": "boolean"},
                },
                ("except",),
            ),
        ]
    },
    ServiceTypes: one_key("types", tables_by(TEXT, {"type": "array", "items": CODE})),
    PaymentTiers: one_key(
        "tiers",
        {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "array",
                "items": {"type": "number", "minimum": 0},
                "minItems": 2,
                "maxItems": 2,
            },
        },
    ),
    UnitMinutes: tables_by(
        TEXT,
        {
            "anyOf": [
                POSITIVE,
                table_of({"first": POSITIVE, "further": POSITIVE}, ("first", "further")),
            ]
        },
    ),
    UnitPoints: tables_by(TEXT, {"type": "number", "exclusiveMinimum": 0}),
}
#: What may be before or within the codes of some formats, as claim forms print them.
_AS_PRINTED: Final[Mapping[Format, str]] = {
    BILL_TYPE: f"0?(?:{BILL_TYPE.pattern})",
    BILL_TYPE_START: f"0?(?:{BILL_TYPE_START.pattern})",
    REVENUE_CODE: "[0-9]{3,4}",
    TOOTH: f"0?(?:{TOOTH.pattern})",
    NDC: f"{NDC.pattern}|[0-9]{{1,5}}-[0-9]{{1,4}}-[0-9]{{1,2}}",
}
#: NOTE: editors know this draft of the JSON schema, and not all know later ones.
TOML_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_SCALARS: Final[Mapping[Any, Schema]] = {
    **SCALARS,
    Decimal: {"type": "number"},
    date: DAY,
    # NOTE: the format of times asks for a time zone, which a local time of TOML has not.
    time: {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}"},
}


@attrs.define
class TomlDefinitions(Definitions):
    """The schemas of classes by the keys of TOML files, each key with its meaning."""

    scalars: Mapping[Any, Schema] = _SCALARS

    def of_class(self, cls: type[Any]) -> Schema:
        """Return the short form of the class, or a reference to the schema of its table."""
        if cls in SHORT_FORMS:
            return {**SHORT_FORMS[cls]}
        return Definitions.of_class(self, cls)

    def table(self, cls: type[Any], **fixed: Schema) -> Schema:
        """Return the schema of the table that states the class."""
        hints = typing.get_type_hints(cls)
        keys = {key: field for key, (field, _) in read_keys(cls, "key").items()}  # type: ignore[arg-type]
        required = [key for key, field in keys.items() if field.default is attrs.NOTHING]
        properties = {key: self._of_field(cls, hints, field) for key, field in keys.items()}
        return {
            "type": "object",
            "additionalProperties": False,
            "required": [*fixed, *required],
            "properties": {**fixed, **properties},
        }

    def _of_field(
        self, cls: type[Any], hints: Mapping[str, Any], field: attrs.Attribute[Any]
    ) -> Schema:
        kind, form = hints[field.name], field.metadata.get("form")
        if form is None and field.name in CODE_LISTS and _is_of_texts(kind):
            form = LINE_CODE
        schema = self.of_type(kind, form)
        if schema.get("type") == "string" and getattr(form, "is_number", False):
            schema = {"anyOf": [schema, {"type": "integer"}]}
        if field.name == "verified":
            schema = {"anyOf": [*schema.get("anyOf", [schema]), one_key("on", DAY)]}
        if _must_list(cls, field, kind):
            for arm in schema.get("anyOf", [schema]):
                arm |= {"minItems": 1} if arm.get("type") == "array" else {}
        if schema == self.scalars[str] and field.default is attrs.NOTHING:
            schema = dict(TEXT)
        for limit, name in (("least", "minimum"), ("above", "exclusiveMinimum")):
            if field.metadata.get(limit) is not None:
                schema[name] = field.metadata[limit]
        if "$ref" in schema:
            # NOTE: editors leave out what is beside a reference.
            schema = {"allOf": [schema]}
        return {"description": meaning_of(cls, field), **schema}

    def of_type(self, kind: Any, form: object) -> Schema:  # noqa: ANN401
        """Return the schema of values of the annotated type, without null: a key is left out."""
        if kind is str and form is not None:
            return _of_form(form)
        schema = Definitions.of_type(self, kind, form)
        arms = [arm for arm in schema.get("anyOf", ()) if arm != {"type": "null"}]
        if len(arms) == 1:
            (only,) = arms
            return {**only}
        return {**schema, "anyOf": arms} if arms else schema


def _must_list(cls: type[Any], field: attrs.Attribute[Any], kind: Any) -> bool:  # noqa: ANN401
    """Return True if a list under the key may not be empty: a criterion, codes, or sources."""
    is_criterion = issubclass(cls, CheckedRule) and field.default in (attrs.NOTHING, None)
    return is_criterion or kind == tuple[Citation, ...]


def _of_form(form: object) -> Schema:
    """Return the schema of texts of the form, as a profile should write them."""
    if form is LINE_CODE:
        return dict(CODE)
    if isinstance(form, Vocabulary):
        return {"enum": sorted(form.words)}
    if isinstance(form, Format):
        return {"type": "string", "pattern": f"^(?:{_AS_PRINTED.get(form, form.pattern)})$"}
    return dict(TEXT)


def _is_of_texts(kind: Any) -> bool:  # noqa: ANN401
    return any(arm == frozenset[str] for arm in (kind, *typing.get_args(kind)))
