"""Second readings: records that another person compared a rule, as it is written, with its text.

The digest in a record is that of the values of the rule. It differs from `digest_of` the rule as
soon as a value changes, so that a record cannot outlive the rule that was read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError
from payer_rules.values.checked import CheckedRule

if TYPE_CHECKING:
    from payer_rules.rules.edit_table import EditTerms
    from payer_rules.rules.rule import Rule

#: What the second reader found: that the rule was right, or that it was corrected.
ReadingResult: TypeAlias = Literal["right", "corrected"]

#: The metadata of a field that is no value of its rule.
NOT_IN_DIGEST: Final = {"digest": False}
_LENGTH: Final = 16


@attrs.frozen(kw_only=True)
class SecondReading(CheckedRule):
    """A record that a rule, as it is written, was compared with its text by another reader.

    ``on`` is the day, ``text`` says where the text was read, and ``digest`` is that of the values
    of the rule on that day.
    """

    on: date
    result: ReadingResult
    text: str
    digest: str | None = None

    def _field_errors(self) -> Iterator[FieldError]:
        if not self.text.strip():
            yield FieldError(("text",), "the text is empty", "Write where the text was read.")

    def __str__(self) -> str:
        return f"on {self.on}, {self.result}: {self.text}"


def digest_of(rule: Rule | EditTerms) -> str:
    """Return the digest of the rule's values; how and in which order they are written is not in it.

    Of a rule that is a function of a plugin, the name of the function is a value, not its code. Of
    edits it is the digest of their terms.
    """
    content = json.dumps([type(rule).__name__, _stated(rule)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:_LENGTH]


def errors_of_second_reading(rule: Rule | EditTerms) -> Iterator[FieldError]:
    """Yield an error if the rule changed after its second reading."""
    reading, digest = rule.second_reading, digest_of(rule) if rule.second_reading else None
    if reading is None or reading.digest == digest:
        return
    message = "the rule changed after its second reading"
    if reading.digest is None:
        message = "the second reading has no digest"
    remedy = (
        f"Read it again (payer-rules profiles read-again, or digest = '{digest}' in Python), or"
        " remove second_reading."
    )
    yield FieldError(("second_reading",), message, remedy, ErrorCode.SECOND_READING)


def _stated(value: object) -> Any:  # noqa: ANN401
    """Return the value as data; fields that have their default are left out.

    NOTE: so the digest of a rule stays as it is when its class gains a field.
    """
    if attrs.has(type(value)):
        return {name: _stated(held) for name, held in _stated_fields(value)}
    if isinstance(value, frozenset):
        return sorted(map(_stated, value), key=json.dumps)
    if isinstance(value, tuple | list):
        return [_stated(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _stated(item) for key, item in value.items()}
    return _scalar(value)


def _stated_fields(value: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        if field.init and field.metadata.get("digest", True) and not _is_default(field, held):
            yield field.name, held


def _is_default(field: attrs.Attribute[Any], held: object) -> bool:
    if isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]
        return not held
    return field.default is not attrs.NOTHING and held == field.default


def _scalar(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date | time):
        return value.isoformat()
    return getattr(value, "__qualname__", None) or str(value)
