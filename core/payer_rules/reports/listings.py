"""Payers, plugins and rules as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from payer_rules.rules import Citation, EditTable, Payer, Rule, kind_of

_COMMON = frozenset(attrs.fields_dict(Rule))


def of_payers(payers: Iterable[Payer], owners: dict[str, str]) -> Iterator[str]:
    """One line a payer: id, name, kind, and the plugin that speaks for it."""
    for payer in payers:
        bound = f", bound by {payer.ncci} NCCI" if payer.ncci else ""
        yield f"{payer.id}: {payer.name} ({payer.kind}{bound}; plugin {owners.get(payer.id, '?')})"


def of_rules(rules: Iterable[Rule]) -> Iterator[str]:
    """One line a rule: id, kind, what it says, its sources and whose rule it is."""
    for rule in rules:
        rows = ", ".join(citation.row for citation in rule.citations)
        yield f"{rule.id}: {kind_of(rule).table}; {rule.rationale} [{rows}] ({rule.origin})"


def of_tables(payer: str, tables: Iterable[EditTable]) -> Iterator[str]:
    """One line an edit table: the rules it yields, its size, and its dates."""
    for table in tables:
        yield (
            f"{payer}/ptp, {payer}/mue: edit table {table.address} {table.release}, "
            f"{len(table.pairs)} pairs, {len(table.units)} MUEs, complete for pairs of "
            f"{len(table.complete_for)} codes, verified {table.verified}"
        )


def explained(rule: Rule) -> Iterator[str]:
    """The rule in full: what it says, its own dimensions, its dates, codes and sources."""
    yield rule.id
    yield f"  {rule.rationale}"
    yield f"  kind: {kind_of(rule).table}"
    for field in attrs.fields(type(rule)):
        if field.name not in _COMMON:
            yield f"  {field.name.replace('_', ' ')}: {_told(getattr(rule, field.name))}"
    for field in attrs.fields(type(rule.when)):
        stated = getattr(rule.when, field.name)
        if stated not in (None, ()):
            yield f"  when {field.name.replace('_', ' ')}: {_told(stated)}"
    yield f"  in force: {rule.in_force} (by date of {rule.in_force_by})"
    yield f"  verified: {rule.verified or 'whenever it is in force'}"
    yield f"  published: {rule.known or 'not known when'}"
    codes = rule.adjustment
    denial = f" {codes.group}-{codes.carc} {' '.join(codes.rarc)}".rstrip() if codes else ""
    yield f"  outcome where it is broken: {rule.outcome}{denial}; shown by the {rule.stage}"
    for citation in rule.citations:
        yield f"  source: {cited(citation)}"
    yield f"  written in: {rule.origin}"


def explained_table(name: str, table: EditTable) -> Iterator[str]:
    """An edit table in full, as the rule that it yields."""
    yield from of_tables(name.partition("/")[0], [table])
    pairs = name.endswith("/ptp")
    for citation in table.pair_citations if pairs else table.unit_citations:
        yield f"  source: {cited(citation)}"


def cited(citation: Citation) -> str:
    """Where a fact was read, on one line."""
    place = f", {citation.locator}" if citation.locator else ""
    return (
        f"{citation.row}: {citation.title}{place}; {citation.url} "
        f"(read {citation.read}, {citation.confidence})"
    )


def _told(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value))) or "none"
    return str(value)
