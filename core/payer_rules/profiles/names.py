"""What a profile gives names to, so that its rules can refer to it: sources and code sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeAlias, TypeVar

import attrs

from payer_rules._shown import shown
from payer_rules.claims import is_code
from payer_rules.profiles.page import Page
from payer_rules.rules import Citation

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Names(Generic[T]):
    """The values by name; ``None`` stands for those that are at fault."""

    what: str
    values: Mapping[str, tuple[T, ...] | None]


Sources: TypeAlias = Names[Citation]
CodeSets: TypeAlias = Names[str]


@attrs.frozen(kw_only=True)
class _Source(Citation):
    """A citation as a profile writes it, where the row is the table's name."""

    row: str = attrs.field(default="", metadata={"key": None})


def sources_of(page: Page) -> Sources:
    """The citations of each row; a row that stands in several documents has several."""
    values = {row: _citations(page, row, data) for row, data in page.table("sources").items()}
    return Names(what="source", values=values)


def code_sets_of(page: Page) -> CodeSets:
    """The codes of each code set."""
    values = {name: _codes(page, name, data) for name, data in page.table("code_sets").items()}
    return Names(what="code set", values=values)


def _citations(page: Page, row: str, data: object) -> tuple[Citation, ...] | None:
    path = ("sources", row)
    if isinstance(data, list) and data:
        found = [page.structure(_Source, item, (*path, at)) for at, item in enumerate(data)]
    else:
        found = [page.structure(_Source, data, path)]
    sound = [_with_row(source, row) for source in found if source]
    return tuple(sound) if len(sound) == len(found) else None


def _with_row(source: _Source, row: str) -> Citation:
    return Citation(**{**attrs.asdict(source, recurse=False), "row": row})


def _codes(page: Page, name: str, data: object) -> tuple[str, ...] | None:
    path = ("code_sets", name)
    if not isinstance(data, list) or not data:
        problem = f"{name} is {shown(data)}, and a list of codes belongs here"
        page.fault(path, problem, 'Write at least one procedure code: ["90853"].')
        return None
    codes = [code for code in data if isinstance(code, str) and is_code(code)]
    for at, code in enumerate(data):
        if code not in codes:
            remedy = "A code has five digits or capital letters, such as '90853' or 'G0410'."
            page.fault((*path, at), f"{shown(code)} is not a procedure code", remedy)
    return tuple(codes) if len(codes) == len(data) else None
