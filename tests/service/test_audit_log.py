"""The audit log: what it records, and which changes of it are found."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from program import AS_BY_HAND

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.errors import InputError

pytest.importorskip("litestar", reason="the service needs the extra serve")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="locks and signals of POSIX")
CLAIM: Final = {
    "id": "C1",
    "payer": "acme",
    "member": {"id": "M1"},
    "billing_provider": {"npi": "1234567893"},
    "lines": [{"code": "90853", "date_from": "2026-03-02"}],
}
WRITER: Final = """
import sys
from pathlib import Path
from payer_rules.service.audit_log import AuditLog
log = AuditLog(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    log.append({"key": "k" * 500})
    print(number, flush=True)
"""
Change = Callable[[list[bytes]], list[bytes]]


def written(path: Path, count: int = 6) -> list[bytes]:
    """Return the lines of a new log with so many records."""
    from payer_rules.service.audit_log import AuditLog

    log = AuditLog(path)
    for number in range(count):
        log.append({"key": f"key{number}", "status": 200})
    return path.read_bytes().splitlines(keepends=True)


def verified(path: Path, head: str | None = None) -> Any:
    """Return the state of the log."""
    from payer_rules.service.audit_log import verify_audit

    return verify_audit(path, head)


def forged(line: bytes, **facts: object) -> bytes:
    """Return the record with other facts and a hash that is right for them."""
    from payer_rules.service.audit_log import _hash

    record = {**json.loads(line), **facts}
    return json.dumps({**record, "hash": _hash(record)}).encode() + b"\n"


def test_records_are_in_order(tmp_path: Path) -> None:
    """A log that nobody changed is in order, and its head is the hash of the last record."""
    path = tmp_path / "audit.log"
    lines = written(path)
    state = verified(path)
    assert (state.records, state.torn) == (6, 0)
    assert state.head == json.loads(lines[-1])["hash"]
    assert path.stat().st_mode & 0o777 == 0o600


ALTERED: Final[dict[str, tuple[Change, int]]] = {
    "changed": (lambda x: [*x[:2], x[2].replace(b"key2", b"key9"), *x[3:]], 3),
    "changed with its hash": (lambda x: [*x[:2], forged(x[2], key="other"), *x[3:]], 4),
    "changed to no record": (lambda x: [*x[:2], b"nothing\n", *x[3:]], 4),
    "number changed": (lambda x: [*x[:2], forged(x[2], number=True), *x[3:]], 3),
    "first removed": (lambda x: x[1:], 1),
    "removed": (lambda x: [*x[:2], *x[3:]], 3),
    "removed and numbered": (lambda x: [*x[:2], forged(x[3], number=3), *x[4:]], 3),
    "two moved": (lambda x: [*x[:2], x[3], x[2], *x[4:]], 3),
    "repeated": (lambda x: [*x[:3], x[2], *x[3:]], 4),
    "added": (lambda x: [*x[:3], forged(x[2], number=4), *x[3:]], 4),
    "line added": (lambda x: [*x[:3], b"\n", *x[3:]], 5),
    "text added": (lambda x: [*x[:3], b'{"number": 4\n', *x[3:]], 5),
    "hash removed": (lambda x: [*x[:2], b'{"number": 3}\n', *x[3:]], 3),
    "last changed": (lambda x: [*x[:5], x[5].replace(b"200", b"201")], 6),
}


@pytest.mark.parametrize("name", ALTERED)
def test_the_first_altered_record_is_named(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each kind of change is found, at the first line that does not follow those before it."""
    change, line = ALTERED[name]
    path = tmp_path / "audit.log"
    path.write_bytes(b"".join(change(written(path))))
    assert main(["audit", "verify", str(path)]) == ExitCode.FAULTY
    assert f"audit.log:{line}: " in capsys.readouterr().err


def test_any_other_byte_is_found(tmp_path: Path) -> None:
    """A log with one byte changed, removed or added has no longer the head that it had."""
    path = tmp_path / "audit.log"
    content, head = b"".join(written(path, 3)), verified(path).head
    choose = random.Random(7)
    for _ in range(300):
        at = choose.randrange(len(content) - 1)
        byte = bytes([choose.choice([*b'0123456789abcdef" {}x\n'])])
        kept = content[at + choose.randrange(2) :]
        other = content[:at] + byte + kept
        if _meaning(other) == _meaning(content):
            continue
        path.write_bytes(other)
        with pytest.raises(InputError):
            verified(path, head)


def _meaning(content: bytes) -> object:
    """Return the records of a log, whatever the blanks in it."""
    try:
        return [json.loads(line) for line in content.splitlines()]
    except ValueError:
        return content


@pytest.mark.parametrize("kept", range(6))
def test_records_removed_at_the_end_are_found_by_the_head(
    kept: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A shorter log is in order by itself; a head that was printed before is no longer in it."""
    path = tmp_path / "audit.log"
    lines = written(path)
    head = verified(path).head
    path.write_bytes(b"".join(lines[:kept]))
    assert verified(path).records == kept
    assert main(["audit", "verify", str(path), "--head", head]) == ExitCode.FAULTY
    assert "removed at the end" in capsys.readouterr().err


def test_a_head_from_before_is_in_the_longer_log(tmp_path: Path) -> None:
    """Records that were added since a head was printed change nothing before it."""
    path = tmp_path / "audit.log"
    written(path)
    head = verified(path).head
    written(path)
    assert verified(path, head).records == 12


def test_a_line_that_was_cut_off_is_closed(tmp_path: Path) -> None:
    """Wherever the last line is cut off, the next record closes it, and the log is in order."""
    path = tmp_path / "audit.log"
    *first, last = written(path, 3)
    for length in range(len(last)):
        path.write_bytes(b"".join(first) + last[:length])
        assert verified(path).torn == (0 < length < len(last) - 1)
        written(path, 2)
        state = verified(path)
        whole = length == len(last) - 1
        closing = 0 < length < len(last) - 1
        assert (state.records, state.torn) == (2 + whole + closing + 2, closing)


def test_a_closed_line_that_is_changed_is_found(tmp_path: Path) -> None:
    """The text that was cut off is kept as it was: the record after it has its digest."""
    path = tmp_path / "audit.log"
    *first, last = written(path, 3)
    path.write_bytes(b"".join(first) + last[:40])
    written(path, 1)
    content = path.read_bytes()
    for other in (content.replace(last[:40], last[:39]), content.replace(last[:40] + b"\n", b"")):
        path.write_bytes(other)
        with pytest.raises(InputError, match=r":4|:3"):
            verified(path)


def test_nothing_is_added_to_a_changed_log(tmp_path: Path) -> None:
    """A log whose last record was changed is refused when the service starts."""
    path = tmp_path / "audit.log"
    lines = written(path)
    path.write_bytes(b"".join(lines).replace(b"key5", b"key6"))
    with pytest.raises(InputError, match="last record was changed"):
        written(path)


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    """Records of processes that write at the same time follow one another, and none is lost."""
    path = tmp_path / "audit.log"
    command = [sys.executable, "-c", WRITER, str(path), "50"]
    writers = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert verified(path).records == 200


def test_records_outlast_a_process_that_is_killed(tmp_path: Path) -> None:
    """Each record whose writing had returned is in the log after kill -9, and the log in order."""
    path, confirmed = tmp_path / "audit.log", 0
    for seconds in (0.05, 0.11, 0.17):
        command = [sys.executable, "-c", WRITER, str(path), "1000000"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "0\n"
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
            confirmed += 1 + len([line for line in process.stdout if line.endswith("\n")])
        assert verified(path).records >= confirmed
    written(path, 1)
    assert verified(path).records >= confirmed + 1


def test_a_full_disk_leaves_no_part_of_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that cannot be written whole is taken back, and the log goes on after it."""
    path = tmp_path / "audit.log"
    written(path, 2)
    real = os.write

    def short(descriptor: int, content: bytes) -> int:
        if len(content) < 60:
            raise OSError(28, "No space left on device")
        return real(descriptor, content[:50])

    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", short)
        with pytest.raises(InputError, match="No space left"):
            written(path, 1)
    assert path.read_bytes() == before
    written(path, 1)
    assert verified(path).records == 3


@pytest.fixture
def audited(serve: Callable[..., Any], tmp_path: Path) -> tuple[Any, Path]:
    """A client of a service with an audit log, and the log."""
    from payer_rules.service.audit_log import AuditLog

    path = tmp_path / "audit.log"
    return serve(audit=AuditLog(path)).client, path


def test_a_request_is_recorded_with_its_rule_books(audited: tuple[Any, Path]) -> None:
    """The log has when, which address, status, claims, and the rule books that decided them."""
    client, path = audited
    body = {"claims": [CLAIM, {**CLAIM, "id": "C2"}]}
    answer = client.post("/v1/check?payer=acme&payer=aetna", json=body)
    following = client.post("/v1/next", json={"claims": [CLAIM]})
    client.get("/v1/rules/acme/two-per-week")
    client.get("/v1/rules/nobody/nothing")
    client.get("/health")
    first, second, third, fourth = map(json.loads, path.read_bytes().splitlines())
    fingerprints = {
        each["payer"]: {
            "rules": each["fingerprint"]["rulebook"],
            "tables": each["fingerprint"].get("tables", []),
        }
        for each in answer.json()["decisions"]
    }
    assert first["books"] == fingerprints
    assert [*first["books"]] == first["payers"] == ["acme", "aetna"]
    assert (first["endpoint"], first["status"], first["claims"]) == ("/v1/check", 200, 2)
    assert first["request"] == answer.headers["x-request-id"]
    assert first["release"] == answer.json()["decisions"][0]["fingerprint"]["engine"]
    assert following.status_code == 200
    assert second["books"] == {"acme": fingerprints["acme"]}
    assert (third["endpoint"], third["payers"]) == ("/v1/rules/{payer}/{name}", ["acme"])
    assert (fourth["status"], fourth["payers"], fourth["books"]) == (404, [], {})
    assert verified(path).records == 4


def test_an_answer_that_cannot_be_recorded_is_not_sent(
    audited: tuple[Any, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """If the log cannot be written the client gets a refusal, and nothing of the answer."""
    client, path = audited
    path.unlink()
    path.mkdir()
    answer = client.post("/v1/check", json={"claims": [CLAIM]})
    assert answer.status_code == 503
    assert "decisions" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "the audit log" in capsys.readouterr().err
    assert client.get("/health").status_code == 200


def test_the_service_writes_the_log_that_the_option_names(tmp_path: Path) -> None:
    """The service does not start if the file that --audit names cannot be written."""
    words = ["serve", "--port", "0", "--audit", str(tmp_path)]
    command = [sys.executable, "-c", AS_BY_HAND, "-m", "payer_rules", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == ExitCode.FAULTY
    assert "the audit log" in done.stderr
