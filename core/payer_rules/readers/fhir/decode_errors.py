"""Errors of a resource that cannot be decoded, without the values in it.

A resource has names, dates of birth and member numbers in it, and any value in the wrong place may
be one of them. So a message states what belongs there, and never what was found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Path, Problem

_AT: Final = re.compile(r"(.*?)(?: - at `\$(.*)`)?$", re.DOTALL)
_PART: Final = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]")
_EXPECTED: Final = re.compile(r"Expected `([^`]+)`")
_MISSING: Final = re.compile(r"missing required field `(\w+)`")
_WANTED: Final = {
    "str": "a text in quotes",
    "int": "a whole number",
    "bool": "true or false",
    "object": "an object in braces",
    "array": "a list in square brackets",
    "decimal": "a number",
}
#: The most bytes of a resource that ``fhir.resources`` checks: what it finds takes thousands of
#: times as much memory. Explanations of benefit with a hundred items are smaller.
_ASKED: Final = 1 << 19
_KIND: Final = "Write what FHIR R4 asks for there."


def errors_of(raw: bytes, kind: str, error: Exception) -> list[FieldError]:
    """Return the errors of the resource; at least the one of the decoder.

    If ``fhir.resources`` is installed it is asked too, for the decoder stops at the first error.
    """
    first = _of_decoder(error)
    found = {field_error.path: field_error for field_error in errors_by_checker(raw, kind)}
    return list({first.path: first, **found}.values())


def _of_decoder(error: Exception) -> FieldError:
    match = _AT.fullmatch(str(error))
    text, place = (match[1], match[2] or "") if match else (str(error), "")
    path: Path = tuple(name or int(number) for name, number in _PART.findall(place))
    missing = _MISSING.search(text)
    if missing:
        return _error((*path, missing[1]), f"{missing[1]} is missing")
    wanted = _EXPECTED.search(text)
    words = [_WANTED[word] for word in wanted[1].split(" | ") if word in _WANTED] if wanted else []
    if words:
        told = " or ".join(words)
        return _error(path, f"{told} belongs here", f"Write {told}.")
    return _error(path, "the resource cannot be read here")


def errors_by_checker(raw: bytes, kind: str) -> Iterator[FieldError]:
    """Yield what ``fhir.resources`` finds wrong with the resource, if it is installed."""
    if len(raw) > _ASKED:
        return
    try:
        from fhir.resources.R4B import get_fhir_model_class
        from pydantic import ValidationError
    except ImportError:
        return
    try:
        get_fhir_model_class(kind).model_validate_json(raw)
    except ValidationError as error:
        for each in error.errors(include_input=False, include_context=False, include_url=False):
            path: Path = tuple(each["loc"])
            yield _told(path, each["type"])
    # NOTE: on content of other versions of FHIR it raises anything, such as KeyError.
    except Exception:
        return


def _told(path: Path, kind: str) -> FieldError:
    name = next((part for part in reversed(path) if isinstance(part, str)), "the resource")
    if kind == "missing":
        return _error(path, f"{name} is missing")
    if kind == "extra_forbidden":
        # NOTE: an unknown key may be a name in the wrong place.
        return _error(path[:-1], "FHIR R4 has no such key", "Take it away.")
    return _error(path, f"{name} is not as FHIR R4 has it")


def no_json(name: str, text: bytes, line: int) -> Problem:
    """Return the problem of a text that is not JSON, with its line and character."""
    remedy = "Write each resource as one object in JSON."
    try:
        json.loads(text.rstrip())
    except UnicodeDecodeError as error:
        line += text.count(b"\n", 0, error.start)
        where, message = f"{name}:{line}", "a byte is not UTF-8"
        return Problem(where, message, "Save the file as UTF-8.", ErrorCode.NOT_UTF8)
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error.msg[0].lower()}{error.msg[1:]}"
        where = f"{name}:{line + error.lineno - 1}"
        message = f"{message} (character {error.colno})"
        return Problem(where, message, remedy, ErrorCode.JSON_SYNTAX)
    except (ValueError, RecursionError):
        message = "the JSON is nested too deep, or a number is endless"
        return Problem(f"{name}:{line}", message, remedy, ErrorCode.NESTED_TOO_DEEP)
    message = "this is not a resource: it is not a JSON object"
    return Problem(f"{name}:{line}", message, remedy, ErrorCode.FHIR_RESOURCE)


def _error(path: Path, message: str, remedy: str = _KIND) -> FieldError:
    return FieldError(path, message, remedy, ErrorCode.FHIR_ELEMENT)


def dotted(path: Path) -> str:
    """Return the path as FHIR writes it: ``item[0].net``."""
    told = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return told.removeprefix(".")
