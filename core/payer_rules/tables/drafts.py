"""The tables that an import makes, each found by its address."""

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
    """Where a table belongs; add-on codes belong to a program and all its settings."""

    program: Program
    release: Release
    content: Content
    setting: str | None = None

    def __str__(self) -> str:
        where = f"{self.program}/{self.setting}" if self.setting else self.program
        return f"{where} {self.release} {self.content}"


@attrs.frozen
class FileImport:
    """One source file while it is read: what is known of its table, its faults, the drafts."""

    name: str
    digest: str
    told: TableIdentity
    log: ProblemLog
    drafts: dict[TableAddress, Draft]
    _begun: dict[TableAddress, int] = attrs.Factory(dict)

    def pairs(self) -> tuple[PairsDraft, int]:
        """The pairs of the file's setting, and what is to be added to the number of a line."""
        draft, base = self._draft("pairs", self.told.setting)
        assert isinstance(draft, PairsDraft)
        return draft, base

    def units(self, setting: str | None) -> tuple[UnitsDraft, int]:
        """The units of a setting, and what is to be added to the number of a line."""
        draft, base = self._draft("units", setting)
        assert isinstance(draft, UnitsDraft)
        return draft, base

    def add_ons(self) -> tuple[AddOnsDraft, int]:
        """The add-on codes, and what is to be added to the number of a line."""
        draft, base = self._draft("add-ons", None)
        assert isinstance(draft, AddOnsDraft)
        return draft, base

    def _draft(self, content: Content, setting: str | None) -> tuple[Draft, int]:
        assert self.told.program is not None
        assert self.told.release is not None
        address = TableAddress(
            program=self.told.program, release=self.told.release, content=content, setting=setting
        )
        draft = self.drafts.setdefault(address, _DRAFTS[content]())
        if address not in self._begun:
            self._begun[address] = draft.sources.begin(self.name, self.digest, self.log)
        return draft, self._begun[address]
