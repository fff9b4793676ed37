"""The page of a conformance run in a browser: filters, cells, keys, themes, paper."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

import attrs
import pytest
from invented_payer import profile_of
from open_pages import Opener, OpenPage, violations_of

from payer_rules.conformance import ResultFilter
from payer_rules.conformance.earlier_runs import EarlierRun, RunChange
from payer_rules.conformance.manifest import RunOptions
from payer_rules.conformance.runs import ConformanceRun
from payer_rules.registry import load
from payer_rules.reports.conformance_page import page_of

#: A scenario, a payer and the letters of its answer.
Seen: TypeAlias = tuple[str, str, str]
#: The payers of the run, and the units that each pays on a day.
LIMITS: Final = {"alpha": 1, "beta": 2, "gamma": 1, "delta": 1}
NOT_COVERED: Final = """
[[coverage]]
id = "no-interviews"
codes = ["90791"]
covered = false
cites = ["T-1"]
rationale = "Interviews by video are not paid."
when = { modality = ["video"] }
"""
CLAIM: Final = """
name = "{name}"
why = "{why}"
history = []

[claim]
id = "C1"
member = {{ id = "M1" }}
billing_provider = {{ npi = "1234567893" }}
lines = [{lines}]
"""
SCENARIOS: Final = {
    "groups": CLAIM.format(
        name="two groups on one day",
        why="the limit is one",
        lines=", ".join(2 * ['{ code = "90853", date = 2024-08-15 }']),
    )
    + """
[expect.alpha]
lines = ["pay", "deny"]
findings = [{ rule = "alpha/a-day", lines = [2], outcome = "deny" }]
source = "T-1"

[expect.beta]
lines = ["pay", "pay"]
findings = []
source = "T-1"

[expect.gamma]
lines = ["pay", "pay"]
findings = []
source = "T-1"
""",
    "interview": CLAIM.format(
        name="an interview by video",
        why="it is not covered",
        lines='{ code = "90791", date = 2026-02-10, modality = "video", modifiers = ["95"] }',
    )
    + """
[expect.alpha]
lines = ["deny"]
findings = [{ rule = "alpha/no-interviews", lines = [1], outcome = "deny" }]
source = "T-1"
""",
    "one": CLAIM.format(
        name="groups of a week",
        why="each is the first of its day",
        lines='{ code = "90853", date = 2025-03-01 }, { code = "90853", date = 2025-03-05 }',
    )
    + """
[expect.alpha]
lines = ["pay", "pay"]
findings = []
source = "T-1"
""",
}
#: The answers that are seen at first.
GROUPS: Final = [
    ("two groups on one day", p, a)
    for p, a in zip(("alpha", "beta", "gamma"), ("PD", "PP", "PD"), strict=True)
]
INTERVIEW: Final[Seen] = ("an interview by video", "alpha", "D")
WEEK: Final[Seen] = ("groups of a week", "alpha", "PP")
SEEN: Final = [INTERVIEW, WEEK, *GROUPS]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> ConformanceRun:
    """A run of four payers: four answers are confirmed, and one of gamma differs."""
    folder = tmp_path_factory.mktemp("page")
    for payer, limit in LIMITS.items():
        profile = profile_of(payer, limit=limit)
        if payer == "delta":
            profile = profile.replace("[[topics.all]]", "[[topics.combination]]")
        more = NOT_COVERED if payer in ("beta", "alpha") else ""
        (folder / f"{payer}.toml").write_text(profile + more)
    for name, text in SCENARIOS.items():
        (folder / f"{name}.scenario.toml").write_text(text)
    profiles = tuple(str(folder / f"{payer}.toml") for payer in LIMITS)
    without = ("medicaid", "medicare", "profiles")
    registry = load(profiles=map(Path, profiles), without=without)
    options = RunOptions(paths=(str(folder),), profiles=profiles, without=without, invariants=False)
    return ConformanceRun.of(registry, options)


@pytest.fixture(scope="session")
def page_file(run: ConformanceRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the page, with a change since an earlier run."""
    changes = (RunChange("gamma × two groups on one day", "was 'agrees'; is 'disagrees'"),)
    record = attrs.evolve(run.record, earlier=EarlierRun(report="old.json", changes=changes))
    path = tmp_path_factory.mktemp("report") / "run.html"
    path.write_text("".join(page_of(record)), encoding="utf-8")
    return path


def seen(opened: OpenPage) -> list[Seen]:
    """Return the scenario, payer and letters of each answer that is visible."""
    cells = opened.page.eval_on_selector_all(
        ".matrix td button",
        """buttons => buttons.filter(b => b.checkVisibility()).map(b => {
          const cell = b.parentElement;
          return [cell.parentElement.cells[0].textContent, cell.dataset.payer, b.textContent];
        })""",
    )
    return [(scenario, payer, letters) for scenario, payer, letters in cells]


def choose(opened: OpenPage, name: str, value: str) -> None:
    """Set the filter with this name, as a person would."""
    field = opened.page.locator(f"#filters [name={name}]")
    if value == "on":
        field.check()
    elif name in ("payer", "kind", "topic"):
        field.select_option(value)
    else:
        field.fill(value)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, SEEN),
        ({"payer": "beta"}, [GROUPS[1]]),
        ({"code": "90791"}, [INTERVIEW]),
        ({"kind": "coverage"}, [INTERVIEW]),
        ({"topic": "modifier"}, [INTERVIEW]),
        ({"word": "FIRST"}, [WEEK]),
        ({"differ": "on"}, GROUPS),
        ({"from": "2025-03-01"}, [INTERVIEW, WEEK]),
        ({"from": "2025-03-02"}, [INTERVIEW]),
        ({"to": "2025-03-01"}, [WEEK, *GROUPS]),
        ({"payer": "alpha", "code": "90853"}, [WEEK, GROUPS[0]]),
        ({"code": "12345"}, []),
    ],
    ids=str,
)
def test_filters_leave_the_answers_that_fit(
    open_page: Opener, page_file: Path, filters: dict[str, str], expected: list[Seen]
) -> None:
    """Each filter leaves the answers that fit it, several together those that fit all."""
    opened = open_page(page_file)
    for name, value in filters.items():
        choose(opened, name, value)
    assert seen(opened) == expected
    opened.page.get_by_role("button", name="Show all again").click()
    opened.page.wait_for_function(
        "document.querySelectorAll('tr[data-row]:not([hidden])').length === 3"
    )
    assert seen(opened) == SEEN


@pytest.mark.parametrize(
    ("filters", "options"),
    [
        ({"code": "90853"}, ResultFilter(codes=frozenset({"90853"}))),
        ({"kind": "frequency_limit"}, ResultFilter(kinds=frozenset({"frequency_limit"}))),
        ({"topic": "modifier"}, ResultFilter(topics=frozenset({"modifier"}))),
        ({"word": "second 90853"}, ResultFilter(words=("second 90853",))),
        ({"differ": "on"}, ResultFilter(differ=True)),
        (
            {"from": "2024-08-16", "to": "2025-03-04"},
            ResultFilter(first=date(2024, 8, 16), last=date(2025, 3, 4)),
        ),
    ],
    ids=str,
)
def test_the_page_selects_what_the_command_selects(
    open_page: Opener,
    page_file: Path,
    run: ConformanceRun,
    filters: dict[str, str],
    options: ResultFilter,
) -> None:
    """A filter of the page means what the option of conform means."""
    opened = open_page(page_file)
    for name, value in filters.items():
        choose(opened, name, value)
    filtered = ConformanceRun.of(run.registry, run.options, options).record
    selected = [
        (scenario.name, answer.payer)
        for scenario in filtered.scenarios
        for answer in scenario.answers
        if answer.status in ("agrees", "disagrees")
    ]
    assert [(scenario, payer) for scenario, payer, _ in seen(opened)] == selected
    assert selected


def test_unconfirmed_answers_are_shown_when_asked_for(open_page: Opener, page_file: Path) -> None:
    """With the last filter the answers that nobody has confirmed are there, and are marked."""
    opened = open_page(page_file)
    choose(opened, "all", "on")
    assert [answer for answer in seen(opened) if answer not in SEEN] == [
        ("an interview by video", "beta", "D"),
        ("groups of a week", "beta", "PP"),
        ("groups of a week", "delta", "pp"),
        ("groups of a week", "gamma", "PP"),
        ("two groups on one day", "delta", "pD"),
    ]
    first = opened.page.locator("td.unconfirmed button").first.get_attribute("title")
    assert first == "beta: proved deny; expected deny; nobody has confirmed it"


def test_the_number_of_answers_names_the_filters(open_page: Opener, page_file: Path) -> None:
    """A reader, and paper, can see what is left and which filters were used."""
    opened = open_page(page_file)
    assert opened.page.inner_text("#count") == "5 answers of 3 payers to 3 scenarios"
    choose(opened, "all", "on")
    assert opened.page.inner_text("#count") == (
        "10 answers of 4 payers to 3 scenarios, also those that nobody has confirmed"
    )
    opened.page.locator("#filters [name=all]").uncheck()
    choose(opened, "payer", "beta")
    choose(opened, "differ", "on")
    assert opened.page.inner_text("#count") == (
        "1 answer of 1 payer to 1 scenario; filtered by payer beta, payers differ"
    )
    choose(opened, "code", "0")
    assert opened.page.inner_text("#count").startswith("No answer fits; filtered by")


def test_cells_are_reached_and_opened_by_keys(open_page: Opener, page_file: Path) -> None:
    """Tab enters the matrix once, arrows move, Enter opens, and Escape returns to the cell.

    The cell with the focus has a ring, also if its answer differs.
    """
    page = open_page(page_file).page
    page.locator(".scroll").focus()
    for key in ("Tab", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    page.keyboard.press("Enter")
    page.wait_for_selector("#details-body pre")
    assert page.inner_text("#details-title") == "gamma: two groups on one day"
    page.keyboard.press("Escape")
    assert not page.locator("#details").is_visible()
    assert page.evaluate("document.activeElement.parentElement.dataset.payer") == "gamma"
    assert page.locator("td button[tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.matrix')") is None


def test_a_cell_shows_claim_answers_reason_and_source(open_page: Opener, page_file: Path) -> None:
    """An opened cell has what was asked, what was expected and got, why, and the text for it."""
    page = open_page(page_file).page
    page.locator("td.disagrees button").click()
    page.wait_for_selector("#details-body pre")
    cells = page.locator("#details-body tbody tr").nth(1).locator("th, td").all_inner_texts()
    assert cells == ["2", "90853, 2024-08-15, 1 unit", "pay", "deny"]
    text = page.inner_text("#details-body")
    for part in (
        "The answer differs from what is expected.",
        "Why: the limit is one.",
        "lines: expected pay, pay; got pay, deny",
        "second 90853 on 2024-08-15; limit 1. Rule gamma/a-day.",
        "Source: t (T-1; read 2026-11-23)",
        "Source of the expected answer",
        "Changed since old.json",
        "was 'agrees'; is 'disagrees'",
        "member: id M1",
        "earlier services: none",
    ):
        assert part in text


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_the_page_has_no_barrier(
    open_page: Opener, page_file: Path, scheme: str, width: int
) -> None:
    """The axe rules find nothing, in both themes and on a phone, in the page and in a cell."""
    page = open_page(page_file, scheme=scheme, width=width).page
    page.locator("#filters [name=all]").check()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = violations_of(page)
    page.locator("td.disagrees button").click()
    page.wait_for_selector("#details-body pre")
    violations += violations_of(page)
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []


def test_a_cell_shows_what_nobody_has_read(open_page: Opener, page_file: Path) -> None:
    """An answer that rests on unread topics names them, in the words of the report of check."""
    opened = open_page(page_file)
    choose(opened, "all", "on")
    opened.page.locator("td.unconfirmed[data-payer=delta] button").last.click()
    opened.page.wait_for_selector("#details-body pre")
    text = opened.page.inner_text("#details-body")
    assert "Nobody has confirmed this answer." in text
    assert "this payer's policy was not read on: who may render" in text
    assert "line 1: the payer's policy on" in text
    assert "undefined" not in text


def test_charts_say_how_long_ago_texts_were_read(open_page: Opener, page_file: Path) -> None:
    """The page has the day of reading, and the browser adds the days until today."""
    day = open_page(page_file).page.locator("#ages time").first
    days = (date.today() - date(2026, 11, 23)).days
    assert re.fullmatch(rf"2026-11-23, ({days - 1}|{days}|{days + 1}) days? ago", day.inner_text())


def test_paper_has_everything(open_page: Opener, page_file: Path) -> None:
    """Printed from a dark screen, the page is light and has no form, and nothing is cut off."""
    page = open_page(page_file, scheme="dark", width=1040).page
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("#filters").is_visible()
    for text in (
        "gamma: two groups on one day",
        "5 answers of 3 payers",
        "was 'agrees'; is",
        "0 of 2, 1 differs",
    ):
        assert page.locator("li, p, td").filter(has_text=text).first.is_visible()
    assert page.get_by_text("invariants: not checked").is_visible()
    cut = """[...document.querySelectorAll("*")].filter(e => getComputedStyle(e).overflow !== "visible"
      && (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight)
      && e.checkVisibility() && !e.classList.contains("unseen")).map(e => e.outerHTML.slice(0, 80))"""
    assert page.evaluate(cut) == []
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
