"""What a rule looks at or changes that is neither the claim nor its history.

Files, the network and other programs are seen by the interpreter's audit hooks; the environment by
its mapping; random numbers by their state before and after.
"""

from __future__ import annotations

import os
import random
import sys
from types import TracebackType
from typing import Any, Final

_LOOKS: Final = {
    "open": "it opens a file",
    "os.listdir": "it lists a folder",
    "os.scandir": "it lists a folder",
    "subprocess.Popen": "it starts a program",
    "os.system": "it starts a program",
    "os.exec": "it starts a program",
    "os.posix_spawn": "it starts a program",
    "socket.connect": "it connects to the network",
    "socket.getaddrinfo": "it asks the network for an address",
    "socket.sendto": "it sends to the network",
    "os.putenv": "it changes the environment",
    "os.unsetenv": "it changes the environment",
    "os.chdir": "it changes the working directory",
}
#: A rule may import what it needs when it needs it.
_CODE: Final = (".py", ".pyc", ".so", ".pyd")


class IOGuard:
    """Inside ``with``, ``seen`` takes down what is opened, asked, started, drawn or changed."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._is_on = False
        self._before: object = None
        # NOTE: such a hook stays until the process ends; it does nothing while it is off.
        sys.addaudithook(self._hear)

    def __enter__(self) -> IOGuard:
        self.seen = []
        self._before = random.getstate()
        _watch_environment(self.seen)
        self._is_on = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_on = False
        _leave_environment()
        if random.getstate() != self._before:
            self.seen.append("it draws random numbers")

    def _hear(self, event: str, about: tuple[object, ...]) -> None:
        if self._is_on and event in _LOOKS and not (about and str(about[0]).endswith(_CODE)):
            self.seen.append(_LOOKS[event])


#: The mapping that `os.environ` is an instance of, and how it finds a value.
_ENVIRONMENT: Final[Any] = type(os.environ)
_FIND: Final = _ENVIRONMENT.__getitem__


def _watch_environment(seen: list[str]) -> None:
    def find(self: Any, name: str) -> Any:  # noqa: ANN401
        seen.append(f"it reads {name!r} from the environment")
        return _FIND(self, name)

    _ENVIRONMENT.__getitem__ = find


def _leave_environment() -> None:
    _ENVIRONMENT.__getitem__ = _FIND
