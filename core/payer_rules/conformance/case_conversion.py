"""The conversion of files with one case each (``*.case.toml``) to one file per rule.

The claims, expectations and sources stay as they are: each new file is read again and compared with
the old ones, field by field, before an old file is removed. Cases that ``payer-rules mutate``
proposed have names such as ``dates-of-RULE-2``; they become rows with the name ``dates-2``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.case_file_text import case_file_text
from payer_rules.conformance.case_files import CASES, OLD_CASE, cases_of
from payer_rules.conformance.case_text import CaseTexts
from payer_rules.conformance.expectations import CaseHead
from payer_rules.conformance.fixtures import parts_of_case
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.history import History
from payer_rules.readers import FiledClaim
from payer_rules.toml_files.document import TomlDocument, parse, read


@attrs.frozen
class OldCase:
    """A file with one case: the expectation, the claim and the file."""

    head: CaseHead
    filed: FiledClaim
    file: Path

    @property
    def is_boundary(self) -> bool:
        """Whether ``payer-rules mutate`` proposed the case, by its name."""
        is_named = f"-of-{_name_of(self.head.rule)}" in self.head.name
        is_compared = None not in (self.head.lines, self.head.not_evaluated)
        return is_compared and (is_named or self.head.name.startswith("every-"))

    def texts(self, name: str) -> CaseTexts:
        """Return the case as TOML values, with this name."""
        head = attrs.evolve(self.head, name=name)
        return CaseTexts.of(head, self.filed.claim, self.filed.history)


@attrs.frozen
class Conversion:
    """A new file, its text, and the old files that it replaces with the new name of each case."""

    file: Path
    text: str
    names: Mapping[Path, str]


def conversions_of(folders: Iterable[Path]) -> tuple[Conversion, ...]:
    """Return the conversion of each rule's cases in the folders and below, or of the files named.

    Raises `InputError` with the problems of all files that cannot be read or converted.
    """
    problems: list[Problem] = []
    groups: dict[tuple[Path, str], list[OldCase]] = {}
    for file in _old_files(folders):
        try:
            head, filed = parts_of_case(_in_new_form(read(file)))
        except InputError as error:
            problems.extend(error.problems)
        else:
            groups.setdefault((file.parent, head.rule), []).append(OldCase(head, filed, file))
    if problems:
        raise InputError(problems)
    payers = {(folder, rule.partition("/")[0]) for folder, rule in groups}
    several = {folder for folder, _ in groups if sum(f == folder for f, _ in payers) > 1}
    return tuple(
        _conversion(_target(folder, rule, folder in several), rule, cases)
        for (folder, rule), cases in sorted(groups.items())
    )


def _old_files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from sorted(folder.rglob(f"*{OLD_CASE}"))
        elif folder.is_file() and folder.name.endswith(OLD_CASE):
            yield folder
        else:
            remedy = f"Name a folder with {OLD_CASE} files, or such a file."
            raise InputError(
                [
                    Problem(
                        str(folder),
                        "there is no such folder or file",
                        remedy,
                        ErrorCode.UNREADABLE_FILE,
                    )
                ]
            )


def _in_new_form(document: TomlDocument) -> TomlDocument:
    """Return the document with the key of the outcomes that case files have now."""
    names = {"lines": "outcomes"}
    return attrs.evolve(
        document, data={names.get(key, key): value for key, value in document.data.items()}
    )


def _target(folder: Path, rule: str, has_payers: bool) -> Path:
    payer = rule.partition("/")[0]
    return (folder / payer if has_payers else folder) / f"{_name_of(rule)}{CASES}"


def _name_of(rule: str) -> str:
    return rule.partition("/")[2] or rule


def _conversion(file: Path, rule: str, cases: Sequence[OldCase]) -> Conversion:
    names = _names(rule, cases)
    text = _text(rule, cases, names)
    conversion = Conversion(file, text, names)
    _check(conversion, cases)
    return conversion


def _text(rule: str, cases: Sequence[OldCase], names: Mapping[Path, str]) -> str:
    own: list[CaseTexts] = []
    rows: dict[str, list[CaseTexts]] = {}
    for case in cases:
        group = rows.setdefault(case.filed.claim.id, []) if case.is_boundary else own
        group.append(case.texts(names[case.file]))
    return case_file_text(rule, own, rows.values())


def _names(rule: str, cases: Sequence[OldCase]) -> dict[Path, str]:
    """Return the new name of each case; a number is added to a name that is taken."""
    names: dict[Path, str] = {}
    for case in sorted(cases, key=lambda case: case.is_boundary):
        name = case.head.name
        if case.is_boundary:
            name = name.replace(f"-of-{_name_of(rule)}", "")
        names[case.file] = next(_free(name, names.values()))
    return names


def _free(name: str, taken: Iterable[str]) -> Iterator[str]:
    """Yield the names that no other case has: the name, then the name with a number."""
    held = set(taken)
    stem, _, number = name.rpartition("-")
    stem = stem if number.isdigit() else name
    numbered = (f"{stem}-{number}" for number in count(2))
    yield from (free for free in chain([name], numbered) if free not in held)


def _check(conversion: Conversion, cases: Sequence[OldCase]) -> None:
    """Raise `InputError` unless the new file, read again, holds the same cases."""
    read: dict[str, tuple[CaseHead, Claim, History | None]] = {}
    document = parse(conversion.text.encode(), conversion.file.name)
    for new in cases_of(document):
        if isinstance(new, Problem):
            raise InputError([new])
        head, filed = parts_of_case(new)
        read[head.name] = (comparable(head), filed.claim, filed.history)
    for case in cases:
        name = conversion.names[case.file]
        old = (comparable(attrs.evolve(case.head, name=name)), case.filed.claim, case.filed.history)
        if read.pop(name, None) != old:
            raise InputError([_not_the_same(case.file)])
    if read:
        raise InputError([_not_the_same(conversion.file)])


def comparable(head: CaseHead) -> CaseHead:
    """Return the expectation with findings and open questions in order; theirs has no meaning."""
    gaps = head.not_evaluated
    return attrs.evolve(
        head,
        findings=tuple(sorted(head.findings, key=repr)),
        not_evaluated=gaps and tuple(sorted(gaps, key=repr)),
    )


def _not_the_same(file: Path) -> Problem:
    message = "the converted case would not be the same"
    return Problem(
        str(file),
        message,
        "Write this case by hand into the file of its rule.",
        ErrorCode.OLD_CASE_FILE,
    )


_ENCODING: Final = "utf-8"


def write(conversions: Iterable[Conversion]) -> None:
    """Write the new files and remove the old ones."""
    for conversion in conversions:
        if conversion.file.exists():
            remedy = "Move it away, or convert the old files in another folder."
            raise InputError(
                [Problem(str(conversion.file), "this file exists", remedy, ErrorCode.EXISTING_FILE)]
            )
        conversion.file.parent.mkdir(parents=True, exist_ok=True)
        conversion.file.write_text(conversion.text, encoding=_ENCODING, newline="\n")
        for old in conversion.names:
            old.unlink()
