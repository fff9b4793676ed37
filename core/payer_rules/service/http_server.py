"""The server: it binds an address, loads the rule books, and answers until it is stopped."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, cast

import attrs
import uvicorn

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.service.application import ServiceState, application
from payer_rules.service.audit_log import AuditLog
from payer_rules.service.current_books import CurrentBooks
from payer_rules.service.request_guard import KeyHolders, RequestGuard
from payer_rules.service.request_rates import RequestRates
from payer_rules.service.request_watch import RequestWatch, log_request
from payer_rules.service.service_limits import ServiceLimits
from payer_rules.service.service_workers import ServiceWorkers
from payer_rules.service.slow_clients import protocol_within
from payer_rules.service.work_queue import WorkQueue
from payer_rules.system.scratch_folders import scratch_folder

#: The longest head of a request, in bytes.
_HEAD: Final = 16 << 10
#: The most connections at a time; clients that keep theirs open take little.
_CONNECTIONS: Final = 256
#: Seconds beyond the longest request in which a worker ends.
_LATE: Final = 3
#: The names of this computer for itself.
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@attrs.frozen(kw_only=True)
class ServerOptions:
    """The address of the server, who may ask, and the limits of requests.

    ``keys`` is the file of keys, and ``a_minute`` the requests of each key. ``certificate`` and
    ``certificate_key`` are the files of TLS. With ``behind_proxy``, a proxy passes on requests for
    its own name. With ``logs_requests``, each request is a line on standard error. ``audit`` is the
    audit log. So many ``workers`` answer, each a process with limits of its own.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    keys: Path | None = None
    a_minute: int = 600
    certificate: Path | None = None
    certificate_key: Path | None = None
    behind_proxy: bool = False
    logs_requests: bool = False
    audit: Path | None = None
    workers: int = 1
    limits: ServiceLimits = attrs.field(factory=ServiceLimits)


def serve_http(
    load: Callable[[], CurrentBooks],
    options: ServerOptions,
    report: Callable[[Iterable[Problem]], object],
) -> None:
    """Answer requests until a signal stops the server; requests that were begun are answered.

    ``load`` is called in the thread that answers, ``report`` with problems of the file of keys when
    it changes. Raises `InputError` if the facts cannot be loaded, or the address cannot be bound.
    """
    with bound_socket(options.host, options.port) as listening:
        if options.workers == 1:
            _serve(listening, load, options, report, lambda: _announce(listening, options))
            return

        def work(ready: Callable[[], object]) -> None:
            _serve(listening, load, options, report, ready)

        with ServiceWorkers(options.workers, work, options.limits.seconds + _LATE) as workers:
            workers.run(lambda: _announce(listening, options), report)


def _serve(
    listening: socket.socket,
    load: Callable[[], CurrentBooks],
    options: ServerOptions,
    report: Callable[[Iterable[Problem]], object],
    ready: Callable[[], object],
) -> None:
    """Answer requests in this process; ``ready`` is called when the facts are loaded."""
    queue = WorkQueue(options.limits.waiting)
    try:
        with scratch_folder() as folder:
            books = queue.now(load)
            state = ServiceState(
                books=books,
                edition=lambda: books.status,
                queue=queue,
                limits=options.limits,
                folder=folder,
                needs_key=options.keys is not None,
            )
            audit = AuditLog(options.audit) if options.audit else None
            holders = KeyHolders(options.keys, report) if options.keys else None
            server = _server(state, options, holders, audit)
            ready()
            server.run(sockets=[listening])
    finally:
        queue.close()


def _announce(listening: socket.socket, options: ServerOptions) -> None:
    """Print the address of the service, and that of its page."""
    host, port = listening.getsockname()[:2]
    place = f"[{host}]" if ":" in host else host
    scheme = "https" if options.certificate else "http"
    print(f"listening on {scheme}://{place}:{port}", file=sys.stderr, flush=True)
    if options.keys is None:
        print(f"page: {scheme}://{place}:{port}/page", file=sys.stderr, flush=True)


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to the address; port 0 is any that is free."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        made = socket.create_server(address[:2], family=family, backlog=_CONNECTIONS)
        # NOTE: asyncio sends small answers at once only on sockets that name their protocol;
        # otherwise each waits 40 milliseconds for the acknowledgment of its head.
        return socket.socket(family, made.type, socket.IPPROTO_TCP, fileno=made.detach())
    except OSError as error:
        message = f"{host}:{port} cannot be bound: {error.strerror}"
        remedy = "Choose another --host or --port."
        problem = Problem("--port", message, remedy, ErrorCode.OPTION_VALUE)
        raise InputError([problem]) from error


def watched_application(
    state: ServiceState,
    holders: KeyHolders | None,
    rates: RequestRates,
    *,
    hosts: frozenset[str] | None = None,
    logs_requests: bool = False,
    audit: AuditLog | None = None,
) -> RequestWatch:
    """Return the application with keys before each request, and a record of each."""
    inner = application(state)
    guarded: Any = RequestGuard(cast(Any, inner), holders, rates, hosts)
    log = (log_request,) if logs_requests else ()
    paths = [route.path_format for route in inner.routes]
    return RequestWatch(guarded, paths, (state.metrics.observe, *log), audit)


def _own_hosts(options: ServerOptions) -> frozenset[str] | None:
    """Return the names by which this computer alone reaches the service; None for any name."""
    if options.keys is not None or options.behind_proxy:
        return None
    host = f"[{options.host}]" if ":" in options.host else options.host
    return _LOOPBACK | {host.lower()}


def _server(
    state: ServiceState, options: ServerOptions, holders: KeyHolders | None, audit: AuditLog | None
) -> uvicorn.Server:
    # NOTE: the server's own log quotes exceptions, which may quote claims.
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())
    logging.getLogger("uvicorn").propagate = False
    seconds = options.limits.seconds
    watched: Any = watched_application(
        state,
        holders,
        RequestRates(options.a_minute),
        hosts=_own_hosts(options),
        logs_requests=options.logs_requests,
        audit=audit,
    )
    config = uvicorn.Config(
        watched,
        http=protocol_within(seconds),
        ws="none",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_certfile=options.certificate,
        ssl_keyfile=options.certificate_key,
        proxy_headers=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=int(seconds) + 1,
        h11_max_incomplete_event_size=_HEAD,
    )
    try:
        config.load()
    except OSError as error:
        message = f"the certificate cannot be used: {error.strerror or error}"
        remedy = "Give a certificate and its key in PEM."
        problem = Problem("--certificate", message, remedy, ErrorCode.OPTION_VALUE)
        raise InputError([problem]) from error
    return uvicorn.Server(config)
