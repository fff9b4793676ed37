"""What surrounds the application: keys before each request, headers for each answer."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.service.api_keys import ApiKey, KeyFile, Scope, read_keys
from payer_rules.service.endpoints import ENDPOINTS, Endpoint, address_pattern
from payer_rules.service.refusals import REQUEST, RefusedRequest, refusal_content
from payer_rules.service.request_notes import current_notes
from payer_rules.service.request_rates import RequestRates

#: What ASGI passes: a mapping with the type of a message, or what is known of a connection.
AsgiMessage: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[AsgiMessage]]
Send: TypeAlias = Callable[[AsgiMessage], Awaitable[None]]
AsgiApplication: TypeAlias = Callable[[AsgiMessage, Receive, Send], Awaitable[None]]

#: The answers are data: no browser is to show, keep or run them. A page states its own policy.
_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
#: The addresses that say nothing about claims and rules.
_OPEN: Final = ("/health", "/ready")
#: The addresses that answer to any key, besides endpoints.
_OF_ANY_KEY: Final = ("/openapi.json",)
#: The address of the numbers of the service.
METRICS: Final = "/metrics"
_BEARER: Final = "Bearer "
_port: Final = re.compile(r":[0-9]+\Z")
_PATHS: Final = [(address_pattern(each.path).fullmatch, each) for each in ENDPOINTS]


class KeyHolders:
    """The keys of a file, which is read again when it has changed.

    While it cannot be read, no key is valid: ``report`` is called once with its problems, and a
    line on standard error says when they are mended. Raises `InputError` if it cannot be read at
    first.
    """

    def __init__(self, path: Path, report: Callable[[Iterable[Problem]], object]) -> None:
        self._path, self._report = path, report
        self._state = self._status()
        self._keys: KeyFile | None = read_keys(path)

    def key_of(self, text: str) -> ApiKey:
        """Return the key that the text is; raises `RefusedRequest` if it is not valid today."""
        self._look()
        if self._keys is None:
            message = "the file of keys cannot be read"
            remedy = "Whoever runs the service finds its problem on standard error."
            raise RefusedRequest.of(503, message, remedy, ErrorCode.REQUEST_KEY)
        key, today = self._keys.key_of(text), date.today()
        if key is not None and not key.has_ended(today):
            return key
        message = f"the key ended on {key.until}" if key else "there is no valid key"
        remedy = "Send another one." if key else "Send it as Authorization: Bearer KEY."
        raise _refused(401, message, remedy, {"WWW-Authenticate": "Bearer"})

    def _look(self) -> None:
        """Read the file if it is not as it was when it was read last."""
        state = self._status()
        if state == self._state:
            return
        self._state = state
        was_broken = self._keys is None
        try:
            self._keys = read_keys(self._path)
        except InputError as error:
            self._keys = None
            self._report(error.problems)
            return
        if was_broken:
            print("mended: the file of keys is read", file=sys.stderr, flush=True)

    def _status(self) -> tuple[int, ...] | None:
        """Return the state of the file, its permissions included."""
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode


@attrs.frozen(eq=False)
class RequestGuard:
    """An application that answers only requests with a key, at the rate of each key.

    Without ``holders`` it needs no key. ``hosts`` are the names by which it may be asked; a page of
    the web whose name leads to this computer has another one. All answers have the same headers.
    """

    inner: AsgiApplication
    holders: KeyHolders | None = None
    rates: RequestRates = attrs.field(factory=lambda: RequestRates(600))
    hosts: frozenset[str] | None = None

    async def __call__(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        """Answer a request of ASGI."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return

        async def send_guarded(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                stated = [*message.get("headers", ())]
                names = {name.lower() for name, _ in stated}
                added = [each for each in _HEADERS if each[0] not in names]
                message["headers"] = [*stated, *added]
            await send(message)

        try:
            self._admit(scope)
        except RefusedRequest as error:
            await send_refusal(error, send_guarded, scope["path"])
        else:
            await self.inner(scope, receive, send_guarded)

    def _admit(self, scope: AsgiMessage) -> None:
        """Raise `RefusedRequest` for a request without a key that may ask this now."""
        path = scope["path"]
        # NOTE: the routes ignore such slashes, so the scope of another address would be asked for.
        if "//" in path or (path.endswith("/") and path != "/"):
            message, remedy = "there is no such address", "Leave out the slashes too many."
            raise RefusedRequest.of(404, message, remedy, ErrorCode.REQUEST)
        if self.hosts is not None and _host_of(scope) not in self.hosts:
            message, remedy = "the request is for another host", "Ask by 127.0.0.1 or localhost."
            raise RefusedRequest.of(403, message, remedy, ErrorCode.REQUEST)
        if self.holders is None or path in _OPEN:
            return
        key = self.holders.key_of(_token_of(scope))
        current_notes().key = key.id
        if wait := self.rates.wait(key.id):
            headers = {"Retry-After": str(math.ceil(wait))}
            raise _refused(429, "the key has sent too many requests", "Wait.", headers)
        needed = _scope_at(path)
        if needed is not None and needed not in key.scopes:
            message = f"the key may not ask about {needed}"
            raise _refused(403, message, "Use another key.")


def endpoint_at(path: str) -> Endpoint | None:
    """Return the endpoint of the address, if there is one."""
    return next((endpoint for matches, endpoint in _PATHS if matches(path)), None)


def _scope_at(path: str) -> Scope | None:
    """Return what a key must be allowed to ask at the address; ``None`` where any key will do.

    Raises `RefusedRequest` for an address that is no endpoint.
    """
    endpoint = endpoint_at(path)
    if endpoint is not None:
        return endpoint.scope
    if path in _OF_ANY_KEY:
        return None
    if path == METRICS:
        return "metrics"
    message, remedy = "there is no such address", "The addresses are in /openapi.json."
    raise RefusedRequest.of(404, message, remedy, ErrorCode.REQUEST)


def _host_of(scope: AsgiMessage) -> str:
    """Return the host that the request names, without its port; an empty text for several."""
    return _port.sub("", _only_header(scope, b"host").lower())


def _token_of(scope: AsgiMessage) -> str:
    """Return the key that the request states; an empty text if it states none, or several."""
    text = _only_header(scope, b"authorization")
    return text.removeprefix(_BEARER) if text.startswith(_BEARER) else ""


def _only_header(scope: AsgiMessage, wanted: bytes) -> str:
    """Return the value of a header; an empty text if the request has none, or several."""
    stated = [value for name, value in scope["headers"] if name.lower() == wanted]
    return stated[0].decode("latin-1") if len(stated) == 1 else ""


def _refused(
    status: int, message: str, remedy: str, headers: dict[str, str] | None = None
) -> RefusedRequest:
    problem = Problem(REQUEST, message, remedy, ErrorCode.REQUEST_KEY)
    return RefusedRequest(status, [problem], headers)


async def send_refusal(error: RefusedRequest, send: Send, path: str) -> None:
    """Send the refusal as the answer of a request to the address; its connection is closed then."""
    text, media_type = refusal_content(path, error.status, error.problems)
    content = text.encode()
    headers = {
        "content-type": media_type,
        "content-length": str(len(content)),
        # NOTE: the body of the request is not read, so the connection cannot be used again.
        "connection": "close",
        **error.headers,
    }
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    encoded += _HEADERS
    await send({"type": "http.response.start", "status": error.status, "headers": encoded})
    await send({"type": "http.response.body", "body": content})
