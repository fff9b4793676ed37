"""Findings that print as one, with their claims, fix and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.decisions import Presumption
from payer_rules.reports.decisions import count_of
from payer_rules.reports.fact_names import fact_name
from payer_rules.reports.outcome_words import OUTCOME_LABELS, denial_codes
from payer_rules.reports.release_words import release_text, text_of_years, years_of
from payer_rules.reports.report_entries import Entry
from payer_rules.reports.text_layout import PageLayout, glued, money
from payer_rules.rules import SEVERITY
from payer_rules.summaries import (
    ClaimPair,
    FindingGroup,
    FindingKey,
    LineClass,
    RunSummary,
    Tally,
)
from payer_rules.summaries.tally import MANY_CLAIMS

_SHOWN_PAYERS: Final = 3
_SHOWN_FACTS: Final = 2
_SHOWN_PAIRS: Final = 3
#: So few claims of a finding are all listed.
FEW_CLAIMS: Final = 8


@attrs.define
class ReportedFinding:
    """The groups of findings that print as one, with the payers that have them."""

    key: FindingKey
    group: FindingGroup
    codes: dict[str, None]
    payers: dict[str, Tally]
    rules: dict[str, None] = attrs.Factory(dict)

    @property
    def tally(self) -> Tally:
        """The claims of the payer that has the most: several payers may have the same claims."""
        return max(self.payers.values(), key=lambda tally: (tally.claims, tally.charges))

    @property
    def rule(self) -> str:
        """The rule; of several payers the part of its id that they share, or the first id."""
        first = next(iter(self.rules), self.key.rule)
        names = {rule.partition("/")[2] for rule in self.rules}
        return f"PAYER/{names.pop()}" if len(self.rules) > 1 == len(names) else first

    def with_codes(self, text: str) -> str:
        """Return the text about a line of one code with the codes of all lines."""
        if len(self.key.codes) > 1 or len(self.codes) == 1:
            return text
        code = next((code for code in self.codes if code in self.group.headline), "")
        return text.replace(code, "/".join(sorted(self.codes))) if code else text


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
            finding.rules[key.rule] = None
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


def finding_entry(finding: ReportedFinding, layout: PageLayout, most: int | None) -> Entry:
    """Return the finding with its claims and fix; what it presumes and its source are details."""
    group = finding.group
    similar = ", and similar" if group.varies else ""
    lines = [
        layout.styled(line, "bold")
        for line in layout.wrapped(f"{finding.with_codes(group.headline)}{similar}", 2, 2)
    ]
    lines += _claims(_with_rule(finding), finding, layout, most)
    if group.fix:
        lines += layout.wrapped(f"Fix: {finding.with_codes(group.fix)}{_settled(group)}", 5, 3)
    lines += _pairs(group.pairs, layout)
    row = f", row {group.row}" if group.row else ""
    facts = _presumed(group.facts) if finding.key.basis == "presumed" else ""
    presumed = (f"     Presumed: {facts}",) if facts else ()
    source = layout.cut(f"Source: {group.source}", 5, row)
    return Entry(tuple(lines), (*presumed, source))


def _settled(group: FindingGroup) -> str:
    """Return the number of other lines that the fix settles as well, with their rules."""
    number = group.settled.total()
    rules = ", ".join(sorted(group.others))
    return f". It also settles {glued(count_of(number, 'other line'))} ({rules})" if number else ""


def _with_rule(finding: ReportedFinding) -> str:
    """Return the codes and the basis, then the rule, whose id ``explain`` takes."""
    codes = _codes(finding.key)
    return f"{codes}, {finding.rule}" if codes else finding.rule


def _codes(key: FindingKey) -> str:
    """Return the denial codes, the outcome if it is no denial, and the basis."""
    codes = denial_codes(key.adjustment)
    parts = [codes] if codes else []
    if key.detected_in == "record":
        parts.append("audit risk")
    elif key.line_class != "denied":
        parts.insert(0, OUTCOME_LABELS[key.outcome])
    if key.basis != "proved":
        parts.append(key.basis)
    return ", ".join(parts)


def _claims(
    codes: str, finding: ReportedFinding, layout: PageLayout, most: int | None
) -> Iterator[str]:
    """Yield the codes and the rule, the numbers of claims and lines, the charges, and the claims.

    More than ``most`` claims are as many as the line has room for, and at least one.
    """
    tally = finding.tally
    parts = [count_of(tally.claims, "claim")]
    parts += [count_of(tally.lines, "line")] if tally.lines != tally.claims else []
    parts += [money(tally.charges)] if tally.charges else []
    counts = f"{codes}; {', '.join(map(glued, parts))}{_payers(finding)}:"
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
        text = f"{pair.days}: {claims} in these files: correct one"
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


def _presumed_text(fact: Presumption) -> str:
    """Return a presumed fact in a word or two."""
    match fact.reason:
        case "table":
            return f"table of {release_text(fact.value)}" if fact.value else "older table"
        case "edition":
            return text_of_years(years_of(fact.value))
        case "text":
            return "unclear text"
        case "history":
            return "history"
        case _:
            return fact_name(fact.fact).partition(" (")[0]
