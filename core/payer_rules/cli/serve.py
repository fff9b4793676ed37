"""``payer-rules serve``: answer over HTTP what the commands print."""

from __future__ import annotations

import os
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import attrs
from cyclopts import Group, Parameter, validators

from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.known_facts import NO_FACTS, FactOptions, Facts, KnownFacts
from payer_rules.cli.options import ALL_PLUGINS, Plugins, PluginSelection, print_problems
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.packages import require_packages
from payer_rules.system.scratch_folders import scratch_folder

if TYPE_CHECKING:
    from payer_rules.service.current_books import CurrentBooks
    from payer_rules.service.service_books import ServiceFacts

_PACKAGES: Final = ("litestar", "uvicorn", "prometheus_client")
_AT_LEAST_ONE: Final = validators.Number(gte=1)


@attrs.frozen(kw_only=True)
class AddressOptions:
    """The options for the address of the service."""

    host: Annotated[
        str,
        Parameter(
            help="Address to listen on. One that other computers reach needs --keys, and a "
            "certificate or --behind-proxy."
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        Parameter(
            validator=validators.Number(gte=0, lte=65_535),
            help="Port to listen on; 0 is any that is free.",
        ),
    ] = 8080
    keys: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="File of keys (payer-rules keys add): each request needs one of them.",
        ),
    ] = None
    certificate: Annotated[
        Path | None,
        Parameter(show_default=False, help="Certificate of the service for TLS, in PEM."),
    ] = None
    certificate_key: Annotated[
        Path | None, Parameter(show_default=False, help="Private key of the certificate, in PEM.")
    ] = None
    behind_proxy: Annotated[
        bool,
        Parameter(
            negative="",
            help="A proxy in front of the service has the certificate, and alone reaches it.",
        ),
    ] = False
    log_requests: Annotated[
        bool,
        Parameter(
            negative="",
            help="Print a line of JSON on standard error for each request, without its content.",
        ),
    ] = False
    workers: Annotated[
        int,
        Parameter(
            validator=validators.Number(gte=1, lte=64),
            help="Processes that answer, such as one a core. Each loads the rules, and the limits "
            "of requests are those of each.",
        ),
    ] = 1
    audit: Annotated[
        Path | None,
        Parameter(
            show_default=False,
            help="File to which is written, before each answer, which key asked by which rules.",
        ),
    ] = None


@attrs.frozen(kw_only=True)
class LimitOptions:
    """The options for the limits of requests."""

    most_bytes: Annotated[
        int, Parameter(validator=_AT_LEAST_ONE, help="Longest body of a request, in bytes.")
    ] = 4 << 20
    most_lines: Annotated[
        int,
        Parameter(
            validator=_AT_LEAST_ONE,
            help="Most lines of a request, each counted for every payer that decides it.",
        ),
    ] = 2_000
    most_seconds: Annotated[
        float,
        Parameter(
            validator=validators.Number(gt=0),
            help="Longest time until an answer, in seconds, the wait included.",
        ),
    ] = 30
    most_a_minute: Annotated[
        int, Parameter(validator=_AT_LEAST_ONE, help="Most requests of a key in a minute.")
    ] = 600
    most_waiting: Annotated[
        int,
        Parameter(
            validator=_AT_LEAST_ONE,
            help="Most requests that wait or are answered at a time; others get status 503.",
        ),
    ] = 32


Address: TypeAlias = Annotated[
    AddressOptions, Parameter(name="*", group=Group("Address", sort_key=1))
]
Limits: TypeAlias = Annotated[LimitOptions, Parameter(name="*", group=Group("Limits", sort_key=3))]
_ADDRESS: Final = AddressOptions()
_LIMITS: Final = LimitOptions()


def serve(
    *,
    address: Address = _ADDRESS,
    facts: Facts = NO_FACTS,
    limits: Limits = _LIMITS,
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Answer over HTTP what check, next, plan, payers, rules and side-by-side print as JSON.

    The service listens on this computer alone unless --host is given, and is described at
    /openapi.json. Changed profiles, tables, practice and history files are loaded while it runs.
    When it is stopped, requests that were begun are answered first.
    """
    require_packages("payer-rules serve", "serve", "which the service needs", *_PACKAGES)
    _require_safe(address)
    if address.workers > 1:
        from payer_rules.service.service_workers import COUNTS_FOLDER

        with scratch_folder() as folder:
            # NOTE: the library for metrics reads the variable when it is imported, below.
            os.environ[COUNTS_FOLDER] = str(folder)
            try:
                _serve(address, facts, limits, selection)
            finally:
                del os.environ[COUNTS_FOLDER]
    else:
        _serve(address, facts, limits, selection)
    return ExitCode.CLEAN


def _serve(
    address: AddressOptions,
    facts: FactOptions,
    limits: LimitOptions,
    selection: PluginSelection,
) -> None:
    """Answer by the options until a signal ends the service."""
    from payer_rules.service.http_server import ServerOptions, serve_http
    from payer_rules.service.service_limits import ServiceLimits

    serve_http(
        partial(current_books, facts, selection),
        ServerOptions(
            host=address.host,
            port=address.port,
            keys=address.keys,
            a_minute=limits.most_a_minute,
            certificate=address.certificate,
            certificate_key=address.certificate_key,
            behind_proxy=address.behind_proxy,
            logs_requests=address.log_requests,
            audit=address.audit,
            workers=address.workers,
            limits=ServiceLimits(
                body_bytes=limits.most_bytes,
                lines=limits.most_lines,
                seconds=limits.most_seconds,
                waiting=limits.most_waiting,
            ),
        ),
        print_problems,
    )


def current_books(facts: FactOptions, selection: PluginSelection) -> CurrentBooks:
    """Return the rule books of the options, which follow changes of their files."""
    from payer_rules.service.current_books import CurrentBooks

    return CurrentBooks(
        partial(_load, facts, selection),
        lambda: [*facts.files(), *selection.profiles],
        print_problems,
    )


def _load(facts: FactOptions, selection: PluginSelection) -> ServiceFacts:
    """Return the facts of the options."""
    from payer_rules.service.service_books import ServiceFacts

    known = KnownFacts.of(facts, selection)
    planning = KnownFacts.for_planning(facts, selection, ()) if facts.history else known
    return ServiceFacts(
        registry=known.registry,
        practice=known.practice,
        history=known.store,
        earlier=planning.store,
        problems=tuple(dict.fromkeys([*known.problems, *planning.problems])),
    )


def _require_safe(address: AddressOptions) -> None:
    """Raise `InputError` for an address that others reach without keys, or without TLS."""
    if bool(address.certificate) != bool(address.certificate_key):
        one, other = "--certificate", "--certificate-key"
        if address.certificate_key:
            one, other = other, one
        message, remedy = f"{other} is missing", "TLS needs both files."
        raise InputError([Problem(one, message, remedy, ErrorCode.OPTION_VALUE)])
    lacking = _lacking(address)
    if lacking and not is_loopback(address.host):
        message = f"other computers reach {address.host!r}, without {' and '.join(lacking)}"
        remedy = f"Give {', and '.join(lacking.values())}."
        raise InputError([Problem("--host", message, remedy, ErrorCode.OPTION_VALUE)])


def _lacking(address: AddressOptions) -> dict[str, str]:
    """Return what the address lacks to be safe for others, each with the options that give it."""
    lacking = {} if address.keys else {"keys": "--keys"}
    if not (address.certificate or address.behind_proxy):
        lacking["TLS"] = "--certificate with --certificate-key or --behind-proxy"
    return lacking


def is_loopback(host: str) -> bool:
    """Return True for an address that only this computer reaches."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
