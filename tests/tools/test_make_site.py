"""The site of the documentation: all pages are in it, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

import payer_rules

CHECKOUT: Final = Path(__file__).resolve().parents[2]
TOOL: Final = CHECKOUT / "tools" / "make_site.py"

if not TOOL.is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)

sys.path.insert(0, str(TOOL.parent))
import make_site  # noqa: E402

#: A link to a file, and an entry of a table of contents.
_links: Final = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)").findall
_entries: Final = re.compile(r"^/(\S+)$", re.MULTILINE).findall


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the sources of the site."""
    folder = tmp_path_factory.mktemp("site") / "sources"
    make_site.write_sources(folder)
    return folder


def _pages(sources: Path) -> dict[str, str]:
    return {
        page.relative_to(sources).as_posix(): page.read_text(encoding="utf-8")
        for page in sources.rglob("*.md")
    }


def test_every_page_is_in_one_table_of_contents(sources: Path) -> None:
    """The side bar leads to each page once; pages are the same as in docs, and some more."""
    pages = _pages(sources)
    listed = Counter(entry for text in pages.values() for entry in _entries(text))
    assert set(listed.values()) == {1}
    assert {f"{entry}.md" for entry in listed} == pages.keys() - {"index.md"}
    assert {f"reference/side-by-side/{code}.md" for code in make_site.CODES} <= pages.keys()
    assert {"project.md", "changelog.md", "contributing/guide.md", "security.md"} <= pages.keys()


def test_every_link_leads_to_a_file_of_the_site(sources: Path) -> None:
    """A README of a folder is its index, and files outside of docs are copied."""
    broken = [
        f"{name}: {link}"
        for name, text in _pages(sources).items()
        for link in _links(re.sub(make_site.FENCE, "", text))
        if not (sources / name).parent.joinpath(link).is_file()
    ]
    assert broken == []


def test_the_reference_of_the_api_has_every_public_name() -> None:
    """Each name that `payer_rules` lists has a directive."""
    page = make_site.api_page()
    names = re.findall(r"^\.\. auto\w+:: payer_rules\.(\w+)$", page, re.MULTILINE)
    assert sorted(names) == sorted(payer_rules.__all__)


@pytest.mark.skipif(
    any(find_spec(name) is None for name in ("sphinx", "myst_parser", "furo")),
    reason="Sphinx is not installed",
)
@pytest.mark.parametrize(
    ("link", "code"), [("page.md#a-heading", 0), ("gone.md", 1), ("page.md#gone", 1)]
)
def test_a_link_that_leads_nowhere_is_an_error(link: str, code: int, tmp_path: Path) -> None:
    """The settings of the site check pages and headings."""
    (tmp_path / "index.md").write_text(
        f"# Home\n\n[there]({link})\n{make_site.toctree('', ['/page'])}"
    )
    (tmp_path / "page.md").write_text("# Page\n\n## A heading\n\nText.\n")
    for name in ("conf.py", "site.css"):
        (tmp_path / name).write_bytes((CHECKOUT / "docs" / name).read_bytes())
    run = [sys.executable, "-m", "sphinx", *make_site.OPTIONS]
    run += [str(tmp_path), str(tmp_path / "html")]
    done = subprocess.run(run, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == code, done.stderr
