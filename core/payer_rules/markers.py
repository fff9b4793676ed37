"""The markers of hooks: ``hookspec`` in the core, ``hookimpl`` in plugins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import pluggy

#: The entry-point group in which every plugin registers, bundled or not.
GROUP: Final = "payer_rules"

F = TypeVar("F", bound=Callable[..., Any])

hookspec = cast("Callable[[F], F]", pluggy.HookspecMarker(GROUP))
hookimpl = cast("Callable[[F], F]", pluggy.HookimplMarker(GROUP))
