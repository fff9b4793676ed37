"""Profiles, each with the plugin that it belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import PluginError, Problem
from payer_rules.profiles import (
    LeftOut,
    Profile,
    left_out_in,
    payer_table,
    profile_files,
    read_profile,
)
from payer_rules.registry.plugins import Plugin
from payer_rules.rules import Payer, Rule

#: The plugin of the profiles that a user names.
BY_USER: Final = "--profiles"


@attrs.frozen
class LoadedProfile:
    """One profile; ``where`` is the file as a person finds it.

    Where ``table`` is given, it is the payer of the profile, and the rules are read when they are
    first needed.
    """

    plugin: str
    where: str
    path: Path | Traversable
    table: Payer | None = None

    @cached_property
    def profile(self) -> Profile:
        """The whole profile."""
        return read_profile(self.path, self.plugin)

    @property
    def payer(self) -> Payer | None:
        """The payer of the profile, if it can be read."""
        return self.table or self.profile.payer

    @property
    def payer_id(self) -> str | None:
        """The id of the profile's payer, if it can be read."""
        return self.table.id if self.table else self.profile.payer_id

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The profile's problems, with the places where a person finds them."""
        return tuple(
            attrs.evolve(problem, where=self.where + problem.where.removeprefix(self.path.name))
            for problem in self.profile.problems
        )

    @property
    def source(self) -> str:
        """The plugin and file by which a rule book names a profile that is incomplete."""
        return f"{self.plugin}: {self.path.name}"

    def place_of(self, rule: Rule) -> str:
        """Return the file and line of one of the profile's rules."""
        line = rule.origin.line if rule.origin else None
        return f"{self.where}:{line}" if line else self.where


def read_folder(
    folder: Path | Traversable, plugin: Plugin, payers: Collection[str] | None
) -> tuple[list[LoadedProfile], list[Problem]]:
    """Return the profiles in a folder of the plugin, and what is wrong with the folder.

    Of the profiles of other payers than ``payers``, if these are given, only the payer is read.
    """
    if not folder.is_dir():
        message = f"there is no folder {folder.name!r}"
        return [], [
            PluginError(
                f"{plugin}, payer_rules_profiles",
                message,
                "Ship it, or do not name it.",
                ErrorCode.MISSING_FOLDER,
            )
        ]
    return [
        _loaded(path, f"{plugin}, {path.name}", plugin.name, payers)
        for path in profile_files(folder)
    ], []


def read_paths(
    paths: Iterable[Path], payers: Collection[str] | None
) -> tuple[list[LoadedProfile], list[Problem]]:
    """Return the profiles that a user names, by file or by folder, and what is wrong with them."""
    loaded_profiles: list[LoadedProfile] = []
    problems: list[Problem] = []
    for path in sorted(set(paths), key=str):
        if path.is_dir():
            loaded_profiles += [
                _loaded(path / file.name, str(path / file.name), BY_USER, payers)
                for file in profile_files(path)
            ]
        elif path.exists():
            loaded_profiles.append(_loaded(path, str(path), BY_USER, payers))
        else:
            remedy = "Name a profile, or a folder of profiles."
            message = "there is no such file or folder"
            problems.append(Problem(str(path), message, remedy, ErrorCode.MISSING_PROFILE))
    return loaded_profiles, problems


def read_left_out(
    folders: Iterable[tuple[Path | Traversable, Plugin]], paths: Iterable[Path]
) -> tuple[tuple[LeftOut, ...], tuple[Problem, ...]]:
    """Return the rows that the profiles of plugins and of the user leave out, sorted."""
    found = [(left_out_in(folder), f"{plugin}, ") for folder, plugin in folders if folder.is_dir()]
    found += [(left_out_in(path), f"{path}/") for path in sorted(set(paths), key=str)]
    rows = sorted(row for (rows, _), _ in found for row in rows)
    problems = [
        attrs.evolve(f, where=where + f.where)
        for (_, row_problems), where in found
        for f in row_problems
    ]
    return tuple(rows), tuple(problems)


def _loaded(
    path: Path | Traversable, where: str, plugin: str, payers: Collection[str] | None
) -> LoadedProfile:
    table = None if payers is None else payer_table(path)
    if table is None or table.id in (payers or ()):
        return LoadedProfile(plugin, where, path)
    return LoadedProfile(plugin, where, path, table)
