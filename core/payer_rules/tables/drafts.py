"""The drafts of the tables that an import makes, by address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.tables.add_ons import AddOnsDraft
from payer_rules.tables.pairs import PairsDraft
from payer_rules.tables.problem_log import ProblemLog
from payer_rules.tables.releases import Program, Release, TableIdentity
from payer_rules.tables.units import UnitsDraft

Content: TypeAlias = Literal["pairs", "units", "add-ons"]
Draft: TypeAlias = PairsDraft | UnitsDraft | AddOnsDraft

_DRAFTS: Final[Mapping[Content, Callable[[], Draft]]] = {
    "pairs": PairsDraft,
    "units": UnitsDraft,
    "add-ons": AddOnsDraft,
}


@attrs.frozen(kw_only=True)
class TableAddress:
    """The place of a table; add-on codes belong to a program and all its settings."""

    program: Program
    release: Release
    content: Content
    setting: str | None = None

    def __str__(self) -> str:
        where = f"{self.program}/{self.setting}" if self.setting else self.program
        return f"{where} {self.release} {self.content}"


@attrs.frozen
class FileImport:
    """The import of one source file: the identity of its table, its problems, and the drafts."""

    name: str
    digest: str
    identity: TableIdentity
    log: ProblemLog
    drafts: dict[TableAddress, Draft]
    _offsets: dict[TableAddress, int] = attrs.Factory(dict)

    def pairs(self) -> tuple[PairsDraft, int]:
        """Return the draft of the file's pairs, and the offset of its line numbers."""
        draft, base = self._draft("pairs", self.identity.setting)
        assert isinstance(draft, PairsDraft)
        return draft, base

    def units(self, setting: str | None) -> tuple[UnitsDraft, int]:
        """Return the draft of a setting's units, and the offset of the line numbers."""
        draft, base = self._draft("units", setting)
        assert isinstance(draft, UnitsDraft)
        return draft, base

    def add_ons(self) -> tuple[AddOnsDraft, int]:
        """Return the draft of the add-on codes, and the offset of the line numbers."""
        draft, base = self._draft("add-ons", None)
        assert isinstance(draft, AddOnsDraft)
        return draft, base

    def _draft(self, content: Content, setting: str | None) -> tuple[Draft, int]:
        assert self.identity.program is not None
        assert self.identity.release is not None
        address = TableAddress(
            program=self.identity.program,
            release=self.identity.release,
            content=content,
            setting=setting,
        )
        draft = self.drafts.setdefault(address, _DRAFTS[content]())
        if address not in self._offsets:
            self._offsets[address] = draft.sources.add_file(self.name, self.digest, self.log)
        return draft, self._offsets[address]
