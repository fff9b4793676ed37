"""Values as plain data for JSON: dates and decimals are strings, and the order is fixed."""

from __future__ import annotations

import functools
import json
from collections.abc import Hashable, Mapping
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.text.escaping import json_escaped

#: NOTE: `json.dumps` would create an encoder for each text.
_ON_ONE_LINE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Data: TypeAlias = "str | int | float | bool | list[Data] | dict[str, Data] | None"


def plain(value: object) -> Data:
    """Return the value as JSON data."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, frozenset):
        return [plain(item) for item in sorted(value, key=str)]
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    kind = type(value)
    if attrs.has(kind):
        return {key: plain(getattr(value, name)) for key, name in keys_of(kind)}
    return str(value)


def stated(value: attrs.AttrsInstance) -> dict[str, Data]:
    """Return the fields of the value as JSON data, without those that are ``None`` or empty."""
    fields = {key: plain(getattr(value, name)) for key, name in keys_of(type(value))}
    return {key: item for key, item in fields.items() if item is not None and item != []}


def without_defaults(value: object) -> Data:
    """Return the value as JSON data, without fields that have their default, at any depth."""
    if isinstance(value, tuple | list):
        return [without_defaults(item) for item in value]
    kind = type(value)
    if not attrs.has(kind):
        return plain(value)
    defaults = {field.alias: field.default for field in attrs.fields(kind)}
    fields = ((key, name, getattr(value, name)) for key, name in keys_of(kind))
    return {key: without_defaults(item) for key, name, item in fields if item != defaults[name]}


def known(value: attrs.AttrsInstance) -> dict[str, Data]:
    """Return the fields of the value as JSON data, without those that are not known.

    It is the form of claims and of their parts: an empty list is known to be empty.
    """
    return {
        key: _known(content)
        for key, name in keys_of(type(value))
        if (content := getattr(value, name)) is not None
    }


def _known(value: object) -> Data:
    if isinstance(value, tuple):
        return [_known(item) for item in value]
    return known(value) if attrs.has(type(value)) else plain(value)  # type: ignore[arg-type]


@functools.cache
def keys_of(cls: type[attrs.AttrsInstance]) -> tuple[tuple[str, str], ...]:
    """Return the keys of the class in JSON, each with the attribute that has its value."""
    fields = [field for field in attrs.fields(cls) if field.init]
    keys = ((field.metadata.get("json", field.alias), field.alias) for field in fields)
    return tuple((key, name) for key, name in keys if key is not None)


@lru_cache(maxsize=1024)
def repeated(value: Hashable) -> Any:  # noqa: ANN401
    """Return the value as JSON data; cached, as many decisions have the same citations."""
    return plain(value)


def line_of(data: object) -> str:
    """Return the data as JSON on one line."""
    return json_escaped(_ON_ONE_LINE.encode(data))


def text_of(data: object) -> str:
    """Return the data as JSON, indented by two spaces."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "\n".join(map(json_escaped, text.split("\n")))
