"""Options for the facts that claims do not state, and these facts: one home for all commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import attrs
from cyclopts import Group, Parameter

from payer_rules.cli.options import Folder, Histories, PluginSelection

if TYPE_CHECKING:
    from payer_rules.errors import Problem
    from payer_rules.history import History
    from payer_rules.practice import Practice
    from payer_rules.readers.formats import ReadOptions
    from payer_rules.registry import Registry

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

        yield from self.history
        for path in (find_practice(self.practice), folder_in_use(self.tables)):
            if path is not None:
                yield path


Facts: TypeAlias = Annotated[
    FactOptions, Parameter(name="*", group=Group("History, practice and tables", sort_key=2))
]
NO_FACTS: Final = FactOptions()


@attrs.frozen
class KnownFacts:
    """The registry, the practice and the earlier services of a run, and the files' problems."""

    registry: Registry
    practice: Practice
    store: History | None
    problems: tuple[Problem, ...]

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
        from payer_rules.practice import history_files
        from payer_rules.readers.formats import ReadOptions
        from payer_rules.readers.history_files import read_history_files
        from payer_rules.registry import load
        from payer_rules.tables.folders import folder_in_use

        registry = load(
            profiles=selection.profiles,
            without=selection.without,
            tables=folder_in_use(options.tables),
            payers=tuple(payers) or None,
        )
        practice = practice_in_use(options.practice, registry)
        files = (*options.history, *history_files(practice))
        store, broken = read_history_files(files, form or ReadOptions())
        return cls(registry, practice, store, (*registry.problems, *broken))


def practice_in_use(named: Path | None, registry: Registry) -> Practice:
    """Return the practice of the file that is named or found; raises `InputError` for problems."""
    from payer_rules.practice import NO_PRACTICE, checked_practice, find_practice

    path = find_practice(named)
    return NO_PRACTICE if path is None else checked_practice(path, registry)
