"""Write the pages about the bundled payers from their rules.

    python tools/make_payer_pages.py [--check] [FOLDER]

FOLDER is docs/reference by default: a page for each payer in ``payers/``, the page that compares
all payers for group psychotherapy, and the list of the rows of the facts. ``--check`` writes
nothing: it names the pages that are out of date, and exits with 1 if there are any.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

from code_words import CodeWords
from common_advice import AdviceList, claim_files, common_advice
from gaps import gaps
from payer_rules.errors import InputError
from payer_rules.registry import CollectedRules, Registry, load
from payer_rules.reports.code_comparison import compare_code
from payer_rules.reports.decisions import count_of
from payer_rules.reports.markdown import table_of
from payer_rules.reports.payer_page import payer_page
from payer_rules.reports.side_by_side import side_by_side
from payer_rules.reports.sources import SourceRow, source_rows
from payer_rules.reports.topic_ledger import of_ledger

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "reference"
WORDS: Final = FOLDER / "code-words.csv"
ROWS: Final = FOLDER / "fact-rows.csv"
HEAD: Final = (
    "<!-- Made by tools/make_payer_pages.py: change the rules or the tool, not the page. -->"
)
DISTRIBUTION: Final = "payer-rules"
GROUP: Final = "90853"
ABOUT_PAYERS: Final = """\
What each payer's rules limit, since when, by which source, and how far that can be trusted. One
code by all of them: [group psychotherapy](../group-psychotherapy.md). Row by row of the sources:
[facts](../facts.md)."""
ABOUT_TOPICS: Final = """\
Whether the texts of each payer were read, topic by topic, for services on the day on which the
newest of the sources was read. `payer-rules payers --topics --on DATE` prints the same for any
other date, and with `--payer ID` the codes. What the words mean:
[adding a payer](../contributing/adding-a-payer.md)."""
ABOUT_FACTS: Final = """\
Every row of the facts that were gathered from payers' documents, by its id: the rules that cite it,
or why it is out of scope. Rows of data tables are cited by section and codes; a run of them with
the same answer is one line. `payer-rules rules --by-source` prints the same, unfolded.

Confidence: S, the source's own text; S-old, an archived one; S-prop, a proposed one; 2, what others
say of it; M, from memory, which no rule may cite."""


def main(arguments: list[str]) -> int:
    """0 where the pages are written, or are what they should be; 4 where a code has no words."""
    names = [argument for argument in arguments if argument != "--check"]
    if len(names) > 1 or any(name.startswith("-") for name in names):
        print("usage: make_payer_pages.py [--check] [FOLDER]", file=sys.stderr)
        return 2
    folder = Path(names[0]) if names else FOLDER
    try:
        made = pages()
    except InputError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 4
    if "--check" in arguments:
        return compare(folder, made)
    write(folder, made)
    return 0


def write(folder: Path, made: dict[str, str]) -> None:
    """Write the pages, and take away those of payers that are gone."""
    for name in ("payers", "common-advice"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in strays(folder, made):
        (folder / name).unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


def compare(folder: Path, made: dict[str, str]) -> int:
    """Print the name of each page that is out of date; return 1 if there is any."""
    stale = [
        name
        for name, text in made.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]
    for name in sorted([*stale, *strays(folder, made)]):
        print(f"{name} is out of date. Run tools/make_payer_pages.py.", file=sys.stderr)
    return 1 if stale or strays(folder, made) else 0


def strays(folder: Path, made: dict[str, str]) -> list[str]:
    """The pages of payers that there are no more."""
    found = (f"payers/{path.name}" for path in (folder / "payers").glob("*.md"))
    return sorted(name for name in found if name not in made)


def pages() -> dict[str, str]:
    """The text of every page, by its name in the folder."""
    registry = load()
    bundled = {plugin.name for plugin in registry.plugins if plugin.distribution == DISTRIBUTION}
    collected = {
        name: registry.collect(name) for name, owner in registry.owners.items() if owner in bundled
    }
    words = CodeWords.read(WORDS)
    made = {
        "payers/README.md": page(index(registry, collected)),
        "facts.md": page(account(registry, collected)),
        "topics.md": page(topics(registry, collected)),
        "gaps.md": page(gaps(registry.left_out)),
        "common-advice.md": page(common_advice(registry, collected)),
    }
    files = claim_files(AdviceList.read())
    made |= {f"common-advice/{name}": text for name, text in files.items()}
    compared = words.anew()
    books = map(registry.rulebook, collected)
    comparison = compare_code(GROUP, books, newest_reading(collected))
    told = side_by_side(comparison, compared, payer_pages="payers")
    made["group-psychotherapy.md"] = page(told, compared)
    for name, each in collected.items():
        own = words.anew()
        told = payer_page(registry.payers[name], each, registry.left_out, own)
        made[f"payers/{name}.md"] = page(told, own)
    return made


def page(parts: Iterable[str], words: CodeWords | None = None) -> str:
    """The page's text; raises `InputError` where a code of it has no words."""
    text = "\n\n".join([HEAD, *parts]) + "\n"
    if words:
        words.check(WORDS.name)
    return text


def index(registry: Registry, collected: dict[str, CollectedRules]) -> Iterator[str]:
    """The page that leads to all payers."""
    yield "# Payers"
    yield ABOUT_PAYERS
    rows = []
    for name, each in collected.items():
        payer = registry.payers[name]
        reads = {c.confidence for rule in each.rules for c in rule.citations}
        rows.append(
            (
                f"[{payer.name}]({name}.md)",
                f"`{name}`",
                payer.kind,
                count_of(len({rule.id for rule in each.rules}), "rule"),
                ", ".join(sorted(reads)),
            )
        )
    yield table_of(("payer", "id", "kind", "says", "read as"), rows)


def topics(registry: Registry, collected: dict[str, CollectedRules]) -> Iterator[str]:
    """The page of what was read of each topic, and what is known of the rest."""
    newest = newest_reading(collected)
    summaries = registry.topic_summaries(collected, newest)
    yield "# Topics"
    yield ABOUT_TOPICS
    counts = registry.rule_counts(collected, newest)
    yield "```text\n" + "\n".join(of_ledger(summaries, counts, newest)) + "\n```"
    yield "## What is known of texts that were not read"
    rows = [(f"`{s.payer}`", s.topic, " ".join(s.known)) for s in summaries if s.known]
    yield table_of(("payer", "topic", "known"), rows)


def newest_reading(collected: dict[str, CollectedRules]) -> date:
    """Return the day on which the newest of the sources was read."""
    rules = [rule for each in collected.values() for rule in each.rules]
    return max(citation.read for rule in rules for citation in rule.citations)


def account(registry: Registry, collected: dict[str, CollectedRules]) -> Iterator[str]:
    """The page on which every row of the facts is accounted for."""
    accounts = {each.row: each for each in source_rows(registry, collected)}
    yield "# Facts"
    yield ABOUT_FACTS
    with ROWS.open(encoding="utf-8", newline="") as text:
        rows = [(row["row"], row["confidence"]) for row in csv.DictReader(text)]
    told = [(row, key, *_said(accounts.get(row))) for row, key in rows]
    yield counted([(bool(said), bool(why)) for _, _, said, why in told])
    lines = [
        _line(list(run)) for _, run in groupby(told, key=lambda each: (_run(each[0]), each[1:]))
    ]
    yield table_of(("row", "confidence", "said by", "out of scope because"), lines)


def counted(rows: Iterable[tuple[bool, bool]]) -> str:
    """Return how many rows a rule cites, in full or in part, and how many are out of scope."""
    counts = Counter(rows)
    return (
        f"{count_of(counts.total(), 'row')}: {counts[True, False]:,} said by a rule or an edit,"
        f" {counts[True, True]} in part, {counts[False, True]} by none and with the reason,"
        f" {counts[False, False]} not accounted for."
    )


def _said(found: SourceRow | None) -> tuple[str, str]:
    """Return the rules that cite the row, and what is left out of it."""
    if found is None:
        return "", ""
    return ", ".join(f"`{rule}`" for rule in found.rules), " ".join(found.left_out)


def _run(row: str) -> str:
    """What rows have in common that may be one line: the section, and the first code of a pair."""
    first, slash, _ = row.partition("/")
    return first if slash else row


def _line(run: list[tuple[str, str, str, str]]) -> tuple[str, str, str, str]:
    (row, key, said, why), *others = run
    name = f"{row} to {others[-1][0]} ({len(run)} rows)" if others else row
    return name, key, said, why


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
