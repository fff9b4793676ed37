"""Profiles that were read, each with the plugin that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import attrs

from payer_rules.errors import Problem
from payer_rules.profiles import LeftOut, Profile, left_out_in, profile_files, read_profile
from payer_rules.registry.plugins import Plugin
from payer_rules.rules import Rule

#: The plugin of the profiles that a user names.
BY_USER: Final = "--profiles"


@attrs.frozen
class LoadedProfile:
    """One profile that was read; ``where`` is the file as a person finds it."""

    plugin: str
    where: str
    profile: Profile

    @property
    def payer_id(self) -> str | None:
        """The payer of whom the profile speaks; none where that cannot be read from it."""
        return self.profile.payer_id

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The profile's faults, where a person finds them."""
        return tuple(
            attrs.evolve(problem, where=self.where + problem.where.removeprefix(self.profile.name))
            for problem in self.profile.problems
        )

    @property
    def source(self) -> str:
        """Plugin and file, as a rule book names a profile that is incomplete."""
        return f"{self.plugin}: {self.profile.name}"

    def place_of(self, rule: Rule) -> str:
        """The file and line of one of the profile's rules."""
        line = rule.origin.line if rule.origin else None
        return f"{self.where}:{line}" if line else self.where


def read_folder(
    folder: Path | Traversable, plugin: Plugin
) -> tuple[list[LoadedProfile], list[Problem]]:
    """The profiles in a folder of the plugin."""
    if not folder.is_dir():
        message = f"there is no folder {folder.name!r}"
        return [], [
            Problem(f"{plugin}, payer_rules_profiles", message, "Ship it, or do not name it.")
        ]
    return [
        LoadedProfile(plugin.name, f"{plugin}, {path.name}", read_profile(path, plugin.name))
        for path in profile_files(folder)
    ], []


def read_paths(paths: Iterable[Path]) -> tuple[list[LoadedProfile], list[Problem]]:
    """The profiles that a user names, by file or by folder."""
    loaded_profiles: list[LoadedProfile] = []
    problems: list[Problem] = []
    for path in sorted(set(paths), key=str):
        if path.is_dir():
            loaded_profiles += [_read(path / file.name) for file in profile_files(path)]
        elif path.exists():
            loaded_profiles.append(_read(path))
        else:
            remedy = "Name a profile, or a folder of profiles."
            problems.append(Problem(str(path), "there is no such file or folder", remedy))
    return loaded_profiles, problems


def read_left_out(
    folders: Iterable[tuple[Path | Traversable, Plugin]], paths: Iterable[Path]
) -> tuple[tuple[LeftOut, ...], tuple[Problem, ...]]:
    """What the profiles of plugins and of the user say that they leave out, sorted."""
    found = [(left_out_in(folder), f"{plugin}, ") for folder, plugin in folders if folder.is_dir()]
    found += [(left_out_in(path), f"{path}/") for path in sorted(set(paths), key=str)]
    rows = sorted(row for (rows, _), _ in found for row in rows)
    problems = [attrs.evolve(f, where=where + f.where) for (_, told), where in found for f in told]
    return tuple(rows), tuple(problems)


def _read(path: Path) -> LoadedProfile:
    return LoadedProfile(BY_USER, str(path), read_profile(path, BY_USER))
