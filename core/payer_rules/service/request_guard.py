"""What surrounds the application: keys before each request, headers for each answer."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.service.api_keys import ApiKey, KeyFile, Scope, read_keys
from payer_rules.service.endpoints import ENDPOINTS, Endpoint
from payer_rules.service.refusals import REQUEST, RefusedRequest, text_of_problems
from payer_rules.service.request_rates import RequestRates

#: What ASGI passes: a mapping with the type of a message, or what is known of a connection.
AsgiMessage: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[AsgiMessage]]
Send: TypeAlias = Callable[[AsgiMessage], Awaitable[None]]
AsgiApplication: TypeAlias = Callable[[AsgiMessage, Receive, Send], Awaitable[None]]

#: The answers are data: no browser is to show, keep or run them.
_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
#: The addresses that say nothing about claims and rules.
_OPEN: Final = ("/health", "/ready")
_BEARER: Final = "Bearer "
_PATHS: Final = [
    (re.compile(re.sub(r"\{\w+\}", "[^/]+", each.path)).fullmatch, each) for each in ENDPOINTS
]


class KeyHolders:
    """The keys of a file, which is read again when it has changed.

    While it cannot be read, no key is valid. Raises `InputError` if it cannot be read at first.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state = self._status()
        self._keys = read_keys(path)

    def key_of(self, text: str) -> ApiKey | None:
        """Return the key that the text is, if it is valid today."""
        state = self._status()
        if state != self._state:
            self._state = state
            try:
                self._keys = read_keys(self._path)
            except InputError:
                self._keys = KeyFile()
        return self._keys.key_of(text, date.today())

    def _status(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns


@attrs.frozen(eq=False)
class RequestGuard:
    """An application that answers only requests with a key, at the rate of each key.

    Without ``holders`` it needs no key. All answers have the same headers.
    """

    inner: AsgiApplication
    holders: KeyHolders | None = None
    rates: RequestRates = attrs.field(factory=lambda: RequestRates(600))

    async def __call__(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        """Answer a request of ASGI."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return

        async def send_guarded(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        try:
            self._admit(scope)
        except RefusedRequest as error:
            await _send_refusal(error, send_guarded)
        else:
            await self.inner(scope, receive, send_guarded)

    def _admit(self, scope: AsgiMessage) -> None:
        """Raise `RefusedRequest` for a request without a key that may ask this now."""
        path = scope["path"]
        if self.holders is None or path in _OPEN:
            return
        key = self.holders.key_of(_token_of(scope))
        if key is None:
            raise _refused(
                *(401, "there is no valid key", "Send it as Authorization: Bearer KEY."),
                {"WWW-Authenticate": "Bearer"},
            )
        if wait := self.rates.wait(key.id):
            headers = {"Retry-After": str(math.ceil(wait))}
            raise _refused(429, "the key has sent too many requests", "Wait.", headers)
        endpoint = endpoint_at(path)
        if endpoint is not None and scope_of(endpoint) not in key.scopes:
            message = f"the key may not ask about {scope_of(endpoint)}"
            raise _refused(403, message, "Use another key.")


def endpoint_at(path: str) -> Endpoint | None:
    """Return the endpoint of the address, if there is one."""
    return next((endpoint for matches, endpoint in _PATHS if matches(path)), None)


def scope_of(endpoint: Endpoint) -> Scope:
    """Return what a key must be allowed to ask."""
    return "claims" if endpoint.bodies else "rules"


def _token_of(scope: AsgiMessage) -> str:
    """Return the key that the request states; an empty text if it states none, or several."""
    stated = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
    text = stated[0].decode("latin-1") if len(stated) == 1 else ""
    return text.removeprefix(_BEARER) if text.startswith(_BEARER) else ""


def _refused(
    status: int, message: str, remedy: str, headers: dict[str, str] | None = None
) -> RefusedRequest:
    problem = Problem(REQUEST, message, remedy, ErrorCode.REQUEST_KEY)
    return RefusedRequest(status, [problem], headers)


async def _send_refusal(error: RefusedRequest, send: Send) -> None:
    content = text_of_problems(error.problems).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(content)),
        # NOTE: the body of the request is not read, so the connection cannot be used again.
        "connection": "close",
        **error.headers,
    }
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": encoded})
    await send({"type": "http.response.body", "body": content})
