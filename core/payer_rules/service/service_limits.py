"""The limits of the service: what one request may take, and how many may wait."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class ServiceLimits:
    """The limits of a request and of the queue; the options of ``serve`` state others.

    - ``body_bytes``: the longest body;
    - ``lines``: the most lines of a request, each counted for every payer that decides it;
    - ``seconds``: the longest time until the answer, the wait included;
    - ``waiting``: the most requests that wait or are answered at a time.
    """

    body_bytes: int = 4 << 20
    lines: int = 2_000
    seconds: float = 30
    waiting: int = 32
