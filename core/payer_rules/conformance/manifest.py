"""The manifest of a conformance run: its files, plugins and options, and what it had to answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

import attrs

from payer_rules.conformance.filters import ResultFilter
from payer_rules.conformance.fixtures import Folder, fixture_files
from payer_rules.conformance.matrix import ConformanceResult, PlannedAnswers
from payer_rules.errors import InputError
from payer_rules.registry import Registry
from payer_rules.system.files import content_of

#: The fixtures of a plugin, or of no plugin where a user names them.
Fixtures: TypeAlias = Sequence[tuple[str | None, Folder]]


@attrs.frozen(kw_only=True)
class RunOptions:
    """The options of a run, as a command line has them; paths are as they were written."""

    paths: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    tables: str | None = None
    invariants: bool = True
    codes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    differ: bool = False

    @property
    def filter(self) -> ResultFilter:
        """The answers that the options select."""
        names = [field.name for field in attrs.fields(ResultFilter)]
        return ResultFilter(**{name: getattr(self, name) for name in names})

    @property
    def filters(self) -> tuple[str, ...]:
        """The options that select answers, as they are written."""
        named = {
            "--code": self.codes,
            "--kind": self.kinds,
            "--word": self.words,
            "--topic": self.topics,
            "--from": (self.first,),
            "--until": (self.last,),
        }
        written = [f"{name} {value}" for name, values in named.items() for value in values if value]
        return (*written, *["--differ"] * self.differ)


@attrs.frozen(kw_only=True)
class Manifest:
    """Everything that a run depends on.

    ``files`` are the SHA-256 digests of profiles, cases, scenarios and edit sheets, each under its
    plugin and name, and ``tables`` the digests of edit tables that answers used. ``left_out`` says
    what the run did not ask, in words, each with its reason.
    """

    engine: str
    plugins: tuple[str, ...]
    files: Mapping[str, str]
    tables: tuple[str, ...] = ()
    options: RunOptions
    planned: PlannedAnswers
    left_out: tuple[str, ...] = ()


def manifest_of(registry: Registry, options: RunOptions, result: ConformanceResult) -> Manifest:
    """Return the manifest of the run with these options."""
    named: Fixtures = [(None, Path(path)) for path in options.paths]
    files = [*_profiles(registry), *_fixtures(named or registry.case_folders)]
    return Manifest(
        engine=version("payer-rules"),
        plugins=tuple(f"{each.name} {each.version}" for each in registry.plugins),
        files=dict(sorted(files)),
        tables=tuple(sorted(set(_tables(result)))),
        options=options,
        planned=result.planned,
        left_out=tuple(_left_out(registry, options, result)),
    )


def _tables(result: ConformanceResult) -> Iterator[str]:
    for trial in result.trials():
        yield from trial.decision.fingerprint.tables if trial.decision else ()


def _profiles(registry: Registry) -> Iterator[tuple[str, str]]:
    for each in registry.profiles:
        yield f"{each.plugin}: {each.path.name}", _digest(each.path)


def _fixtures(fixtures: Fixtures) -> Iterator[tuple[str, str]]:
    for plugin, folder in fixtures:
        for file in fixture_files(folder):
            inside = str(file).removeprefix(str(folder)).lstrip("/\\") or file.name
            yield (f"{plugin}: {inside}" if plugin else str(file)), _digest(file)


def _digest(file: Folder) -> str:
    """Return the SHA-256 digest of the file, or why it cannot be read."""
    try:
        return hashlib.sha256(content_of(file, file.name)).hexdigest()
    except InputError as error:
        return f"cannot be read: {error.problems[0].message}"


def _left_out(registry: Registry, options: RunOptions, result: ConformanceResult) -> Iterator[str]:
    """Yield what was not asked, by an option or because a file cannot be read."""
    for name in registry.without:
        yield f"plugin {name}: not loaded (--without)"
    for payer in sorted(set(registry.payers) - set(result.payers)):
        yield f"payer {payer}: not asked (--payer)"
    if options.paths:
        yield "fixtures of plugins: not asked (files are named)"
    if not options.invariants:
        yield "invariants: not checked (--no-invariants)"
    for option in options.filters:
        yield f"answers that do not fit {option}: not shown"
    for problem in (*registry.problems, *result.problems):
        yield f"{problem.where}: not used ({problem.message})"
