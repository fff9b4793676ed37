"""Case files: one ``RULE.cases.toml`` per rule, with what its claims share and what each adds.

A file names its rule and has two kinds of groups. ``[base]`` with ``[[case]]`` tables holds the
cases that a person wrote; each ``[[boundaries]]`` table has a base of its own and ``rows``: one
line for each case that ``payer-rules mutate`` proposed. A base is a part of a case: what it states
holds for each case of its group that states nothing for the key. `expanded` joins the two to the
tables of a claim file, which the readers of claims then read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.conformance import case_notation as notation
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InputError, InvalidValueError, Path, Problem
from payer_rules.readers import Document
from payer_rules.values.structure import unknown_keys

Table: TypeAlias = dict[str, Any]

CASES: Final = ".cases.toml"
OLD_CASE: Final = ".case.toml"
#: Tables whose keys a case adds to, or replaces in, those of its base.
_MERGED: Final = ("claim", "line", "history_line")
#: The keys of a case, and of the base of several.
CASE_KEYS: Final = frozenset(
    (
        *("name", "why", "source", "assume", "lines", "history", "history_covers", "omit"),
        "todo",
        *("outcomes", "expected", "basis", "findings", "not_evaluated", *_MERGED),
    )
)
TOP_KEYS: Final = ("rule", "base", "case", "boundaries")


@attrs.frozen
class CaseDocument:
    """One case as the tables of a claim file, and where each of its values is written.

    ``path`` leads to the case in its file, ``base`` to what it shares with others.
    """

    file: Document = attrs.field(repr=False)
    data: Table = attrs.field(repr=False)
    path: Path
    base: Path

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.file.name

    def line(self, path: Path) -> int:
        """Return the line of the value in a claim file, or of the nearest table around it."""
        return self.line_in_case(_path_in_case(path))

    def line_in_case(self, inner: Path) -> int:
        """Return the line of the value at the path in the case, or of the nearest around it."""
        for length in range(len(inner), 0, -1):
            for outer in (self.path, self.base, ()):
                full = (*outer, *inner[:length])
                if _has(self.file.data, full):
                    return self.file.line(full)
        return self.file.line(self.path)

    def place(self, path: Path = ()) -> str:
        """Return the name of the file and the line of the value."""
        return f"{self.name}:{self.line(path)}"


def _has(data: object, path: Path) -> bool:
    for part in path:
        if isinstance(part, int):
            data = data[part] if isinstance(data, list) and part < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data is not None


def _path_in_case(path: Path) -> Path:
    """Return where the case file states what a claim file has at the path."""
    if path[:2] == ("claim", "lines"):
        return ("lines", *path[2:3])
    if path[:1] in (("outcomes",), ("expected",), ("basis",)):
        return path[:1]
    return path[:2] if path[:1] in (("findings",), ("not_evaluated",), ("history",)) else path


def cases_of(document: Document) -> Iterator[CaseDocument | Problem]:
    """Yield each case of the file, and a problem for each that cannot be read."""
    problems = [*_problems_of_top(document)]
    yield from problems
    if problems:
        return
    rule = document.data["rule"]
    for base, base_path, cases in _groups(document.data):
        for case, path in cases:
            try:
                data = expanded(str(rule), base, case)
            except InvalidValueError as error:
                found = CaseDocument(document, {}, path, base_path)
                for each in error.field_errors:
                    yield each.at(f"{document.name}:{found.line_in_case(each.path)}")
            else:
                yield CaseDocument(document, data, path, base_path)


def _problems_of_top(document: Document) -> Iterator[Problem]:
    for unknown in unknown_keys(document.data, TOP_KEYS):
        yield unknown.at(document.place(unknown.path))
    if not isinstance(document.data.get("rule"), str):
        remedy = "Write rule = 'PAYER/NAME' on the first line."
        message = "the file names no rule"
        yield Problem(document.place(()), message, remedy, ErrorCode.MISSING_KEY)
    if not document.data.keys() & {"case", "boundaries"}:
        remedy = "Write a [[case]] table for each case."
        message = "the file has no case"
        yield Problem(document.place(()), message, remedy, ErrorCode.MISSING_KEY)


_Group: TypeAlias = tuple[Table, Path, list[tuple[Table, Path]]]


def _groups(data: Table) -> Iterator[_Group]:
    """Yield each base with its path and its cases, each with the path to it."""
    yield _table(data.get("base")), ("base",), _listed(data.get("case"), ("case",))
    for at, group in enumerate(_tables(data.get("boundaries"))):
        path: Path = ("boundaries", at)
        yield (
            _table(group.get("base")),
            (*path, "base"),
            _listed(group.get("rows"), (*path, "rows")),
        )


def _listed(value: object, path: Path) -> list[tuple[Table, Path]]:
    return [(table, (*path, at)) for at, table in enumerate(_tables(value))]


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> list[Table]:
    return [_table(each) for each in value] if isinstance(value, list) else []


def expanded(rule: str, base: Table, case: Table) -> Table:
    """Return the case, joined with its base, as the tables of a claim file.

    Raises `InvalidValueError` with the path in the case to each value that cannot be read.
    """
    joined = _joined(base, case)
    lines = _lines(joined, "lines", joined.get("line", {}))
    data: Table = {
        **{
            key: joined[key] for key in ("name", "why", "source", "assume", "todo") if key in joined
        },
        "rule": rule,
        "payer": rule.partition("/")[0],
        "findings": _read(joined, "findings", notation.findings_of, rule),
        "claim": {**joined.get("claim", {}), "lines": lines},
    }
    if "outcomes" in joined:
        data["outcomes"] = _read(joined, "outcomes", notation.words_of)
    if "expected" in joined:
        data["expected"] = _read(joined, "expected", notation.words_of)
    if "basis" in joined:
        data["basis"] = _read(joined, "basis", notation.words_of, "presumed x2")
    if "not_evaluated" in joined:
        data["not_evaluated"] = _read(joined, "not_evaluated", notation.gaps_of, rule)
    if "history" in joined:
        data["history"] = _numbered(_lines(joined, "history", joined.get("history_line", {})))
    if "history_covers" in joined:
        data["history_covers"] = joined["history_covers"]
    return data


def _joined(base: Table, case: Table) -> Table:
    if unknown := list(unknown_keys((*base, *case), CASE_KEYS)):
        raise InvalidValueError(unknown)
    joined = {**base, **case}
    for key in _MERGED:
        if key in joined:
            joined[key] = {**_table(base.get(key)), **_table(case.get(key))}
    for name in joined.pop("omit", ()):
        _omit(joined, str(name))
    return joined


def _omit(joined: Table, name: str) -> None:
    outer, _, inner = name.partition(".")
    held = joined.get(outer)
    if inner and isinstance(held, dict) and inner in held:
        del held[inner]
    elif not inner and outer in joined:
        del joined[outer]
    else:
        remedy = "Omit only what the base states, such as 'claim.received' or 'history'."
        raise InvalidValueError([FieldError(("omit",), f"there is no {name!r} to omit", remedy)])


def _read(joined: Table, key: str, read: Callable[..., list[object]], *more: str) -> list[object]:
    try:
        return read(joined.get(key, []), *more)
    except InvalidValueError as error:
        raise InvalidValueError(each.under(key) for each in error.field_errors) from error


def _lines(joined: Table, key: str, defaults: Table) -> list[object]:
    """Return the lines with the facts that all of them share."""
    lines = _read(joined, key, notation.lines_of)
    return [_with_defaults(line, defaults) if isinstance(line, dict) else line for line in lines]


def _with_defaults(line: Table, defaults: Table) -> Table:
    if "date" in line or "date_from" in line:
        defaults = {key: value for key, value in defaults.items() if not key.startswith("date")}
    full = {**defaults, **line}
    for name in full.pop("omit", ()):
        full.pop(str(name), None)
    return full


def _numbered(lines: list[object]) -> list[object]:
    """Return the earlier lines, each of a claim of its own where none is stated: H1, H2, …."""
    return [
        {"claim": f"H{at}", **line} if isinstance(line, dict) else line
        for at, line in enumerate(lines, 1)
    ]


def refuse_old_form(name: str) -> InputError:
    """Return the error for a file in the form of one case per file."""
    message = "a file with one case is no longer read"
    remedy = "Run 'payer-rules cases convert FOLDER': it writes one RULE.cases.toml per rule."
    return InputError([Problem(name, message, remedy, ErrorCode.OLD_CASE_FILE)])
