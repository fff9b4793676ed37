"""What surrounds all requests: each gets an id, is timed, and is recorded without its content."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import sys
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError
from payer_rules.service.audit_log import AuditLog
from payer_rules.service.endpoints import address_pattern
from payer_rules.service.refusals import RefusedRequest
from payer_rules.service.request_guard import (
    METRICS,
    AsgiApplication,
    AsgiMessage,
    Receive,
    Send,
    send_refusal,
)
from payer_rules.service.request_notes import RequestNotes, begin_notes

#: The address of requests for none that the service has; what they asked for may be a name.
OTHER: Final = "other"
#: Addresses that say nothing about claims and rules, and statuses of requests that no rules answer.
_UNAUDITED: Final = ("/health", "/ready", "/openapi.json", METRICS, OTHER)
_UNASKED: Final = (401, 429)
_UNRECORDED: Final = RefusedRequest.of(
    503,
    "the audit log cannot be written",
    "Whoever runs the service finds its problem on standard error.",
    ErrorCode.AUDIT,
)
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@attrs.frozen(kw_only=True)
class RequestRecord:
    """One request without its content.

    ``endpoint`` is an address of the service with names in braces, or ``other``. ``status`` is
    ``None`` if the client left before the answer. ``seconds`` is the time until the last byte of
    the answer, ``received`` and ``sent`` are bytes of bodies.
    """

    time: datetime
    id: str
    method: str
    endpoint: str
    status: int | None
    seconds: float
    received: int
    sent: int
    notes: RequestNotes


@attrs.frozen(eq=False)
class RequestWatch:
    """An application whose requests are recorded by each of the observers when they end.

    ``paths`` are the addresses of the service, with names in braces. Each answer has the id of the
    request as ``X-Request-Id``; one that a client sends is ignored. An answer
    that the ``audit`` log cannot record is not sent: the status is 503 instead.
    """

    inner: AsgiApplication
    paths: Collection[str]
    observers: tuple[Callable[[RequestRecord], object], ...] = ()
    audit: AuditLog | None = None
    _patterns: dict[str, re.Pattern[str]] = attrs.field(init=False)

    @_patterns.default
    def _compile(self) -> dict[str, re.Pattern[str]]:
        return {path: address_pattern(path) for path in self.paths}

    async def __call__(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        """Answer a request of ASGI, and record it."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        begun, at, notes = time.monotonic(), datetime.now(UTC), begin_notes()
        request_id = secrets.token_hex(8)
        received = sent = 0
        status: int | None = None
        is_withheld = False

        def record() -> RequestRecord:
            return RequestRecord(
                time=at,
                id=request_id,
                method=scope["method"] if scope["method"] in _METHODS else OTHER,
                endpoint=self._endpoint(scope["path"]),
                status=status,
                seconds=time.monotonic() - begun,
                received=received,
                sent=sent,
                notes=notes,
            )

        async def receive_counted() -> AsgiMessage:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return message

        async def send_counted(message: AsgiMessage) -> None:
            nonlocal sent, status, is_withheld
            if is_withheld:
                return
            if message["type"] == "http.response.start":
                status = message["status"]
                stated = message.get("headers", ())
                message["headers"] = [*stated, (b"x-request-id", request_id.encode())]
                try:
                    await self._record_for_audit(record())
                except InputError as error:
                    print(*error.problems, sep="\n", file=sys.stderr, flush=True)
                    is_withheld, status = True, 503
                    await send_refusal(_UNRECORDED, send, scope["path"])
                    return
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.inner(scope, receive_counted, send_counted)
        finally:
            ended = record()
            for observer in self.observers:
                observer(ended)

    async def _record_for_audit(self, record: RequestRecord) -> None:
        """Record who asks by which rules; raises `InputError` if that cannot be written."""
        if self.audit is None or record.endpoint in _UNAUDITED or record.status in _UNASKED:
            return
        await asyncio.to_thread(self.audit.append, _audited(record))

    def _endpoint(self, path: str) -> str:
        """Return the address of the service that the path is, with names in braces."""
        matching = (name for name, pattern in self._patterns.items() if pattern.fullmatch(path))
        return next(matching, OTHER)


def _audited(record: RequestRecord) -> dict[str, Any]:
    """Return what the audit log has of a request."""
    return {
        "time": _instant(record),
        "request": record.id,
        "key": record.notes.key or None,
        "endpoint": record.endpoint,
        "status": record.status,
        "claims": record.notes.claims,
        "release": version("payer-rules"),
        "payers": sorted({*record.notes.payers, *record.notes.books}),
        "books": {
            payer: {"rules": book.rulebook, "tables": [*book.tables]}
            for payer, book in sorted(record.notes.books.items())
        },
    }


def _instant(record: RequestRecord) -> str:
    return record.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def log_request(record: RequestRecord) -> None:
    """Print the record as a line of JSON on standard error."""
    line = {
        "time": _instant(record),
        "request": record.id,
        "method": record.method,
        "endpoint": record.endpoint,
        "status": record.status,
        "seconds": round(record.seconds, 4),
        "bytes_in": record.received,
        "bytes_out": record.sent,
        "claims": record.notes.claims,
        "lines": record.notes.lines,
        "key": record.notes.key or None,
    }
    print(json.dumps(line), file=sys.stderr, flush=True)
