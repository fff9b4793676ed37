"""The page of a conformance run: it shows what its record says, and no text of it is markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import attrs
import pytest
from invented_payer import profile_of

from payer_rules.conformance.invariant_processes import InvariantResult
from payer_rules.conformance.manifest import RunOptions
from payer_rules.conformance.run_record import RunRecord
from payer_rules.conformance.runs import ConformanceRun
from payer_rules.conformance.sheet_results import SheetLineResult, SheetResult
from payer_rules.errors import InputError
from payer_rules.registry import load
from payer_rules.reports.conformance_page import changed_places, page_of, record_of_page
from payer_rules.reports.page_failures import failures_of
from payer_rules.reports.read_reports import verified_report

SCENARIO = """
name = "<b>two</b> & more"
why = "\\"quoted\\" <script>alert(1)</script>"
history = []

[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
lines = [{ code = "90853", date = 2024-08-15 }, { code = "90853", date = 2024-08-15 }]

[expect.alpha]
lines = ["pay", "deny"]
findings = [{ rule = "alpha/a-day", lines = [2], outcome = "deny" }]
source = "T-1"
"""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """A run of two payers: the answer of one is confirmed, that of the other by nobody."""
    folder = tmp_path_factory.mktemp("page")
    for payer, limit in (("alpha", 1), ("beta", 2)):
        (folder / f"{payer}.toml").write_text(profile_of(payer, limit=limit))
    (folder / "two.scenario.toml").write_text(SCENARIO)
    profiles = tuple(str(folder / f"{payer}.toml") for payer in ("alpha", "beta"))
    without = ("medicare", "profiles")
    registry = load(profiles=map(Path, profiles), without=without)
    options = RunOptions(paths=(str(folder),), profiles=profiles, without=without, invariants=False)
    return ConformanceRun.of(registry, options).record


@pytest.fixture(scope="module")
def page(record: RunRecord) -> str:
    """The page of the run."""
    return "".join(page_of(record))


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.found.append((tag, dict(attrs)))


def test_the_page_holds_the_whole_record(page: str, record: RunRecord) -> None:
    """The record that is read from a page is that of the run, and the page is what it gives."""
    assert record_of_page(page, "page.html") == record
    assert list(changed_places(page, record)) == []


def test_the_page_asks_for_nothing_else(page: str) -> None:
    """No element of the page loads anything from a network or another file."""
    loading = [
        (tag, attributes)
        for tag, attributes in Elements(page).found
        for name in {"src", "href", "srcset", "data", "action"} & attributes.keys()
        if not (attributes[name] or "").startswith("#")
    ]
    assert loading == []
    assert "@import" not in page
    assert "url(" not in page


def test_names_of_scenarios_are_text(page: str) -> None:
    """A name or a reason that holds markup is shown as it was written."""
    assert "<b>two" not in page
    assert "alert(1)</script>" not in page
    assert "&lt;b&gt;two&lt;/b&gt; &amp; more" in page


def test_only_confirmed_answers_are_cells_at_first(page: str) -> None:
    """An answer that nobody has confirmed is no cell, but a number that the script can add."""
    elements = Elements(page).found
    payers = [
        values["data-payer"]
        for tag, values in elements
        if tag == "td" and "title" not in values and "data-payer" in values
    ]
    (others,) = [values["data-others"] for tag, values in elements if "data-others" in values]
    assert payers == ["alpha"]
    assert others == "1:1"
    values = page.partition('<script id="values" type="application/json">')[2].partition(
        "</script>"
    )[0]
    assert [answer["letters"] for answer in json.loads(values)] == ["PD", "PP"]


def test_an_answer_that_was_altered_for_the_filters_is_named(page: str, record: RunRecord) -> None:
    """The values of filters and the answers that nobody has confirmed are verified, too."""
    for right, wrong in (
        ('"words": "proved pay, pay', '"words": "proved deny'),
        ('"1:1"', '"1:0"'),
    ):
        assert right in page
        (change,) = changed_places(page.replace(right, wrong), record)
        assert wrong.strip('"')[:5] in change.message


def test_a_cell_that_was_altered_is_named(tmp_path: Path, page: str, record: RunRecord) -> None:
    """A page whose cell shows another answer than its record is found, with payer and scenario."""
    path = tmp_path / "page.html"
    path.write_text(page.replace(">PD</button>", ">PP</button>"))
    _, (change,) = verified_report(path)
    assert change.where == "page, alpha × <b>two</b> & more"
    assert ">PP<" in change.message
    path.write_text(page)
    assert verified_report(path) == (record, [])


def test_what_failed_outside_of_the_matrix_is_listed(record: RunRecord) -> None:
    """The page names the claims of edit sheets that differ and broken invariants, and counts them."""
    wrong = SheetLineResult(
        name="90832 with 90853", line=7, status="errored", source="row 7", error="no answer"
    )
    failing = attrs.evolve(
        record,
        sheets=(SheetResult(file="ptp.edits.csv", agreeing=4, others=(wrong,)),),
        invariants=(
            InvariantResult(payer="alpha", invariant="order", broken=("line 2 first: <deny>",)),
            InvariantResult(payer="beta", invariant="order"),
        ),
    )
    page = "".join(page_of(failing))
    assert (
        "5 claims of edit sheets, 1 of which differs; 2 invariants, 1 of which is broken." in page
    )
    assert "ptp.edits.csv, line 7: 90832 with 90853</strong>: no answer; source row 7.</li>" in page
    assert "alpha: the invariant order is broken</strong>: line 2 first: &lt;deny&gt;.</li>" in page
    many = attrs.evolve(failing, sheets=(SheetResult(file="f", agreeing=0, others=60 * (wrong,)),))
    assert [failure.text for failure in failures_of(many)][50] == (
        "10 more claims; the JSON report has them"
    )


def test_the_headline_has_all_that_was_asked_and_names_payers_without_an_answer(
    page: str, record: RunRecord
) -> None:
    """Confirmed answers are a part of those asked for; payers without a column are in a sentence."""
    head = re.sub("<[^>]*>", "", page.partition("<h1>")[2].partition("</header>")[0])
    assert "1 of 2 answers confirmed, 0 differ, in 1 scenario; 0 cases of rules" in head
    assert "\nbeta: no answer is confirmed.\n" in head
    (scenario,) = record.scenarios
    own = attrs.evolve(scenario, answers=scenario.answers[:1])
    one = "".join(page_of(attrs.evolve(record, payers=("alpha",), scenarios=(own,))))
    assert "no answer is confirmed" not in one
    shown = one.partition('<script id="values"')[0]
    assert "Conformance of 1 payer<" in shown
    assert "1 of 1 answer confirmed" in shown
    assert (
        re.findall(r"\b1 (?:payer|answer|scenario|case|claim|invariant|file|text|day)s\b", shown)
        == []
    )


def test_a_page_without_its_record_is_refused(page: str) -> None:
    """A page that was cut off, or whose record was altered, is no report."""
    start = page.index('<script id="record"')
    for text in (page[:start], page[: start + 300], page.replace("H4sI", "H4sJ", 1)):
        with pytest.raises(InputError, match=r"page.html: the (page holds no record|record in)"):
            record_of_page(text, "page.html")
