"""The service as an application of ASGI: a route for each endpoint, and answers to all failures."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.reports.data import text_of
from payer_rules.service.current_books import EditionStatus
from payer_rules.service.endpoints import ENDPOINTS, Endpoint, address_pattern
from payer_rules.service.openapi_document import openapi_document
from payer_rules.service.pages.page_routes import page_routes, refused_as_page
from payer_rules.service.refusals import REQUEST, RefusedRequest, refusal_content
from payer_rules.service.request_bodies import body_file, body_name
from payer_rules.service.request_guard import METRICS
from payer_rules.service.service_answers import ServiceAnswer
from payer_rules.service.service_books import ServiceBooks
from payer_rules.service.service_limits import ServiceLimits
from payer_rules.service.service_metrics import METRICS_TYPE, ServiceMetrics
from payer_rules.service.service_requests import ServiceRequest, stated_parameters
from payer_rules.service.work_queue import WorkQueue, busy, late

HttpRequest: TypeAlias = Request[Any, Any, Any]
HttpResponse: TypeAlias = Response[bytes]
_JSON: Final = "application/json"
_EARLIER: Final = "Answers are by the files of before: a changed file has a problem."
#: By status: what is wrong with a request that no endpoint gets.
_OUTSIDE: Final = {
    404: ("there is no such address", "The addresses are in /openapi.json."),
    405: ("the address is not asked this way", "The methods are in /openapi.json."),
    413: ("the body is too long", "Send fewer claims at a time."),
}


@attrs.frozen(eq=False, kw_only=True)
class ServiceState:
    """The parts that the routes share.

    ``books`` returns the rule books of the moment; it is called in the thread of the ``queue`` for
    each request. ``edition`` returns their state. ``folder`` has the body of the request that is
    answered. With ``needs_key``, the description for clients has keys. ``metrics`` counts the
    requests.
    """

    books: Callable[[], ServiceBooks]
    queue: WorkQueue
    limits: ServiceLimits
    folder: Path
    edition: Callable[[], EditionStatus] = EditionStatus
    needs_key: bool = False
    metrics: ServiceMetrics = attrs.field(init=False)

    @metrics.default
    def _make_metrics(self) -> ServiceMetrics:
        return ServiceMetrics(self.queue, self.edition)


def application(state: ServiceState) -> Litestar:
    """Return the application."""
    document = text_of(openapi_document(state.limits, needs_key=state.needs_key))
    return Litestar(
        [
            *(_route(endpoint, state) for endpoint in ENDPOINTS),
            _fixed("/health", "{}"),
            _fixed("/openapi.json", document),
            _ready(state),
            _metrics(state),
            # NOTE: a browser sends no key, so the page is there only where none is needed.
            *([] if state.needs_key else page_routes(state)),
        ],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=state.limits.body_bytes,
        exception_handlers={HTTPException: _of_http, Exception: _of_fault},
    )


def _route(endpoint: Endpoint, state: ServiceState) -> HTTPRouteHandler:
    async def handle(request: HttpRequest) -> HttpResponse:
        try:
            async with asyncio.timeout(state.limits.seconds):
                answer = await _answer(endpoint, state, request)
                return _response(answer.text, answer.status, media_type=endpoint.media_type)
        except TimeoutError:
            return _refused(late(state.limits.seconds), endpoint.path)
        except RefusedRequest as error:
            return _refused(error, endpoint.path)
        except InputError as error:
            # NOTE: the request is not what is wrong: a table or a history store cannot be read.
            return _refused(RefusedRequest(503, error.problems), endpoint.path)

    path = endpoint.path.replace("}", ":str}")
    return HTTPRouteHandler(path, http_method=endpoint.method, name=endpoint.name)(handle)


async def _answer(endpoint: Endpoint, state: ServiceState, request: HttpRequest) -> ServiceAnswer:
    """Return the answer; raises `RefusedRequest` for a request that is wrong or comes too soon."""
    pairs = request.query_params.multi_items()
    asked = ServiceRequest(
        path=request.path_params,
        parameters=stated_parameters(pairs, endpoint.parameters),
        today=date.today(),
        limits=state.limits,
    )
    if not endpoint.bodies:
        return await state.queue.answer(lambda: endpoint.answer(state.books(), asked))
    if request.headers.get("content-encoding", "identity") != "identity":
        message, remedy = "the body is compressed", "Send it as it is."
        raise RefusedRequest.of(415, message, remedy, ErrorCode.UNKNOWN_FORMAT)
    content = await request.body()
    path = state.folder / body_name(content, is_schedule="schedule" in endpoint.bodies)

    def work() -> ServiceAnswer:
        with body_file(path, content) as body:
            return endpoint.answer(state.books(), attrs.evolve(asked, body=body))

    return await state.queue.answer(work)


def _fixed(path: str, text: str) -> HTTPRouteHandler:
    async def handle() -> HttpResponse:
        return _response(text)

    return HTTPRouteHandler(path, http_method="GET")(handle)


def _ready(state: ServiceState) -> HTTPRouteHandler:
    """Return the route that says whether another request would be taken, and by which rules."""

    async def handle() -> HttpResponse:
        if state.queue.is_full:
            return _refused(busy("too many requests are waiting"), "/ready")
        return _response(text_of({} if state.edition().is_current else {"note": _EARLIER}))

    return HTTPRouteHandler("/ready", http_method="GET")(handle)


def _metrics(state: ServiceState) -> HTTPRouteHandler:
    """Return the route of the numbers for Prometheus."""

    async def handle() -> HttpResponse:
        return Response(state.metrics.text().encode(), media_type=METRICS_TYPE)

    return HTTPRouteHandler(METRICS, http_method="GET")(handle)


def _refused(error: RefusedRequest, path: str) -> HttpResponse:
    """Return the response to a refused request, in the form of answers at the address."""
    if _is_of_page(path):
        return refused_as_page(error)
    text, media_type = refusal_content(path, error.status, error.problems)
    return _response(text, error.status, error.headers, media_type)


def _response(
    text: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
    media_type: str = _JSON,
) -> HttpResponse:
    return Response(text.encode(), status_code=status, media_type=media_type, headers=headers or {})


def _of_http(request: HttpRequest, error: HTTPException) -> HttpResponse:
    """Return the response to a request that no endpoint gets."""
    status = error.status_code
    message, remedy = _OUTSIDE.get(status, ("the request cannot be read", "Correct it."))
    if _is_of_page(request.url.path) and status in (404, 405):
        remedy = "Choose one of the pages above."
    refused = RefusedRequest.of(status, message, remedy, ErrorCode.REQUEST)
    if status == 405:
        refused.headers["Allow"] = ", ".join(_methods_at(request))
    return _refused(refused, request.url.path)


def _is_of_page(path: str) -> bool:
    return path == "/page" or path.startswith("/page/")


def _methods_at(request: HttpRequest) -> list[str]:
    """Return the methods by which the address may be asked (RFC 9110, section 15.5.6)."""
    path = request.url.path
    return sorted(
        {
            method
            for route in request.app.routes
            if address_pattern(route.path_format).fullmatch(path)
            for method in getattr(route, "methods", ())
        }
    )


def _of_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the response after an internal error, and print where it was raised.

    The message of the error is not printed: it may quote a claim.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno}" for frame in frames]
    print(f"internal error: {type(error).__name__} at {' '.join(places[-5:])}", file=sys.stderr)
    problem = Problem(REQUEST, "an internal error", "Report it.", ErrorCode.REQUEST)
    return _refused(RefusedRequest(500, [problem]), request.url.path)
