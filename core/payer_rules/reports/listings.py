"""Payers, plugins and rules as text, and payers and rules as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from payer_rules.kinds import kind_of
from payer_rules.registry import CollectedRules
from payer_rules.reports.data import Data, of_rule, plain
from payer_rules.rulebook.live_rules import RuleCounts
from payer_rules.rules import EditRule, EditTable, Payer, Rule


def of_payers(
    payers: Iterable[Payer], owners: dict[str, str], counts: Iterable[RuleCounts]
) -> Iterator[str]:
    """Yield one line for each payer: id, name, kind, plugin, and the last day it answers for."""
    last = {each.payer: answers_to(each) for each in counts}
    for payer in payers:
        bound = f", {payer.ncci} NCCI edits apply" if payer.ncci else ""
        owner = owners.get(payer.id, "?")
        yield f"{payer.id}: {payer.name} ({payer.kind}{bound}; plugin {owner}); {last[payer.id]}"
    yield _ANSWERS


#: What the end of a payer's line says, and where to go on.
_ANSWERS: Final = (
    "Services to DATE: for later ones every text that we have of the payer is too old to deny or "
    "to pay by, and what it finds is for review at most (payers --topics shows what was read). "
    "What payers state about one code: payer-rules side-by-side CODE; which of them pay two units "
    "of it a day: --paid-units 2."
)


def data_of_payers(payers: Iterable[Payer], counts: Iterable[RuleCounts]) -> dict[str, Data]:
    """Return the payers as data, with the last day that each answers for."""
    last = {each.payer: plain(each.answers_to) for each in counts}
    return {"payers": plain([*payers]), "answers_to": last}


def short_payers(payers: Iterable[Payer]) -> Iterator[dict[str, Data]]:
    """Yield the id, the name and the kind of each payer, by id."""
    for each in sorted(payers, key=lambda payer: payer.id):
        yield {"id": each.id, "name": each.name, "kind": each.kind}


def answers_to(counts: RuleCounts) -> str:
    """Return the services for which a text of the payer is new enough to judge by."""
    if counts.answers_to is None:
        return "services of no date: for review only"
    if counts.answers_to == date.max:
        return "services of any date"
    return f"services to {counts.answers_to}"


def of_rules(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield one line for each rule: id, kind, rationale, sources and origin."""
    for rule in rules:
        rows = ", ".join(citation.row for citation in rule.citations)
        yield f"{rule.id}: {kind_of(rule).table}; {rule.rationale} [{rows}] ({rule.origin})"


def data_of_rules(collected: Mapping[str, CollectedRules]) -> dict[str, Data]:
    """Return the rules and edit tables of the payers as data."""
    return {
        "rules": [of_rule(rule) for each in collected.values() for rule in each.rules],
        "tables": [
            {
                "payer": name,
                "address": table.address,
                "release": table.release,
                "digest": table.digest,
                "verified": plain(table.verified),
                "pairs": len(table.pairs),
                "units": len(table.units),
            }
            for name, each in collected.items()
            for table in each.tables
        ],
    }


def of_tables(
    payer: str, tables: Iterable[EditTable], only: EditRule | None = None
) -> Iterator[str]:
    """Yield one line for each edit table: its rules, size and dates.

    ``only`` is the rule that is asked for; without it, all rules of a table are listed.
    """
    for table in tables:
        parts = [part for part in table.filled_parts if only in (None, part.name)]
        counts = (f"{len(part.edits)} {_rows_of(table, part.name)}" for part in parts)
        pairs = "pairs of " if "ptp" in table.holds and only in (None, "ptp") else ""
        yield (
            f"{', '.join(f'{payer}/{part.name}' for part in parts)}: "
            f"edit table {table.address} {table.release}, {', '.join(counts)}, "
            f"complete for {pairs}{len(table.complete_for)} codes, verified {table.verified}"
        )


def _rows_of(table: EditTable, rule: EditRule) -> str:
    units = "unit limits" if table.is_own else "MUEs"
    return {"ptp": "pairs", "mue": units, "add-on": "add-on codes"}[rule]
