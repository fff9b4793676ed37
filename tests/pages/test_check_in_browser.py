"""The page of ``check`` in a browser: filters, keys, themes, a phone, paper."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from invented_payer import profile_of
from open_pages import Opener, OpenPage, violations_of

from payer_rules.cli import main

CLAIMS: Final = """\
claim,line,member,code,date_from,billing_npi,payer,charge
A1,1,M1,90853,2024-08-15,1234567893,alpha,80.00
A1,2,M1,90853,2024-08-15,1234567893,alpha,80.00
A2,1,M2,90834,2024-08-16,1234567893,alpha,120.50
B1,1,M3,90853,2024-08-17,1234567893,beta,80.00
B1,2,M3,90853,2024-08-17,1234567893,beta,80.00
"""
ADJUSTED: Final = 'scope = "member"\nadjustment = { group = "CO", carc = "119", rarc = ["N362"] }'
#: The lines of the claims, and those that are shown at first.
ALL: Final = ["A1 1", "A1 2", "A2 1", "B1 1", "B1 2"]
DENIED: Final = ["A1 2", "B1 2"]


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run of two payers, each of which denies a line, one with a denial code."""
    folder = tmp_path_factory.mktemp("check")
    (folder / "alpha.toml").write_text(profile_of("alpha").replace('scope = "member"', ADJUSTED))
    (folder / "beta.toml").write_text(profile_of("beta"))
    (folder / "claims.csv").write_text(CLAIMS)
    without = [f"--without={name}" for name in ("medicaid", "medicare", "profiles")]
    profiles = [f"--profiles={folder / payer}.toml" for payer in ("alpha", "beta")]
    report = folder / "page.html"
    main(["check", str(folder / "claims.csv"), *profiles, *without, f"--report=html:{report}"])
    return report


def seen(opened: OpenPage) -> list[str]:
    """Return claim and number of each line that is visible."""
    rows = opened.page.eval_on_selector_all(
        ".lines tbody tr",
        "rows => rows.filter(r => r.checkVisibility()).map(r => "
        "r.cells[0].textContent + ' ' + r.cells[2].textContent)",
    )
    return list(rows)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, DENIED),
        ({"class": ""}, ALL),
        ({"class": "fine"}, ["A1 1", "A2 1", "B1 1"]),
        ({"payer": "beta"}, ["B1 2"]),
        ({"carc": "119"}, ["A1 2"]),
        ({"class": "", "code": "90834"}, ["A2 1"]),
        ({"class": "", "word": "BETA"}, ["B1 1", "B1 2"]),
        ({"class": "", "from": "2024-08-16"}, ["A2 1", "B1 1", "B1 2"]),
        ({"class": "", "to": "2024-08-16"}, ["A1 1", "A1 2", "A2 1"]),
        ({"code": "90834"}, []),
    ],
    ids=str,
)
def test_filters_leave_the_lines_that_fit(
    open_page: Opener, page_file: Path, filters: dict[str, str], expected: list[str]
) -> None:
    """Each filter leaves the lines that fit it; without one there are all lines."""
    opened = open_page(page_file)
    for name, value in filters.items():
        field = opened.page.locator(f"#filters [name={name}]")
        if name in ("class", "payer"):
            field.select_option(value)
        else:
            field.fill(value)
    assert seen(opened) == expected
    count = f"{len(expected)} of {len(ALL)} lines"
    assert opened.page.locator("#count").text_content() == count
    opened.page.get_by_role("button", name="Show all lines").click()
    opened.page.wait_for_function(
        "document.querySelectorAll('.lines tbody tr:not([hidden])').length === 5"
    )
    assert seen(opened) == ALL


def test_the_first_screen_has_counts_and_reasons_by_dollars(
    open_page: Opener, page_file: Path
) -> None:
    """A stranger sees what is denied, for how much and why before any list."""
    page = open_page(page_file).page
    for text in ("3 claims, 5 lines, $441 billed", "1 claim, 1 line, $80", "CO-119 N362: second"):
        box = page.get_by_text(text).first.bounding_box()
        assert box is not None
        assert box["y"] < 900


def test_the_filters_are_reached_by_keys(open_page: Opener, page_file: Path) -> None:
    """Tab leads from the first region to each filter in order, and letters choose an entry."""
    page = open_page(page_file).page
    names = []
    for _ in range(16):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.name || ''"))
    expected = ["class", "payer", "code", "carc", "word", "from", "to"]
    assert [name for name in dict.fromkeys(names) if name] == expected


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_breaks_no_rule_of_accessibility(
    open_page: Opener, page_file: Path, scheme: str, width: int
) -> None:
    """The axe rules find nothing, in both themes and on a phone; nothing is wider than the page."""
    page = open_page(page_file, scheme=scheme, width=width).page
    page.locator("#filters [name=class]").select_option("")
    violations = violations_of(page)
    assert [each["id"] for each in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_phone_shows_the_reason_without_scrolling_sideways(
    open_page: Opener, page_file: Path
) -> None:
    """On a narrow screen the answer and the reason of a line are below its claim and code."""
    page = open_page(page_file, width=390).page
    row = page.locator(".lines tbody tr:visible").first
    assert row.locator("th, td").count() == 8
    for cell in row.locator("th, td").all():
        box = cell.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_paper_has_the_lines_and_no_filters(open_page: Opener, page_file: Path) -> None:
    """What is printed is what is shown, without the form and without a part that scrolls."""
    opened = open_page(page_file)
    opened.page.emulate_media(media="print")
    assert seen(opened) == DENIED
    assert not opened.page.locator("#filters").is_visible()
    region = opened.page.get_by_role("region", name="Lines of the claims")
    assert region.evaluate("e => getComputedStyle(e).maxHeight") == "none"
