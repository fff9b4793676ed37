"""The loop over millions of pair rows, which looks at each different ending only once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs

from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.fields import AGAIN, is_coded
from payer_rules.tables.formats.table_format import Chunks
from payer_rules.tables.pairs import PairsDraft, PairTerms, pack
from payer_rules.tables.problem_log import ProblemLog

#: What the cells after the two codes say; ``None``, with a fault noted, if they cannot be read.
Ending: TypeAlias = Callable[[list[str], int, ProblemLog], PairTerms | None]
_CUT: Final = "Fetch the file again: it was cut off."


@attrs.define
class PairRows:
    """The rows of a file of pairs, of which one cell is separated from the next by ``mark``."""

    reading: FileImport
    mark: bytes
    columns: int
    ending: Ending
    #: Codes and endings that were met, by their bytes.
    _codes: dict[bytes, int] = attrs.Factory(dict)
    _says: dict[bytes, int] = attrs.Factory(dict)

    def read(self, chunks: Chunks, headings: int) -> None:
        """Read the rows below so many lines of headings."""
        draft, base = self.reading.pairs()
        add, mark, codes, said = draft.rows.append, self.mark, self._codes, self._says
        number, text = 0, b""
        for chunk in chunks:
            for text in chunk:
                number += 1
                if number <= headings:
                    continue
                try:
                    one, other, rest = text.split(mark, 2)
                    add(pack(codes[one], codes[other], said[rest], base + number))
                except (KeyError, ValueError):
                    self._slowly(text, number, draft, base)
        if not text.endswith(b"\n"):
            self.reading.log.note(number, "the file ends within this line", _CUT)
        elif number <= headings:
            self.reading.log.note(number, "no row follows the heading", _CUT)

    def _slowly(self, line: bytes, number: int, draft: PairsDraft, base: int) -> None:
        """Read a row that has something not met before, and remember what is sound in it."""
        log = self.reading.log
        try:
            cells = [cell.strip() for cell in line.decode().split(self.mark.decode())]
        except UnicodeDecodeError:
            log.note(number, "the line is not UTF-8", AGAIN)
            return
        if not any(cells):
            return
        if len(cells) != self.columns:
            log.note(number, f"the row has {len(cells)} cells, not {self.columns}", AGAIN)
            return
        are_codes = [is_coded(cell, number, log) for cell in cells[:2]]
        says = self.ending(cells[2:], number, log)
        if says is None or not all(are_codes):
            return
        one, other, rest = line.split(self.mark, 2)
        for raw, cell in ((one, cells[0]), (other, cells[1])):
            self._codes[raw] = draft.code(cell.encode())
        self._says[rest] = draft.number(says)
        draft.rows.append(
            pack(self._codes[one], self._codes[other], self._says[rest], base + number)
        )
