"""A case file to which cases are added below what its author wrote.

What was in the file stays as it is, byte for byte, with its comments and its order. The added cases
are a group of boundary rows at the end. The file is written with each case, so that a run that is
stopped keeps what was added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.case_conversion import comparable
from payer_rules.conformance.case_file_text import case_file_text, row_lines
from payer_rules.conformance.case_files import CASES, cases_of
from payer_rules.conformance.case_names import free_name
from payer_rules.conformance.case_text import CaseTexts
from payer_rules.conformance.expectations import CaseHead
from payer_rules.conformance.fixtures import fixture_files, parts_of_case
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.history import History
from payer_rules.readers import read_document
from payer_rules.system.atomic_files import replace_file
from payer_rules.toml_files.document import parse


@attrs.define
class CaseFileAdditions:
    """The case file of a rule, and the cases that are added to it."""

    path: Path
    rule: str
    _written: str
    _names: set[str]
    _added: list[CaseTexts] = attrs.Factory(list)

    @classmethod
    def of(cls, rule: str, folder: Path, paths: Iterable[Path]) -> CaseFileAdditions:
        """Return the file of the rule among the paths, or a new one in the folder.

        Raises `InputError` with the problems of a file that cannot be read.
        """
        path = next(_files_of(rule, paths), None)
        if path is None:
            owner, _, name = rule.partition("/")
            own = folder / owner
            new = (own if own.is_dir() else folder) / f"{name}{CASES}"
            return cls(new, rule, "", set())
        text = path.read_bytes().decode("utf-8")
        return cls(path, rule, text, {head.name for head, _, _ in _read(text, path.name)})

    def add(self, head: CaseHead, claim: Claim, history: History | None) -> str:
        """Write the case with a name that no other case of the file has, and return the name."""
        named = attrs.evolve(head, name=free_name(head.name, self._names))
        added = [*self._added, CaseTexts.of(named, claim, history)]
        text = self._with(added)
        *_, (read, read_claim, read_history) = _read(text, self.path.name)
        expected = (comparable(named), claim, history)
        if (comparable(read), read_claim, read_history) != expected:
            raise InputError([_not_the_same(self.path, named.name)])
        self.path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self.path, text, str(self.path), "the case file")
        self._added = added
        self._names.add(named.name)
        return named.name

    def _with(self, added: list[CaseTexts]) -> str:
        """Return what was written before, and below it the added cases."""
        if not self._written:
            return case_file_text(self.rule, [], [added])
        before = self._written if self._written.endswith("\n") else f"{self._written}\n"
        end = "\r\n" if "\r\n" in before else "\n"
        return before + end + end.join(row_lines(added)) + end


def _files_of(rule: str, paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the case files of the rule; what cannot be read is reported with the fixtures."""
    for path in paths:
        for file in fixture_files(path):
            if not isinstance(file, Path) or not file.name.endswith(CASES):
                continue
            try:
                stated = read_document(file).data.get("rule")
            except InputError:
                continue
            if stated == rule:
                yield file


def _read(text: str, name: str) -> list[tuple[CaseHead, Claim, History | None]]:
    """Return the cases in the text; raises `InputError` with the first problem."""
    read = []
    for case in cases_of(parse(text.encode(), name)):
        if isinstance(case, Problem):
            raise InputError([case])
        head, filed = parts_of_case(case)
        read.append((head, filed.claim, filed.history))
    return read


def _not_the_same(path: Path, name: str) -> Problem:
    message = f"the case {name!r} would be read as another one"
    remedy = "Nothing was written. Write this case by hand into the file of its rule."
    return Problem(str(path), message, remedy, ErrorCode.INVALID_VALUE)
