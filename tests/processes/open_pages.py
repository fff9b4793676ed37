"""A page that a test has open in the browser, and what axe finds in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request


class OpenPage:
    """An HTML file in the browser, with its requests and errors since it was opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._note_request)
        page.on("console", lambda message: self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)


#: Opens a file, in a window of a width and in a light or dark theme.
Opener: TypeAlias = Callable[..., OpenPage]


def violations_of(page: Page) -> list[dict[str, Any]]:
    """Return the rules of accessibility that the page breaks, as axe reports them."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: list[dict[str, Any]] = axe.run(page).response["violations"]
    return found
