"""The files for an installation of the service: each is used where its program is there."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
import pytest

from payer_rules.cli import main

pytest.importorskip("litestar", reason="the service needs the extra serve")

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "examples" / "service"
LONGEST: Final = 60
CLAIM: Final = {
    "id": "A1",
    "payer": "il-medicaid",
    "member": {"id": "M1"},
    "billing_provider": {"npi": "1234567893"},
    "lines": [{"code": "90853", "date_from": "2026-03-02", "place_of_service": "11", "units": 3}],
}
DENIED: Final = "A1 il-medicaid il-medicaid/group-one-per-day deny"

if not FOLDER.is_dir():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)


@attrs.frozen
class Installed:
    """A service with keys, its address, a key, and a file with a claim."""

    address: str
    key: str
    file: Path

    def run(self, *command: str, address: str | None = None) -> str:
        """Return what a client prints about the file."""
        words = [*command, address or self.address, str(self.file)]
        variables = {**os.environ, "PAYER_RULES_KEY": self.key}
        done = subprocess.run(words, env=variables, capture_output=True, text=True, timeout=LONGEST)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The service as it runs behind a proxy."""
    folder = tmp_path_factory.mktemp("installed")
    keys = str(folder / "keys.json")
    made = subprocess.run(
        [sys.executable, "-m", "payer_rules", "keys", "add", "client", "--keys", keys],
        capture_output=True,
        text=True,
        check=True,
        timeout=LONGEST,
    )
    file = folder / "claims.json"
    file.write_text(json.dumps({"claims": [CLAIM]}), encoding="utf-8")
    words = ["serve", "--port", "0", "--behind-proxy", "--keys", keys]
    command = [sys.executable, "-m", "payer_rules", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stderr is not None
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found
        yield Installed(found[0], made.stdout.strip(), file)
        process.terminate()


def test_the_client_in_python_prints_what_is_denied(installed: Installed) -> None:
    """The rules that deny a line are printed with claim and payer."""
    assert DENIED in installed.run(sys.executable, str(FOLDER / "client.py"))


def test_the_client_in_typescript_prints_the_same(installed: Installed) -> None:
    """Node runs the file as it is, from the version on that takes types away by itself."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, version.strip("v\n").split(".")[:2])) < (22, 18):
        pytest.skip(f"node {version.strip()} does not run TypeScript by itself")
    expected = installed.run(sys.executable, str(FOLDER / "client.py"))
    assert installed.run(node, str(FOLDER / "client.ts")) == expected


def test_the_client_with_curl_prints_the_answer(installed: Installed) -> None:
    """The answer is that of the service, and the key is in no list of processes."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    answer = json.loads(installed.run("sh", str(FOLDER / "client.sh")))
    assert answer["decisions"][0]["claim"] == "A1"


@pytest.fixture
def proxied(installed: Installed, tmp_path: Path) -> Iterator[str]:
    """The address of nginx in front of the service, with its file as it is but for TLS."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"^ *ssl_\w+ .*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = text.replace("http://127.0.0.1:8080", installed.address)
    own = f"pid {tmp_path}/pid; error_log {tmp_path}/errors; daemon off;\nevents {{}}\n"
    paths = "".join(
        f"{name}_temp_path {tmp_path}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = tmp_path / "nginx.conf"
    file.write_text(f"{own}http {{\naccess_log off;\n{paths}{text}}}\n", encoding="utf-8")
    checked = subprocess.run([nginx, "-t", "-c", str(file)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen([nginx, "-c", str(file)]) as process:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def status(address: str, body: bytes | None = None) -> int:
    """Return the status of an answer without a key."""
    try:
        with urllib.request.urlopen(address, body, timeout=LONGEST) as response:
            found: int = response.status
            return found
    except urllib.error.HTTPError as error:
        return error.code


def test_nginx_passes_on_what_may_be_asked(installed: Installed, proxied: str) -> None:
    """Through the proxy clients get the same answers, keys are needed, and metrics stay inside."""
    client = (sys.executable, str(FOLDER / "client.py"))
    assert installed.run(*client, address=proxied) == installed.run(*client)
    assert status(f"{proxied}/ready") == 200
    assert status(f"{proxied}/v1/payers") == 401
    assert status(f"{proxied}/metrics") == 404
    assert status(f"{proxied}/v1/check", b" " * (5 << 20)) == 413


def test_the_unit_of_systemd_is_sound(tmp_path: Path) -> None:
    """Systemd finds nothing wrong with the unit, and its command has known options."""
    unit = (FOLDER / "payer-rules.service").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=\S+ (.*)$", unit, re.MULTILINE)
    words = [word for word in command.split() if word.startswith("--")]
    analyze = shutil.which("systemd-analyze")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(tmp_path)
        # NOTE: the file of keys is not there, which is the one thing that is wrong.
        assert main(command.split()) not in (0, 1)
        assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    assert len(words) == 5
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    file = tmp_path / "payer-rules.service"
    file.write_text(re.sub(r"/opt/\S+", shutil.which("true") or "", unit), encoding="utf-8")
    done = subprocess.run([analyze, "verify", str(file)], capture_output=True, text=True)
    assert "payer-rules.service" not in done.stderr, done.stderr


def test_compose_starts_the_service_with_its_extras() -> None:
    """The image has the extras that its command needs, and no password is written down."""
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    found = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
    rules = found["services"]["rules"]
    extras = set(rules["build"]["args"]["EXTRAS"].split(","))
    assert {"serve", "history"} <= extras
    assert (FOLDER / rules["build"]["context"] / rules["build"]["dockerfile"]).is_file()
    assert rules["command"][0] == "serve"
    assert {"--behind-proxy", "--keys=keys.json"} <= set(rules["command"])
    passwords = [
        value
        for service in found["services"].values()
        for name, value in service.get("environment", {}).items()
        if "PASSWORD" in name
    ]
    assert set(passwords) == {"${DB_PASSWORD:?}"}
