"""Charts of a conformance run: how many answers of each payer are confirmed, and how much was read.

Payers with answers that differ come first, then those with most confirmed answers. In the chart of
topics, payers of whose policies most was read come first; in that of the days of reading, those
with the text that was read first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import attrs

from payer_rules.conformance.run_record import RunRecord
from payer_rules.reports.bar_charts import Bar, BarChart, BarPart, longest
from payer_rules.reports.decisions import count_of

#: How a topic was read, by style of a part of the bar; the rest was read by nobody.
_READ: Final[dict[str, tuple[str, ...]]] = {
    "read": ("checked", "none stated"),
    "carried": ("carried",),
    "baseline": ("baseline",),
}
_LEGEND: Final = {
    "read": "read for the day",
    "carried": "read for another day",
    "baseline": "only Medicare's edits",
    "rest": "read by nobody",
}
#: The statuses of answers that are not as expected.
FAILED: Final = ("disagrees", "errored")


@attrs.frozen(kw_only=True)
class PayerCounts:
    """The answers of a payer to scenarios by status, and the topics of their lines by reading."""

    payer: str
    statuses: Mapping[str, int]
    topics: Mapping[str, int]

    @property
    def confirmed(self) -> int:
        """The number of answers that are as expected."""
        return self.statuses.get("agrees", 0)

    @property
    def differing(self) -> int:
        """The number of answers that are not as expected, or were not given."""
        return sum(self.statuses.get(status, 0) for status in FAILED)

    @property
    def asked(self) -> int:
        """The number of answers to claims of whose codes a rule speaks."""
        return sum(self.statuses.values()) - self.statuses.get("not applicable", 0)

    @property
    def touched(self) -> int:
        """The number of topics that lines touch."""
        return sum(self.topics.values()) - self.topics.get("not touched", 0)

    def read(self, style: str) -> int:
        """Return the number of topics that were read in this way."""
        return sum(self.topics.get(status, 0) for status in _READ[style])


def payer_counts(record: RunRecord) -> list[PayerCounts]:
    """Return the counts of each payer of the run."""
    statuses: dict[str, Counter[str]] = {payer: Counter() for payer in record.payers}
    topics: dict[str, Counter[str]] = {payer: Counter() for payer in record.payers}
    for scenario in record.scenarios:
        for answer in scenario.answers:
            statuses[answer.payer][answer.status] += 1
            if answer.decision is not None:
                for line in record.shared.decisions[answer.decision]["lines"]:
                    topics[answer.payer].update(line["topics"].values())
    return [
        PayerCounts(payer=payer, statuses=statuses[payer], topics=topics[payer])
        for payer in record.payers
    ]


def charts_of(record: RunRecord) -> Iterator[BarChart]:
    """Yield the charts of the run."""
    payers = payer_counts(record)
    yield _agreement(payers)
    yield _topics(payers)
    yield _ages(record)


def _agreement(payers: list[PayerCounts]) -> BarChart:
    ordered = sorted(payers, key=lambda each: (-each.differing, -each.confirmed, each.payer))
    return BarChart(
        name="agreement",
        title="Answers confirmed, by payer",
        about="of the scenarios whose codes a rule of the payer names",
        head="Payer",
        unit="Confirmed",
        legend={"agrees": "as expected", "disagrees": "differs", "rest": "confirmed by nobody"},
        bars=tuple(map(_agreement_bar, ordered)),
        full=max((each.asked for each in payers), default=0),
    )


def _agreement_bar(counts: PayerCounts) -> Bar:
    verb = "differs" if counts.differing == 1 else "differ"
    differ = f", {counts.differing} {verb}" if counts.differing else ""
    rest = counts.asked - counts.confirmed - counts.differing
    return Bar(
        label=counts.payer,
        parts=(
            BarPart(amount=counts.confirmed, style="agrees"),
            BarPart(amount=counts.differing, style="disagrees"),
            BarPart(amount=rest, style="rest"),
        ),
        text=f"{counts.confirmed} of {counts.asked}{differ}" if counts.asked else "no rule",
    )


def _topics(payers: list[PayerCounts]) -> BarChart:
    ordered = sorted(payers, key=lambda each: (-_share(each, "read"), each.payer))
    bars = tuple(map(_topics_bar, ordered))
    return BarChart(
        name="topics-read",
        title="Topics read, by payer",
        about="of all that the lines of the scenarios touch",
        head="Payer",
        unit="Read",
        legend=_LEGEND,
        bars=bars,
        full=longest(bars),
    )


def _topics_bar(counts: PayerCounts) -> Bar:
    amounts = {style: counts.read(style) for style in _READ}
    amounts["rest"] = counts.touched - sum(amounts.values())
    return Bar(
        label=counts.payer,
        parts=tuple(BarPart(amount=amount, style=style) for style, amount in amounts.items()),
        text=f"{_share(counts, 'read'):.0f} %",
        details=", ".join(f"{amount:,} {_LEGEND[style]}" for style, amount in amounts.items()),
    )


def _share(counts: PayerCounts, style: str) -> float:
    """Return the percentage of the topics that were read in this way."""
    return 100 * counts.read(style) / (counts.touched or 1)


def _ages(record: RunRecord) -> BarChart:
    """Return the chart of the days from the reading of each payer's oldest text to the newest."""
    days = reading_days(record)
    newest = max((day for texts in days.values() for day in texts.values()), default=None)
    bars = [
        _age_bar(payer, list(texts.values()), newest)
        for payer, texts in days.items()
        if texts and newest
    ]
    return BarChart(
        name="ages",
        title="Last read, by payer",
        about=f"the oldest reading of a text, in days before the newest of all, {newest}",
        head="Payer",
        unit="Oldest text read on",
        bars=tuple(sorted(bars, key=lambda bar: (-bar.amount, bar.label))),
        full=longest(bars),
    )


def reading_days(record: RunRecord) -> dict[str, dict[str, date]]:
    """Return for each payer the last day on which each text of its rules was read, by address."""
    days: dict[str, dict[str, date]] = {payer: {} for payer in record.payers}
    for rule in record.rules:
        texts = days.get(rule.id.partition("/")[0], {})
        for citation in map(record.shared.citations.__getitem__, rule.citations):
            read = date.fromisoformat(citation["read"])
            texts[citation["url"]] = max(read, texts.get(citation["url"], read))
    return days


def _age_bar(payer: str, days: list[date], newest: date) -> Bar:
    age = (newest - min(days)).days
    return Bar(
        label=payer,
        parts=(BarPart(amount=age, style="carried"),),
        text="",
        day=str(min(days)),
        details=f"{count_of(len(days), 'text')}, read from {min(days)} to {max(days)}; the oldest "
        f"{count_of(age, 'day')} before {newest}",
    )
