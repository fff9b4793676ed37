"""The resources of a file, in order: a single resource, a bundle, or one resource a line."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path as FilePath
from typing import Final

import msgspec

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InputError, Path, Problem
from payer_rules.readers.fhir.decode_errors import dotted, errors_of, no_json
from payer_rules.readers.fhir.resources import FhirBundle, FhirRead, FhirResourceHead, fhir_type
from payer_rules.readers.fhir.versions import older_version
from payer_rules.readers.json_positions import value_positions
from payer_rules.readers.size_limits import LARGEST_RESOURCE, content_of, lines_of
from payer_rules.system.files import open_regular, read_problem, special_file

#: A claim has some thousand bytes: with the default buffer each would need a read of its own.
_BUFFER: Final = 1 << 18
_MARK: Final = b"\xef\xbb\xbf"
_BY_LINE: Final = frozenset([".ndjson", ".jsonl"])
#: Decodes one resource of any kind that is read.
READ: Final = msgspec.json.Decoder(FhirRead)
_HEAD: Final = msgspec.json.Decoder(FhirResourceHead)
_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])
_KINDS: Final = frozenset(map(fhir_type, typing.get_args(FhirRead)))
#: Kinds whose id may be quoted: that of a patient is the member's id.
_NAMED: Final = frozenset(["Claim", "ExplanationOfBenefit", "Bundle"])
#: Kinds whose shape changed between versions of FHIR.
_VERSIONED: Final = frozenset(["Claim", "ExplanationOfBenefit"])
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


# NOTE: one is made for each resource, and attrs would take four times as long.
class LocatedResource(msgspec.Struct, frozen=True, gc=False):
    """A resource with its file and the line on which it begins.

    ``resource`` is ``None`` if it is of a kind that is not read, or cannot be decoded: then its
    problems follow it; ``unread`` is its kind.
    """

    resource: FhirRead | None
    unread: str
    name: str
    line: int
    raw: bytes
    full_url: str | None = None
    #: The version before R4 of a claim or explanation that cannot be decoded; no problems follow
    #: it.
    version: str | None = None

    @property
    def kind(self) -> str:
        """FHIR's name of the type of resource."""
        return self.unread if self.resource is None else fhir_type(type(self.resource))

    def problems(self, field_errors: Iterable[FieldError]) -> Iterator[Problem]:
        """Yield the errors as problems, each with its line, the resource and the element."""
        field_errors = tuple(field_errors)
        lines = self._lines(field_error.path for field_error in field_errors)
        label = _label(self.raw, self.kind)
        located = [
            (_nearest(field_error.path, lines), dotted(field_error.path), field_error)
            for field_error in field_errors
        ]
        for line, element, field_error in sorted(located, key=itemgetter(0, 1)):
            place = f"{label}, {element}" if element else label
            yield field_error.at(f"{self.name}:{self.line + line - 1} ({place})")

    def _lines(self, asked: Iterable[Path]) -> dict[Path, int]:
        """Return the lines of the elements within the resource; none if it is on one line."""
        if b"\n" not in self.raw.rstrip():
            return {}
        wanted = {path[:end] for path in asked for end in range(1, len(path) + 1)}
        text = self.raw.decode("utf-8", "replace")
        return {each.path: each.line for each in value_positions(text) if each.path in wanted}


def _nearest(path: Path, lines: Mapping[Path, int]) -> int:
    """Return the line of the element, or of the nearest parent with a known line."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def resources_of(path: FilePath, name: str) -> Iterator[LocatedResource | Problem]:
    """Yield the resources in the file, those of a bundle one by one, and the problems of others."""
    try:
        yield from _by_line(path, name) if is_by_line(path) else _whole(path, name)
    except InputError as error:
        yield from error.problems
    except OSError as error:
        yield read_problem(name, error)


def is_by_line(path: FilePath) -> bool:
    """Return True if the file has one resource a line: by its suffix, or its first two lines."""
    if path.suffix.lower() in _BY_LINE:
        return True
    with open_regular(path) as file:
        first = file.readline(LARGEST_RESOURCE).strip().removeprefix(_MARK)
        if not (first.startswith(b"{") and first.endswith(b"}")):
            return False
        return any(block.strip() for block in iter(partial(file.read, _BUFFER), b""))


def _by_line(path: FilePath, name: str) -> Iterator[LocatedResource | Problem]:
    if problem := special_file(path, name):
        yield problem
        return
    with path.open("rb", buffering=_BUFFER) as file:
        for number, line in lines_of(file, name, LARGEST_RESOURCE):
            if isinstance(line, Problem):
                yield line
                continue
            text = line.removeprefix(_MARK) if number == 1 else line
            try:
                resource = READ.decode(text)
            except _UNREADABLE as error:
                if not text.isspace():
                    yield from _spread(_unread(text, name, number, error))
            else:
                located = LocatedResource(resource, "", name, number, text)
                if isinstance(resource, FhirBundle):
                    yield from _entries(resource, located)
                else:
                    yield located


def _whole(path: FilePath, name: str) -> Iterator[LocatedResource | Problem]:
    content = content_of(path, name, LARGEST_RESOURCE)
    yield from _spread(_placed(content.removeprefix(_MARK), name, 1, None))


def _spread(found: Iterable[LocatedResource | Problem]) -> Iterator[LocatedResource | Problem]:
    """Yield what was found, with the resources of each bundle in its place."""
    for each in found:
        if isinstance(each, LocatedResource) and isinstance(each.resource, FhirBundle):
            yield from _entries(each.resource, each)
        else:
            yield each


def _entries(bundle: FhirBundle, around: LocatedResource) -> Iterator[LocatedResource | Problem]:
    if not bundle.entry:
        remedy = "Put the claims into its entries."
        error = FieldError((), "the bundle is empty", remedy, ErrorCode.FHIR_RESOURCE)
        yield from around.problems([error])
    line, end = around.line, 0
    for entry in bundle.entry:
        text = bytes(entry.resource)
        if not text:
            continue
        start = around.raw.find(text, end)
        line, end = line + around.raw.count(b"\n", end, start), start
        yield from _placed(text, around.name, line, entry.full_url)


def _placed(
    text: bytes, name: str, line: int, full_url: str | None
) -> Sequence[LocatedResource | Problem]:
    """Return the resource, or all its problems."""
    try:
        resource = READ.decode(text)
    except _UNREADABLE as error:
        return _unread(text, name, line, error)
    return (LocatedResource(resource, "", name, line, text, full_url),)


def _unread(
    text: bytes, name: str, line: int, error: Exception
) -> Sequence[LocatedResource | Problem]:
    """Return the resources of an array, an unread kind of resource, or all its problems."""
    try:
        if text.lstrip()[:1] == b"[":
            return [*_of_array(text, name, line)]
        head = _HEAD.decode(text)
    except _UNREADABLE:
        return [no_json(name, text, line)]
    kind = head.resource_type
    if not kind:
        message = "the object has no resourceType"
        remedy = 'Write "resourceType" into it.'
        return [Problem(f"{name}:{line}", message, remedy, ErrorCode.FHIR_RESOURCE)]
    located = LocatedResource(None, kind, name, line, text)
    if kind not in _KINDS:
        return [located]
    version = older_version(text) if kind in _VERSIONED else None
    if version is not None:
        return [LocatedResource(None, kind, name, line, text, version=version)]
    return [located, *located.problems(errors_of(text, kind, error))]


def _of_array(text: bytes, name: str, line: int) -> Iterator[LocatedResource | Problem]:
    """Yield the resources of a JSON array, each on its line."""
    elements = _ARRAY.decode(text)
    if not elements:
        message, remedy = "the array is empty", "Put the resources into it."
        yield Problem(f"{name}:{line}", message, remedy, ErrorCode.FHIR_RESOURCE)
    end = 0
    for element in elements:
        start = text.find(bytes(element), end)
        line, end = line + text.count(b"\n", end, start), start
        # NOTE: an array in an array has no resource, and could be nested without end.
        if bytes(element)[:1] == b"[":
            yield no_json(name, b"0", line)
        else:
            yield from _placed(bytes(element), name, line, None)


def _label(raw: bytes, kind: str) -> str:
    if kind not in _NAMED:
        return kind
    head = _HEAD.decode(raw)
    return f"{kind}/{head.id}" if head.id else kind
