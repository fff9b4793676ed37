"""FHIR R4: claims from ``Claim``, history lines from ``ExplanationOfBenefit``.

A file is one resource, a bundle, or one resource a line (NDJSON, as bulk exports have it). A line
is read when it is asked for; a resource or bundle as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path as FilePath
from typing import Final

from payer_rules.errors import Problem
from payer_rules.history import HistoryLine
from payer_rules.readers.filed_claims import FiledClaim, UncodedClaim
from payer_rules.system.packages import missing_packages

__all__ = [
    "file_is_fhir",
    "is_fhir",
    "is_json",
    "read_fhir_claims",
    "read_fhir_history",
    "validated_fhir",
]

_MARK: Final = b'"resourceType"'
_BLOCK: Final = 1 << 20


def is_fhir(start: bytes) -> bool:
    """Return True if a file that begins so contains FHIR resources as JSON.

    A key may be anywhere in an object: if ``resourceType`` is not at the beginning, the whole file
    is searched for it (`file_is_fhir`).
    """
    return is_json(start) and _MARK in start


def is_json(start: bytes) -> bool:
    """Return True if a file that begins so may hold an object or an array in JSON."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def file_is_fhir(path: FilePath) -> bool:
    """Return True if the file, which begins as JSON does, names a resource anywhere."""
    before = b""
    with path.open("rb") as file:
        for block in iter(partial(file.read, _BLOCK), b""):
            if _MARK in before + block:
                return True
            before = block[-len(_MARK) :]
    return False


def read_fhir_claims(
    path: FilePath,
    *,
    beside: Iterable[FilePath] = (),
    name: str | None = None,
    setting: str | None = None,
) -> Iterator[FiledClaim | UncodedClaim | Problem]:
    """Yield the claims in the file, in its order, and a problem for everything that is wrong.

    Patients and providers that claims refer to are in the same bundle, before them in a file of
    lines, or in the files ``beside``. A claim with problems is named, and the others are read.
    Items with a revenue code alone are no problem, and a claim of such items alone is an
    `UncodedClaim`. The histories of the claims are not known: `read_fhir_history` reads them.
    ``name`` is the name of the file in messages, ``setting`` that of claims that do not state
    theirs, such as ``"practitioner"``.
    """
    missing = missing_packages(name or path.name, "fhir", "which reads FHIR", "msgspec")
    if missing is not None:
        yield missing
        return
    from payer_rules.readers.fhir.extraction import claims

    yield from claims(path, beside, name or path.name, setting)


def read_fhir_history(
    path: FilePath,
    *,
    beside: Iterable[FilePath] = (),
    name: str | None = None,
    setting: str | None = None,
) -> Iterator[HistoryLine | Problem]:
    """Yield the lines of the file's explanations of benefit, and the problems of the others."""
    missing = missing_packages(name or path.name, "fhir", "which reads FHIR", "msgspec")
    if missing is not None:
        yield missing
        return
    from payer_rules.readers.fhir.extraction import history

    yield from history(path, beside, name or path.name, setting)


def validated_fhir(path: FilePath, name: str) -> Iterator[Problem]:
    """Yield what ``fhir.resources`` finds wrong with the resources that can be decoded."""
    if missing := missing_packages(name, "fhir-check", "which checks FHIR", "fhir.resources"):
        yield missing
        return
    from payer_rules.readers.fhir.decode_errors import errors_by_checker
    from payer_rules.readers.fhir.files import LocatedResource, resources_of

    for each in resources_of(path, name):
        if isinstance(each, LocatedResource) and each.resource is not None:
            yield from each.problems(errors_by_checker(each.raw, each.kind))
