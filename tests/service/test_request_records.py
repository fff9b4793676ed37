"""What is recorded of requests, and that nothing of a claim is: in the log, the metrics, elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

pytest.importorskip("litestar", reason="the service needs the extra serve")

#: A text that each part of a claim that identifies somebody contains.
MARK: Final = "ZQX"
#: A date of birth that no other part of a test has.
BIRTH: Final = "1903-07-21"
MARKS: Final = re.compile(f"{MARK}|{BIRTH}|{BIRTH.replace('-', '')}", re.IGNORECASE)
EDI: Final = "application/edi-x12"


def claim(**changes: object) -> dict[str, Any]:
    """Return a claim whose identifying parts are marked."""
    line = {"code": "90853", "date_from": "2026-03-02", "place_of_service": "11"}
    return {
        "id": f"{MARK}-CONTROL",
        "payer": "acme",
        "member": {"id": f"{MARK}-MEMBER", "birth_date": BIRTH},
        "billing_provider": {"npi": "1234567893"},
        "lines": [line, line],
        **changes,
    }


def professional() -> str:
    """Return an 837 with a marked member, birth date and control number."""
    segments = [
        f"ISA*00*          *00*          *ZZ*{MARK}SENDER      *ZZ*RECEIVER       *260302*1200*^"
        "*00501*000000001*0*P*:",
        f"GS*HC*{MARK}*R*20260302*1200*1*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        f"BHT*0019*00*{MARK}*20260302*1200*CH",
        "NM1*85*2*CLINIC*****XX*1234567893",
        "HL*1**20*1",
        "HL*2*1*22*0",
        "SBR*P*18*******MC",
        f"NM1*IL*1*{MARK}LAST*{MARK}FIRST****MI*{MARK}MEMBER",
        f"DMG*D8*{BIRTH.replace('-', '')}*F",
        "NM1*PR*2*ACME*****PI*ACME",
        f"CLM*{MARK}CONTROL*100***11:B:1*Y*A*Y*Y",
        "HI*ABK:F320",
        "LX*1",
        "SV1*HC:90853*100*UN*1***1",
        "DTP*472*D8*20260302",
        "SE*15*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return "~".join(segments) + "~"


def bodies() -> Iterator[bytes]:
    """Yield bodies that are right, wrong and broken, all of them marked."""
    earlier = {"id": f"{MARK}-OLD", "code": "90853", "date": "2026-03-01", "member": f"{MARK}-M"}
    documents: list[object] = [
        {"claims": [claim(), claim(id=f"{MARK}-TWO")]},
        {"claim": claim(), "history": [earlier]},
        {"claims": [claim(payer=f"{MARK}-payer")]},
        {"claims": [claim(member={"id": f"{MARK}-M", "birth_date": f"{BIRTH}{MARK}"})]},
        {"claims": [claim(lines=[{"code": MARK, "date_from": BIRTH}])]},
        {"claims": [{MARK: MARK}]},
        {"service": {"code": "90853", "member": f"{MARK}-MEMBER", "minutes": MARK}},
        {"service": {"code": "90853", "member": f"{MARK}-MEMBER"}},
        {"resourceType": "Claim", "id": MARK, "patient": {"reference": f"Patient/{MARK}"}},
    ]
    yield from (json.dumps(document).encode() for document in documents)
    yield professional().encode()
    yield professional()[:400].encode()
    yield f"claim,member,payer,code,date_from\n{MARK},{MARK}-M,acme,90853,2026-03-02\n".encode()
    yield f"member,code,day\n{MARK}-MEMBER,90853,2026-03-02\n".encode()
    yield f'{{"claims": [{{"id": "{MARK}'.encode()
    yield f"{MARK} \xff\x00".encode("latin-1")


@attrs.frozen(eq=False)
class RecordedService:
    """A service that logs its requests: its client, and its answers that are no decisions."""

    client: Any
    key: str = ""
    answers: list[Any] = attrs.field(factory=list)

    def ask(self, method: str, address: str, **more: Any) -> Any:
        """Return the answer to a request with the key."""
        headers = {**({"Authorization": f"Bearer {self.key}"} if self.key else {})}
        headers |= more.pop("headers", {})
        return self.client.request(method, address, headers=headers, **more)

    def lines(self, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
        """Return the lines of the log since this was called last."""
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture
def recorded(serve: Callable[..., Any], tmp_path: Path) -> RecordedService:
    """A service without keys, with the page and an audit log."""
    from payer_rules.service.audit_log import AuditLog

    audit = AuditLog(tmp_path / "audit.log")
    return RecordedService(serve(logs=True, audit=audit, lines=50, body_bytes=100_000).client)


@pytest.fixture
def locked(
    serve: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> RecordedService:
    """A service with keys, and a key that may ask about claims and rules."""
    from payer_rules.service.request_guard import KeyHolders

    key = added(tmp_path, capsys)
    holders = KeyHolders(tmp_path / "keys.json", print)
    return RecordedService(serve(holders=holders, logs=True).client, key)


def added(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the key that the command creates."""
    path = str(folder / "keys.json")
    assert main(["keys", "add", "program", "--keys", path, *words]) == ExitCode.CLEAN
    return capsys.readouterr().out.strip()


def every_request() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield requests to every address, of every kind of body, right and wrong."""
    for path in ("/v1/check", "/v1/next", "/v1/plan", "/nowhere", "/page", "/page/file"):
        for body in bodies():
            yield "POST", path, {"content": body}
            yield "POST", f"{path}?payer={MARK}", {"content": body}
    for path in ("/v1/payers", "/v1/topics", "/v1/side-by-side/90853", f"/v1/side-by-side/{MARK}"):
        yield "GET", f"{path}?on={MARK}", {}
        yield "GET", f"{path}?{MARK}={MARK}", {}
    for path in (f"/v1/rules/{MARK}/{MARK}", f"/v1/rules/acme/{MARK}", f"/{MARK}", f"/page/{MARK}"):
        yield "GET", path, {}
    for path in ("/page/code", "/page/payers", "/page/file", "/metrics", "/health", "/ready"):
        yield "GET", f"{path}?code={MARK}&payer={MARK}&member={MARK}", {}
    form = {
        "member": f"{MARK}-M",
        "birth_date": BIRTH,
        "id": MARK,
        "payer": "acme",
        "code-1": "90853",
    }
    for action in ("check", "next", "add-line", MARK):
        yield "POST", "/page", {"data": {**form, "action": action}}
    for body in bodies():
        yield "POST", "/page/file", {"files": {"file": (f"{MARK}-claims.json", body)}}
    marked = {"X-Request-Id": MARK, "User-Agent": MARK, "Cookie": f"{MARK}={MARK}", "Referer": MARK}
    yield "GET", "/health", {"headers": marked}
    yield MARK, "/v1/check", {}
    yield "POST", "/v1/check", {"content": (MARK * 50_000).encode()}
    yield "POST", "/v1/check", {"content": b"{}", "headers": {"Content-Encoding": MARK}}
    yield "GET", "/health", {"headers": {"Authorization": f"Bearer pr_{MARK}"}}


def test_nothing_of_a_request_is_recorded(
    recorded: RecordedService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Marked members, dates, names, files and ids are in no line of the logs and no metric."""
    asked = [*every_request()]
    statuses = {recorded.ask(method, path, **more).status_code for method, path, more in asked}
    assert {200, 400, 404, 405, 413, 415, 422} <= statuses
    log = capsys.readouterr().err
    assert len(log.splitlines()) == len(asked)
    assert not MARKS.search(log)
    audit = (tmp_path / "audit.log").read_text(encoding="utf-8")
    assert audit.count('"status": 200') > 10
    assert not MARKS.search(audit)
    metrics = recorded.ask("GET", "/metrics").text
    assert not MARKS.search(metrics)
    for method, path in (("POST", "/v1/check"), ("GET", "/v1/payers"), ("GET", "/nowhere")):
        assert not MARKS.search(recorded.ask(method, path).text)


def test_a_request_refused_for_its_key_is_not_quoted(
    locked: RecordedService, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a valid key, neither the answer nor the log has anything of the request."""
    for method, path, more in every_request():
        stated = {**more, "headers": {"Authorization": f"Bearer pr_00000000_{MARK}"}}
        response = locked.ask(method, path, **stated)
        assert response.status_code in (200, 401, 404)
        assert not MARKS.search(response.text + repr(response.headers)), path
    assert not MARKS.search(capsys.readouterr().err)


def test_an_internal_error_is_recorded_without_its_message(
    recorded: RecordedService,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error that quotes a claim reaches neither the answer nor standard error nor metrics."""
    from payer_rules.checking import CheckRun

    def fail(*_: object) -> None:
        raise ValueError(MARK)

    monkeypatch.setattr(CheckRun, "answers", fail)
    recorded.client.raise_server_exceptions = False
    response = recorded.ask("POST", "/v1/check", json={"claims": [claim()]})
    assert response.status_code == 500
    printed = capsys.readouterr().err
    assert "internal error: ValueError" in printed
    assert not MARKS.search(response.text + printed + recorded.ask("GET", "/metrics").text)


def test_an_internal_error_of_the_page_is_a_page(
    recorded: RecordedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an internal error the page says so with its links, without what the error quotes."""
    from payer_rules.checking import CheckRun

    def fail(*_: object) -> None:
        raise ValueError(MARK)

    monkeypatch.setattr(CheckRun, "answers", fail)
    recorded.client.raise_server_exceptions = False
    form = {"payer": "tricare", "member": MARK, "day": "2026-05-04", "npi": "1234567893"}
    response = recorded.ask("POST", "/page", data={**form, "code-1": "90853"})
    assert response.status_code == 500
    assert response.headers["content-type"].startswith("text/html")
    assert "an internal error. Report it." in response.text
    assert "<nav" in response.text
    assert not MARKS.search(response.text)


def test_a_line_of_the_log_has_the_counts_of_its_request(
    locked: RecordedService, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each request is one line: its id, address, status, bytes, claims, lines and key id."""
    body = json.dumps({"claims": [claim(), claim(id="B")]}).encode()
    response = locked.ask("POST", "/v1/check", content=body)
    missing = locked.ask("GET", "/v1/rules/acme/unknown")
    first, second = locked.lines(capsys)
    assert (first["method"], first["endpoint"]) == ("POST", "/v1/check")
    assert (first["status"], first["claims"], first["lines"]) == (200, 2, 4)
    assert (first["bytes_in"], first["bytes_out"]) == (len(body), len(response.content))
    assert first["key"] == locked.key.split("_")[1]
    assert first["request"] == response.headers["x-request-id"]
    assert 0 <= first["seconds"] < 60
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert (second["endpoint"], second["status"]) == ("/v1/rules/{payer}/{name}", 404)
    assert (second["claims"], second["lines"]) == (0, 0)
    assert second["request"] == missing.headers["x-request-id"] != first["request"]


def test_metrics_count_each_request(recorded: RecordedService) -> None:
    """The metrics have as many requests, seconds and lines as were asked, by address and status."""
    for _ in range(3):
        recorded.ask("POST", "/v1/check", json={"claims": [claim()]})
    recorded.ask("POST", "/v1/check", content=b"{}")
    recorded.ask("POST", "/v1/check", content=b"x" * 200_000)
    text = recorded.ask("GET", "/metrics").text
    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
    of_check = 'endpoint="/v1/check"'
    assert numbers[f'payer_rules_requests_total{{{of_check},status="200"}}'] == "3.0"
    assert numbers[f'payer_rules_requests_total{{{of_check},status="422"}}'] == "1.0"
    assert numbers[f"payer_rules_request_seconds_count{{{of_check}}}"] == "5.0"
    assert numbers['payer_rules_refusals_total{reason="size"}'] == "1.0"
    assert numbers["payer_rules_lines_total"] == "6.0"
    assert numbers["payer_rules_requests_waiting"] == "0.0"
    assert numbers["payer_rules_rules_current"] == "1.0"


def test_metrics_need_a_key_of_their_own(
    locked: RecordedService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that states no scope may not ask for metrics, and one for metrics nothing of claims."""
    monitor = RecordedService(locked.client, added(tmp_path, capsys, "--scope", "metrics"))
    assert locked.ask("GET", "/metrics").status_code == 403
    assert monitor.ask("GET", "/metrics").status_code == 200
    assert monitor.ask("POST", "/v1/check", content=b"{}").status_code == 403
    assert monitor.ask("GET", "/v1/payers").status_code == 403
    assert RecordedService(locked.client).ask("GET", "/metrics").status_code == 401


@pytest.mark.parametrize(
    "path", ["/v1/check/", "/v1//check", "//v1/check", "/v1/check//", "/v1/check%2f"]
)
def test_slashes_do_not_avoid_the_scope_of_an_address(
    locked: RecordedService, tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    """A key for rules gets no decision on a claim, however the address is written."""
    reader = RecordedService(locked.client, added(tmp_path, capsys, "--scope", "rules"))
    address = f"http://testserver{path}"
    assert reader.ask("POST", address, json={"claims": [claim()]}).status_code in (403, 404)
