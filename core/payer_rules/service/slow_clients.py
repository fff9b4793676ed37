"""Connections of clients that do not finish the head of a request in time are closed.

The server itself waits for a head without an end; the time of a body is limited by the application.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


def protocol_within(seconds: float) -> type[asyncio.Protocol]:
    """Return the protocol of HTTP that closes a connection whose next request takes longer."""

    def connection_made(self: Any, transport: Any) -> None:  # noqa: ANN401
        H11Protocol.connection_made(self, transport)
        _limit(self, seconds)

    def data_received(self: Any, data: bytes) -> None:  # noqa: ANN401
        H11Protocol.data_received(self, data)
        if self.cycle is None or self.cycle.response_complete:
            _limit(self, seconds)

    methods = {"connection_made": connection_made, "data_received": data_received}
    return type("TimedProtocol", (H11Protocol,), methods)


def _limit(protocol: Any, seconds: float) -> None:  # noqa: ANN401
    """Close the connection after the time if no further request has begun by then."""
    cycle = protocol.cycle

    def close() -> None:
        if protocol.cycle is cycle and not protocol.transport.is_closing():
            protocol.transport.abort()

    asyncio.get_running_loop().call_later(seconds, close)
