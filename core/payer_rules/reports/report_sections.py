"""The sections of a run's report: denials, what is worth checking, and the age of texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import attrs

from payer_rules.decisions import NotEvaluated
from payer_rules.reports.decisions import count_of
from payer_rules.reports.fact_names import fact_name
from payer_rules.reports.fix_words import fix_text
from payer_rules.reports.history_words import HistoryGiven
from payer_rules.reports.missing_words import missing_text
from payer_rules.reports.release_words import years_of
from payer_rules.reports.report_entries import OLDER, Entry, Section
from payer_rules.reports.reported_findings import finding_entry, reported_findings
from payer_rules.reports.short_fixes import short_fix
from payer_rules.reports.table_words import table_entries
from payer_rules.reports.text_layout import PageLayout, glued, money, unglued
from payer_rules.rules import Confidence
from payer_rules.summaries import FactGroup, FactKey, RunSummary
from payer_rules.summaries.open_facts import NOT_STATED

#: So few denied claims are all listed, however long the report is.
_FEW_DENIED: Final = 15
#: The facts that are shown before further ones, and before the age of texts.
_FIRST_FACTS: Final = 3
#: A text that was read for one day only; others have two editions, or no date.
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch
#: A text is old if its last day is so long before the services.
_OLD: Final = timedelta(days=30)
_ARTICLES: Final[dict[Confidence, str]] = {
    "primary": "a primary",
    "archived": "an archived",
    "proposed": "a proposed",
    "secondary": "a secondary",
}


def sections(
    summary: RunSummary, layout: PageLayout, given: HistoryGiven, most: int | None = None
) -> list[Section]:
    """Return the sections that have entries; ``given`` is the history that the run had.

    An entry lists all its claims if they are at most ``most``, or if that is ``None``.
    """
    denied = [finding_entry(each, layout, most) for each in reported_findings(summary, "denied")]
    reduced = [finding_entry(each, layout, most) for each in reported_findings(summary, "reduced")]
    facts = [
        fact_entry(key, group, payers, layout, given) for key, group, payers in _facts(summary)
    ]
    checks = [
        *(attrs.evolve(entry, rank=2) for entry in facts[:_FIRST_FACTS]),
        *(Entry(tuple(layout.wrapped(note, 2, 2)), rank=3) for note in _expired(summary)),
        *(attrs.evolve(entry, rank=4) for entry in facts[_FIRST_FACTS:]),
    ]
    ages = [attrs.evolve(entry, rank=5) for entry in table_entries(summary, layout)]
    for text in _texts(summary):
        shown = layout.wrapped(text, 2, 2) if most is None else [layout.cut(text, 2)]
        ages.append(Entry(tuple(shown), rank=5))
    reduced = [attrs.evolve(entry, rank=1) for entry in reduced]
    found = [
        Section("WILL BE DENIED", tuple(denied), least=_least_denied(summary, denied)),
        Section("MAY BE DENIED OR REDUCED", tuple(reduced), least=1),
        Section("WORTH CHECKING", tuple(checks), least=1, noun="fact"),
        Section("AS OF", tuple(ages), noun=OLDER),
    ]
    return [section for section in found if section.entries]


def _least_denied(summary: RunSummary, denied: Sequence[Entry]) -> int:
    """Return the number of denials that are listed in any case: all of few claims, or the first."""
    claims = sum(payer.classes["denied"].claims for payer in summary.payers.values())
    return len(denied) if claims <= _FEW_DENIED else 1


def _facts(summary: RunSummary) -> list[tuple[FactKey, FactGroup, list[str]]]:
    """Return the missing facts of claim, record, history and unclear texts.

    The facts that would settle the most questions come first. A fact is one, whether some of the
    rules that miss it ask the claim for it or the record.
    """
    together: dict[tuple[str, str | None], tuple[FactKey, FactGroup, list[str]]] = {}
    for payer in summary.payers.values():
        for key, group in payer.facts.items():
            if key.reason not in NOT_STATED:
                found = together.setdefault((key.fact, key.rule), (key, FactGroup(), []))
                found[1].add(group)
                found[2].extend([payer.payer] if payer.payer not in found[2] else [])
    return sorted(together.values(), key=lambda item: (-item[1].questions.total(), item[0].fact))


def fact_entry(
    key: FactKey,
    group: FactGroup,
    payers: Sequence[str],
    layout: PageLayout,
    given: HistoryGiven,
) -> Entry:
    """Return the fact, its lines, its presumed value, and how to state it."""
    tally = group.tally
    stated = given.name_of(key.fact) or fact_name(key.fact)
    name = _capital(stated if key.reason != "text" else missing_text(_entry(key)))
    counts = [count_of(tally.lines, "line")] + ([money(tally.charges)] if tally.charges else [])
    values = [value for value, _ in group.values.most_common(2)]
    presumed = f"; presumed: {' or '.join(values)}" if values else ""
    at = glued(f" at {len(payers)} payers") if len(payers) > 1 else ""
    text = f"{name}: {', '.join(map(glued, counts))}{at}"
    hint = short_fix(key.fact, given)
    short_name = name.partition(" (")[0]
    short = (f"  {short_name}{text.removeprefix(name)}{part} → {hint}" for part in (presumed, ""))
    return Entry(
        tuple(layout.wrapped(f"{text}{presumed}", 2, 2)),
        tuple(layout.wrapped(f"→ {_advice(key, given)}", 5, 2)),
        has_advice=True,
        short=tuple([unglued(line) for line in short if hint and len(line) <= layout.width][:1]),
    )


def _advice(key: FactKey, given: HistoryGiven) -> str:
    """Return how to state the fact, or what is left of it after the history and practice file."""
    return given.advice_on(key.fact) or fix_text(_entry(key))


def _entry(key: FactKey) -> NotEvaluated:
    return NotEvaluated(rule=key.rule, lines=(), reason=key.reason, missing=key.fact)


def _texts(summary: RunSummary) -> Iterator[str]:
    """Yield the texts that are applied to later days, by the last day they were read for and payer.

    The oldest come first, and those that were read shortly before the services are left out. Each
    has the rules, and not the title, which may be that of another contractor.
    """
    rules: dict[tuple[str, str], set[str]] = {}
    for payer in summary.payers.values():
        for key, group in payer.facts.items():
            if key.reason == "edition" and _is_old(key.value, group.last_day):
                rule = (key.rule or key.fact).removeprefix(f"{payer.payer}/")
                rules.setdefault((key.value or "", payer.payer), set()).add(rule)
    for days, payer_id in sorted(rules, key=lambda text: (bool(years_of(text[0])), text)):
        known = f"read for {days}, services are later" if years_of(days) else "without a date"
        yield f"{payer_id} texts {known}: {', '.join(sorted(rules[days, payer_id]))}"


def _is_old(days: str | None, last_day: date) -> bool:
    """Return True if a text was read for no day shortly before the last day of service."""
    if days is None:
        return False
    return not _DAY(days) or last_day - date.fromisoformat(days) >= _OLD


def _expired(summary: RunSummary) -> Iterator[str]:
    """Yield a note for each payer about the texts that lines break, too old to judge by."""
    for payer in sorted(summary.payers.values(), key=lambda each: -each.expired.total()):
        if not payer.expired:
            continue
        ((rule, lines), *others) = sorted(
            payer.expired.items(), key=lambda item: (-item[1], item[0])
        )
        policy = payer.policies[rule]
        year = policy.last_day.year if policy.last_day else ""
        more = f", and {count_of(len(others), 'other rule')}" if others else ""
        yield (
            f"Too old to judge by: {_ARTICLES[policy.confidence]} text of {year}, which "
            f"{glued(count_of(lines, 'line'))} {'breaks' if lines == 1 else 'break'}: "
            f'"{policy.statement}" ({rule}{more})'
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
