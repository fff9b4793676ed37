"""The text report of a comparison: directions, groups, then lines with both answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Final

from payer_rules.errors import Remark
from payer_rules.impact.changed_lines import ChangedLine, SideAnswer
from payer_rules.impact.directions import Direction
from payer_rules.impact.impact_run import Impact, ImpactTotals
from payer_rules.impact.impact_summary import ChangeCount, ChangeGroup, Grouping
from payer_rules.reports.decisions import count_of
from payer_rules.reports.outcome_words import TOPIC_WORDS
from payer_rules.reports.text_layout import PageLayout, Style, dotted, glued, money
from payer_rules.text.escaping import visible
from payer_rules.text.lists import listed

#: The sign, the words and the style of each direction.
DIRECTION_WORDS: Final[dict[Direction, tuple[str, str, Style]]] = {
    "pays-to-denies": ("✗", "pays → denies", "red"),
    "worse": ("!", "worse answer", "yellow"),
    "known-to-unknown": ("?", "known → unknown", "yellow"),
    "denies-to-pays": ("✓", "denies → pays", "green"),
    "better": ("✓", "better answer", "green"),
    "unknown-to-known": ("✓", "unknown → known", "green"),
    "less-certain": ("~", "same answer, no longer proved", "dim"),
    "more-certain": ("~", "same answer, now proved", "dim"),
    "other-reason": ("~", "same answer, other reason", "dim"),
    "no-longer-checked": ("-", "no longer checked", "dim"),
    "newly-checked": ("+", "newly checked", "dim"),
}
GROUP_TITLES: Final[dict[Grouping, str]] = {
    "payer": "By payer",
    "rule": "By rule",
    "topic": "By topic",
    "family": "By code family",
}
#: The most lines that are listed, and the most groups of a kind.
MOST_LINES: Final = 20
_MOST_GROUPS: Final = 10
_TOPICS: Final[dict[str, str]] = dict(TOPIC_WORDS.items())
_COLUMN: Final = 30


def lines_of_impact(
    impact: Impact, layout: PageLayout, most: int | None = MOST_LINES
) -> Iterator[str]:
    """Yield the lines of the report; ``most`` is the number of changed lines to list."""
    yield from _head(impact, layout)
    whole = impact.summary.whole
    if not impact.totals.claims:
        yield from ["", "No claim was checked."]
    elif not whole.total.lines:
        yield from ["", layout.styled(unchanged_text(impact), "green")]
    else:
        yield from ["", f"{counts_of(whole.total)}: another answer or reason"]
        yield from _directions(whole, layout)
        for grouping, title in GROUP_TITLES.items():
            yield from _groups(impact, grouping, title, layout)
        yield from _listed(impact, layout, most)
    yield from _remarks(impact, layout)
    end = "All changed lines: --report csv:FILE; with charts: --report html:FILE"
    code = f"exit {impact.exit_code:d}"
    yield ""
    yield f"{end}{code:>{max(layout.width - len(end), len(code) + 2)}}"


def counts_of(count: ChangeCount) -> str:
    """Return the claims, lines and charges of a count."""
    parts = [count_of(count.claims, "claim"), count_of(count.lines, "line")]
    return ", ".join([*parts, *([money(count.charges)] if count.charges else [])])


def unchanged_text(impact: Impact) -> str:
    """Return that there is no changed line, or none of those to report."""
    totals = impact.totals
    if totals.absent_codes == tuple(totals.chosen_codes) != ():
        return _absent_text(totals)
    return f"No {'such ' if totals.chosen else ''}line has another answer or reason."


def _absent_text(totals: ImpactTotals) -> str:
    return f"No line that was read has code {listed(totals.absent_codes)}."


def name_of_group(grouping: Grouping, name: str) -> str:
    """Return what reports call a group."""
    return _TOPICS.get(name, name) if grouping == "topic" else name


def read_text(impact: Impact) -> str:
    """Return how many claims and lines were read, and what they bill."""
    totals = impact.totals
    parts = [count_of(totals.claims, "claim"), count_of(totals.lines, "line")]
    parts += [f"{money(totals.charges)} billed"] if totals.charges else []
    return ", ".join(parts)


def compared_text(impact: Impact) -> str:
    """Return how many answers were compared, and why not all of them."""
    compared = count_of(impact.totals.decided, "answer")
    of = count_of(impact.totals.claims, "claim")
    return f"{compared} compared, of {of}; others depend on nothing that differs"


def chosen_text(impact: Impact) -> str:
    """Return which changed lines are reported; empty for all."""
    totals = impact.totals
    texts = [f"Only lines of: {'; '.join(map(visible, totals.chosen))}."] if totals.chosen else []
    # NOTE: if no line has any of the codes, this is the result.
    if () != totals.absent_codes != tuple(totals.chosen_codes):
        texts.append(_absent_text(totals))
    return " ".join(texts)


def _head(impact: Impact, layout: PageLayout) -> Iterator[str]:
    totals = impact.totals
    sides = f"{visible(totals.old)} → {visible(totals.new)}"
    yield from (layout.styled(line, "bold") for line in layout.wrapped(sides, 0, 2))
    yield from layout.wrapped(read_text(impact), 2, 2)
    yield from layout.wrapped(compared_text(impact), 2, 2)
    if chosen := chosen_text(impact):
        yield from layout.wrapped(chosen, 2, 2)


def _directions(group: ChangeGroup, layout: PageLayout) -> Iterator[str]:
    for direction, count in group.in_order():
        sign, words, style = DIRECTION_WORDS[direction]
        blanks = " " * max(_COLUMN - len(words), 0)
        yield f"  {layout.styled(f'{sign} {words}', style)}{blanks}  {counts_of(count)}"


def _groups(impact: Impact, grouping: Grouping, title: str, layout: PageLayout) -> Iterator[str]:
    ranked = impact.summary.ranked(grouping)
    if not ranked:
        return
    yield from ["", layout.styled(title.upper(), "bold")]
    for name, group in ranked[:_MOST_GROUPS]:
        label = visible(name_of_group(grouping, name))
        found = group.in_order()
        of = (f"{DIRECTION_WORDS[name][1]} {count.lines:,}" for name, count in found)
        yield from layout.wrapped(f"{label}  {counts_of(group.total)}", 2, 2)
        yield from layout.wrapped(dotted(map(glued, of)), 4, 2)
    if more := len(ranked) - _MOST_GROUPS:
        yield from [f"  … and {more:,} more (--report json:FILE)"] if more > 0 else []


def _listed(impact: Impact, layout: PageLayout, most: int | None) -> Iterator[str]:
    number = impact.summary.whole.total.lines
    shown = number if most is None else min(most, number)
    if not shown:
        return
    title = "LINES" if shown == number else f"LINES ({shown:,} of {number:,}: --most shows more)"
    yield from ["", layout.styled(title, "bold")]
    for line in islice(impact.lines(), shown):
        yield from _line(line, layout)


def _line(line: ChangedLine, layout: PageLayout) -> Iterator[str]:
    sign, words, style = DIRECTION_WORDS[line.direction]
    text = f"{sign} {line_name(line)}, {line.payer}: {words}"
    yield from (layout.styled(part, style) for part in layout.wrapped(text, 2, 2))
    for tense, answer in (("was", line.old), ("is", line.new)):
        for number, part in enumerate(answer_texts(answer)):
            yield from layout.wrapped(part if number else f"{tense} {part}", 6 if number else 4, 2)


def line_name(line: ChangedLine) -> str:
    """Return the claim, and the line by its number, code, day and charge."""
    billed = line.billed
    code = "-".join((billed.code, *billed.modifiers))
    charge = "" if billed.charge is None else f", ${Decimal(billed.charge):,.2f}"
    return f"{line.claim} line {billed.line}: {code} on {billed.date}{charge}"


def answer_texts(answer: SideAnswer | None) -> Iterator[str]:
    """Yield the answer, then its reasons with their sources; else what was not checked."""
    if answer is None:
        yield "not checked: no claim for this payer"
        return
    yield answer.label
    for reason in answer.reasons:
        yield ": ".join(filter(None, (reason.codes, reason.message)))
        yield f"rule {reason.rule}; source {reason.source}"
    for rule in answer.silent:
        source = f"finds nothing; source {rule.source}" if rule.source else "is not there"
        yield f"rule {rule.rule} {source}"
    if answer.question and not answer.reasons:
        yield answer.question


def _remarks(impact: Impact, layout: PageLayout) -> Iterator[str]:
    remarks: Iterable[Remark] = [each for each in impact.problems if isinstance(each, Remark)]
    for remark in remarks:
        yield from layout.wrapped(f"remark: {remark}", 0, 2)
