"""A PostgreSQL server of the tests: Debian's, in a temporary folder, on a socket of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

#: Where Debian has the programs of each version.
_FOLDERS: Final = "/usr/lib/postgresql"
#: PostgreSQL refuses to run as root.
_USERS: Final = ("postgres", "nobody")
_OPTIONS: Final = ("listen_addresses=", "fsync=off", "shared_buffers=32MB", "max_connections=20")


def programs() -> Path | None:
    """Return the folder of the newest server that is installed."""
    found = sorted(Path(_FOLDERS).glob("*/bin/initdb")) if Path(_FOLDERS).is_dir() else []
    other = shutil.which("initdb")
    return found[-1].parent if found else Path(other).parent if other else None


class PostgresServer:
    """A server with its data, which can be killed and started again."""

    def __init__(self, command: list[str], home: Path, options: dict[str, Any]) -> None:
        self._command, self._home, self._options = command, home, options
        self.url = f"postgresql://tester@/postgres?host={home}"
        self.start()

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self._process = subprocess.Popen(self._command, cwd=self._home, **self._options)
        _wait(self.url)

    def kill(self) -> None:
        """End the server and its connections at once, as a crash does: it has to recover."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def stop(self) -> None:
        """End the server."""
        # NOTE: otherwise it waits for its clients.
        self._process.send_signal(signal.SIGINT)
        self._process.wait()


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """Yield the URL of a server that runs while the context lasts."""
    with new_server(folder) as server:
        yield server.url


@contextmanager
def new_server(folder: Path) -> Iterator[PostgresServer]:
    """Yield a server that runs while the context lasts."""
    # NOTE: the path of a socket has at most 107 characters.
    home = Path(tempfile.mkdtemp(prefix="payer-rules-pg-"))
    options: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options["user"] = next(user for user in _USERS if _is_user(user))
        shutil.chown(home, options["user"])
    data = home / "data"
    flags = ("--auth=trust", "--username=tester", "--encoding=UTF8", "--no-sync", "--locale=C")
    subprocess.run([folder / "initdb", "-D", data, *flags], check=True, cwd=home, **options)
    settings = [
        word for option in (*_OPTIONS, f"unix_socket_directories={home}") for word in ("-c", option)
    ]
    server = PostgresServer([str(folder / "postgres"), "-D", str(data), *settings], home, options)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _is_user(name: str) -> bool:
    import pwd

    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")
