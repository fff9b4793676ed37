"""The service as a process of its own: its address, its end, and slow clients."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import attrs
import pytest
from program import AS_BY_HAND

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

pytest.importorskip("litestar", reason="the service needs the extra serve")

from payer_rules.service.http_server import bound_socket

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
LONGEST: Final = 60
CLAIM: Final = json.dumps(
    {
        "claim": {
            "id": "C1",
            "payer": "acme",
            "member": {"id": "M1"},
            "billing_provider": {"npi": "1234567893"},
            "lines": [{"code": "90853", "date_from": "2026-03-02"}],
        }
    }
)


@attrs.frozen(eq=False)
class RunningService:
    """A process of ``payer-rules serve``, and the port that it listens on."""

    process: subprocess.Popen[str]
    port: int

    def ask(self, method: str, address: str, body: str | None = None) -> tuple[int, str]:
        """Return the status and the text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        with closing(connection):
            connection.request(method, address, body)
            response = connection.getresponse()
            return response.status, response.read().decode()

    def sent(self, start: bytes) -> socket.socket:
        """Return a connection over which the beginning of a request was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=LONGEST)
        connection.sendall(start)
        return connection


@contextmanager
def running(folder: Path) -> Iterator[RunningService]:
    """Run the service with an invented payer and little time for a request."""
    words = ["serve", "--port", "0", "--most-seconds", "2", "--profiles", str(folder / "acme")]
    command = [sys.executable, "-c", AS_BY_HAND, "-m", "payer_rules", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        found = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", first)
        assert found, first + process.stderr.read()
        yield RunningService(process, int(found[1]))
        process.kill()


def test_answers_are_sent_at_once() -> None:
    """The sockets of clients send small parts without waiting for an acknowledgment."""

    async def option() -> int:
        loop, given = asyncio.get_running_loop(), asyncio.Queue[asyncio.StreamWriter]()
        listening = bound_socket("127.0.0.1", 0)
        server = await asyncio.start_server(lambda _, writer: given.put(writer), sock=listening)
        address = listening.getsockname()
        with socket.create_connection(address) as client:
            client.setblocking(False)
            await loop.sock_sendall(client, b"x")
            writer = await given.get()
            found: int = writer.get_extra_info("socket").getsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY
            )
            writer.close()
        server.close()
        return found

    with ThreadPoolExecutor(1) as other:
        assert other.submit(lambda: asyncio.run(option())).result(LONGEST) == 1


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[RunningService]:
    """The service that the tests of slow clients share."""
    with running(folder) as found:
        yield found


def test_a_request_that_was_begun_is_answered_before_the_end(folder: Path) -> None:
    """A signal ends the service when the requests that it has are answered."""
    with running(folder) as service:
        status, text = service.ask("POST", "/v1/check", CLAIM)
        assert status == 200
        head = f"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(CLAIM)}\r\n\r\n"
        with service.sent(head.encode() + CLAIM[:50].encode()) as connection:
            assert service.ask("GET", "/health")[0] == 200
            service.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            connection.sendall(CLAIM[50:].encode())
            with http.client.HTTPResponse(connection) as response:
                response.begin()
                assert (response.status, response.read().decode()) == (200, text)
        assert service.process.wait(LONGEST) == 128 + signal.SIGTERM
        assert service.process.stderr is not None
        page, *others = service.process.stderr.read().splitlines()
        assert page.startswith("page: http://127.0.0.1:")
        assert page.endswith("/page")
        assert others == ["payer-rules: stopped by SIGTERM"]


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTTP/1.1\r\n",
    ],
    ids=["nothing", "head", "second head"],
)
def test_a_client_that_sends_no_end_is_left(service: RunningService, start: bytes) -> None:
    """A connection whose request does not arrive in time is closed, the second one as well."""
    with service.sent(start) as connection:
        received = b""
        try:
            while part := connection.recv(1 << 16):
                received += part
        except ConnectionResetError:
            pass
    assert received.count(b" 200 OK") == start.count(b"\r\n\r\n")
    assert service.ask("GET", "/health")[0] == 200


def test_a_body_that_does_not_arrive_is_refused(service: RunningService) -> None:
    """The time of a request begins with its head, so a slow body ends in a refusal."""
    head = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    with service.sent(head) as connection, http.client.HTTPResponse(connection) as response:
        response.begin()
        assert response.status == 503


def test_a_head_without_an_end_is_refused(service: RunningService) -> None:
    """A head is as long as the server reads at most, whatever its fields are."""
    with service.sent(b"GET /health HTTP/1.1\r\n" + b"X-A: b\r\n" * 10_000) as connection:
        try:
            received = connection.recv(1 << 16)
        except ConnectionResetError:
            received = b""
    assert not received or received.startswith(b"HTTP/1.1 400 ")
    assert service.ask("GET", "/health")[0] == 200


def test_an_address_in_use_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A port that another program listens on is a problem of the option."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == ExitCode.USAGE
    assert "cannot be bound" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8080", 200),
        ("LOCALHOST", 200),
        ("[::1]:8080", 200),
        ("rebound.example.com", 403),
        ("rebound.example.com:8080", 403),
        ("127.0.0.1.example.com", 403),
        ("127.0.0.1:8080:80", 403),
        ("", 403),
    ],
)
def test_a_request_for_another_name_is_refused(
    service: RunningService, host: str, status: int
) -> None:
    """A page of the web whose name leads to this computer gets no answer about claims."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=LONGEST)
    with closing(connection):
        connection.request("POST", "/v1/check", CLAIM, {"Host": host})
        response = connection.getresponse()
        assert response.status == status
        assert ("decisions" in response.read().decode()) == (status == 200)
