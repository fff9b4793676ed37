"""A browser for the tests of HTML pages: the system's chromium, started by Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from open_pages import Opener, OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
#: No sandbox, because CI runs as root; and nothing that asks a network by itself.
_OPTIONS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that runs for the tests of its page."""
    folder = tmp_path_factory.mktemp("page")
    command = [sys.executable, "-m", "payer_rules", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        found = ""
        for line in server.stderr:
            if line.startswith("page: "):
                found = line.removeprefix("page: ").strip().removesuffix("/page")
                break
        assert found
        yield found
        server.terminate()
        server.stderr.read()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the chromium of this system, or the one that PAYER_RULES_CHROMIUM names."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    named = os.environ.get("PAYER_RULES_CHROMIUM")
    program = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("chromium is not installed, and PAYER_RULES_CHROMIUM names no other")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(_OPTIONS))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """Open files, and after the test fail if a page asked for more than itself or had an error."""
    opened: list[tuple[str, OpenPage]] = []

    def opener(path: Path, *, width: int = 1280, scheme: Any = "light") -> OpenPage:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-US"
        )
        context.set_default_timeout(10_000)
        one = OpenPage(context.new_page())
        one.page.goto(path.as_uri())
        opened.append((path.as_uri(), one))
        return one

    yield opener
    for address, one in opened:
        one.page.context.close()
        assert one.requests == [address]
        assert one.errors == []
