"""A plugin that was loaded, and the hooks it implements."""

from __future__ import annotations

from collections.abc import Callable

import attrs


@attrs.frozen
class Plugin:
    """One entry point of an installed distribution; ``hooks`` are those it implements, sorted."""

    name: str
    distribution: str
    version: str
    hooks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}, entry point {self.name!r}"


@attrs.frozen
class Hook:
    """One function of a plugin that implements a hook."""

    plugin: Plugin
    name: str
    function: Callable[..., object]
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.plugin}, {self.name}"

    @property
    def source(self) -> str:
        """The plugin and hook by which a rule book names a hook that is incomplete."""
        return f"{self.plugin.name}: {self.name}"

    @property
    def package(self) -> str:
        """The package or module that holds the plugin's code."""
        return top_level_package(self.function.__module__)


def top_level_package(module: str) -> str:
    """Return the outermost package of the module."""
    return module.partition(".")[0]
