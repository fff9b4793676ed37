"""Draw the pictures of docs/explanation/frequency-limits.md from the engine's own answers.

    python tools/draw_windows.py [--check] [FOLDER]

FOLDER is docs/explanation/windows by default; pictures.toml in it describes the pictures. A picture
is one or more strips of days, with the services that were adjudicated earlier. For each day the
engine decides whether one more service on that day is paid, and the day has the color of the
answer. ``--check`` writes nothing: it names the pictures that are out of date, and exits with 1 if
there are any.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

import attrs

from payer_rules import (
    Citation,
    Claim,
    FrequencyLimit,
    History,
    HistoryLine,
    Member,
    Payer,
    Provider,
    ServiceLine,
    Window,
)
from payer_rules.history import Status
from payer_rules.rulebook import RuleBook
from payer_rules.rules import CORE_TOPICS, DateRange, TopicStatement
from payer_rules.values.structure import structure

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "windows"
SOURCE: Final = Citation(
    row="MANUAL",
    title="Acme manual (invented)",
    url="https://example.com",
    read=date(2026, 11, 23),
    confidence="primary",
)
#: The payer's manual was read on every topic, and states nothing but the limit of the strip.
PAYER: Final = Payer(
    id="acme",
    name="Acme (invented)",
    kind="commercial",
    topics=[
        TopicStatement(topic=topic, none=[SOURCE], verified=DateRange(date.min))
        for topic in CORE_TOPICS
    ],
)
CODE: Final = "90853"
CLINIC: Final = Provider(npi="1234567893")

WIDTH, LEFT, TALL = 760, 12, 92
COLORS: Final = {"pay": "#cfe8d3", "deny": "#f4c7c3", "unknown": "#e3e3e3"}
WORDS: Final = {"pay": "paid", "deny": "denied", "unknown": "not evaluated"}
PAID, DENIED, PENDING = "#1b5e20", "#ffffff", "#bdbdbd"
INK, PALE = "#1b5e20", "#444444"
#: The least distance between two dates under a strip.
APART: Final = 62


@attrs.frozen(kw_only=True)
class Strip:
    """A limit, the earlier services, and the days on which one more service is evaluated."""

    caption: str
    limit: int
    window: Window
    earlier: tuple[date, ...]
    days: tuple[date, ...]
    denied: tuple[date, ...] = ()
    pending: tuple[date, ...] = ()
    covers_from: date = date.min
    benefit_year_start: str | None = None
    episode_start: date | None = None

    def answers(self) -> Iterator[tuple[date, str]]:
        """Yield each day of the strip with the outcome of one more service on it."""
        book = RuleBook.build(PAYER, [self._rule()])
        history = History(lines=list(self._lines()), covers_from=self.covers_from)
        first, last = self.days
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            yield day, book.decide(self._claim(day), history).lines[0].outcome

    def _rule(self) -> FrequencyLimit:
        return FrequencyLimit(
            id="acme/limit",
            codes=frozenset([CODE]),
            limit=Decimal(self.limit),
            counts="services",
            window=self.window,
            scope="member",
            citations=(SOURCE,),
            rationale=self.caption,
        )

    def _lines(self) -> Iterator[HistoryLine]:
        given: list[tuple[Status, tuple[date, ...]]] = [
            ("paid", self.earlier),
            ("denied", self.denied),
            ("pending", self.pending),
        ]
        for status, days in given:
            for number, day in enumerate(days):
                claim = f"{status}-{number}"
                yield HistoryLine(claim=claim, member="M1", code=CODE, date_from=day, status=status)

    def _claim(self, day: date) -> Claim:
        return Claim(
            id="C1",
            member=Member(id="M1", benefit_year_start=self.benefit_year_start),
            billing_provider=CLINIC,
            lines=[ServiceLine(code=CODE, date_from=day)],
            episode_start=self.episode_start,
        )


def main(arguments: list[str]) -> int:
    """Write the pictures or compare them; return 1 if one is out of date."""
    check = "--check" in arguments
    given = [Path(argument) for argument in arguments if argument != "--check"]
    folder = given[0] if given else FOLDER
    stale = 0
    for name, strips in tomllib.loads((folder / "pictures.toml").read_text("utf-8")).items():
        path, drawn = folder / f"{name}.svg", picture(structure(tuple[Strip, ...], strips))
        if not check:
            path.write_text(drawn, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != drawn:
            print(f"{path.name} is out of date; run python tools/draw_windows.py")
            stale = 1
    return stale


def picture(strips: tuple[Strip, ...]) -> str:
    """Return the strips as one SVG, from top to bottom."""
    height = TALL * len(strips)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for at, strip in enumerate(strips):
        parts += [f'<g transform="translate(0 {at * TALL})">', *_drawn(strip), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _drawn(strip: Strip) -> Iterator[str]:
    answers = list(strip.answers())
    first = answers[0][0]
    wide = (WIDTH - 2 * LEFT) / len(answers)
    yield f'<text x="{LEFT}" y="18" font-weight="bold">{escape(strip.caption)}</text>'
    labeled = -float(APART)
    for outcome, run in groupby(answers, key=lambda answer: answer[1]):
        days = [day for day, _ in run]
        x, width = LEFT + (days[0] - first).days * wide, len(days) * wide
        yield from _run(outcome, days[0], days[-1], x, width)
        if x - labeled >= APART:
            yield f'<text x="{x:.1f}" y="78" font-size="11" fill="{PALE}">{days[0]}</text>'
            labeled = x
    for fill, marked in (
        (PAID, strip.earlier),
        (DENIED, strip.denied),
        (PENDING, strip.pending),
    ):
        for day in marked:
            x = LEFT + ((day - first).days + 0.5) * wide
            yield f'<circle cx="{x:.1f}" cy="58" r="4" fill="{fill}" stroke="{INK}"/>'


def _run(outcome: str, first: date, last: date, x: float, width: float) -> Iterator[str]:
    yield (
        f'<rect x="{x:.1f}" y="26" width="{width:.1f}" height="26" fill="{COLORS[outcome]}" '
        f'stroke="#888888"><title>{WORDS[outcome]}, {first} to {last}</title></rect>'
    )
    if width > 8 * len(WORDS[outcome]):
        middle = x + width / 2
        yield f'<text x="{middle:.1f}" y="43" text-anchor="middle">{WORDS[outcome]}</text>'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
