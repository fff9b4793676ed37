"""Conversion of a value to its JSON form, and of a form to its value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias, TypeVar, cast

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.errors import FieldError, InputError, InvalidValueError, Path
from payer_rules.history import History
from payer_rules.json_forms.claim_form import claim_from, history_from, of_claim, of_history
from payer_rules.json_forms.decision_form import decision_from, of_decision
from payer_rules.json_forms.plain_data import Data, text_of
from payer_rules.json_forms.rule_form import of_rule, rule_from
from payer_rules.json_forms.schema_files import CLAIM, DECISION, HISTORY, RULE
from payer_rules.readers.claim_documents import errors_of_schema, without_schema
from payer_rules.readers.documents import Document
from payer_rules.readers.json_documents import JsonDocument, parse
from payer_rules.rules import Rule
from payer_rules.text.quoting import REDACTED, VERBATIM, QuotingStyle

#: The values that have a JSON form.
JsonValue: TypeAlias = Claim | History | Decision | Rule
V = TypeVar("V", bound=JsonValue)


@attrs.frozen
class ParsedData:
    """Parsed data as a document; the place of a value is the path to it, after its line if any."""

    name: str
    data: dict[str, object]
    text: JsonDocument | None = None

    def line(self, path: Path) -> int:
        """Return the line of the value; 0 if the data is not of a text."""
        return self.text.line(path) if self.text else 0

    def place(self, path: Path) -> str:
        """Return the place of the value: ``claim.lines.0.units``."""
        keys = ".".join(map(str, path))
        if self.text is None:
            return keys or self.name
        return f"{self.text.place(path)} ({keys})" if keys else self.text.place(path)


@attrs.frozen(kw_only=True)
class JsonForm:
    """The JSON form of one class: its schema, and how it is written and read."""

    schema: str
    write: Callable[[Any], dict[str, Data]]
    read: Callable[[Document], object]
    showing: QuotingStyle = REDACTED


def _read_by(read: Callable[[dict[str, Any]], object], schema: str) -> Callable[[Document], object]:
    """Return the reader of documents that must state their schema."""

    def of_document(document: Document) -> object:
        errors = [*_errors_of_schema(document.data, schema)]
        try:
            value = read(without_schema(document.data))
        except InvalidValueError as error:
            errors += error.field_errors
        if errors:
            raise InputError(error.at(document.place(error.path)) for error in errors)
        return value

    return of_document


def _errors_of_schema(data: dict[str, object], schema: str) -> Iterator[FieldError]:
    if "schema" not in data:
        yield FieldError((), "the key 'schema' is missing", f"Add schema = {schema!r}.")
    yield from errors_of_schema(data, schema)


_FORMS: Final[dict[type, JsonForm]] = {
    Claim: JsonForm(schema=CLAIM, write=of_claim, read=claim_from),
    History: JsonForm(schema=HISTORY, write=of_history, read=history_from),
    Decision: JsonForm(schema=DECISION, write=of_decision, read=_read_by(decision_from, DECISION)),
    Rule: JsonForm(schema=RULE, write=of_rule, read=_read_by(rule_from, RULE), showing=VERBATIM),
}


def to_dict(value: JsonValue) -> dict[str, Data]:
    """Return the claim, history, decision or rule as data that `json.dumps` can write."""
    form = _form_of(type(value))
    return {"schema": form.schema, **form.write(value)}


def to_json(value: JsonValue) -> str:
    """Return the claim, history, decision or rule as JSON text."""
    return text_of(to_dict(value))


def from_dict(kind: Callable[..., V], data: Mapping[str, object]) -> V:
    """Return the value of the class that the data describes.

    ``kind`` is `Claim`, `History`, `Decision`, `Rule` or a kind of rule. Raises `InputError` with
    everything that is wrong: unknown keys, missing keys, and values that are not valid.
    """
    cls = cast("type[V]", kind)
    return _read(cls, ParsedData(cls.__name__.lower(), dict(data)))


def from_json(kind: Callable[..., V], text: str | bytes) -> V:
    """Return the value of the class that the JSON text describes; as `from_dict`, with lines."""
    cls = cast("type[V]", kind)
    content = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    document = parse(content, cls.__name__.lower(), _form_of(cls).showing)
    return _read(cls, ParsedData(document.name, document.data, document))


def _read(kind: type[V], document: Document) -> V:
    value = _form_of(kind).read(document)
    if not isinstance(value, kind):
        message = f"the rule is of another kind than {kind.__name__}"
        remedy = "Read it as Rule, or give a rule of that kind."
        raise InputError([FieldError(("kind",), message, remedy).at(document.place(("kind",)))])
    return value


def _form_of(kind: type) -> JsonForm:
    for cls, form in _FORMS.items():
        if issubclass(kind, cls):
            return form
    raise TypeError(f"{kind.__name__} has no JSON form: give a claim, history, decision or rule")
