"""The plugins and profiles that were found, and rule books out of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.decisions import Reason
from payer_rules.errors import InputError, Problem, nearest
from payer_rules.profiles import LeftOut
from payer_rules.registry.collection import Gathered, gather
from payer_rules.registry.discovery import discover
from payer_rules.registry.hook_calls import Answer, Call, ask
from payer_rules.registry.loaded_profiles import Reading, read_folder, read_left_out, read_paths
from payer_rules.registry.owners import claimants_of, settled
from payer_rules.registry.plugins import Hook, Plugin
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Payer, PlanNames

if TYPE_CHECKING:
    from payer_rules.tables.store import TableStore

#: What the hook of payers gives, and what a hook that names folders gives.
_PAYERS: Final[tuple[type[Any], ...]] = (Payer, str)
_FOLDERS: Final[tuple[type[Any], ...]] = (Traversable, Path)


@attrs.frozen(kw_only=True)
class Registry:
    """What was installed and named when it was loaded; it does not change afterwards.

    ``owners`` says which plugin speaks for a payer, ``namespaces`` under which names each plugin
    adds house rules, ``left_out`` what the sources say and no rule does, ``problems`` what is wrong
    with plugins and profiles, ``calls`` which hooks were called to learn that. Profiles that a user
    names belong to the plugin ``--profiles``. ``tables`` are CMS's edits as they were imported, if
    a folder of them was named.
    """

    plugins: tuple[Plugin, ...]
    without: tuple[str, ...]
    payers: Mapping[str, Payer]
    owners: Mapping[str, str]
    namespaces: Mapping[str, tuple[str, ...]]
    case_folders: tuple[tuple[str, Path | Traversable], ...]
    left_out: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]
    calls: tuple[Call, ...]
    tables: TableStore | None = None
    _hooks: tuple[Hook, ...] = attrs.field(repr=False)
    _readings: tuple[Reading, ...] = attrs.field(repr=False)

    @property
    def profiles(self) -> tuple[Reading, ...]:
        """The profiles that were read, with the plugin and the payer of each."""
        return self._readings

    def payers_by_identifier(self) -> dict[str, str]:
        """The payer of each identifier of claim forms; one that two payers list is nobody's."""
        listed = [(name, payer.id) for payer in self.payers.values() for name in payer.identifiers]
        counted = Counter(name for name, _ in listed)
        return {name: payer for name, payer in listed if counted[name] == 1}

    @property
    def names(self) -> PlanNames:
        """The plans and programs that a claim may name: those of all payers."""
        return PlanNames.of(self.payers.values())

    def payer(self, payer_id: str) -> Payer:
        """The payer with this id; raises `InputError` where there is none."""
        if payer_id in self.payers:
            return self.payers[payer_id]
        remedy = nearest(payer_id, self.payers)
        raise InputError([Problem(f"payer {payer_id!r}", "there is no such payer", remedy)])

    def gather(self, payer_id: str) -> Gathered:
        """What plugins and profiles say of the payer; their rule hooks are called now."""
        return gather(self.payer(payer_id), self._hooks, self._readings, self.namespaces)

    def rulebook(
        self,
        payer_id: str,
        *,
        known_on: date | None = None,
        assume: Iterable[Reason] = (),
        gathered: Gathered | None = None,
    ) -> RuleBook:
        """The rule book of the payer, of what was known on the day.

        Faults of the rules are no hindrance: decisions name the hooks that gave them as not
        evaluated, and `gather` tells what they are. ``gathered`` is what it told of this payer, if
        it was asked already. Raises `InputError` where an imported table is damaged.
        """
        gathered = gathered or self.gather(payer_id)
        return RuleBook.build(
            self.payers[payer_id],
            gathered.rules,
            gathered.terms,
            imported=self.tables,
            known_on=known_on,
            assume=assume,
            incomplete=gathered.incomplete,
            plugins=[f"{plugin.name} {plugin.version}" for plugin in self.plugins],
            without=self.without,
            names=self.names,
        )


def load(
    *, profiles: Iterable[Path] = (), without: Iterable[str] = (), tables: Path | None = None
) -> Registry:
    """The plugins that are installed and the profiles at the paths, without the plugins named.

    ``tables`` is a folder of imported edits, such as `payer_rules.tables.tables_folder` names;
    without it decisions rest on what plugins bring. Raises nothing for what is wrong with plugins
    and profiles: that is in the registry's ``problems``; `InputError` where the folder is unusable.
    """
    found = discover(frozenset(without))
    spoken = [ask(hook, _PAYERS) for hook in _named("payer_rules_payers", found.hooks)]
    shown = [ask(hook, _FOLDERS) for hook in _named("payer_rules_profiles", found.hooks)]
    cases = [ask(hook, _FOLDERS) for hook in _named("payer_rules_cases", found.hooks)]
    profiles = tuple(profiles)
    readings, unread = _read(shown, profiles)
    folders = [(folder, answer.hook.plugin) for answer in shown for folder in answer.values]
    left_out, unread_left_out = read_left_out(folders, profiles)
    claimants, twice = settled(claimants_of(spoken, readings))
    answers: list[Answer[Any]] = [*spoken, *shown, *cases]
    return Registry(
        plugins=tuple(sorted({hook.plugin for hook in found.hooks}, key=lambda p: p.name)),
        without=found.without,
        payers={claimant.payer.id: claimant.payer for claimant in claimants},
        owners={claimant.payer.id: claimant.plugin for claimant in claimants},
        namespaces=_namespaces(spoken),
        case_folders=tuple((a.hook.plugin.name, folder) for a in cases for folder in a.values),
        left_out=left_out,
        problems=(
            *found.problems,
            *(problem for answer in answers for problem in answer.problems),
            *unread,
            *unread_left_out,
            *(problem for reading in readings for problem in reading.problems),
            *twice,
        ),
        calls=tuple(answer.call for answer in answers),
        tables=_opened(tables) if tables else None,
        hooks=found.hooks,
        readings=tuple(readings),
    )


def _opened(folder: Path) -> TableStore:
    # NOTE: most runs need no imported tables, and their modules cost some milliseconds.
    from payer_rules.tables.store import TableStore

    return TableStore.open(folder)


def _named(name: str, hooks: Iterable[Hook]) -> list[Hook]:
    return [hook for hook in hooks if hook.name == name]


def _read(
    answers: Iterable[Answer[Path | Traversable]], paths: Iterable[Path]
) -> tuple[list[Reading], list[Problem]]:
    read = [read_folder(folder, a.hook.plugin) for a in answers for folder in a.values]
    read.append(read_paths(paths))
    return [r for readings, _ in read for r in readings], [
        f for _, problems in read for f in problems
    ]


def _namespaces(answers: Iterable[Answer[Payer | str]]) -> dict[str, tuple[str, ...]]:
    names: dict[str, set[str]] = {}
    for answer in answers:
        own = {name for name in answer.values if isinstance(name, str)}
        if own:
            names.setdefault(answer.hook.plugin.name, set()).update(own)
    return {plugin: tuple(sorted(own)) for plugin, own in sorted(names.items())}
