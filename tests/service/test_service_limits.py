"""The limits of the service: what is too much is refused, and harms no other request."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

pytest.importorskip("litestar", reason="the service needs the extra serve")

LINE: Final = {"code": "90853", "date_from": "2026-03-02"}
LONGEST: Final = 60


def claims(number: int, lines: int = 1, payer: str | None = "acme") -> str:
    """Return a body with so many claims."""
    claim: dict[str, object] = {
        "member": {"id": "M1"},
        "billing_provider": {"npi": "1234567893"},
        "lines": [{**LINE, "number": at} for at in range(1, lines + 1)],
    }
    if payer:
        claim["payer"] = payer
    return json.dumps({"claims": [{"id": f"C{at}", **claim} for at in range(number)]})


@pytest.fixture(scope="module")
def small(serve: Callable[..., Any]) -> Any:
    """A service with low limits."""
    return serve(body_bytes=2_000, lines=6, seconds=20, waiting=3)


def problem(response: Any) -> str:
    """Return the message of the only problem of a refusal."""
    (found,) = response.json()["problems"]
    message: str = found["message"]
    return message


def test_a_body_is_as_long_as_the_limit(small: Any) -> None:
    """A body of the longest length is read, and one that is a byte longer is not."""
    body = claims(1).ljust(2_000)
    assert small.client.post("/v1/check", content=body).status_code == 200
    refused = small.client.post("/v1/check", content=f"{body} ")
    assert (refused.status_code, problem(refused)) == (413, "the body is too long")


def test_a_body_without_a_length_is_limited(small: Any) -> None:
    """What a client sends in pieces is counted as it arrives."""
    refused = small.client.post("/v1/check", content=(b" " * 500 for _ in range(5)))
    assert refused.status_code == 413


def test_lines_are_counted(small: Any) -> None:
    """The lines of all claims count together, whichever command reads them."""
    for address in ("/v1/check", "/v1/next"):
        assert small.client.post(address, content=claims(2, 3)).status_code == 200
        refused = small.client.post(address, content=claims(1, 7))
        assert refused.status_code == 413
        assert "more than 6 lines" in problem(refused)


def test_a_line_counts_for_each_payer(small: Any) -> None:
    """A claim that names no payer asks all of them, so its line counts for each."""
    assert small.client.post("/v1/check", content=claims(1, payer=None)).status_code == 413
    assert small.client.post("/v1/check?payer=all", content=claims(1)).status_code == 413
    params = {"payer": ["acme", "medicare"]}
    assert small.client.post("/v1/check", content=claims(1, 3), params=params).status_code == 200
    assert small.client.post("/v1/check", content=claims(1, 4), params=params).status_code == 413


def test_appointments_are_counted(small: Any) -> None:
    """A schedule has as many appointments as a claim has lines."""
    head, row = "member,payer,code,date,clinician\n", "M1,acme,90853,2026-03-02,1234567893\n"
    assert small.client.post("/v1/plan", content=head + row * 6).status_code == 200
    assert small.client.post("/v1/plan", content=head + row * 7).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_900,
        b'{"claim":' * 200,
        b'{"service":' * 180,
        b'{"claims": [' + b"9" * 1_900 + b"]}",
        b"\xff\xfe" * 500,
        b"\0" * 1_900,
        b"A" * 1_900,
        b"ISA*" + b"*" * 1_900,
        b"PK\x03\x04" + b"\0" * 100,
        b'{"resourceType": "Bundle", "entry": [' + b"{}," * 500,
        b"claim,line,member,code,date_from\n" + b'"' * 1_900,
        b'{"claims": [{"id": "\\ud800"}]}',
    ],
)
@pytest.mark.parametrize("address", ["/v1/check", "/v1/next", "/v1/plan"])
def test_hostile_bodies_are_refused(small: Any, address: str, body: bytes) -> None:
    """Whatever the bytes are, the answer is a refusal with its reasons, not a fault."""
    response = small.client.post(address, content=body)
    assert response.status_code in (400, 415, 422), response.text
    assert response.json()["problems"]


def test_columns_and_compressed_bodies_are_refused(small: Any) -> None:
    """What may be much larger than it looks is not unpacked."""
    headers = {"Content-Encoding": "gzip"}
    packed = gzip.compress(claims(1).encode(), mtime=0)
    assert small.client.post("/v1/check", content=packed, headers=headers).status_code == 415
    assert small.client.post("/v1/check", content=packed).status_code == 422
    for address in ("/v1/check", "/v1/plan"):
        assert small.client.post(address, content=b"PAR1" + b"\0" * 50).status_code == 415


def test_a_full_queue_refuses(small: Any) -> None:
    """While as many wait as may, others are asked to come again; those who wait get their answer."""
    is_free = threading.Event()
    held = threading.Thread(target=small.queue.now, args=[lambda: is_free.wait(LONGEST)])
    held.start()
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(small.client.get, "/v1/rules/acme/two-per-week") for _ in range(3)]
        while not small.queue.is_full:
            is_free.wait(0.01)
        refused = small.client.get("/v1/rules/acme/two-per-week")
        not_ready = small.client.get("/ready").status_code
        alive = small.client.get("/health").status_code
        is_free.set()
        answers = [each.result(LONGEST).status_code for each in waiting]
    held.join()
    assert (refused.status_code, problem(refused)) == (503, "too many requests are waiting")
    assert int(refused.headers["retry-after"]) > 0
    assert (not_ready, alive, answers) == (503, 200, [200] * 3)
    assert small.client.get("/ready").status_code == 200


def test_an_answer_that_takes_too_long_is_given_up(serve: Callable[..., Any]) -> None:
    """A request that waited its time is refused, and never begun; the next one is answered."""
    hasty = serve(seconds=0.2, waiting=1)
    is_free = threading.Event()
    held = threading.Thread(target=hasty.queue.now, args=[lambda: is_free.wait(LONGEST)])
    held.start()
    refused = hasty.client.post("/v1/check", content=claims(1))
    is_free.set()
    held.join()
    assert refused.status_code == 503
    assert "within 0.2 seconds" in problem(refused)
    assert [*(hasty.folder / "bodies").iterdir()] == []
    assert not hasty.queue.is_full
