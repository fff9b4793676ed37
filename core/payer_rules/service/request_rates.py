"""The rate of requests of each key."""

from __future__ import annotations

import time
from collections.abc import Callable

_MINUTE = 60.0


class RequestRates:
    """The requests that each key may still send: so many a minute, and as many at once.

    Keys are those of a file, so that there are few.
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = float(a_minute), clock
        #: By key: what was left, and when.
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, key: str) -> float:
        """Return 0 and count a request of the key, or the seconds until it may send one."""
        now = self._clock()
        left, then = self._left.get(key, (self._most, now))
        left = min(self._most, left + (now - then) * self._most / _MINUTE)
        if left < 1:
            return (1 - left) * _MINUTE / self._most
        self._left[key] = (left - 1, now)
        return 0.0
