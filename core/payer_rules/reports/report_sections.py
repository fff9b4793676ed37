"""The sections of a run's report: denials, what is worth checking, and the age of texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
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
from payer_rules.summaries.tally import MANY_CLAIMS
from payer_rules.text.lists import joined

_SHOWN_PAYERS: Final = 3
_SHOWN_FACTS: Final = 2
_SHOWN_PAIRS: Final = 3
#: The facts that are shown in any case.
_FIRST_FACTS: Final = 3
#: So few claims of a finding are all listed.
FEW_CLAIMS: Final = 8
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
    """The lines of an entry, and details that are left out if there is no room for them.

    Entries of a lower ``rank`` are shown first. ``has_advice`` is true if the details are how to
    state a fact.
    """

    lines: tuple[str, ...]
    details: tuple[str, ...] = ()
    rank: int = 0
    has_advice: bool = False


@attrs.frozen
class Section:
    """A title of a text report with its entries, the most important first.

    At least ``least`` entries are shown, however little room there is.
    """

    title: str
    entries: tuple[Entry, ...]
    least: int = 0


@attrs.define
class ReportedFinding:
    """The groups of findings that print as one, with the payers that have them."""

    key: FindingKey
    group: FindingGroup
    codes: dict[str, None]
    payers: dict[str, Tally]

    @property
    def tally(self) -> Tally:
        """The claims of the payer that has the most: several payers may have the same claims."""
        return max(self.payers.values(), key=lambda tally: (tally.claims, tally.charges))

    def with_codes(self, text: str) -> str:
        """Return the text about a line of one code with the codes of all lines."""
        if len(self.key.codes) > 1 or len(self.codes) == 1:
            return text
        code = next((code for code in self.codes if code in self.group.headline), "")
        return text.replace(code, "/".join(sorted(self.codes))) if code else text


def sections(
    summary: RunSummary, layout: PageLayout, given: HistoryGiven, most: int | None = None
) -> list[Section]:
    """Return the sections that have entries; ``given`` is the history that the run had.

    An entry lists all its claims if they are at most ``most``, or if that is ``None``.
    """
    denied = [_finding_entry(each, layout, most) for each in reported_findings(summary, "denied")]
    reduced = [_finding_entry(each, layout, most) for each in reported_findings(summary, "reduced")]
    facts = [
        _fact_entry(key, group, payers, layout, _advice(key, given))
        for key, group, payers in _facts(summary)
    ]
    checks = [
        *(attrs.evolve(entry, rank=1) for entry in facts[:_FIRST_FACTS]),
        *(attrs.evolve(entry, rank=2) for entry in reduced),
        *(Entry(tuple(layout.wrapped(note, 2, 2)), rank=3) for note in _expired(summary)),
        *(attrs.evolve(entry, rank=4) for entry in facts[_FIRST_FACTS:]),
    ]
    ages = [Entry((layout.cut(name, 2, f": {_INSTALL}"),), rank=5) for name in _tables(summary)]
    for text in _texts(summary):
        shown = layout.wrapped(text, 2, 2) if most is None else [layout.cut(text, 2)]
        ages.append(Entry(tuple(shown), rank=5))
    found = [
        Section("WILL BE DENIED", tuple(denied), least=1),
        Section("WORTH CHECKING", tuple(checks), least=min(len(facts), _FIRST_FACTS) or 1),
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
            words = _without_code(group.headline, key), _without_code(group.fix or "", key)
            codes = denial_codes(key.adjustment)
            alike = (words, key.outcome, key.basis, codes, key.with_earlier)
            finding = together.setdefault(alike, ReportedFinding(key, FindingGroup(), {}, {}))
            varies = finding.group.varies or group.varies
            finding.group.add(group)
            finding.group.varies = varies
            finding.codes.update(dict.fromkeys(key.codes))
            of_payer = finding.payers.setdefault(payer.payer, Tally(most=MANY_CLAIMS))
            of_payer.add(group.tally)
    return sorted(together.values(), key=_finding_rank)


def _without_code(headline: str, key: FindingKey) -> str:
    """Return the headline without the code of its lines, if it names one code once."""
    code = key.codes[0]
    return headline.replace(code, "") if headline.count(code) == 1 == len(key.codes) else headline


def _finding_rank(finding: ReportedFinding) -> tuple[int, Decimal, int, str]:
    tally = finding.tally
    severity = SEVERITY[finding.key.outcome]
    return -severity, -tally.charges, -tally.claims, finding.group.headline


def _finding_entry(finding: ReportedFinding, layout: PageLayout, most: int | None) -> Entry:
    """Return the finding with its codes, then its claims and the fix; the source is a detail."""
    key, group = finding.key, finding.group
    similar = ", and similar" if group.varies else ""
    lines = [
        layout.styled(line, "bold")
        for line in layout.wrapped(f"{finding.with_codes(group.headline)}{similar}", 2, 2)
    ]
    lines += _claims(_codes(key, group), finding, layout, most)
    if group.fix:
        lines += layout.wrapped(f"Fix: {finding.with_codes(group.fix)}", 5, 3)
    lines += _pairs(group.pairs, layout)
    row = f", row {group.row}" if group.row else ""
    source = (layout.cut(f"Source: {group.source}", 5, f"{row} ({key.rule})"),)
    return Entry(tuple(lines), source)


def _codes(key: FindingKey, group: FindingGroup) -> str:
    """Return the denial codes, the outcome if it is no denial, and the basis."""
    codes = denial_codes(key.adjustment)
    parts = [codes] if codes else []
    if key.detected_in == "record":
        parts.append("audit risk")
    elif key.line_class != "denied":
        parts.insert(0, OUTCOME_LABELS[key.outcome])
    if key.basis != "proved":
        facts = _presumed(group.facts) if key.basis == "presumed" else ""
        parts.append(f"{key.basis}: {facts}" if facts else key.basis)
    return ", ".join(parts)


def _claims(
    codes: str, finding: ReportedFinding, layout: PageLayout, most: int | None
) -> Iterator[str]:
    """Yield the codes, the numbers of claims and lines, the charges, and the claims.

    More than ``most`` claims are as many as the line has room for, and at least one.
    """
    tally = finding.tally
    parts = [count_of(tally.claims, "claim")]
    parts += [count_of(tally.lines, "line")] if tally.lines != tally.claims else []
    parts += [money(tally.charges)] if tally.charges else []
    start = f"{codes} · " if codes else ""
    counts = f"{start}{', '.join(map(glued, parts))}{_payers(finding)}:"
    if most is None or tally.claims <= most:
        hidden = tally.claims - len(tally.sample)
        more = f" and {hidden:,} more (--report csv:FILE)" if hidden else ""
        yield from layout.wrapped(f"{counts} {' '.join(tally.sample)}{more}", 5, 2)
        return
    for number in range(FEW_CLAIMS, 0, -1):
        lines = [*layout.wrapped(f"{counts} {' '.join(tally.sample[:number])} …", 5, 2)]
        if len(lines) == 1 or number == 1:
            yield from lines
            return


def _payers(finding: ReportedFinding) -> str:
    """Return the payers, if there are several, and whether they have the same claims."""
    if len(finding.payers) == 1:
        return ""
    tallies = list(finding.payers.values())
    is_same = all(tally == tallies[0] for tally in tallies)
    same = "the same" if is_same else "at most"
    return f", {same} at each of {_few(finding.payers)}"


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
    return Entry(tuple(lines), tuple(layout.wrapped(f"→ {advice}", 5, 2)), has_advice=True)


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


def _texts(summary: RunSummary) -> Iterator[str]:
    """Yield the texts that are applied to later days, by payer and the last day they were read for.

    Each has the rules, and not the title, which may be that of another contractor.
    """
    lines: Counter[tuple[str, str]] = Counter()
    rules: dict[tuple[str, str], set[str]] = {}
    for payer in summary.payers.values():
        for key, group in payer.facts.items():
            if key.reason == "edition" and key.value is not None:
                rule = (key.rule or key.fact).removeprefix(f"{payer.payer}/")
                rules.setdefault((payer.payer, key.value), set()).add(rule)
                lines[payer.payer, key.value] += group.tally.lines
    for payer_id, days in sorted(rules, key=lambda text: (-lines[text], text)):
        known = f"read for {days}, services are later" if _years(days) else "without a date"
        yield f"{payer_id} texts {known}: {', '.join(sorted(rules[payer_id, days]))}"


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
