"""Keys of the service: who may ask, and what is in the file of keys."""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

pytest.importorskip("litestar", reason="the service needs the extra serve")

ADDRESSES: Final = [
    ("POST", "/v1/check"),
    ("POST", "/v1/next"),
    ("POST", "/v1/plan"),
    ("GET", "/v1/payers"),
    ("GET", "/v1/topics"),
    ("GET", "/v1/rules/acme/two-per-week"),
    ("GET", "/v1/side-by-side/90853"),
    ("GET", "/openapi.json"),
    ("GET", "/nowhere"),
    ("PUT", "/v1/check"),
    ("HEAD", "/v1/payers"),
    ("OPTIONS", "/v1/check"),
]


@attrs.frozen(eq=False)
class LockedService:
    """A service with keys: its client, the file of keys, and the key of a program."""

    client: Any
    path: Path
    key: str

    def ask(self, address: str, key: str, method: str = "GET") -> int:
        """Return the status of an answer to a request with the key."""
        headers = {"Authorization": f"Bearer {key}"}
        status: int = self.client.request(method, address, headers=headers).status_code
        return status


def added(path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the key that the command creates."""
    assert main(["keys", "add", "program", "--keys", str(path), *words]) == ExitCode.CLEAN
    return capsys.readouterr().out.strip()


@pytest.fixture
def locked(
    serve: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> LockedService:
    """A service with one key, which may ask about claims and rules."""
    from payer_rules.service.request_guard import KeyHolders

    path = tmp_path / "keys.json"
    key = added(path, capsys)
    return LockedService(serve(holders=KeyHolders(path)).client, path, key)


def test_nothing_but_a_key_opens(locked: LockedService) -> None:
    """Each address is closed to every request that does not have the key as its only one."""
    key = locked.key
    _, key_id, secret = key.split("_", 2)
    basic = base64.b64encode(f"program:{key}".encode()).decode()
    ways: list[list[tuple[str, str]]] = [
        [],
        [("Authorization", "")],
        [("Authorization", key)],
        [("Authorization", "Bearer")],
        [("Authorization", "Bearer ")],
        [("Authorization", f"bearer {key}")],
        [("Authorization", f"Basic {basic}")],
        [("Authorization", f"Bearer  {key}")],
        [("Authorization", f"Bearer {key},")],
        [("Authorization", f"Bearer {key}x")],
        [("Authorization", f"Bearer {key[:-1]}")],
        [("Authorization", f"Bearer {key.upper()}")],
        [("Authorization", f"Bearer {secret}")],
        [("Authorization", f"Bearer pr_{key_id}_")],
        [("Authorization", f"Bearer pr_00000000_{secret}")],
        [("Authorization", f"Bearer pr_{key_id}_{'A' * 43}")],
        [("Authorization", f"Bearer {key} {key}")],
        [("Authorization", f"Bearer {key}"), ("Authorization", "Bearer x")],
        [("X-Api-Key", key)],
        [("Cookie", f"Authorization=Bearer {key}")],
        [("X-Forwarded-For", "127.0.0.1")],
        [("X-Forwarded-User", "program")],
        [("Host", "127.0.0.1")],
    ]
    for method, address in ADDRESSES:
        for headers in ways:
            refused = locked.client.request(method, address, headers=headers)
            assert refused.status_code == 401, (method, address, headers)
            assert refused.headers["www-authenticate"] == "Bearer"
    for query in (f"key={key}", f"access_token={key}", f"Authorization=Bearer {key}"):
        assert locked.client.get(f"/v1/payers?{query}").status_code == 401
    assert locked.ask("/v1/rules/acme/two-per-week", key) == 200
    assert locked.ask("/openapi.json", key) == 200


def test_health_needs_no_key(locked: LockedService) -> None:
    """What watches the service has no key, and learns nothing but that it runs."""
    for address in ("/health", "/ready"):
        response = locked.client.get(address)
        assert (response.status_code, response.text) == (200, "{}")


def test_a_key_asks_what_it_may(locked: LockedService, capsys: pytest.CaptureFixture[str]) -> None:
    """A key with one scope is refused at the addresses of the other."""
    claims = added(locked.path, capsys, "--scope", "claims")
    rules = added(locked.path, capsys, "--scope", "rules")
    assert locked.ask("/v1/rules/acme/two-per-week", rules) == 200
    assert locked.ask("/v1/rules/acme/two-per-week", claims) == 403
    assert locked.ask("/v1/check", claims, "POST") == 400
    assert locked.ask("/v1/check", rules, "POST") == 403


def test_a_key_ends(locked: LockedService, capsys: pytest.CaptureFixture[str]) -> None:
    """A key is valid on its last day and not after it, and not at all when it is revoked."""
    today = date.today()
    last = added(locked.path, capsys, "--until", today.isoformat())
    over = added(locked.path, capsys, "--until", (today - timedelta(days=1)).isoformat())
    assert [locked.ask("/openapi.json", key) for key in (last, over)] == [200, 401]
    key_id = locked.key.split("_")[1]
    assert main(["keys", "revoke", key_id, "--keys", str(locked.path)]) == ExitCode.CLEAN
    assert locked.ask("/openapi.json", locked.key) == 401
    assert main(["keys", "revoke", key_id, "--keys", str(locked.path)]) == ExitCode.USAGE


def test_a_key_is_replaced_without_a_gap(
    locked: LockedService, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a rotation both keys are valid, until the old one ends."""
    words = [locked.key.split("_")[1], "--keys", str(locked.path)]
    assert main(["keys", "rotate", *words]) == ExitCode.CLEAN
    new = capsys.readouterr().out.strip()
    assert [locked.ask("/openapi.json", key) for key in (locked.key, new)] == [200, 200]
    listed = json.loads(locked.path.read_text(encoding="utf-8"))["keys"]
    ends = [None if each["until"] is None else date.fromisoformat(each["until"]) for each in listed]
    assert ends == [date.today() + timedelta(days=7), None]


def test_no_key_is_valid_while_the_file_is_broken(locked: LockedService) -> None:
    """A file that is lost or broken opens nothing."""
    text = locked.path.read_text(encoding="utf-8")
    locked.path.write_text("{", encoding="utf-8")
    assert locked.ask("/openapi.json", locked.key) == 401
    locked.path.write_text(text, encoding="utf-8")
    assert locked.ask("/openapi.json", locked.key) == 200
    locked.path.unlink()
    assert locked.ask("/openapi.json", locked.key) == 401


def test_the_file_does_not_have_the_key(
    locked: LockedService, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the file nor the list has a secret; equal secrets would have different digests."""
    secret = locked.key.split("_", 2)[2]
    text = locked.path.read_text(encoding="utf-8")
    assert secret not in text
    assert main(["keys", "list", "--keys", str(locked.path)]) == ExitCode.CLEAN
    listed = capsys.readouterr().out
    assert "program" in listed
    (stored,) = json.loads(text)["keys"]
    assert not any(each in listed for each in (secret, stored["salt"], stored["digest"]))


def test_a_file_is_named_as_it_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No file of keys is written under a name under which it would not be read."""
    path = tmp_path / "keys.txt"
    assert main(["keys", "add", "program", "--keys", str(path)]) == ExitCode.USAGE
    assert not path.exists()
    assert ".json" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_new_file_is_its_owners(locked: LockedService) -> None:
    """Nobody else may read a new file of keys."""
    assert stat.S_IMODE(locked.path.stat().st_mode) == 0o600


def test_a_key_has_its_rate(
    serve: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that sent its requests waits; other keys do not, and time gives it more."""
    from payer_rules.service.request_guard import KeyHolders
    from payer_rules.service.request_rates import RequestRates

    path, now = tmp_path / "keys.json", [0.0]
    one, other = added(path, capsys), added(path, capsys)
    rates = RequestRates(3, clock=lambda: now[0])
    client = serve(holders=KeyHolders(path), rates=rates).client
    service = LockedService(client, path, one)
    assert [service.ask("/openapi.json", one) for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/openapi.json", headers={"Authorization": f"Bearer {one}"})
    assert refused.headers["retry-after"] == "20"
    assert service.ask("/openapi.json", other) == 200
    now[0] = 20.0
    assert [service.ask("/openapi.json", one) for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(
    "words",
    [
        ["--host", "0.0.0.0"],
        ["--host", "::"],
        ["--host", "example.com", "--behind-proxy"],
        ["--host", "0.0.0.0", "--keys", "keys.json"],
        ["--host", "0.0.0.0", "--certificate", "c.pem", "--certificate-key", "k.pem"],
        ["--host", "0.0.0.0", "--keys", "keys.json", "--certificate", "c.pem"],
        ["--certificate-key", "k.pem"],
    ],
)
def test_others_are_let_in_by_keys_and_tls_alone(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An address that other computers reach needs keys, and TLS here or in a proxy."""
    assert main(["serve", *words]) == ExitCode.USAGE
    assert capsys.readouterr().err.count("\n") == 1
