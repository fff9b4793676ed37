"""The medically unlikely edits of one table, as a draft and as a stored table."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from payer_rules.rules import ALWAYS
from payer_rules.rules.edit_rows import UnitEdit
from payer_rules.tables import array_files
from payer_rules.tables.source_lines import SourceLines


@attrs.define
class UnitsDraft:
    """The rows of a table while its files are read: units, MAI, rationale and line, by code."""

    sources: SourceLines = attrs.Factory(SourceLines)
    rows: dict[str, tuple[int, int, str, int]] = attrs.Factory(dict)

    def add(self, code: str, most: int, mai: int | None, rationale: str, line: int) -> None:
        """Add a row; record a problem if the code already has one."""
        if code not in self.rows:
            self.rows[code] = (most, mai or 0, rationale, line)
            return
        file, earlier = self.sources.locate(self.rows[code][-1])
        message = f"the code {code} is also in {file}:{earlier}"
        self.sources.note(line, message, "Download the file again, or ask CMS.")

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.rows)

    @property
    def is_dated(self) -> bool:
        """Whether every row has its first day in force: CMS's files of MUEs have no dates."""
        return False

    def check(self) -> None:
        """Do nothing: `add` checks each row."""

    def content(self) -> tuple[dict[str, object], Mapping[str, array[int]]]:
        """Return the head and the arrays of the rows."""
        rows = [self.rows[code] for code in sorted(self.rows)]
        rationales = {rationale: n for n, rationale in enumerate(sorted({r[2] for r in rows}))}
        head: dict[str, object] = {
            "codes": "".join(sorted(self.rows)),
            "rationales": list(rationales),
            "sources": self.sources.head(),
        }
        return head, {
            "most": array_files.numbers([row[0] for row in rows]),
            "mais": array_files.numbers([row[1] for row in rows]),
            "rationales": array_files.numbers([rationales[row[2]] for row in rows]),
            "lines": array_files.numbers([row[3] for row in rows]),
        }


@attrs.frozen(eq=False)
class StoredUnits:
    """The medically unlikely edits of one table, found by code."""

    sources: SourceLines
    _numbers: Mapping[str, int]
    _arrays: Mapping[str, Sequence[int]]
    _rationales: Sequence[str]

    @classmethod
    def of(cls, blob: array_files.ArrayFile) -> StoredUnits:
        """Return the edits of a file; raises `ValueError` or the like for invalid arrays."""
        blob.check_all()
        rationales, count = blob.head["rationales"], len(blob.codes)
        array_files.check_lengths(blob.arrays, ("most", "mais", "rationales", "lines"), count)
        sources = SourceLines.of(blob.head["sources"])
        array_files.check_below(blob.arrays["rationales"], len(rationales))
        array_files.check_below(blob.arrays["lines"], sources.limit)
        return cls(
            sources=sources,
            numbers={code: number for number, code in enumerate(blob.codes)},
            arrays=blob.arrays,
            rationales=rationales,
        )

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[UnitEdit]:
        """Yield every row, by code."""
        for code in self._numbers:
            yield from self.find(code)

    def __contains__(self, code: str) -> bool:
        return code in self._numbers

    def find(self, code: str) -> tuple[UnitEdit, ...]:
        """Return the row of a code."""
        at = self._numbers.get(code)
        if at is None:
            return ()
        file, line = self.sources.locate(self._arrays["lines"][at])
        mai: Any = self._arrays["mais"][at] or None
        rationale = self._rationales[self._arrays["rationales"][at]] or None
        most = self._arrays["most"][at]
        return (UnitEdit(code, most, mai, ALWAYS, file, line, rationale),)
