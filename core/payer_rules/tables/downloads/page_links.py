"""The links of a page of CMS, with those that lead through its license page unwrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit, urlunsplit

import attrs

from payer_rules.tables.downloads.publications import LICENSE_PAGE

_doubled: Final = re.compile("/{2,}").sub
_WEB: Final = ("http", "https")


@attrs.frozen(order=True)
class FileLink:
    """The address of a file on CMS's site; its name is the last part."""

    address: str

    @property
    def name(self) -> str:
        """The name of the file."""
        return urlsplit(self.address).path.rpartition("/")[2]


def links_on(page: str, text: str) -> tuple[FileLink, ...]:
    """Return the files that the page links to, each once, in their order.

    Only files of the page's own site count.
    """
    parser = _LinkParser()
    parser.feed(text)
    site = urlsplit(page).netloc
    found = (_file_of(urljoin(page, link)) for link in parser.links)
    return tuple(dict.fromkeys(file for file in found if urlsplit(file.address).netloc == site))


def _file_of(address: str) -> FileLink:
    """Return the file to which the address leads, without the license page before it."""
    parts = urlsplit(address)
    if parts.path.rstrip("/").endswith(LICENSE_PAGE):
        wrapped = parse_qs(parts.query).get("file", [""])[0]
        parts = urlsplit(urljoin(address, wrapped))
    path = _doubled("/", parts.path)
    return FileLink(urlunsplit((parts.scheme, parts.netloc, path, "", "")))


class _LinkParser(HTMLParser):
    """A parser that keeps the targets of all links."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep the target of a link."""
        self.links += _targets(tag, attributes)


def _targets(tag: str, attributes: list[tuple[str, str | None]]) -> Iterator[str]:
    for name, value in attributes:
        if tag == "a" and name == "href" and value:
            scheme = urlsplit(value).scheme
            if not scheme or scheme in _WEB:
                yield value
