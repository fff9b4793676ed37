"""The addresses of the page, with the headers that keep claims out of addresses and caches."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias
from urllib.parse import parse_qsl

import attrs
from litestar import Request, Response
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.handlers import HTTPRouteHandler

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.reports.code_comparison import MOST_COMPARED_LINES
from payer_rules.reports.data import text_of
from payer_rules.service.pages.claim_form import MOST_LINES, TypedClaim
from payer_rules.service.pages.page_answers import (
    DOWNLOADS,
    check_form,
    checked_file,
    claim_page,
    code_page,
    in_words_of_the_page,
    names_of,
    next_dates,
    page,
    refusal_page,
    report_script,
    rule_page,
    topics_page,
    with_navigation,
)
from payer_rules.service.refusals import RefusedRequest
from payer_rules.service.request_bodies import body_file, body_name
from payer_rules.service.service_books import ServiceBooks
from payer_rules.service.service_limits import ServiceLimits
from payer_rules.service.service_requests import ServiceRequest
from payer_rules.service.work_queue import WorkQueue, late

_OWN: Final = "default-src 'none'; img-src data:; form-action 'self'; base-uri 'none'"
_POLICY: Final = f"{_OWN}; style-src 'self'; frame-ancestors 'none'"
#: The most bytes of a file that a form keeps.
_MOST_KEPT: Final = 2_000_000
_style: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


class PageState(Protocol):
    """The parts of the service that the page uses."""

    @property
    def books(self) -> Callable[[], ServiceBooks]:
        """The rule books of the moment."""

    @property
    def queue(self) -> WorkQueue:
        """The queue that programs wait in, too."""

    @property
    def limits(self) -> ServiceLimits:
        """The limits of a request."""

    @property
    def folder(self) -> Path:
        """The folder for the claim that is checked."""


@attrs.frozen
class PageContent:
    """The content of a page, its type and status, and the name under which it is saved."""

    content: str | bytes
    media_type: str = "text/html"
    status: int = 200
    saved_as: str = ""
    is_report: bool = False


#: Returns the content of a page that is asked for.
PageFunction: TypeAlias = Callable[[PageState, Request[Any, Any, Any]], Awaitable[PageContent]]


def page_routes(state: PageState) -> list[HTTPRouteHandler]:
    """Return the routes of the page."""

    def route(path: str, method: Literal["GET", "POST"], handle: PageFunction) -> HTTPRouteHandler:
        async def guarded(request: Request[Any, Any, Any]) -> Response[bytes]:
            try:
                if method == "POST":
                    _refuse_other_sites(request)
                async with asyncio.timeout(state.limits.seconds):
                    return _response(await handle(state, request))
            except TimeoutError:
                return refused_as_page(late(state.limits.seconds))
            except RefusedRequest as error:
                return refused_as_page(error)
            except InputError as error:
                return refused_as_page(RefusedRequest(503, error.problems))

        return HTTPRouteHandler(path, http_method=method)(guarded)

    return [
        route("/page", "GET", _claim),
        route("/page", "POST", _check),
        route("/page/file", "GET", _file),
        route("/page/file", "POST", _check_file),
        route("/page/code", "GET", _code),
        route("/page/payers", "GET", _payers),
        route("/page/rules/{payer:str}/{name:str}", "GET", _rule),
        route("/page/style.css", "GET", _styles),
    ]


async def _claim(state: PageState, request: Request[Any, Any, Any]) -> PageContent:
    form = TypedClaim({"setting": "practitioner"})
    return PageContent(await state.queue.answer(lambda: claim_page(state.books(), form)))


async def _check(state: PageState, request: Request[Any, Any, Any]) -> PageContent:
    pairs = [(k, v) for k, v in (await request.form()).multi_items() if isinstance(v, str)]
    values = dict(pairs)
    values |= dict(parse_qsl(values.get("fix", ""), keep_blank_values=True))
    form = TypedClaim(
        values,
        tuple(value for name, value in pairs if name == "payer"),
        _rows(values.get("lines"), 2),
        _rows(values.get("earlier_lines"), 3),
    )
    action = values.get("action", "check")

    def work() -> str:
        if action == "add-line":
            more = attrs.evolve(form, lines=min(form.lines + 1, MOST_LINES))
            return claim_page(state.books(), more)
        if action == "add-earlier":
            more = attrs.evolve(form, earlier=min(form.earlier + 1, MOST_LINES))
            return claim_page(state.books(), more)
        books = state.books()
        names = names_of(books)
        named = form.with_named_payer(names)
        if faults := named.faults(names):
            return claim_page(books, named, faults)
        answer = next_dates if action == "next" else check_form
        content = text_of(named.document()).encode()
        with body_file(state.folder / "request.json", content) as body:
            return answer(books, named, _asked(state, body))

    return PageContent(await state.queue.answer(work))


async def _file(state: PageState, request: Request[Any, Any, Any]) -> PageContent:
    return PageContent(await state.queue.answer(lambda: _file_page(state)))


def _file_page(
    state: PageState,
    problems: Iterable[Problem] = (),
    payer: str = "",
    kept: bytes = b"",
    name: str = "",
) -> str:
    """Return the form for a file; one that could not be checked stays in the form as ``kept``."""
    return page(
        "file.html.j2",
        payers=names_of(state.books()),
        problems=(*map(in_words_of_the_page, problems),),
        payer=payer,
        kept=base64.b64encode(kept).decode() if len(kept) <= _MOST_KEPT else "",
        name=name,
    )


async def _check_file(state: PageState, request: Request[Any, Any, Any]) -> PageContent:
    form = await request.form()
    payer, wanted = form.get("payer") or "", form.get("format")
    kind = wanted if wanted in DOWNLOADS else "html"
    content, name = await _chosen_file(form)
    if not content:
        message, remedy = "no file is chosen, or it is empty", "Choose a file with claims."
        raise RefusedRequest.of(422, message, remedy, ErrorCode.NOTHING_GIVEN)
    path = state.folder / body_name(content)

    def work() -> PageContent:
        with body_file(path, content):
            asked = attrs.evolve(
                _asked(state, path), parameters={"payer": (payer,)} if payer else {}
            )
            state.books().require_payers(tuple(p for p in (payer,) if p and p != "all"))
            found = checked_file(state.books(), kind, asked, name)
            if isinstance(found, list):
                return PageContent(_file_page(state, found, payer, content, name), status=422)
            if wanted == "show" and isinstance(found, str):
                return PageContent(with_navigation(found), is_report=True)
            return PageContent(found, DOWNLOADS[kind], saved_as=f"report.{kind}")

    return await state.queue.answer(work)


async def _chosen_file(form: FormMultiDict) -> tuple[bytes, str]:
    """Return the content and the name of the file that is sent, or that the form kept."""
    upload, kept = form.get("file"), form.get("kept")
    sent = await upload.read() if isinstance(upload, UploadFile) else b""
    if sent or not isinstance(kept, str):
        return sent, upload.filename if isinstance(upload, UploadFile) else ""
    try:
        return base64.b64decode(kept, validate=True), str(form.get("kept_name") or "")
    except binascii.Error:
        return b"", ""


async def _code(state: PageState, request: Request[Any, Any, Any]) -> PageContent:
    asked = ServiceRequest(
        parameters={k: (v,) for k, v in request.query_params.items() if v}, today=date.today()
    )
    code = request.query_params.get("code", "").strip().upper()
    day, number = asked.day("on") or asked.today, asked.number("number", MOST_COMPARED_LINES)
    billed = request.query_params.get("billed", "lines")
    text = await state.queue.answer(lambda: code_page(state.books(), code, day, number, billed))
    return PageContent(text, is_report=text.count("<style>") > 0)


async def _payers(state: PageState, request: Request[Any, Any, Any]) -> PageContent:
    payer, day = request.query_params.get("payer", ""), date.today()
    return PageContent(await state.queue.answer(lambda: topics_page(state.books(), payer, day)))


async def _rule(state: PageState, request: Request[Any, Any, Any]) -> PageContent:
    payer, name, day = request.path_params["payer"], request.path_params["name"], date.today()
    return PageContent(await state.queue.answer(lambda: rule_page(state.books(), payer, name, day)))


async def _styles(state: PageState, request: Request[Any, Any, Any]) -> PageContent:
    return PageContent(page("page.css.j2"), "text/css")


def _asked(state: PageState, path: Path) -> ServiceRequest:
    return ServiceRequest(body=path, today=date.today(), limits=state.limits)


def _rows(text: str | None, least: int) -> int:
    """Return the number of rows that a form states, within its bounds."""
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) < 4
    return min(max(int(text or 0), least), MOST_LINES) if is_number else least


def _refuse_other_sites(request: Request[Any, Any, Any]) -> None:
    """Raise `RefusedRequest` for a form that a page of another site sends."""
    origin, host = request.headers.get("origin"), request.headers.get("host")
    site = request.headers.get("sec-fetch-site", "same-origin")
    is_own = origin is None or origin.partition("://")[2] == host
    if not is_own or site not in ("same-origin", "none"):
        message, remedy = "the form is not of this page", "Open the page, and send its form."
        raise RefusedRequest.of(403, message, remedy, ErrorCode.REQUEST)


def refused_as_page(error: RefusedRequest) -> Response[bytes]:
    """Return the response to a refused request, as a page."""
    answer = _response(PageContent(refusal_page(error), status=error.status))
    answer.headers.update(error.headers)
    return answer


def _hash(text: str) -> str:
    """Return the source of a policy that allows this style or script alone."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _response(made: PageContent) -> Response[bytes]:
    content = made.content.encode() if isinstance(made.content, str) else made.content
    # NOTE: without any referrer a browser sends its forms with the origin "null".
    headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "same-origin"}
    if made.is_report:
        # NOTE: only the style before the end of the head, which has no text of a claim.
        head = content.partition(b"</head>")[0].decode()
        styles = " ".join(map(_hash, _style.findall(head)))
        allowed = f"style-src {styles}; script-src {_hash(report_script())}"
        headers["Content-Security-Policy"] = f"{_OWN}; {allowed}; frame-ancestors 'none'"
    if made.saved_as:
        headers["Content-Disposition"] = f'attachment; filename="{made.saved_as}"'
    return Response(content, status_code=made.status, media_type=made.media_type, headers=headers)
