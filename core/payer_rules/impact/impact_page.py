"""A comparison as one HTML page that needs no network: charts, filters, and both answers."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from itertools import islice
from typing import Final

from payer_rules.errors import Remark
from payer_rules.impact.directions import Direction
from payer_rules.impact.impact_run import Impact
from payer_rules.impact.impact_summary import ChangeGroup, Grouping
from payer_rules.impact.impact_text import (
    DIRECTION_WORDS,
    GROUP_TITLES,
    answer_texts,
    chosen_text,
    compared_text,
    counts_of,
    name_of_group,
    read_text,
    unchanged_text,
)
from payer_rules.reports.bar_charts import Amount, Bar, BarChart, BarPart, longest
from payer_rules.reports.decisions import count_of
from payer_rules.reports.html_pages import template
from payer_rules.reports.text_layout import money

#: The most lines on a page, and the most bars of a chart.
_MOST_LINES: Final = 1_000
_MOST_BARS: Final = 12
#: The styles of bars, and what they mean.
_LEGEND: Final = {"deny": "worse", "pay": "better", "rest": "other"}
_STYLES: Final[dict[Direction, str]] = {
    "pays-to-denies": "deny",
    "worse": "deny",
    "denies-to-pays": "pay",
    "better": "pay",
}
_ABOUT: Final[dict[Grouping, str]] = {
    "payer": "What the changed lines of each payer bill.",
    "rule": "A line with several rules is in the bar of each.",
    "topic": "The policies that the rules are about. A line with several is in the bar of each.",
    "family": "The first two digits of a CPT code, or the letter of another.",
}
_CHOSEN: Final[tuple[Grouping, ...]] = ("payer", "rule", "topic")


def page_of_impact(impact: Impact, most: int | None = None) -> Iterator[str]:
    """Yield the page, part by part; needs Jinja2. ``most`` is the number of lines to list."""
    whole = impact.summary.whole
    shown = _MOST_LINES if most is None else most
    problems = impact.problems
    nothing = unchanged_text(impact) if impact.totals.claims else "No claim was checked."
    changed = f"{counts_of(whole.total)}: another answer or reason."
    yield from template("impact.html.j2").generate(
        totals=impact.totals,
        whole=whole,
        words=DIRECTION_WORDS,
        headline=changed if whole.total.lines else nothing,
        read=read_text(impact),
        compared=f"{compared_text(impact)}. {chosen_text(impact)}".rstrip(),
        charts=[_chart(impact, grouping) for grouping in GROUP_TITLES],
        choices={grouping: _choices(impact, grouping) for grouping in _CHOSEN},
        listed=min(shown, whole.total.lines),
        lines=islice(impact.lines(), shown),
        texts=lambda answer: list(answer_texts(answer)),
        problems=[each for each in problems if not isinstance(each, Remark)],
        remarks=[each for each in problems if isinstance(each, Remark)],
        engine=version("payer-rules"),
    )


def _choices(impact: Impact, grouping: Grouping) -> list[tuple[str, str]]:
    """Return the groups that a reader can choose, each with its name."""
    ranked = impact.summary.ranked(grouping)
    return [(name, name_of_group(grouping, name)) for name, _ in ranked]


def _chart(impact: Impact, grouping: Grouping) -> BarChart:
    """Return the groups of most dollars; of most lines where files state no charges."""
    has_charges = bool(impact.summary.whole.total.charges)
    ranked = impact.summary.ranked(grouping)[:_MOST_BARS]
    bars = [_bar(name_of_group(grouping, name), group, has_charges) for name, group in ranked]
    by_what = "Dollars" if has_charges else "Lines"
    return BarChart(
        name=f"by-{grouping}",
        title=GROUP_TITLES[grouping],
        about=_ABOUT[grouping],
        head=grouping.capitalize(),
        unit=by_what,
        legend=_LEGEND,
        bars=tuple(bars),
        full=longest(bars),
    )


def _bar(name: str, group: ChangeGroup, has_charges: bool) -> Bar:
    parts: dict[str, Amount] = dict.fromkeys(_LEGEND, 0)
    for direction, count in group.in_order():
        parts[_STYLES.get(direction, "rest")] += count.charges if has_charges else count.lines
    words = (f"{DIRECTION_WORDS[each][1]}: {counts_of(count)}" for each, count in group.in_order())
    lines = count_of(group.total.lines, "line")
    return Bar(
        label=name,
        parts=tuple(BarPart(amount=amount, style=style) for style, amount in parts.items()),
        text=f"{money(group.total.charges)}, {lines}" if has_charges else lines,
        details="; ".join(words),
    )
