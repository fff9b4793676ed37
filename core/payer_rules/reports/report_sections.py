"""The sections of a run's report: denials, what is worth checking, and the age of texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.decisions import NotEvaluated, Presumption
from payer_rules.reports.decisions import count_of
from payer_rules.reports.missing_words import fact_name, fix_text, missing_text, table_name
from payer_rules.reports.outcome_words import OUTCOME_LABELS, denial_codes
from payer_rules.reports.text_layout import PageLayout, glued, money
from payer_rules.rules import SEVERITY
from payer_rules.summaries import (
    FactGroup,
    FactKey,
    FindingGroup,
    FindingKey,
    LineClass,
    RunSummary,
    Tally,
)

_SHOWN_PAYERS: Final = 3
_RELEASE: Final = re.compile(r"\b(\d{4})q(\d)\b")
_INSTALL: Final = fix_text(NotEvaluated(rule=None, lines=(), reason="table", missing="table"))


@attrs.frozen
class Section:
    """A title and its entries, each of one or more lines."""

    title: str
    entries: tuple[tuple[str, ...], ...]


@attrs.define
class ReportedFinding:
    """The groups of findings that print as one, with the payers that have them."""

    key: FindingKey
    group: FindingGroup
    payers: list[str]


def sections(summary: RunSummary, layout: PageLayout) -> list[Section]:
    """Return the sections that have entries."""
    denied = [_finding_entry(each, layout) for each in reported_findings(summary, "denied")]
    reduced = [_finding_entry(each, layout) for each in reported_findings(summary, "reduced")]
    facts = [_fact_entry(fact, group, layout) for fact, group in _facts(summary)]
    ages = [tuple(layout.wrapped(text, 2, 2)) for text in _ages(summary)]
    found = [
        Section("WILL BE DENIED", tuple(denied)),
        Section("WORTH CHECKING", (*reduced, *facts)),
        Section("AS OF", tuple(ages)),
    ]
    return [section for section in found if section.entries]


def reported_findings(summary: RunSummary, line_class: LineClass) -> list[ReportedFinding]:
    """Return the findings of a class, the worst and most expensive first.

    Findings of several payers that have the same words print as one.
    """
    together: dict[tuple[object, ...], ReportedFinding] = {}
    for payer in summary.payers.values():
        for key, group in payer.findings.items():
            if key.line_class != line_class:
                continue
            words = (group.headline, key.outcome, key.basis, denial_codes(key.adjustment))
            known = together.get(words)
            if known is None:
                copy = FindingGroup()
                copy.add(group)
                together[words] = ReportedFinding(key, copy, [payer.payer])
            else:
                known.group.add(group)
                known.payers += [payer.payer] if payer.payer not in known.payers else []
    return sorted(together.values(), key=_finding_rank)


def _finding_rank(finding: ReportedFinding) -> tuple[int, Decimal, int, str]:
    tally = finding.group.tally
    severity = SEVERITY[finding.key.outcome]
    return -severity, -tally.charges, -tally.claims, finding.group.headline


def _finding_entry(finding: ReportedFinding, layout: PageLayout) -> tuple[str, ...]:
    """Return the finding with its codes, then its claims, the fix, and the source."""
    key, group = finding.key, finding.group
    similar = ", and similar" if group.varies else ""
    lines = [*layout.wrapped(f"{group.headline}{similar} ({_codes(key)})", 2, 2)]
    lines += layout.wrapped(_claims(group.tally, finding.payers), 5, 2)
    if group.fix:
        lines += layout.wrapped(f"Fix: {group.fix}", 5, 5)
    facts = _presumed(group.facts)
    if facts:
        lines += layout.wrapped(f"Presumed: {facts}", 5, 5)
    source = f"{group.source}, rule {key.rule}" if group.source else f"Rule {key.rule}"
    lines += layout.wrapped(f"Source: {source}", 5, 5)
    return tuple(lines)


def _codes(key: FindingKey) -> str:
    """Return the denial codes, the outcome if it is no denial, and the basis if not proved."""
    codes = denial_codes(key.adjustment)
    parts = [codes] if codes else []
    if key.detected_in == "record":
        parts.append("audit risk")
    elif key.line_class != "denied":
        parts.insert(0, OUTCOME_LABELS[key.outcome])
    if key.basis != "proved":
        parts.append(key.basis)
    return ", ".join(map(glued, parts)) or OUTCOME_LABELS[key.outcome]


def _claims(tally: Tally, payers: Sequence[str] = ()) -> str:
    """Return the numbers of claims and lines, the charges, and the first claims."""
    parts = [count_of(tally.claims, "claim"), count_of(tally.lines, "line")]
    parts += [money(tally.charges)] if tally.charges else []
    more = " …" if tally.claims > len(tally.sample) else ""
    at = f" at {_few(payers)}" if len(payers) > 1 else ""
    return f"{', '.join(map(glued, parts))}{at}: {' '.join(tally.sample)}{more}"


def _few(payers: Sequence[str]) -> str:
    """Return the first payers, and the number of the others."""
    shown, hidden = sorted(payers)[:_SHOWN_PAYERS], len(payers) - _SHOWN_PAYERS
    more = glued(f" and {hidden} more payers") if hidden > 0 else ""
    return f"{', '.join(shown)}{more}"


def _presumed(facts: Counter[Presumption]) -> str:
    """Return the facts on which findings rest, the most frequent first."""
    names: dict[str, None] = {}
    for fact, _ in facts.most_common():
        names[_presumed_text(FactKey(fact.reason, fact.fact, fact.value, fact.rule))] = None
    return "; ".join(names)


def _facts(summary: RunSummary) -> list[tuple[FactKey, FactGroup]]:
    """Return the missing facts of claim, record, history and unclear texts.

    The facts that would settle the most questions come first.
    """
    together: dict[FactKey, FactGroup] = {}
    for payer in summary.payers.values():
        for key, group in payer.facts.items():
            if key.reason not in ("edition", "table"):
                together.setdefault(key, FactGroup()).add(group)
    return sorted(together.items(), key=lambda item: (-item[1].questions.total(), item[0].fact))


def _fact_entry(key: FactKey, group: FactGroup, layout: PageLayout) -> tuple[str, ...]:
    """Return the fact, its lines, its presumed value, and how to state it."""
    tally = group.tally
    name = _capital(fact_name(key.fact) if key.reason != "text" else missing_text(_entry(key)))
    counts = [count_of(tally.lines, "line")] + ([money(tally.charges)] if tally.charges else [])
    values = [value for value, _ in group.values.most_common(2)]
    presumed = f"; presumed: {' or '.join(values)}" if values else ""
    lines = [*layout.wrapped(f"{name}: {', '.join(map(glued, counts))}{presumed}", 2, 2)]
    lines += layout.wrapped(f"→ {fix_text(_entry(key))}", 5, 2)
    return tuple(lines)


def _entry(key: FactKey) -> NotEvaluated:
    return NotEvaluated(rule=key.rule, lines=(), reason=key.reason, missing=key.fact)


def _presumed_text(key: FactKey) -> str:
    """Return what is presumed about a missing fact."""
    match key.reason:
        case "table":
            return f"{_table(key)} still in effect"
        case "edition":
            return "the text read for an earlier date is still in effect"
        case "history":
            return "no earlier services other than those known"
        case "text":
            return missing_text(_entry(key))
        case _:
            return f"{fact_name(key.fact)} {key.value or 'in order'}"


def _table(key: FactKey) -> str:
    """Return a carried table with its release: ``Medicare NCCI edits of 2024 Q3``."""
    program = table_name("/".join(key.fact.split("/")[:2])).partition(" (")[0]
    return f"{program} of {release_text(key.value)}" if key.value else program


def release_text(release: str) -> str:
    """Return a release as CMS names it: ``2024 Q3`` for ``2024q3``."""
    return _RELEASE.sub(r"\1 Q\2", release)


def _ages(summary: RunSummary) -> Iterator[str]:
    """Yield the tables and texts that are carried to a later date, each once."""
    tables: dict[str, None] = {}
    texts: Counter[tuple[str, int | None]] = Counter()
    for payer in summary.payers.values():
        for key, group in payer.facts.items():
            if key.reason == "table":
                tables[_table(key)] = None
            elif key.reason == "edition":
                policy = payer.policies.get(key.rule or "")
                title = policy.title if policy else key.rule or key.fact
                day = policy.last_day if policy else None
                texts[title, day.year if day else None] += group.tally.lines
    for name in sorted(tables):
        yield f"{name}, carried: {_INSTALL}"
    for (title, year), lines in texts.most_common():
        read = f", read for {year}" if year else ""
        yield f"{title}{read}, carried: {count_of(lines, 'line')}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
