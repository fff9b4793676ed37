"""A server of this machine with the pages and file names of CMS's site, and its failures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

import attrs

NCCI: Final = "/medicare/coding-billing/national-correct-coding-initiative-ncci-edits"
PAIRS_PAGE: Final = f"{NCCI}/medicare-ncci-procedure-procedure-ptp-edits"
UNITS_PAGE: Final = f"{NCCI}/medicare-ncci-medically-unlikely-edits"
ADD_ONS_PAGE: Final = f"{NCCI}/medicare-ncci-add-code-edits"
MEDICAID_PAGE: Final = "/medicare/coding-billing/ncci-medicaid/medicaid-ncci-edit-files"
FILES: Final = "/files/zip/"


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of the members, the same bytes each time."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            info = zipfile.ZipInfo(name, (2026, 9, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member)
    return content.getvalue()


def page_of(*names: str, is_licensed: bool = True) -> str:
    """Return a page that links to the files as CMS's pages do."""
    before = "/license/ama?file=" if is_licensed else ""
    links = "\n".join(f'<li><a href="{before}{FILES}{name}">{name}</a></li>' for name in names)
    return f"<html><body><a href='#main'>Skip</a><ul>{links}</ul></body></html>"


@attrs.define
class CmsSite:
    """The pages and files of a site, and what goes wrong with them.

    ``cuts`` are the bytes of a file after which the connection ends, one for each request.
    ``requests`` are the paths asked for, with the header ``Range``.
    """

    pages: dict[str, str] = attrs.Factory(dict)
    files: dict[str, bytes] = attrs.Factory(dict)
    cuts: dict[str, list[int]] = attrs.Factory(dict)
    versions: dict[str, str] = attrs.Factory(dict)
    knows_ranges: bool = True
    requests: list[tuple[str, str | None]] = attrs.Factory(list)
    address: str = ""

    def put(self, page: str, *names: str) -> None:
        """List files on a page."""
        self.pages[page] = page_of(*names)

    @contextmanager
    def serving(self) -> Iterator[CmsSite]:
        """Serve the site on a free port."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler_of(site: CmsSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """The answers of the site."""

        def do_GET(self) -> None:
            """Answer with a page, a file or a part of it, or 404."""
            parts = urlsplit(self.path)
            site.requests.append((self.path, self.headers.get("Range")))
            if parts.path in site.pages:
                self._send(200, site.pages[parts.path].encode(), {"Content-Type": "text/html"})
            elif (name := parts.path.removeprefix(FILES)) in site.files:
                if "agree=yes" in parts.query:
                    self._send_file(name)
                else:
                    self._send(200, b"<html>License</html>", {"Content-Type": "text/html"})
            else:
                self.send_error(404)

        def _send_file(self, name: str) -> None:
            content, version = site.files[name], site.versions.get(name, '"1"')
            headers = {"ETag": version, "Content-Type": "application/zip"}
            asked = self.headers.get("Range")
            if asked and site.knows_ranges and self.headers.get("If-Range") == version:
                first = int(asked.removeprefix("bytes=").removesuffix("-"))
                if first >= len(content):
                    self.send_error(416)
                    return
                headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
                self._send(206, content[first:], headers, name)
            else:
                self._send(200, content, headers, name)

        def _send(
            self, status: int, content: bytes, headers: Mapping[str, str], name: str = ""
        ) -> None:
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            cuts = site.cuts.get(name, [])
            self.wfile.write(content[: cuts.pop(0)] if cuts else content)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    return Handler
