"""Base classes of values whose fields are checked when they are constructed.

Each field must be of its annotated type. Its metadata may say more:

- ``form``: the vocabulary or format of its texts; they are stored in canonical form;
- ``least``: the smallest number that it may be;
- ``above``: a number that it must exceed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.text.quoting import quoted, redacted
from payer_rules.values.checked_fields import CheckedField, fields_of
from payer_rules.values.field_messages import errors_of_field, form_error
from payer_rules.values.type_checks import INVALID, Form, check_of

__all__ = [
    "Checked",
    "CheckedRule",
    "Form",
    "as_decimal",
    "as_tuple",
    "check_fields",
    "check_values",
    "form_error",
    "of_form",
]


def of_form(form: Form, **more: object) -> dict[str, object]:
    """Return the metadata of a field whose texts belong to the form."""
    return {"form": form, **more}


class Checked:
    """A value whose fields are checked on construction.

    Its messages do not quote what may identify a person.
    """

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        field_errors, is_typed = check_fields(self)
        # NOTE: the value's own checks need fields of the right types.
        field_errors = (*field_errors, *self._field_errors()) if is_typed else field_errors
        if field_errors:
            raise InvalidValueError(field_errors)

    def _field_errors(self) -> Iterator[FieldError]:
        """Yield the errors of fields that are each of their type, but do not fit together."""
        return iter(())

    def _shown(self, value: object) -> str:
        """Return the value as messages quote it."""
        return redacted(value)


class CheckedRule(Checked):
    """A checked rule, or a part of one: it names no person, so messages quote its values."""

    __slots__ = ()

    def _shown(self, value: object) -> str:
        return quoted(value)


def check_fields(value: Checked) -> tuple[tuple[FieldError, ...], bool]:
    """Put the fields of the value into canonical form.

    Return the errors of fields that are not valid, and whether all fields are of their types.
    """
    fields, values_of = fields_of(type(value))  # type: ignore[arg-type]
    invalid: list[tuple[CheckedField, Any]] = []
    for field, given in zip(fields, values_of(value), strict=True):
        if type(given) in field.plain:
            continue
        canonical = field.check(given)
        if canonical is given:
            continue
        if canonical is INVALID:
            invalid.append((field, given))
        else:
            object.__setattr__(value, field.name, canonical)
    if not invalid:
        return (), True
    invalid = _without_copies(invalid)
    errors = (
        error for field, given in invalid for error in errors_of_field(field, given, value._shown)
    )
    is_typed = all(check_of(field.kind, None)(given) is not INVALID for field, given in invalid)
    return tuple(errors), is_typed


def check_values(
    cls: type[Checked], values: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
    """Return values of some fields in canonical form, and the errors of those that are not valid.

    A text that is not of its form is returned as it is; a value of another type is left out.
    """
    fields = {field.name: field for field in fields_of(cls)[0]}  # type: ignore[arg-type]
    canonical: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, value in values.items():
        field = fields[name]
        checked = field.check(value)
        if checked is INVALID:
            errors += errors_of_field(field, value, redacted)
            checked = check_of(field.kind, None)(value)
        if checked is not INVALID:
            canonical[name] = checked
    return canonical, tuple(errors)


def as_tuple(values: Any) -> Any:
    """Return a list as a tuple, and any other value as it is, for its field to check."""
    return tuple(values) if isinstance(values, list) else values


def as_decimal(number: Any) -> Any:
    """Return a whole number as a Decimal, and any other value as it is, for its field to check."""
    return Decimal(number) if type(number) is int else number


def _without_copies(invalid: list[tuple[CheckedField, Any]]) -> list[tuple[CheckedField, Any]]:
    """Return the fields without those that only took over the invalid value of another field."""
    originals = [value for field, value in invalid if not field.follows]
    return [
        (field, value)
        for field, value in invalid
        if not (field.follows and any(value is original for original in originals))
    ]
