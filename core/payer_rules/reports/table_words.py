"""The edit tables that a run carried to later days, or did not have: contents and releases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from payer_rules.reports.fact_names import table_name
from payer_rules.reports.release_words import release_text
from payer_rules.reports.report_entries import Entry
from payer_rules.reports.text_layout import PageLayout
from payer_rules.summaries import FactGroup, FactKey, RunSummary
from payer_rules.text.lists import joined

#: What a table of NCCI holds, by the last part of the rule that reads it.
_CONTENTS: Final = {"ptp": "pairs", "mue": "units (MUE)", "add-on": "add-on codes"}
#: The options of ``tables fetch`` for a program.
_OPTIONS: Final = {"medicare": "", "medicaid": " --program medicaid"}


def table_entries(summary: RunSummary, layout: PageLayout) -> Iterator[Entry]:
    """Yield an entry for each table with its contents by release, and how to get a newer one."""
    for table, releases in sorted(_releases(summary).items()):
        program, _, setting = table.partition("/")
        name = table_name(table).partition(" (")[0]
        contents = "; ".join(
            _content(release, rules) for release, rules in sorted(releases.items())
        )
        lines = layout.wrapped(f"{name}: {contents}", 2, 2)
        command = f"payer-rules tables fetch{_OPTIONS.get(program, '')} --setting {setting}"
        advice = (f"     → {command}",) if program in _OPTIONS and setting else ()
        yield Entry(tuple(lines), advice, has_advice=True)


def _releases(summary: RunSummary) -> dict[str, dict[str, Counter[str]]]:
    """Return the rules that asked for each table, by program and setting and by release."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for payer in summary.payers.values():
        for key, group in payer.facts.items():
            if key.reason == "table":
                table = "/".join(key.fact.split("/")[:2])
                releases = found.setdefault(table, {})
                releases.setdefault(key.value or "", Counter()).update(_names(key, group))
    return found


def _names(key: FactKey, group: FactGroup) -> list[str]:
    """Return the last parts of the ids of the rules that asked for the table."""
    return [rule.rpartition("/")[2] for rule in group.questions]


def _content(release: str, rules: Counter[str]) -> str:
    """Return what was read of a release: ``pairs of 2024 Q3, carried``."""
    names = [text for rule, text in _CONTENTS.items() if rule in rules] or ["edits"]
    text = joined(names, "and")
    return f"{text} of {release_text(release)}, carried" if release else f"{text} not installed"
