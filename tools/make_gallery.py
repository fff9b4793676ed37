"""Write the page of the gallery from its profiles and cases.

    python tools/make_gallery.py [--check] [PAGE]

PAGE is docs/reference/gallery.md by default. ``--check`` writes nothing: it exits with 1 if the
page is out of date.
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from payer_rules.kinds import Check
from payer_rules.profiles import read_profile
from payer_rules.rules import Citation, Payer, Rule

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
GALLERY: Final = DOCS / "examples" / "gallery"
PAGE: Final = DOCS / "reference" / "gallery.md"
HEAD: Final = "<!-- Made by tools/make_gallery.py: change the profiles, the cases or the tool. -->"
ABOUT: Final = """\
{rules} rules of {payers} payers and contractors in {specialties} specialties, as the lines
of a profile that say them. {functions} of them needs a function in Python.

The rules were chosen from public texts for what they need of a profile. They are examples: a
profile here holds single sentences of a payer, not its policy, and is not installed. Each rule
says for which days its text was read. {archived} rules rest on stored copies of the payer's own
pages (*archived*), the others on what somebody else says of the payer (*secondary*). The texts of
{undated} rules have no date, so that what they find is for review. The profiles and the cases are
in `docs/examples/gallery`; a test replays every case.

Lines and earlier lines are written as in [case files](case-files.md)."""
NOT_SAID: Final = """\
Sentences that were read and that no profile can say today, and the concept that is missing."""
NOT_BUILT: Final = """\
Concepts that texts use and that no sentence of the gallery names."""
#: The tables of a profile to which rules refer by name.
NAMED: Final = ("code_sets", "courses")


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; return the exit code."""
    names = [argument for argument in arguments if argument != "--check"]
    if len(names) > 1 or any(name.startswith("-") for name in names):
        print("usage: make_gallery.py [--check] [PAGE]", file=sys.stderr)
        return 2
    page = Path(names[0]) if names else PAGE
    text = "\n\n".join([HEAD, *parts()]) + "\n"
    if "--check" not in arguments:
        page.write_text(text, encoding="utf-8")
        return 0
    if page.is_file() and page.read_text(encoding="utf-8") == text:
        return 0
    print(f"{page.name} is out of date. Run tools/make_gallery.py.", file=sys.stderr)
    return 1


def parts() -> Iterator[str]:
    """Yield the parts of the page: how much there is, each specialty, and what is not said."""
    found = dict(rules_of_gallery())
    rows = rows_of("specialties.csv")
    payers = {name.partition("/")[0] for name in found}
    functions = sum(isinstance(rule, Check) for rule, _ in found.values()) or "None"
    yield "# Gallery"
    yield ABOUT.format(
        rules=len(found),
        payers=len(payers),
        specialties=len({row["specialty"] for row in rows}),
        functions=functions,
        archived=sum(rests_on_own_pages(rule) for rule, _ in found.values()),
        undated=sum(rule.verified == "unknown" for rule, _ in found.values()),
    )
    for specialty, group in groupby(rows, key=lambda row: row["specialty"]):
        yield f"## {specialty}"
        for row in group:
            yield from entry(*found[row["rule"]])
    yield "## What could not be said"
    yield NOT_SAID
    yield "\n".join(
        f"- [{row['payer']}]({row['url']}): {row['sentence']} Missing: {row['concept']}. "
        f"It would take {row['takes']}."
        for row in rows_of("not-said.csv")
    )
    yield "## What is not built"
    yield NOT_BUILT
    yield "\n".join(
        f"- {row['concept']}. It would take {row['takes']}." for row in rows_of("not-built.csv")
    )


def rests_on_own_pages(rule: Rule) -> bool:
    """Return True if a source of the rule is a text of the payer."""
    return any(citation.confidence != "secondary" for citation in rule.citations)


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the gallery."""
    with (GALLERY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rules_of_gallery() -> Iterator[tuple[str, tuple[Rule, Payer]]]:
    """Yield the rules by id, each with its payer."""
    for file in sorted(GALLERY.glob("*.toml")):
        profile = read_profile(file, "gallery")
        if profile.payer:
            for rule in profile.rules:
                yield rule.id, (rule, profile.payer)


def entry(rule: Rule, payer: Payer) -> Iterator[str]:
    """Yield the parts of one rule: what it says, its sources, its lines and its claims."""
    name, _, own = rule.id.partition("/")
    yield f"### {own} ({payer.name})"
    yield rule.rationale
    yield "\n".join(source_line(citation) for citation in rule.citations)
    yield f"```toml\n{rule_text((GALLERY / f'{name}.toml').read_text(encoding='utf-8'), own)}\n```"
    yield claims(GALLERY / "cases" / name / f"{own}.cases.toml")


def source_line(citation: Citation) -> str:
    """Return a source with its link, its place and how far it can be trusted."""
    place = f", {citation.locator}" if citation.locator else ""
    return f"- [{citation.title}]({citation.url}){place} ({citation.confidence})"


def rule_text(profile: str, own: str) -> str:
    """Return the table of the rule as the profile writes it, after what it refers to."""
    tables = re.split(r"\n(?=\[)", profile)
    (text,) = (table for table in tables if f'\nid = "{own}"\n' in table)
    names = re.findall(r'"@([\w-]+)"|course = "([\w-]+)"', text)
    needed = list(dict.fromkeys(name for pair in names for name in pair if name))
    lines = [*(named_text(tables, name) for name in needed), without_comment(text)]
    return "\n\n".join(lines)


def named_text(tables: list[str], name: str) -> str:
    """Return the lines of the profile that define the code set or the course of the name."""
    for table in tables:
        if table.startswith(f"[courses.{name}]"):
            sets = re.findall(r'"@([\w-]+)"', table)
            return "\n\n".join(
                [*(named_text(tables, each) for each in sets), without_comment(table)]
            )
        if table.startswith("[code_sets]"):
            for line in table.splitlines():
                if line.startswith(f"{name} = "):
                    return f"[code_sets]\n{line}"
    raise KeyError(name)


def without_comment(table: str) -> str:
    """Return the table without the comment before the next one."""
    return re.split(r"\n\n#", table)[0].strip()


def claims(file: Path) -> str:
    """Return the accepted and the rejected claims of a case file, as a list."""
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    rows = [claim_line(case) for case in document["case"]]
    if both := facts(document["base"]):
        rows.append(f"- both: {both}")
    return "\n".join(rows)


def claim_line(case: Mapping[str, Any]) -> str:
    """Return the claim of a case: its lines, what was before them, and what is found."""
    kind, _, name = case["name"].partition(": ")
    text = f"- {kind}, {name}: {code(case['lines'])}"
    if case.get("history"):
        text += f" after {code(case['history'])}"
    if stated := facts(case):
        text += f", with {stated}"
    return text + (f"; {code(case['findings'])}" if case["findings"] else "")


def code(value: str | list[str]) -> str:
    """Return a text, or several, as code."""
    return " and ".join(f"`{text}`" for text in ([value] if isinstance(value, str) else value))


def facts(case: Mapping[str, Any]) -> str:
    """Return the facts of the claim and its lines that are stated, but ids."""
    stated = [
        f"`{part}.{key} = {written(value)}`"
        for part in ("claim", "line", "history_line")
        for key, value in case.get(part, {}).items()
        if key not in ("id", "billing_provider") and (key, value) != ("member", {"id": "M1"})
    ]
    return ", ".join(stated)


def written(value: object) -> str:
    """Return a value as TOML writes it in a line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(written(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
