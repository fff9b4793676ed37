"""The files on which conformance runs depend, and the payers that a change of one can touch."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.conformance.case_files import CASES
from payer_rules.conformance.edit_sheets import SHEET
from payer_rules.conformance.fixtures import SCENARIO
from payer_rules.conformance.manifest import RunOptions
from payer_rules.errors import InputError
from payer_rules.markers import GROUP
from payer_rules.registry import Registry
from payer_rules.toml_files.document import parse

#: Payers by id; None: any.
Payers: TypeAlias = frozenset[str] | None
#: The endings of files that answers depend on.
ENDINGS: Final = (".toml", ".csv", ".py")


def watched_paths(registry: Registry, options: RunOptions) -> tuple[Path, ...]:
    """Return the folders and files of the run: fixtures, profiles and the code of plugins."""
    fixtures = [Path(path) for path in options.paths]
    installed = [folder for _, folder in registry.case_folders if isinstance(folder, Path)]
    profiles = [Path(path) for path in options.profiles]
    found = [*(fixtures or installed), *profiles, *_plugin_paths(options.without)]
    return tuple(sorted({path.resolve() for path in found if path.exists()}))


def _plugin_paths(without: Iterable[str]) -> Iterator[Path]:
    """Yield the folder of each plugin's package, or its file if it is a single module."""
    for entry in metadata.entry_points(group=GROUP):
        spec = None if entry.name in without else importlib.util.find_spec(entry.module)
        if spec is not None and spec.submodule_search_locations:
            yield from map(Path, spec.submodule_search_locations)
        elif spec is not None and spec.origin:
            yield Path(spec.origin)


#: The payers of a file that cannot be read.
_UNREADABLE: Final = frozenset({""})


@attrs.define
class TouchedPayers:
    """The payers whose answers depend on each file, as it was when it was last read."""

    _known: dict[Path, Payers] = attrs.Factory(dict)
    _digests: dict[Path, bytes | None] = attrs.Factory(dict)

    def read(self, paths: Iterable[Path]) -> None:
        """Read all files in the folders, so that a file that is then broken or deleted is known."""
        for path in paths:
            files = path.rglob("*") if path.is_dir() else [path]
            for file in files:
                if file.suffix in ENDINGS and file.is_file():
                    self.touched(self.changed([file]))

    def changed(self, files: Iterable[Path]) -> list[Path]:
        """Return the files with another content than when this was asked last.

        An editor may save a file in several steps, and each of them is reported.
        """
        found = []
        for file in files:
            digest = _digest_of(file)
            if file not in self._digests or self._digests[file] != digest:
                self._digests[file] = digest
                found.append(file)
        return found

    def touched(self, files: Iterable[Path]) -> Payers:
        """Return the payers that a change of the files can touch: those of before and of now."""
        payers: set[str] = set()
        is_any = False
        for file in files:
            before, now = self._known.get(file, frozenset()), _payers_of(file)
            if now == _UNREADABLE:
                now = self._known.get(file)
            self._known[file] = now
            is_any = is_any or before is None or now is None
            payers |= (before or frozenset()) | (now or frozenset())
        return None if is_any else frozenset(payers)


def _digest_of(file: Path) -> bytes | None:
    """Return the digest of the content; ``None`` if the file cannot be read."""
    try:
        return sha256(file.read_bytes()).digest()
    except OSError:
        return None


def _payers_of(file: Path) -> Payers:
    """Return the payers that the file names."""
    if file.name.endswith(SCENARIO) or file.suffix == ".py":
        return None
    try:
        text = file.read_text(encoding="utf-8-sig")
        return _named(file, text)
    except (InputError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return _UNREADABLE


def _named(file: Path, text: str) -> Payers:
    if file.name.endswith(SHEET):
        rows = csv.DictReader(io.StringIO(text))
        return frozenset(row["rule"].partition("/")[0] for row in rows)
    if file.suffix == ".csv":
        return None
    data: dict[str, Any] = parse(text.encode(), file.name).data
    if file.name.endswith(CASES):
        return frozenset({data["rule"].partition("/")[0]})
    return frozenset({data["payer"]["id"]}) if "payer" in data else None
