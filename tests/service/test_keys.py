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
from payer_rules.errors import Problem

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
    ("GET", "/fhir/metadata"),
    ("POST", "/fhir/Claim/$submit"),
    ("GET", "/metrics"),
    ("GET", "/page"),
    ("GET", "/nowhere"),
    ("PUT", "/v1/check"),
    ("HEAD", "/v1/payers"),
    ("OPTIONS", "/v1/check"),
]


@attrs.frozen(eq=False)
class LockedService:
    """A service with keys: its client, their file, the key of a program, and printed problems."""

    client: Any
    path: Path
    key: str
    reported: list[Problem] = attrs.field(factory=list)

    def ask(self, address: str, key: str, method: str = "GET") -> int:
        """Return the status of an answer to a request with the key."""
        headers = {"Authorization": f"Bearer {key}"}
        status: int = self.client.request(method, address, headers=headers).status_code
        return status


def added(path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the key that the command creates."""
    assert main(["keys", "add", "program", "--keys", str(path), *words]) == ExitCode.CLEAN
    return capsys.readouterr().out.strip()


def ended(path: Path, key: str, day: date) -> None:
    """Write the last day of a key into its file."""
    from payer_rules.service.api_keys import read_keys, write_keys

    write_keys(path, read_keys(path).ending(key.split("_")[1], day))


@pytest.fixture
def locked(
    serve: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> LockedService:
    """A service with one key, which may ask about claims and rules."""
    from payer_rules.service.request_guard import KeyHolders

    path = tmp_path / "keys.json"
    key = added(path, capsys)
    reported: list[Problem] = []
    client = serve(holders=KeyHolders(path, reported.extend)).client
    return LockedService(client, path, key, reported)


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
    assert locked.ask("/fhir/Claim/$submit", rules, "POST") == 403
    assert locked.ask("/fhir/Claim/%24submit", rules, "POST") == 403
    assert locked.ask("/fhir/Claim/$submit", claims, "POST") == 400
    assert {locked.ask("/fhir/metadata", key) for key in (claims, rules)} == {200}
    assert {locked.ask("/nowhere", key) for key in (claims, rules)} == {404}


def test_a_key_ends(locked: LockedService, capsys: pytest.CaptureFixture[str]) -> None:
    """A key is valid on its last day and not after it, and not at all when it is revoked."""
    today = date.today()
    last = added(locked.path, capsys, "--until", today.isoformat())
    assert locked.ask("/openapi.json", last) == 200
    ended(locked.path, last, today - timedelta(days=1))
    assert locked.ask("/openapi.json", last) == 401
    key_id = locked.key.split("_")[1]
    assert main(["keys", "revoke", key_id, "--keys", str(locked.path)]) == ExitCode.CLEAN
    assert locked.ask("/openapi.json", locked.key) == 401
    assert main(["keys", "revoke", key_id, "--keys", str(locked.path)]) == ExitCode.USAGE


def test_only_who_has_the_key_learns_that_it_ended(
    locked: LockedService, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last day is shown for the right secret; with another, the key is as one that is not."""
    day = date.today() - timedelta(days=1)
    key = added(locked.path, capsys)
    ended(locked.path, key, day)
    messages = []
    for each in (key, key[:-43] + "A" * 43, "pr_00000000_" + "A" * 43):
        response = locked.client.get("/v1/topics", headers={"Authorization": f"Bearer {each}"})
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        messages.append(response.json()["problems"][0]["message"])
    assert messages == [f"the key ended on {day}", *["there is no valid key"] * 2]


def test_no_key_is_made_that_has_ended(
    locked: LockedService, capsys: pytest.CaptureFixture[str]
) -> None:
    """A last day that is past is refused, and a key that has ended is not replaced."""
    past = date.today() - timedelta(days=1)
    ended(locked.path, locked.key, past)
    text = locked.path.read_text(encoding="utf-8")
    words = ["--keys", str(locked.path)]
    assert main(["keys", "add", "x", *words, "--until", str(past)]) == ExitCode.USAGE
    assert f"--until: {past} is past. Give today" in capsys.readouterr().err
    assert main(["keys", "rotate", locked.key.split("_")[1], *words]) == ExitCode.USAGE
    assert f"ended on {past}" in capsys.readouterr().err
    assert locked.path.read_text(encoding="utf-8") == text


def test_a_replaced_key_is_not_valid_for_longer(
    locked: LockedService, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that ends before the days of its rotation are over keeps its last day."""
    today = date.today()
    ended(locked.path, locked.key, today)
    key_id = locked.key.split("_")[1]
    assert main(["keys", "rotate", key_id, "--keys", str(locked.path)]) == ExitCode.CLEAN
    assert f"the key {key_id} ends on {today}" in capsys.readouterr().err
    listed = json.loads(locked.path.read_text(encoding="utf-8"))["keys"]
    assert [each["until"] for each in listed] == [today.isoformat()] * 2


def test_a_new_key_is_printed_with_its_id(
    locked: LockedService, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the key is on standard output; its id, which other commands take, is on the other."""
    words = ["--keys", str(locked.path)]
    for command in (["add", "x"], ["rotate", locked.key.split("_")[1]]):
        assert main(["keys", *command, *words]) == ExitCode.CLEAN
        out, err = capsys.readouterr()
        key_id = out.split("_")[1]
        assert f"the id of the key is {key_id}\n" in err
        assert main(["keys", "revoke", key_id, *words]) == ExitCode.CLEAN


@pytest.mark.parametrize(
    ("word", "command"), [("create", "add"), ("renew", "rotate"), ("delete", "revoke")]
)
def test_another_word_for_a_command_leads_to_it(
    word: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What somebody calls a command by another word is proposed, not what is spelled alike."""
    assert main(["keys", word]) == ExitCode.USAGE
    assert f'Did you mean "{command}"?' in capsys.readouterr().err


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


@pytest.mark.parametrize("broken", ["{", "{}x", '{"keys": [{"id": 1}]}', None])
def test_no_key_is_valid_while_the_file_is_broken(
    locked: LockedService, broken: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is lost or broken opens nothing: that is printed once, and when it is mended."""
    text = locked.path.read_text(encoding="utf-8")
    if broken is None:
        locked.path.unlink()
    else:
        locked.path.write_text(broken, encoding="utf-8")
    for key in (locked.key, "", locked.key[:-43] + "A" * 43):
        assert locked.ask("/openapi.json", key) == 503
    assert locked.ask("/health", locked.key) == 200
    assert len(locked.reported) == len({*locked.reported}) >= 1
    assert locked.path.name in locked.reported[0].where
    problems = locked.client.get("/v1/payers").json()["problems"]
    assert [each["message"] for each in problems] == ["the file of keys cannot be read"]
    count = len(locked.reported)
    locked.path.write_text(text, encoding="utf-8")
    assert [locked.ask("/openapi.json", locked.key) for _ in range(2)] == [200, 200]
    assert locked.ask("/openapi.json", f"{locked.key[:-43]}{'A' * 43}") == 401
    assert capsys.readouterr().err.count("mended: the file of keys is read\n") == 1
    assert len(locked.reported) == count


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
    client = serve(holders=KeyHolders(path, list), rates=rates).client
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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "without keys and TLS. Give --keys, and --certificate with"),
        (["--keys", "keys.json"], "without TLS. Give --certificate with"),
        (["--behind-proxy"], "without keys. Give --keys."),
    ],
)
def test_what_is_missing_alone_is_asked_for(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The refusal of an address names what is missing, and not what was given."""
    assert main(["serve", "--host", "0.0.0.0", *words]) == ExitCode.USAGE
    assert f"reach '0.0.0.0', {message}" in capsys.readouterr().err
