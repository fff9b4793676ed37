"""The matrix of `conform`: it fits the page, shows both answers, and hides what nobody confirmed."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import pytest

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.conformance import ConformanceResult, ScenarioResult, TrialResult, TrialStatus
from payer_rules.conformance.trials import Trial
from payer_rules.decisions import Basis, Decision, Expected, Fingerprint, LineDecision, LineOutcome
from payer_rules.readers import FiledClaim
from payer_rules.reports.conformance_matrix import MARKS, matrix_lines
from payer_rules.reports.conformance_report import lines_of
from payer_rules.reports.text_layout import PageLayout
from payer_rules.rules import Topic, TopicStatus

#: The proved outcome, the expected one, and its basis.
Line = tuple[LineOutcome, Expected, Basis]
PAID: Final[Line] = ("pay", "pay", "proved")
LIKELY: Final[Line] = ("unknown", "pay", "presumed")
TOPICS: Final[dict[Topic, TopicStatus]] = {
    "frequency": "checked",
    "session": "unread",
    "place": "not touched",
}
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1"),
    billing_provider=Provider(npi="1234567893"),
    lines=[ServiceLine(number=1, code="90853", date_from=date(2024, 8, 15))],
)
COLOR: Final = re.compile("\x1b\\[[0-9]*m")


def cell(payer: str, name: str, status: TrialStatus, *lines: Line) -> TrialResult:
    """Return the result of one payer with an answer on each line; without lines, with none."""
    trial = Trial(
        payer=payer,
        name=name,
        why="w",
        file="x.scenario.toml",
        filed=FiledClaim(claim=CLAIM, history=None, file="x", number=1),
        assume=frozenset(),
        expected=None,
    )
    decision = Decision(
        claim="C1",
        payer=payer,
        outcome="pay",
        lines=tuple(
            LineDecision(
                line=number,
                outcome=outcome,
                expected=expected,
                basis=basis,
                complete=True,
                topics=TOPICS,
                judged_by=(),
            )
            for number, (outcome, expected, basis) in enumerate(lines, 1)
        ),
        fingerprint=Fingerprint(rulebook="r", engine="e"),
    )
    return TrialResult(trial=trial, status=status, decision=decision if lines else None)


def result(payers: int, *statuses: TrialStatus) -> ConformanceResult:
    """Return a run in which the first payer has a scenario of each status, and the others none."""
    names = tuple(f"payer-{at}" for at in range(payers))
    return ConformanceResult(
        payers=names,
        scenarios=tuple(
            ScenarioResult(
                name=f"a scenario of a group session by video that is {status}",
                why="w",
                file="x.scenario.toml",
                assume=("table",),
                cells={
                    name: cell(
                        name, "s", status if name == names[0] else "unreviewed", PAID, LIKELY
                    )
                    for name in names
                },
            )
            for status in statuses
        ),
        cases=(),
        problems=(),
    )


def text_of(run: ConformanceResult, width: int = 80, *, show_all: bool = False) -> str:
    """Return the matrix without color."""
    return "\n".join(matrix_lines(run, PageLayout(width=width), show_all=show_all))


@pytest.mark.parametrize("width", [72, 80, 100, 120, 200])
@pytest.mark.parametrize("payers", [1, 2, 3, 6, 30])
@pytest.mark.parametrize("show_all", [True, False])
def test_no_line_is_wider_than_the_page(width: int, payers: int, show_all: bool) -> None:
    """With any number of payers the matrix fits, and color changes no character of it."""
    run = result(payers, "agrees", "disagrees", "unreviewed")
    plain = list(matrix_lines(run, PageLayout(width=width), show_all=show_all))
    assert max(map(len, plain)) <= width
    layout = PageLayout(width=width, has_color=True)
    colored = list(matrix_lines(run, layout, show_all=show_all))
    assert colored != plain
    assert [COLOR.sub("", line).rstrip() for line in colored] == plain


@pytest.mark.parametrize("payers", [1, 30])
def test_a_cell_shows_both_answers(payers: int) -> None:
    """The proved outcome of each line, and the expected one with its basis unless it is proved."""
    words = " ".join(text_of(result(payers, "agrees")).split())
    assert "pay, unknown" in words
    assert "pay, pay (presumed)" in words


def test_payers_are_rows_where_they_are_many() -> None:
    """A few payers are columns of the matrix; many are headings with their scenarios below."""
    head, *_ = text_of(result(2, "agrees")).split("\n")
    assert head.split() == ["scenario", "payer-0", "payer-1"]
    many = text_of(result(30, "agrees")).split("\n")
    assert "payer-0" in many


def test_what_nobody_confirmed_is_counted_and_printed_on_request() -> None:
    """By default only confirmed and different cells are printed; the others are counted."""
    run = result(2, "agrees", "unreviewed")
    short, whole = text_of(run), text_of(run, show_all=True)
    assert "that is unreviewed" not in short
    one = text_of(result(1, "agrees", "unreviewed"))
    assert "1 answer that nobody has confirmed is left out: --all prints it." in one
    assert "3 answers that nobody has confirmed are left out: --all prints them." in short
    assert "that is unreviewed" in " ".join(whole.split())
    assert "left out" not in whole


def test_each_sign_is_explained() -> None:
    """The legend has the signs of the cells that are printed, and no other."""
    *_, legend, end = text_of(result(1, "agrees", "disagrees")).split("\n")
    assert (legend, end) == ("✗ differs   ✓ confirmed", "")
    assert len({sign for sign, _, _ in MARKS.values()}) == len(MARKS)


def test_an_error_has_no_answer() -> None:
    """A cell without a decision says so in both layouts."""
    for payers in (1, 30):
        run = result(payers)
        cells = {name: cell(name, "s", "errored") for name in run.payers}
        row = ScenarioResult(name="s", why="w", file="f", assume=(), cells=cells)
        run = ConformanceResult(payers=run.payers, scenarios=(row,), cases=(), problems=())
        assert "no answer" in text_of(run)


def test_the_summary_counts_the_topics_that_lines_touch() -> None:
    """Each topic of a line counts by how it was read; topics that it does not touch do not."""
    *_, topics = lines_of(result(1, "agrees"))
    assert topics == "topics of 2 lines: 2 checked, 2 unread"
