"""The sections of a run's report: denials, what is worth checking, and the age of texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Final

import attrs

from payer_rules.decisions import NotEvaluated, Presumption
from payer_rules.reports.decisions import count_of
from payer_rules.reports.history_words import HistoryGiven
from payer_rules.reports.missing_words import fact_name, fix_text, missing_text, table_name
from payer_rules.reports.outcome_words import OUTCOME_LABELS, denial_codes
from payer_rules.reports.text_layout import PageLayout, glued, money
from payer_rules.rules import SEVERITY, Confidence
from payer_rules.summaries import (
    ClaimPair,
    FactGroup,
    FactKey,
    FindingGroup,
    FindingKey,
    LineClass,
    RunSummary,
    Tally,
)
from payer_rules.text.lists import joined

_SHOWN_PAYERS: Final = 3
_SHOWN_FACTS: Final = 2
_SHOWN_PAIRS: Final = 3
#: What no biller can state: they are under AS OF, or in the rows of the classes.
_NO_FACTS: Final = ("edition", "table", "topic")
_YEAR: Final = re.compile(r"\b(\d{4})-")
_RELEASE: Final = re.compile(r"\b(\d{4})q(\d)\b")
_ARTICLES: Final[dict[Confidence, str]] = {
    "primary": "a primary",
    "archived": "an archived",
    "proposed": "a proposed",
    "secondary": "a secondary",
}
_INSTALL: Final = "payer-rules tables import FILE…"


@attrs.frozen
class Entry:
    """The lines of an entry, and details that are left out if there is no room for them."""

    lines: tuple[str, ...]
    details: tuple[str, ...] = ()


@attrs.frozen
class Section:
    """A title of a text report with its entries, the most important first."""

    title: str
    entries: tuple[Entry, ...]


@attrs.define
class ReportedFinding:
    """The groups of findings that print as one, with the payers that have them."""

    key: FindingKey
    group: FindingGroup
    codes: dict[str, None]
    payers: dict[str, None]

    def with_codes(self, text: str) -> str:
        """Return the text about a line of one code with the codes of all lines."""
        if len(self.key.codes) > 1 or len(self.codes) == 1:
            return text
        code = next((code for code in self.codes if code in self.group.headline), "")
        return text.replace(code, "/".join(sorted(self.codes))) if code else text


def sections(summary: RunSummary, layout: PageLayout, given: HistoryGiven) -> list[Section]:
    """Return the sections that have entries; ``given`` is the history that the run had."""
    denied = [_finding_entry(each, layout) for each in reported_findings(summary, "denied")]
    reduced = [_finding_entry(each, layout) for each in reported_findings(summary, "reduced")]
    facts = [
        _fact_entry(key, group, payers, layout, _advice(key, given))
        for key, group, payers in _facts(summary)
    ]
    ages = [Entry((layout.cut(name, 2, f": {_INSTALL}"),)) for name in _tables(summary)]
    ages += [Entry(tuple(layout.wrapped(note, 2, 2))) for note in _expired(summary)]
    ages += [Entry((layout.cut(name, 2, f": {remark}"),)) for name, remark in _texts(summary)]
    found = [
        Section("WILL BE DENIED", tuple(denied)),
        Section("WORTH CHECKING", tuple(_in_turn(reduced, facts))),
        Section("AS OF", tuple(ages)),
    ]
    return [section for section in found if section.entries]


def _in_turn(*lists: list[Entry]) -> Iterator[Entry]:
    """Yield the first entry of each list, then the second of each, and so on."""
    for together in zip_longest(*lists):
        yield from (entry for entry in together if entry is not None)


def reported_findings(summary: RunSummary, line_class: LineClass) -> list[ReportedFinding]:
    """Return the findings of a class, the worst and most expensive first.

    Findings of several payers that have the same words print as one.
    """
    together: dict[tuple[object, ...], ReportedFinding] = {}
    for payer in summary.payers.values():
        for key, group in payer.findings.items():
            if key.line_class != line_class:
                continue
            words = _without_code(group.headline, key)
            codes = denial_codes(key.adjustment)
            alike = (words, key.outcome, key.basis, codes, key.with_earlier)
            finding = together.setdefault(alike, ReportedFinding(key, FindingGroup(), {}, {}))
            varies = finding.group.varies or group.varies
            finding.group.add(group)
            finding.group.varies = varies
            finding.codes.update(dict.fromkeys(key.codes))
            finding.payers[payer.payer] = None
    return sorted(together.values(), key=_finding_rank)


def _without_code(headline: str, key: FindingKey) -> str:
    """Return the headline without the code of its lines, if it names one code once."""
    code = key.codes[0]
    return headline.replace(code, "") if headline.count(code) == 1 == len(key.codes) else headline


def _finding_rank(finding: ReportedFinding) -> tuple[int, Decimal, int, str]:
    tally = finding.group.tally
    severity = SEVERITY[finding.key.outcome]
    return -severity, -tally.charges, -tally.claims, finding.group.headline


def _finding_entry(finding: ReportedFinding, layout: PageLayout) -> Entry:
    """Return the finding with its codes, then its claims and the fix; the source is a detail."""
    key, group = finding.key, finding.group
    similar = ", and similar" if group.varies else ""
    lines = [
        layout.styled(line, "bold")
        for line in layout.wrapped(f"{finding.with_codes(group.headline)}{similar}", 2, 2)
    ]
    lines += _claims(_codes(key, group), group.tally, finding.payers, layout)
    if group.fix:
        lines += layout.wrapped(f"Fix: {finding.with_codes(group.fix)}", 5, 3)
    lines += _pairs(group.pairs, layout)
    source = (layout.cut(f"Source: {group.source}", 5),) if group.source else ()
    return Entry(tuple(lines), source)


def _codes(key: FindingKey, group: FindingGroup) -> str:
    """Return the denial codes, the outcome if it is no denial, the basis, and the rule."""
    codes = denial_codes(key.adjustment)
    parts = [codes] if codes else []
    if key.detected_in == "record":
        parts.append("audit risk")
    elif key.line_class != "denied":
        parts.insert(0, OUTCOME_LABELS[key.outcome])
    if key.basis != "proved":
        facts = _presumed(group.facts) if key.basis == "presumed" else ""
        parts.append(f"{key.basis}: {facts}" if facts else key.basis)
    return ", ".join([*parts, key.rule])


def _claims(codes: str, tally: Tally, payers: Collection[str], layout: PageLayout) -> Iterator[str]:
    """Yield the codes, the numbers of claims and lines, the charges, and the first claims.

    There are as many claims as the line has room for, and at least one.
    """
    parts = [count_of(tally.claims, "result" if len(payers) > 1 else "claim")]
    parts += [count_of(tally.lines, "line")] if tally.lines != tally.claims else []
    parts += [money(tally.charges)] if tally.charges else []
    at = f" at {_few(payers)}" if len(payers) > 1 else ""
    counts = f"{codes} · {', '.join(map(glued, parts))}{at}:"
    for number in range(len(tally.sample), 0, -1):
        more = " …" if tally.claims > number else ""
        lines = [*layout.wrapped(f"{counts} {' '.join(tally.sample[:number])}{more}", 5, 2)]
        if len(lines) == 1 or number == 1:
            yield from lines
            return


def _pairs(pairs: Sequence[ClaimPair], layout: PageLayout) -> Iterator[str]:
    """Yield the first pairs of claims of the run, one of which must not be sent as it is."""
    for pair in pairs[:_SHOWN_PAIRS]:
        claims = f"{pair.earlier} ({pair.earlier_codes}) and {pair.claim} ({pair.codes})"
        text = f"{claims} are both in these files, {pair.days}: correct or remove one first"
        yield from layout.wrapped(text, 5, 3)


def _few(payers: Collection[str]) -> str:
    """Return the first payers, and the number of the others."""
    shown, hidden = sorted(payers)[:_SHOWN_PAYERS], len(payers) - _SHOWN_PAYERS
    more = glued(f" and {hidden} more payers") if hidden > 0 else ""
    return f"{', '.join(shown)}{more}"


def _presumed(facts: Counter[Presumption]) -> str:
    """Return the facts on which findings rest, the most frequent first."""
    ranked = sorted(facts.items(), key=lambda item: (-item[1], str(item[0])))
    names = dict.fromkeys(_presumed_text(fact) for fact, _ in ranked)
    shown = list(names)[:_SHOWN_FACTS]
    return " and ".join([*shown, *(["more"] if len(names) > _SHOWN_FACTS else [])])


def _facts(summary: RunSummary) -> list[tuple[FactKey, FactGroup, list[str]]]:
    """Return the missing facts of claim, record, history and unclear texts.

    The facts that would settle the most questions come first. A fact is one, whether some of the
    rules that miss it ask the claim for it or the record.
    """
    together: dict[tuple[str, str | None], tuple[FactKey, FactGroup, list[str]]] = {}
    for payer in summary.payers.values():
        for key, group in payer.facts.items():
            if key.reason not in _NO_FACTS:
                found = together.setdefault((key.fact, key.rule), (key, FactGroup(), []))
                found[1].add(group)
                found[2].extend([payer.payer] if payer.payer not in found[2] else [])
    return sorted(together.values(), key=lambda item: (-item[1].questions.total(), item[0].fact))


def _fact_entry(
    key: FactKey, group: FactGroup, payers: Sequence[str], layout: PageLayout, advice: str
) -> Entry:
    """Return the fact, its lines, its presumed value, and how to state it."""
    tally = group.tally
    name = _capital(fact_name(key.fact) if key.reason != "text" else missing_text(_entry(key)))
    counts = [count_of(tally.lines, "line")] + ([money(tally.charges)] if tally.charges else [])
    values = [value for value, _ in group.values.most_common(2)]
    presumed = f"; presumed: {' or '.join(values)}" if values else ""
    at = glued(f" at {len(payers)} payers") if len(payers) > 1 else ""
    lines = [*layout.wrapped(f"{name}: {', '.join(map(glued, counts))}{at}{presumed}", 2, 2)]
    lines += layout.wrapped(f"→ {advice}", 5, 2)
    return Entry(tuple(lines))


def _advice(key: FactKey, given: HistoryGiven) -> str:
    """Return how to state the fact; of a history that was given, how to state what it covers."""
    known = given.advice if key.reason == "history" and key.fact == "history" else None
    return known or fix_text(_entry(key))


def _entry(key: FactKey) -> NotEvaluated:
    return NotEvaluated(rule=key.rule, lines=(), reason=key.reason, missing=key.fact)


def _presumed_text(fact: Presumption) -> str:
    """Return a presumed fact in a word or two."""
    match fact.reason:
        case "table":
            return f"table of {release_text(fact.value)}" if fact.value else "older table"
        case "edition":
            return _text_of(_years(fact.value))
        case "text":
            return "unclear text"
        case "history":
            return "history"
        case _:
            return fact_name(fact.fact).partition(" (")[0]


def _table(key: FactKey) -> str:
    """Return a carried table with its release: ``Medicare NCCI edits of 2024 Q3``."""
    program = table_name("/".join(key.fact.split("/")[:2])).partition(" (")[0]
    return f"{program} of {release_text(key.value)}" if key.value else program


def release_text(release: str) -> str:
    """Return a release as CMS names it: ``2024 Q3`` for ``2024q3``."""
    return _RELEASE.sub(r"\1 Q\2", release)


def _tables(summary: RunSummary) -> list[str]:
    """Return the tables that are carried to a later date, each once."""
    keys = (key for payer in summary.payers.values() for key in payer.facts)
    return sorted({f"{_table(key)}, carried" for key in keys if key.reason == "table"})


def _texts(summary: RunSummary) -> Iterator[tuple[str, str]]:
    """Yield the texts that are carried to a later date, each once, with year and lines."""
    texts: Counter[tuple[str, str]] = Counter()
    for payer in summary.payers.values():
        for key, group in payer.facts.items():
            if key.reason == "edition" and key.value is not None:
                policy = payer.policies.get(key.rule or "")
                title = policy.title if policy else key.rule or key.fact
                texts[title, _years(key.value)] += group.tally.lines
    for (title, years), lines in sorted(texts.items(), key=lambda item: (-item[1], item[0])):
        yield title, f"{_text_of(years)}, {count_of(lines, 'line')}"


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


def _years(days: str | None) -> str:
    """Return the years of the days for which a text was read: ``2022``, ``2022 and 2024``."""
    years = _YEAR.findall(days or "")
    return joined(years, "and") if years else ""


def _text_of(years: str) -> str:
    return f"text of {years}" if years else "text without a date"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
