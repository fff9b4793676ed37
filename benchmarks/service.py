"""Measure the service on this computer: requests a second, slow answers, and memory.

    python benchmarks/service.py [SECONDS] [WORKERS]

It needs wrk (Debian's package of this name). Each row is a loop of so many clients, each of which
sends the next request when it has its answer. ``constant`` is the same framework and server with an
application that returns two bytes: the most that any service of this kind could answer.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final

CLIENTS: Final = (1, 8, 64)
#: The requests after which memory is measured again.
_MANY: Final = 100_000
_CONSTANT: Final = """
import sys, uvicorn
from litestar import Litestar, post, Request
@post("/v1/check", status_code=200)
async def answer(request: Request) -> dict:
    await request.body()
    return {}
uvicorn.run(Litestar([answer]), port=int(sys.argv[1]), log_level="critical", access_log=False)
"""
_REPORT: Final = """
wrk.method = "POST"
wrk.body = io.open("{body}"):read("*a")
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("%d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(99), errors.status + errors.read + errors.timeout + errors.connect))
end
"""


def claim(lines: int) -> str:
    """Return a claim with so many lines, each of another day."""
    first = date(2026, 3, 2)
    return json.dumps(
        {
            "claims": [
                {
                    "id": "C1",
                    "payer": "medicare",
                    "member": {"id": "M1"},
                    "billing_provider": {"npi": "1234567893"},
                    "setting": "practitioner",
                    "lines": [
                        {
                            "number": number,
                            "code": "90853",
                            "date_from": str(first + timedelta(days=number)),
                            "place_of_service": "11",
                            "charge": "60.00",
                        }
                        for number in range(1, lines + 1)
                    ],
                }
            ]
        }
    )


@contextmanager
def served(*words: str) -> Iterator[tuple[str, int]]:
    """Run a service; the context is its address and its process."""
    with subprocess.Popen([sys.executable, *words], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline() if "serve" in words else "http://127.0.0.1:8399"
        found = re.search(r"http://\S+", line)
        assert found, line
        time.sleep(1)
        yield found[0], process.pid
        process.terminate()


def loop(address: str, folder: Path, body: str, clients: int, seconds: int) -> list[int]:
    """Return requests, microseconds, the 99th percentile in these, and failures of a loop."""
    (folder / "body").write_text(body)
    script = folder / "report.lua"
    script.write_text(_REPORT.format(body=folder / "body"))
    words = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", str(script)]
    done = subprocess.run(
        [*words, f"{address}/v1/check"], capture_output=True, text=True, check=True
    )
    return [int(number) for number in done.stdout.splitlines()[-1].split()]


def memory(pid: int) -> float:
    """Return the memory of a process in MiB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


def main() -> None:
    """Print the table."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    workers = sys.argv[2] if len(sys.argv) > 2 else "1"
    options = ["--port", "0", "--workers", workers, "--most-waiting", "128"]
    bodies = {"1 line": claim(1), "100 lines": claim(100)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "constant.py").write_text(_CONSTANT)
        print("| service | body | clients | requests/s | p99 ms | refused or failed |")
        print("| --- | --- | ---: | ---: | ---: | ---: |")
        commands = {
            "constant": [str(folder / "constant.py"), "8399"],
            "payer-rules": ["-m", "payer_rules", "serve", *options],
        }
        for service, words in commands.items():
            with served(*words) as (address, pid):
                for text, body in bodies.items():
                    loop(address, folder, body, 8, 2)
                    for clients in CLIENTS:
                        count, spent, slow, failed = loop(address, folder, body, clients, seconds)
                        speed, worst = f"{count / spent * 1e6:,.0f}", f"{slow / 1000:,.1f}"
                        print(f"| {service} | {text} | {clients} | {speed} | {worst} | {failed} |")
                if service != "payer-rules":
                    continue
                before, asked = memory(pid), 0
                while asked < _MANY:
                    asked += loop(address, folder, bodies["1 line"], 8, seconds)[0]
                after = f"after {asked:,} more requests {memory(pid):.0f} MiB"
                print(f"\nMemory: {before:.0f} MiB, {after}")


if __name__ == "__main__":
    main()
