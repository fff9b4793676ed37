"""Several workers of the service: one that is killed, rules that change, and the sum of the counts."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import attrs
import pytest
from invented_payer import TWICE_A_WEEK
from program import AS_BY_HAND

pytest.importorskip("litestar", reason="the service needs the extra serve")

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="the workers are found in /proc"
)
LONGEST: Final = 60
CLIENTS: Final = 6
WORKERS: Final = 2


def claim(lines: int) -> str:
    """A claim with so many lines of one week."""
    days = [f"2026-03-{day:02}" for day in range(2, 2 + lines)]
    return json.dumps(
        {
            "claim": {
                "id": f"C{lines}",
                "payer": "acme",
                "member": {"id": f"M{lines}"},
                "billing_provider": {"npi": "1234567893"},
                "lines": [
                    {"number": number, "code": "90853", "date_from": day, "charge": "60.00"}
                    for number, day in enumerate(days, 1)
                ],
            },
            "history": [],
        }
    )


BODIES: Final = [claim(lines) for lines in (1, 2, 3)]


@attrs.frozen(eq=False)
class Workers:
    """A service with several workers, its port, and the profile of its payer."""

    process: subprocess.Popen[str]
    port: int
    profile: Path

    def pids(self) -> set[int]:
        """The processes that the service has begun."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(pid) for task in tasks for pid in task.read_text().split()}

    def ask(self, method: str, address: str, body: str | None = None) -> tuple[int, str]:
        """Return the status and the text of an answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)) as one:
            one.request(method, address, body)
            response = one.getresponse()
            return response.status, response.read().decode()

    def answers(self) -> list[str]:
        """The answers on the claims, of a moment without other requests."""
        found = [self.ask("POST", "/v1/check", body) for body in BODIES]
        assert {status for status, _ in found} == {200}
        return [text for _, text in found]


@contextmanager
def running(folder: Path, *words: str) -> Iterator[Workers]:
    """Run the service with its workers."""
    profile = folder / "acme.toml"
    profile.write_text(TWICE_A_WEEK, encoding="utf-8")
    options = ["--port", "0", "--workers", str(WORKERS), "--profiles", str(profile), *words]
    command = [sys.executable, "-c", AS_BY_HAND, "-m", "payer_rules", "serve", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        found = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", first)
        assert found, first + process.stderr.read()
        yield Workers(process, int(found[1]), profile)
        process.kill()


def test_no_answer_is_wrong_while_a_worker_is_killed_and_rules_change(tmp_path: Path) -> None:
    """Each request gets the answer of one edition, status 503, or a closed connection.

    At most those that the killed worker had begun get none, and another worker takes its place.
    """
    with running(tmp_path) as service:
        before, killed = service.answers(), service.pids()
        assert len(killed) == WORKERS
        wrong: list[str] = []
        counts: Counter[str] = Counter()
        stop = threading.Event()

        def client(number: int) -> None:
            at = number
            while not stop.is_set():
                at = (at + 1) % len(BODIES)
                try:
                    status, text = service.ask("POST", "/v1/check", BODIES[at])
                except (OSError, http.client.HTTPException):
                    counts["none"] += 1
                    continue
                if status == 200:
                    counts["answer"] += 1
                    given[at].add(text)
                elif status == 503:
                    counts["busy"] += 1
                else:
                    wrong.append(text)

        given: list[set[str]] = [set() for _ in BODIES]
        clients = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
        for each in clients:
            each.start()
        time.sleep(1)
        os.kill(min(killed), signal.SIGKILL)
        time.sleep(1)
        assert counts["none"] <= CLIENTS
        lost = counts["none"]
        changed = TWICE_A_WEEK.replace("limit = 2", "limit = 1")
        assert changed != TWICE_A_WEEK
        service.profile.write_text(changed, encoding="utf-8")
        deadline = time.monotonic() + LONGEST
        while len(service.pids()) < WORKERS and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(4)
        stop.set()
        for each in clients:
            each.join(LONGEST)
        after = service.answers()
        assert after != before
        assert wrong == []
        for at, texts in enumerate(given):
            assert texts <= {before[at], after[at]}
        assert counts["none"] == lost
        assert counts["answer"] > 20
        assert len(service.pids() - killed) == 1


def test_the_counts_of_all_workers_are_summed(tmp_path: Path) -> None:
    """Whichever worker is asked, the metrics have the requests of all."""
    with running(tmp_path) as service:
        for _ in range(12):
            service.ask("GET", "/health")
        pattern = r'payer_rules_requests_total\{endpoint="/health",status="200"\} (\d+)'
        seen = [re.search(pattern, service.ask("GET", "/metrics")[1]) for _ in range(6)]
        assert {int(float(each[1])) for each in seen if each} == {12}


def test_a_signal_ends_all_workers(tmp_path: Path) -> None:
    """The service ends by its signal as one process does, and leaves no worker."""
    with running(tmp_path) as service:
        workers = service.pids()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(LONGEST) == 128 + signal.SIGTERM
        assert [pid for pid in workers if Path(f"/proc/{pid}").is_dir()] == []


def test_a_service_that_cannot_begin_ends_with_its_problem(tmp_path: Path) -> None:
    """A fault that each worker would meet is reported once, before any address."""
    (tmp_path / "broken.toml").write_text("[practice", encoding="utf-8")
    words = ["serve", "--port", "0", "--workers", "2", "--practice", "broken.toml"]
    command = [sys.executable, "-m", "payer_rules", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST)
    assert done.returncode not in (0, 1)
    assert "listening" not in done.stderr
    assert "broken.toml" in done.stderr
    assert "Traceback" not in done.stderr
