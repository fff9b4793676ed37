"""Options for the facts that claims do not state, and these facts: one home for all commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import attrs
from cyclopts import Group, Parameter

from payer_rules.cli.options import Folder, Histories, PluginSelection
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

if TYPE_CHECKING:
    from payer_rules.history import HistorySource
    from payer_rules.practice import Practice
    from payer_rules.readers.formats import ReadOptions
    from payer_rules.registry import Registry
    from payer_rules.reports.history_words import HistoryGiven
    from payer_rules.stores import StoreCoverage

#: The option of all commands that use a practice file.
PracticeFile: TypeAlias = Annotated[
    Path | None,
    Parameter(
        name="--practice",
        show_default=False,
        help="Practice file (default: PAYER_RULES_PRACTICE, or practice.toml in this folder or "
        "one above it).",
    ),
]


@attrs.frozen(kw_only=True)
class FactOptions:
    """The options for facts that claims do not state."""

    history: Histories = ()
    practice: PracticeFile = None
    tables: Folder = None

    def files(self) -> Iterator[Path]:
        """Yield the files and folders that are read, which no report may replace."""
        from payer_rules.practice import find_practice
        from payer_rules.tables.folders import folder_in_use

        for name in self.history:
            if (path := _file_of(name)) is not None:
                yield path
        for path in (find_practice(self.practice), folder_in_use(self.tables)):
            if path is not None:
                yield path


Facts: TypeAlias = Annotated[
    FactOptions, Parameter(name="*", group=Group("History, practice and tables", sort_key=2))
]
NO_FACTS: Final = FactOptions()
#: Problems of histories that keep no line from being read, or only one that no rule looks at.
_LOSES_NOTHING: Final = frozenset([ErrorCode.HISTORIES_DIFFER, ErrorCode.DATE_OUT_OF_RANGE])


@attrs.frozen
class KnownFacts:
    """The registry, the practice and the earlier services of a run, and the files' problems.

    ``has_unread_history`` is true if a file of earlier services has a problem, ``lacks_lines`` if
    lines were not read because of it, now or when it was loaded: the practice then states no
    complete history.
    """

    registry: Registry
    practice: Practice
    store: HistorySource | None
    problems: tuple[Problem, ...]
    has_unread_history: bool = False
    lacks_lines: bool = False

    @classmethod
    def of(
        cls,
        options: FactOptions,
        selection: PluginSelection,
        payers: Iterable[str] = (),
        form: ReadOptions | None = None,
    ) -> KnownFacts:
        """Return the facts; only rules of the ``payers`` are loaded, if any are named.

        Raises `InputError` for a practice file that has problems.
        """
        from payer_rules.errors import Remark
        from payer_rules.readers.formats import ReadOptions
        from payer_rules.registry import load
        from payer_rules.tables.folders import folder_in_use

        registry = load(
            profiles=selection.profiles,
            without=selection.without,
            tables=folder_in_use(options.tables),
            payers=tuple(payers) or None,
        )
        practice = practice_in_use(options.practice, registry)
        store, broken = _history_of(options.history, practice, form or ReadOptions())
        is_unread = any(not isinstance(problem, Remark) for problem in broken)
        problems, lacks = [*registry.problems, *broken], _lacks_lines(store, broken)
        if lacks and practice.house.history_complete_from is not None:
            problems.append(_incomplete(practice, _coverage_of(store)))
            practice = practice.without_coverage()
        return cls(registry, practice, store, tuple(problems), is_unread, lacks)

    @classmethod
    def for_planning(
        cls, options: FactOptions, selection: PluginSelection, payers: Iterable[str]
    ) -> KnownFacts:
        """Return the facts; an 837 among the files of history has claims without a decision."""
        from payer_rules.readers.formats import ReadOptions

        return cls.of(options, selection, payers, ReadOptions(takes_pending_claims=True))

    @property
    def history_given(self) -> HistoryGiven:
        """What reports state of the history."""
        from payer_rules.reports.history_words import HistoryGiven

        given = HistoryGiven.of(self.store, self.practice.house)
        covers = _coverage_of(self.store)
        return attrs.evolve(given, lacks_lines=self.lacks_lines, store=covers)

    def remarks(self, days: Iterable[date]) -> Iterator[str]:
        """Yield what an answer for planned services, on these days, may leave out."""
        from payer_rules.reports.text_layout import PageLayout

        if gap := self.history_given.gap(max(days, default=None)):
            yield ""
            yield from PageLayout().wrapped(f"{gap[:1].upper()}{gap[1:]}.")
        if self.has_unread_history:
            yield ""
            yield "Not counted: the part of the history that was not read (see the messages)."


def _history_of(
    names: Iterable[str], practice: Practice, form: ReadOptions
) -> tuple[HistorySource | None, list[Problem]]:
    """Return the history of the files, of the store or of both, and the problems of the files.

    Raises `InputError` for a store that cannot be used, and for two stores.
    """
    from payer_rules.practice import history_files, history_stores
    from payer_rules.readers.history_files import read_history_files
    from payer_rules.stores import combine, is_store_address, open_store

    names = tuple(names)
    stores = [(name, Path()) for name in names if is_store_address(name)]
    stores += history_stores(practice)
    files = [Path(name) for name in names if not is_store_address(name)]
    files += history_files(practice)
    if not stores:
        return read_history_files(files, form)
    if len(stores) > 1:
        message = "two history stores were given"
        remedy = "Give one of them, and load into it the files of the other."
        raise InputError([Problem("--history", message, remedy, ErrorCode.OPTION_VALUE)])
    store = open_store(*stores[0])
    return combine(store, files, form) if files else (store, [])


def _coverage_of(store: HistorySource | None) -> StoreCoverage | None:
    """Return what the history store covers; ``None`` if there is none."""
    from payer_rules.stores import CombinedHistory, StoredHistory

    own = store.store if isinstance(store, CombinedHistory) else store
    return own.coverage if isinstance(own, StoredHistory) else None


def _lacks_lines(store: HistorySource | None, problems: Iterable[Problem]) -> bool:
    """Return True if a part of a file of history was not read, now or when it was loaded."""
    from payer_rules.errors import Remark
    from payer_rules.stores import CombinedHistory, StoredHistory

    if isinstance(store, CombinedHistory | StoredHistory):
        return store.lacks_lines
    losing = (each for each in problems if not isinstance(each, Remark))
    return any(each.code not in _LOSES_NOTHING for each in losing)


def _incomplete(practice: Practice, stored: StoreCoverage | None) -> Problem:
    """Return the remark that the history is not as complete as the practice states."""
    from payer_rules.errors import Remark

    message = "history_complete_from does not hold, since a part of the history was not read"
    remedy = "Correct the files that have problems, and give them again."
    if stored is not None and stored.is_partly_read:
        remedy = (
            "payer-rules history status names the loaded files that have problems: correct them, "
            "and load each in its place: payer-rules history load FILE --instead-of NAME."
        )
    return Remark(practice.name, message, remedy, ErrorCode.HISTORY_INCOMPLETE)


def _file_of(name: str) -> Path | None:
    """Return the file of a history; ``None`` for a database on a server."""
    from payer_rules.stores import is_store_address, parse_address

    if not is_store_address(name):
        return Path(name)
    address = parse_address(name, option="--history")
    return address.path if address.kind == "sqlite" else None


def practice_in_use(named: Path | None, registry: Registry) -> Practice:
    """Return the practice of the file that is named or found; raises `InputError` for problems."""
    from payer_rules.practice import NO_PRACTICE, checked_practice, find_practice

    path = find_practice(named)
    return NO_PRACTICE if path is None else checked_practice(path, registry)
