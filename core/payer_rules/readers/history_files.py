"""The history in files of any format: remittances, explanations of benefit, tables, documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

import attrs

from payer_rules.errors import InputError, Problem, Remark
from payer_rules.history import History, HistoryLine
from payer_rules.readers.claim_documents import read_history_document
from payer_rules.readers.day_limits import is_in_range, range_problem
from payer_rules.readers.formats import FORMATS, FileFormat, ReadOptions, format_of
from payer_rules.readers.joined_histories import joined
from payer_rules.readers.pending_claims import not_decided, pending_lines

__all__ = ["holds_pending_claims", "read_history_file", "read_history_files"]

#: So many of the first bytes of an X12 file show its first transaction.
_START: Final = 8192


def read_history_file(path: Path, options: ReadOptions) -> tuple[History | None, list[Problem]]:
    """Return the history in the file, and every problem of the file."""
    return read_history_files([path], options)


def read_history_files(
    paths: Iterable[Path], options: ReadOptions
) -> tuple[History | None, list[Problem]]:
    """Return the history that the files hold together, and every problem of the files.

    It is ``None`` where no file can be read. Remittances, explanations of benefit and tables do not
    state what they leave out, so their history is never complete. Nor is it complete where a file
    has a problem. Remittances are settled together. If the options take pending claims, an 837 is
    history, too.
    """
    collected = _Collected()
    remittances: list[Path] = []
    claims: list[Path] = []
    for path in paths:
        try:
            known = format_of(path, options)
        except InputError as error:
            collected.problems += error.problems
            continue
        if known is FORMATS["x12"]:
            is_pending = options.takes_pending_claims and _holds_claims(path)
            (claims if is_pending else remittances).append(path)
        elif known.history is None:
            collected.add_document(path)
        else:
            collected.add_files([path], known, options)
    if remittances:
        collected.add_files(remittances, FORMATS["x12"], options)
    if claims:
        collected.add_pending(claims, options)
    return collected.history()


def holds_pending_claims(path: Path, options: ReadOptions) -> bool:
    """Return True if the file is an 837, and the options take claims without a decision."""
    try:
        is_x12 = options.takes_pending_claims and format_of(path, options) is FORMATS["x12"]
    except InputError:
        return False
    return is_x12 and _holds_claims(path)


def _holds_claims(path: Path) -> bool:
    """Return True if the X12 file is an 837."""
    from payer_rules.readers.x12 import holds_claims

    with path.open("rb") as file:
        return holds_claims(file.read(_START))


@attrs.define
class _Collected:
    """The histories of the files read so far, and the problems of these files.

    Lines with days out of range are left out; nothing else is in doubt because of them.
    """

    histories: list[tuple[str, History]] = attrs.Factory(list)
    problems: list[Problem] = attrs.Factory(list)
    out_of_range: list[Problem] = attrs.Factory(list)

    def add_document(self, path: Path) -> None:
        """Read a document that states its own coverage."""
        history, problems = read_history_document(path)
        self.problems += problems
        if history is not None:
            lines = self._lines(history.lines, path.name)
            self.histories.append((path.name, attrs.evolve(history, lines=lines)))

    def add_files(self, paths: list[Path], known: FileFormat, options: ReadOptions) -> None:
        """Read files of a format whose lines are settled together."""
        assert known.history is not None
        name = ", ".join(path.name for path in paths)
        lines = self._lines(known.history(paths, options), name)
        self.histories.append((name, History.unknown(lines)))

    def add_pending(self, paths: list[Path], options: ReadOptions) -> None:
        """Read files of claims without a decision; services that other files decide count once."""
        decided = [line for _, history in self.histories for line in history.lines]
        name = ", ".join(path.name for path in paths)
        lines = self._lines(pending_lines(paths, options), name)
        self.histories.append((name, History.unknown(tuple(not_decided(lines, decided)))))

    def history(self) -> tuple[History | None, list[Problem]]:
        """Return the joined history, and all problems."""
        if not self.histories:
            return None, self.problems
        history, conflicts = joined(self.histories)
        self.problems += conflicts
        if any(not isinstance(problem, Remark) for problem in self.problems):
            history = attrs.evolve(history, covers_from=date.max)
        return history, [*self.problems, *self.out_of_range]

    def _lines(self, found: Iterable[HistoryLine | Problem], name: str) -> tuple[HistoryLine, ...]:
        lines = []
        for each in found:
            if isinstance(each, Problem):
                self.problems.append(each)
            elif is_in_range(each):
                lines.append(each)
            else:
                self.out_of_range.append(range_problem(name, each.claim))
        return tuple(lines)
