"""The registry: plugins and profiles that are installed, and the rule books of payers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.decisions import Reason
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, nearest
from payer_rules.money import FeeSchedule
from payer_rules.profiles import LeftOut
from payer_rules.registry.collection import CollectedRules, baseline_edits, collect
from payer_rules.registry.discovery import discover
from payer_rules.registry.hook_calls import HookCall, HookResult, call_hook
from payer_rules.registry.loaded_profiles import (
    LoadedProfile,
    read_folder,
    read_left_out,
    read_paths,
)
from payer_rules.registry.owners import payer_owners, sole_owners
from payer_rules.registry.plugins import Hook, Plugin
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.live_rules import RuleCounts, count_rules
from payer_rules.rulebook.topic_summary import TopicSummary
from payer_rules.rules import BaselineEdits, EditTable, Payer, PlanNames

if TYPE_CHECKING:
    from payer_rules.tables.store import TableStore

#: The types of values of the hook of payers, and of hooks that name folders.
_PAYERS: Final[tuple[type[Any], ...]] = (Payer, str)
_FOLDERS: Final[tuple[type[Any], ...]] = (Traversable, Path)


@attrs.frozen(kw_only=True)
class Registry:
    """The plugins and profiles that were found when the registry was loaded.

    - ``owners``: the plugin that defines each payer;
    - ``namespaces``: the names under which each plugin adds house rules;
    - ``left_out``: the rows of sources that no rule covers, with the reasons;
    - ``problems``: the problems of plugins and profiles;
    - ``calls``: the hooks that were called at load;
    - ``tables``: imported CMS edits, if a folder of them was named;
    - ``profiles``: the profiles, with the plugin and the payer of each.

    Profiles that a user names belong to the plugin ``--profiles``.
    """

    plugins: tuple[Plugin, ...]
    without: tuple[str, ...]
    payers: Mapping[str, Payer]
    owners: Mapping[str, str]
    namespaces: Mapping[str, tuple[str, ...]]
    case_folders: tuple[tuple[str, Path | Traversable], ...]
    left_out: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]
    calls: tuple[HookCall, ...]
    tables: TableStore | None = None
    _hooks: tuple[Hook, ...] = attrs.field(repr=False)
    _rejected_hooks: Mapping[str, tuple[str, ...]] = attrs.field(repr=False)
    profiles: tuple[LoadedProfile, ...] = attrs.field(repr=False)

    def payers_by_identifier(self) -> dict[str, str]:
        """Return the payer of each identifier of claim forms that only one payer lists."""
        listed = [(name, payer.id) for payer in self.payers.values() for name in payer.identifiers]
        counted = Counter(name for name, _ in listed)
        return {name: payer for name, payer in listed if counted[name] == 1}

    @property
    def names(self) -> PlanNames:
        """The plans and programs of all payers, which claims may name."""
        return PlanNames.of(self.payers.values())

    def payer(self, payer_id: str) -> Payer:
        """Return the payer with this id; raises `InputError` if there is none."""
        if payer_id in self.payers:
            return self._whole_payer(payer_id)
        remedy = nearest(payer_id, self.payers)
        where, message = f"payer {payer_id!r}", "there is no such payer"
        raise InputError([Problem(where, message, remedy, ErrorCode.UNKNOWN_PAYER)])

    def _whole_payer(self, payer_id: str) -> Payer:
        tables = (each for each in self.profiles if each.table and each.payer_id == payer_id)
        whole = next((each.profile.payer for each in tables), None)
        return whole or self.payers[payer_id]

    @cached_property
    def baseline(self) -> BaselineEdits | None:
        """The edits of Medicare, by which other payers' claims are warned about."""
        payers = sorted(self.payers.values(), key=lambda payer: payer.id)
        found = (baseline_edits(payer, self._hooks) for payer in payers if payer.kind == "medicare")
        return next((edits for edits in found if edits), None)

    def topic_summaries(self, payers: Iterable[str], day: date) -> list[TopicSummary]:
        """Return what was read of each topic of the payers, for services on the day.

        The codes are those for whose pairs the tables of a national payer are complete, or else
        those of the payers' rules.
        """
        books = [self.rulebook(payer) for payer in payers]
        terms = self.baseline.terms if self.baseline else ()
        tables = (t for t in terms if isinstance(t, EditTable) and "ptp" in t.holds)
        codes = {code for table in tables for code in table.complete_for}
        codes = codes or {code for book in books for code in book.codes}
        return [summary for book in books for summary in book.topic_summaries(codes, day)]

    def rule_counts(self, payers: Iterable[str], day: date) -> list[RuleCounts]:
        """Return how many rules of each payer answer for services on the day."""
        return [count_rules(payer, self.collect(payer).rules, day) for payer in payers]

    def collect(self, payer_id: str) -> CollectedRules:
        """Call the rule hooks, and return the rules and edits of the payer."""
        return collect(
            self.payer(payer_id),
            self._hooks,
            self.profiles,
            self.namespaces,
            owner=self.owners[payer_id],
            rejected=self._rejected_hooks,
        )

    def fee_schedule(self, payer_id: str) -> FeeSchedule | None:
        """Return the fee schedule of the payer, or None if no plugin gives one.

        Raises `InputError` if the payer does not exist, a plugin's schedule has a problem, or
        several plugins give one.
        """
        payer = self.payer(payer_id).id
        hooks = _named("payer_rules_fee_schedules", self._hooks)
        results = [call_hook(hook, (FeeSchedule,), payer=payer) for hook in hooks]
        if problems := [problem for result in results for problem in result.problems]:
            raise InputError(problems)
        found = [(result.hook, value) for result in results for value in result.values]
        if len(found) > 1:
            message = f"{len(found)} fee schedules are given for payer {payer!r}"
            remedy = "Leave out all plugins but one (--without)."
            raise InputError([Problem(str(found[1][0]), message, remedy, ErrorCode.DUPLICATE_RULE)])
        return found[0][1] if found else None

    def rulebook(
        self,
        payer_id: str,
        *,
        known_on: date | None = None,
        assume: Iterable[Reason] = (),
        collected: CollectedRules | None = None,
    ) -> RuleBook:
        """Return the rule book of the payer, with the rules that were known on the day.

        Rules with problems are left out: decisions name the hooks that gave them as not evaluated,
        and `collect` returns the problems. ``collected`` is its result for this payer, if it was
        called before. Raises `InputError` if an imported table is damaged, or tables are assumed
        and the payer's program has none.
        """
        collected = collected or self.collect(payer_id)
        book = RuleBook.build(
            self.payer(payer_id),
            collected.rules,
            collected.terms,
            imported=self.tables,
            known_on=known_on,
            assume=assume,
            incomplete=collected.incomplete,
            plugins=[f"{plugin.name} {plugin.version}" for plugin in self.plugins],
            without=self.without,
            names=self.names,
            baseline=self.baseline,
        )
        if "table" in book.assume and not book.has_tables:
            raise InputError([_no_table(book.payer)])
        return book


def _no_table(payer: Payer) -> Problem:
    message = f"'table' cannot be assumed: no NCCI table of the program {payer.ncci!r} is installed"
    remedy = "Import CMS's files (payer-rules tables import), or leave 'table' out of --assume."
    return Problem(f"payer {payer.id}", message, remedy, ErrorCode.ASSUMED_TABLE)


def load(
    *,
    profiles: Iterable[Path] = (),
    without: Iterable[str] = (),
    tables: Path | None = None,
    payers: Collection[str] | None = None,
) -> Registry:
    """Return a registry of the installed plugins and the profiles at the paths.

    Plugins named in ``without`` are left out. ``tables`` is a folder of imported edits, such as
    `payer_rules.tables.tables_folder` returns; without it only the edits of plugins are used. If
    ``payers`` are given, the rules of other payers are read when they are first needed, and their
    problems are not in the registry's ``problems``. Problems of plugins and profiles raise no
    exception; an unusable folder of tables raises `InputError`.
    """
    found = discover(frozenset(without))
    payer_results = [call_hook(hook, _PAYERS) for hook in _named("payer_rules_payers", found.hooks)]
    profile_results = [
        call_hook(hook, _FOLDERS) for hook in _named("payer_rules_profiles", found.hooks)
    ]
    case_results = [call_hook(hook, _FOLDERS) for hook in _named("payer_rules_cases", found.hooks)]
    profiles = tuple(profiles)
    loaded_profiles, unread = _read(profile_results, profiles, payers)
    folders = [
        (folder, result.hook.plugin) for result in profile_results for folder in result.values
    ]
    left_out, unread_left_out = read_left_out(folders, profiles)
    owners, duplicates = sole_owners(payer_owners(payer_results, loaded_profiles))
    results: list[HookResult[Any]] = [*payer_results, *profile_results, *case_results]
    return Registry(
        plugins=tuple(sorted({hook.plugin for hook in found.hooks}, key=lambda p: p.name)),
        without=found.without,
        payers={owner.payer.id: owner.payer for owner in owners},
        owners={owner.payer.id: owner.plugin for owner in owners},
        namespaces=_namespaces(payer_results),
        case_folders=tuple(
            (a.hook.plugin.name, folder) for a in case_results for folder in a.values
        ),
        left_out=left_out,
        problems=(
            *found.problems,
            *(problem for result in results for problem in result.problems),
            *unread,
            *unread_left_out,
            *(p for loaded in loaded_profiles if loaded.table is None for p in loaded.problems),
            *duplicates,
        ),
        calls=tuple(result.call for result in results),
        tables=_opened(tables) if tables else None,
        hooks=found.hooks,
        rejected_hooks=found.rejected,
        profiles=tuple(loaded_profiles),
    )


def _opened(folder: Path) -> TableStore:
    # NOTE: most runs need no imported tables, and their modules cost some milliseconds.
    from payer_rules.tables.store import TableStore

    return TableStore.open(folder)


def _named(name: str, hooks: Iterable[Hook]) -> list[Hook]:
    return [hook for hook in hooks if hook.name == name]


def _read(
    results: Iterable[HookResult[Path | Traversable]],
    paths: Iterable[Path],
    payers: Collection[str] | None,
) -> tuple[list[LoadedProfile], list[Problem]]:
    read = [read_folder(folder, a.hook.plugin, payers) for a in results for folder in a.values]
    read.append(read_paths(paths, payers))
    return [r for loaded_profiles, _ in read for r in loaded_profiles], [
        f for _, problems in read for f in problems
    ]


def _namespaces(results: Iterable[HookResult[Payer | str]]) -> dict[str, tuple[str, ...]]:
    names: dict[str, set[str]] = {}
    for result in results:
        own = {name for name in result.values if isinstance(name, str)}
        if own:
            names.setdefault(result.hook.plugin.name, set()).update(own)
    return {plugin: tuple(sorted(own)) for plugin, own in sorted(names.items())}
