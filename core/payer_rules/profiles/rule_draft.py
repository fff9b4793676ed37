"""A rule of a profile while its references are replaced by sources and codes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, TypeVar

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Path, nearest
from payer_rules.profiles.reader import ProfileReader
from payer_rules.profiles.references import (
    CodeSets,
    Courses,
    References,
    Sources,
    codes_between,
    is_like_a_range,
)
from payer_rules.rules import Citation
from payer_rules.text.quoting import quoted

T = TypeVar("T")

#: Placeholders for invalid references, so that the other problems of a rule are found too.
NO_CITATION: Final = Citation(row="", title="", url="", read=date.min, confidence="secondary")
_NO_CODE: Final = "{:05}".format
_NO_COURSES: Final[Courses] = References(what="course", values={})
#: The keys, and the pool, under which a rule lists codes.
CODE_LISTS: Final = frozenset(["codes", "first", "second", "primaries", "of", "opens", "types"])

#: The pattern of the name of a rule, and of a payer.
NAME: Final = "[a-z0-9][a-z0-9-]*"
is_name: Final = re.compile(NAME).fullmatch


@attrs.define
class RuleDraft:
    """The table of a rule; ``is_valid`` until a reference in it is found to be invalid."""

    reader: ProfileReader
    path: Path
    sources: Sources
    code_sets: CodeSets
    courses: Courses = _NO_COURSES
    is_valid: bool = True
    _placeholders: Iterator[int] = attrs.Factory(itertools.count)

    def rule_id(self, owner: str, name: object) -> object:
        """Return the id of the owner's rule; a value that is no text is left for the type check."""
        if not isinstance(name, str) or is_name(name):
            return f"{owner}/{name}" if isinstance(name, str) else name
        remedy = "Write small letters, digits and hyphens; the payer's id is put before it."
        message = f"{name!r} is not the name of a rule"
        self.report(("id",), message, remedy, ErrorCode.RULE_NAME)
        # NOTE: a different placeholder for each rule, or two of them would seem to be duplicates.
        return f"{owner}/line-{self.reader.document.line(self.path)}"

    def citations(self, key: str, rows: object) -> tuple[Citation, ...]:
        """Return the citations of the rows that are listed under the key."""
        if not isinstance(rows, list):
            message = f"{key} is {quoted(rows)}, and a list of sources belongs here"
            remedy = f"Write {key} = [{quoted(str(rows))}]."
            self.report((key,), message, remedy, ErrorCode.WRONG_TYPE)
            return (NO_CITATION,)
        cited = [self._found(self.sources, row, (key, at)) for at, row in enumerate(rows)]
        return tuple(citation for found in cited for citation in found or (NO_CITATION,))

    def rule_citations(self, rows: object) -> tuple[Citation, ...]:
        """Return the citations of a rule, which must have at least one."""
        if rows is not None and rows != []:
            return self.citations("cites", rows)
        remedy = f'Write cites = ["ROW"]. {nearest("", self.sources.values)}'
        self.report(("cites",), "the rule cites no source", remedy, ErrorCode.MISSING_SOURCE)
        return (NO_CITATION,)

    def dates(self, key: str, value: object) -> object:
        """Return the span of the day in ``{ on = DATE }``; any other value as it is."""
        if not isinstance(value, dict) or "on" not in value:
            return value
        day, *others = value["on"], *(name for name in value if name != "on")
        if isinstance(day, date) and not isinstance(day, datetime) and not others:
            return {"from": day, "to": day}
        at, message = "on", f"{key}.on is {quoted(day)}"
        if others:
            at, message = others[0], f"{key} has {others[0]} besides on"
        remedy = f"Write {key} = {{ on = 2024-08-15 }} for a single day."
        self.report((key, at), message, remedy, ErrorCode.SINGLE_DAY)
        return {}

    def expanded(self, value: object, path: Path = ()) -> object:
        """Return the value with codes in place of each ``"@set"`` and each range in its lists."""
        if isinstance(value, dict):
            return {key: self.expanded(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, str) and path and path[-1] == "course":
            return self._course(value, path)
        if not isinstance(value, list):
            return value
        items: list[object] = []
        more: list[object] = []
        for at, item in enumerate(value):
            codes = self._codes(item, (*path, at))
            if codes is None:
                items.append(self.expanded(item, (*path, at)))
                continue
            if not codes:
                # NOTE: a placeholder code is not valid in lists of words.
                self.reader.ignore((*self.path, *path))
            first, *rest = codes or [self._placeholder()]
            # NOTE: the rest is appended at the end, so that the other items keep their positions.
            items.append(first)
            more += rest
        return items + more

    def _course(self, name: str, path: Path) -> object:
        """Return the course of the name; if there is none, no other problem of it is reported."""
        for course in self._found(self.courses, name, path):
            return course
        self.reader.ignore((*self.path, *path[:-1]))
        self.reader.ignore((*self.path, *path))
        return name

    def _codes(self, item: object, path: Path) -> tuple[str, ...] | None:
        """Return the codes that the item refers to, or None if it is no reference."""
        if not isinstance(item, str):
            return None
        if item.startswith("@"):
            return self._found(self.code_sets, item[1:], path)
        if is_like_a_range(item) and not CODE_LISTS.isdisjoint(path):
            return self._between(item, path)
        return None

    def _placeholder(self) -> str:
        # NOTE: a pool repeats the rule's codes, and a placeholder is never among them.
        self.reader.ignore((*self.path, "pool"))
        return _NO_CODE(next(self._placeholders))

    def _between(self, item: str, path: Path) -> tuple[str, ...]:
        codes = codes_between(self.reader, item, (*self.path, *path))
        self.is_valid = self.is_valid and bool(codes)
        return codes

    def _found(self, names: References[T], name: object, path: Path) -> tuple[T, ...]:
        found = names.values.get(name) if isinstance(name, str) else None
        if name not in list(names.values):
            message = f"unknown {names.what} {quoted(name)}"
            remedy = nearest(str(name), names.values)
            self.report(path, message, remedy, ErrorCode.UNKNOWN_REFERENCE)
        self.is_valid = self.is_valid and found is not None
        return found or ()

    def report(self, path: Path, message: str, remedy: str, code: ErrorCode) -> None:
        """Record what is wrong with the value at the path in this table."""
        self.reader.report((*self.path, *path), message, remedy, code)
        self.is_valid = False
