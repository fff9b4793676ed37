"""The loop over millions of pair rows, which parses each distinct ending only once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs

from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.fields import DOWNLOAD, check_code
from payer_rules.tables.formats.table_format import Chunks
from payer_rules.tables.pairs import PairsDraft, PairTerms, pack
from payer_rules.tables.problem_log import ProblemLog

#: A parser of the cells after the two codes; it returns ``None`` after recording a problem.
Ending: TypeAlias = Callable[[list[str], int, ProblemLog], PairTerms | None]
_CUT: Final = "Download the file again: it is incomplete."


@attrs.define
class PairRows:
    """The rows of a file of pairs, with ``mark`` between two cells."""

    file_import: FileImport
    mark: bytes
    columns: int
    ending: Ending
    #: The numbers of codes and endings, by their bytes.
    _codes: dict[bytes, int] = attrs.Factory(dict)
    _terms: dict[bytes, int] = attrs.Factory(dict)

    def read(self, chunks: Chunks, headings: int) -> None:
        """Read the rows below this many lines of headings."""
        draft, base = self.file_import.pairs()
        add, mark, codes, terms = draft.rows.append, self.mark, self._codes, self._terms
        number, text = 0, b""
        for chunk in chunks:
            for text in chunk:
                number += 1
                if number <= headings:
                    continue
                try:
                    one, other, rest = text.split(mark, 2)
                    add(pack(codes[one], codes[other], terms[rest], base + number))
                except (KeyError, ValueError):
                    self._read_new(text, number, draft, base)
        if not text.endswith(b"\n"):
            self.file_import.log.note(number, "the file ends within this line", _CUT)
        elif number <= headings:
            self.file_import.log.note(number, "no row follows the heading", _CUT)

    def _read_new(self, line: bytes, number: int, draft: PairsDraft, base: int) -> None:
        """Read a row that has a new code or ending, and keep their numbers."""
        log = self.file_import.log
        try:
            cells = [cell.strip() for cell in line.decode().split(self.mark.decode())]
        except UnicodeDecodeError:
            log.note(number, "the line is not UTF-8", DOWNLOAD)
            return
        if not any(cells):
            return
        if len(cells) != self.columns:
            log.note(number, f"the row has {len(cells)} cells, not {self.columns}", DOWNLOAD)
            return
        are_codes = [check_code(cell, number, log) for cell in cells[:2]]
        terms = self.ending(cells[2:], number, log)
        if terms is None or not all(are_codes):
            return
        one, other, rest = line.split(self.mark, 2)
        for raw, cell in ((one, cells[0]), (other, cells[1])):
            self._codes[raw] = draft.number_of_code(cell.encode())
        self._terms[rest] = draft.number_of_terms(terms)
        draft.rows.append(
            pack(self._codes[one], self._codes[other], self._terms[rest], base + number)
        )
