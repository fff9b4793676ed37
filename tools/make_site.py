"""Build the documentation site with Sphinx, from the pages in docs and some that are made for it.

    python tools/make_site.py FOLDER

FOLDER/sources gets a copy of docs, in which README.md of each folder is its index, with the
project's README, CONTRIBUTING, CHANGELOG and SECURITY, a page that compares all payers for each
main code of psychotherapy, and the reference of the Python API. FOLDER/html gets the site.
Warnings, such as a link that leads nowhere, are errors.
"""

from __future__ import annotations

import inspect
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

from code_words import CodeWords
from make_payer_pages import GROUP, WORDS, newest_reading, page
from payer_rules.registry import load
from payer_rules.reports.code_comparison import compare_code
from payer_rules.reports.side_by_side import side_by_side

CHECKOUT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = CHECKOUT / "docs"
#: Where pages outside of docs are in the site.
MOVED: Final = {
    "README.md": "project.md",
    "CONTRIBUTING.md": "contributing/guide.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
}
#: The codes that have a page of their own; group psychotherapy has one in docs.
CODES: Final = (
    *("90785", "90791", "90792", "90832", "90834", "90837"),
    *("90839", "90840", "90846", "90847", "90849"),
)
#: The modules whose names others may use, as the reference and the how-to pages name them.
MODULES: Final = (
    "payer_rules",
    "payer_rules.errors",
    "payer_rules.readers",
    "payer_rules.tables",
    "payer_rules.json_forms",
)
#: Warnings are errors; all are reported, and so are references to nothing.
OPTIONS: Final = ("-W", "--keep-going", "-n", "-q")
COMPARED: Final = "reference/side-by-side"
API: Final = "reference/api.md"
ABOUT_COMPARED: Final = """\
# Side by side

What the rules of all payers state about the main codes of psychotherapy, question by question, for
services on {day}. `payer-rules side-by-side CODE` prints the same for any code and day
([how](../../how-to/compare-payers.md))."""
ABOUT_API: Final = """\
# Python API

The public names by module. Everything else may change without notice; the hooks of plugins have
[a page of their own](hooks.md)."""
#: The pages that are in the site alone, and the line of the index before which they are listed.
SITE_ONLY: Final = """\
- [Side by side](reference/side-by-side/index.md): all payers for each main code of psychotherapy.
- [Python API](reference/api.md): the public names by module."""
AFTER: Final = "- [Common advice]"
FENCE: Final = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
LINK: Final = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)(#[^)]*)?\)")
SECTION: Final = re.compile(r"^## (.+)\n\n(?=- )", re.MULTILINE)


def main(arguments: list[str]) -> int:
    """Build the site; return 0, or 1 if Sphinx has warnings."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: make_site.py FOLDER", file=sys.stderr)
        return 2
    from sphinx.cmd.build import main as sphinx

    folder = Path(arguments[0])
    sources = folder / "sources"
    shutil.rmtree(sources, ignore_errors=True)
    write_sources(sources)
    paths = (folder / "doctrees", sources, folder / "html")
    code: int = sphinx([*OPTIONS, "-j", "auto", "-d", *map(str, paths)])
    return code


def write_sources(folder: Path) -> None:
    """Write the sources of the site."""
    names = site_names()
    texts = {names[path]: linked(path, names) for path in [*names] if path.suffix == ".md"}
    texts |= compared_pages()
    texts[API] = api_page()
    texts["index.md"] = texts["index.md"].replace(AFTER, f"{SITE_ONLY}\n{AFTER}")
    for name in texts:
        if Path(name).name == "index.md":
            texts[name] += contents(texts[name], name, texts)
    for path, name in names.items():
        if path.suffix != ".md":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def site_names() -> dict[Path, str]:
    """Return the name in the site of each file of the documentation."""
    names = {CHECKOUT / name: moved for name, moved in MOVED.items()}
    for path in sorted(path for path in DOCS.rglob("*") if path.is_file()):
        name = path.relative_to(DOCS)
        if "__pycache__" not in name.parts:
            is_index = name.name == "README.md"
            names[path] = (name.with_name("index.md") if is_index else name).as_posix()
    return names


def linked(path: Path, names: dict[Path, str]) -> str:
    """Return the text of a page, with its links to files as they are named in the site.

    A file outside of docs gets a name in the folder ``files``.
    """
    start = Path(names[path]).parent

    def renamed(link: re.Match[str]) -> str:
        target = (path.parent / link[1]).resolve()
        if target.is_file() and target not in names:
            names[target] = f"files/{target.name}"
        if target not in names:
            return link[0]
        return f"]({os.path.relpath(names[target], start)}{link[2] or ''})"

    parts = FENCE.split(path.read_text(encoding="utf-8"))
    return "".join(part if FENCE.fullmatch(part) else LINK.sub(renamed, part) for part in parts)


def contents(text: str, name: str, pages: Mapping[str, str]) -> str:
    """Return the tables of contents of an index: one for each of its lists of pages."""
    _, *parts = SECTION.split(text)
    is_root = name == "index.md"
    sections = [*zip(parts[::2], parts[1::2], strict=True)] if is_root else [("", text)]
    found: set[str] = set()
    trees = []
    for caption, part in sections:
        links = [link for link in listed_pages(part, name, pages) if link not in found]
        found.update(links)
        if links:
            trees.append(toctree(caption, links))
    return "".join(trees)


def listed_pages(text: str, name: str, pages: Mapping[str, str]) -> Iterator[str]:
    """Yield the pages to which the lists and tables of a part of an index lead.

    The index of a folder leads to pages of other folders, too, which are not its own.
    """
    for line in text.splitlines():
        if line.startswith(("- ", "  ", "| [")):
            for link in LINK.finditer(line):
                found = os.path.normpath(Path(name).parent / link[1])
                is_own = name == "index.md" or Path(found).parent == Path(name).parent
                if found in pages and is_own:
                    yield f"/{found.removesuffix('.md')}"


def toctree(caption: str, links: list[str]) -> str:
    """Return a table of contents that only the side bar shows."""
    head = f":caption: {caption}\n" if caption else ""
    lines = "\n".join(dict.fromkeys(links))
    return f"\n```{{toctree}}\n:hidden:\n{head}\n{lines}\n```\n"


def compared_pages() -> dict[str, str]:
    """Return the pages that compare payers, and their index."""
    registry = load()
    day = newest_reading({payer: registry.collect(payer) for payer in registry.payers})
    books = [registry.rulebook(payer) for payer in registry.payers]
    words = CodeWords.read(WORDS)
    pages = {}
    rows = {GROUP: f"- [{words.title(GROUP)}](../group-psychotherapy.md)"}
    for code in CODES:
        own = words.anew()
        parts = side_by_side(compare_code(code, books, day), own, payer_pages="../payers")
        pages[f"{COMPARED}/{code}.md"] = page(parts, own)
        rows[code] = f"- [{words.title(code)}]({code}.md)"
    index = [ABOUT_COMPARED.format(day=day), "\n".join(rows[code] for code in sorted(rows))]
    pages[f"{COMPARED}/index.md"] = page(index)
    return pages


def api_page() -> str:
    """Return the page of the Python API, with a directive for each public name."""
    parts = [ABOUT_API]
    for name in MODULES:
        module = import_module(name)
        about = inspect.getdoc(module) or ""
        parts.append(f"## `{name}`\n\n{about.partition(chr(10))[0]}")
        directives = (directive(name, each) for each in public_names(module))
        parts.append("```{eval-rst}\n" + "\n".join(directives) + "\n```")
    return "\n\n".join(parts) + "\n"


def public_names(module: ModuleType) -> list[str]:
    """Return the names that the module lists as public, or else those of its own."""
    own = (
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    )
    return sorted(getattr(module, "__all__", own))


def directive(module: str, name: str) -> str:
    """Return the directive of autodoc for a name of a module."""
    value = getattr(import_module(module), name)
    if inspect.isclass(value):
        kind = "exception" if issubclass(value, Exception) else "class"
        return f".. auto{kind}:: {module}.{name}\n   :members:\n"
    kind = "function" if callable(value) else "data"
    return f".. auto{kind}:: {module}.{name}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
