"""The files of one program and setting, downloaded from CMS's site and imported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urljoin

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.tables.catalog import ImportedTable
from payer_rules.tables.downloads.page_links import FileLink, links_on
from payer_rules.tables.downloads.publications import (
    ACCEPTED,
    SITE,
    Publication,
    Setting,
    publications,
)
from payer_rules.tables.downloads.transfer import download, read_page
from payer_rules.tables.drafts import Content
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Program, Release, TableIdentity

#: The folder of files that are being downloaded, in the folder of tables.
DOWNLOADS: Final = "downloads"
_BROWSER: Final = "Download the files in a browser, and import them: payer-rules tables import."

#: A function that receives the name of a file, how much of it there is, and of how much.
Progress: TypeAlias = Callable[[str, float, float | None], None]


@attrs.frozen(kw_only=True)
class FetchOrder:
    """The tables to fetch: program, setting and contents, and the release, or the newest before it.

    ``latest`` is the release of today's quarter: CMS publishes the next one weeks before it takes
    effect.
    """

    program: Program
    setting: Setting
    latest: Release
    release: Release | None = None
    contents: frozenset[Content] = frozenset(("pairs", "units", "add-ons"))
    site: str = SITE

    @property
    def publications(self) -> tuple[Publication, ...]:
        """The publications of the contents."""
        listed = publications(self.program, self.setting)
        return tuple(each for each in listed if each.content in self.contents)


def fetch_tables(
    order: FetchOrder, folder: Path, progress: Progress = lambda *_: None
) -> tuple[ImportedTable, ...]:
    """Download the files of the order, import all of them, and return the imported tables.

    The caller has accepted CMS's license. Raises `InputError` if a page, a file or its content is
    not as expected; then nothing is imported, and files that are complete or cut are kept for the
    next call, unless their content is wrong.
    """
    chosen = files_of(order)
    downloads = folder / DOWNLOADS
    downloads.mkdir(parents=True, exist_ok=True)
    paths = [_downloaded(link, downloads, progress) for link in chosen]
    identity = TableIdentity(program=order.program, setting=order.setting)
    try:
        return import_tables(paths, folder, identity=identity)
    finally:
        # NOTE: a file whose content is wrong must not be taken for a good one the next time.
        for path in paths:
            path.unlink(missing_ok=True)
        if not any(downloads.iterdir()):
            downloads.rmdir()


def files_of(order: FetchOrder) -> tuple[FileLink, ...]:
    """Return the files of the order, as the pages of CMS list them now."""
    pages: dict[str, tuple[FileLink, ...]] = {}
    chosen: list[FileLink] = []
    problems: list[Problem] = []
    for publication in order.publications:
        address = urljoin(order.site, publication.page)
        if address not in pages:
            pages[address] = links_on(address, read_page(address))
        try:
            chosen += _chosen(publication, pages[address], order, address)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(chosen)


def _chosen(
    publication: Publication, links: Iterable[FileLink], order: FetchOrder, page: str
) -> Collection[FileLink]:
    """Return the files of the release of the order, or of the newest one that is in effect."""
    by_release: dict[Release, list[FileLink]] = {}
    for link in links:
        release = publication.release_of(link.name)
        if release is not None:
            by_release.setdefault(release, []).append(link)
    wanted = order.release or max((r for r in by_release if r <= order.latest), default=None)
    if publication.content == "add-ons" and order.release is not None:
        # NOTE: add-on codes are not published each quarter; the last ones before it apply.
        wanted = max((r for r in by_release if r <= order.release), default=None)
    found = sorted(by_release.get(wanted, ())) if wanted else []
    if not found:
        listed = ", ".join(map(str, sorted(by_release))) or "none"
        message = f"the page lists no {publication.content} of {wanted or order.latest}"
        raise _not_listed(page, f"{message} (listed: {listed})")
    if len(found) != publication.pieces:
        message = f"the page lists {len(found)} files of {wanted} {publication.content}"
        raise _not_listed(page, f"{message}, and CMS publishes {publication.pieces}")
    return found


def _not_listed(page: str, message: str) -> InputError:
    return InputError([Problem(page, message, _BROWSER, ErrorCode.DOWNLOAD)])


def _downloaded(link: FileLink, folder: Path, progress: Progress) -> Path:
    """Return the path of the file, which is downloaded unless an earlier call has done so."""
    path = folder / link.name
    if not path.is_file():
        address = f"{link.address}?{ACCEPTED}"
        download(address, path, lambda size, total: progress(link.name, size, total))
    return path
