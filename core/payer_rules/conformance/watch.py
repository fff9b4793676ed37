"""What a rule looks at beside the claim: files, the network, other programs."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Final

_LOOKS: Final = frozenset(
    ["open", "os.listdir", "os.scandir", "subprocess.Popen", "os.system", "socket.connect"]
)
#: A rule may import what it needs when it needs it.
_CODE: Final = (".py", ".pyc", ".so", ".pyd")


class Watch:
    """Inside ``with``, ``seen`` takes down what is opened, listed, started or called up."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._is_on = False
        # NOTE: such a hook stays until the process ends; it does nothing while it is off.
        sys.addaudithook(self._hear)

    def __enter__(self) -> Watch:
        self.seen = []
        self._is_on = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_on = False

    def _hear(self, event: str, about: tuple[object, ...]) -> None:
        if self._is_on and event in _LOOKS and not str(about[0]).endswith(_CODE):
            self.seen.append(event)
