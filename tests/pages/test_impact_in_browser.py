"""The page of ``impact`` in a browser: filters, keys, themes, a phone, paper."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from open_pages import Opener, OpenPage, violations_of
from two_payers import ACME

from payer_rules.cli import main

CLAIMS: Final = """\
claim,line,member,code,date_from,units,place_of_service,billing_npi,payer,charge
A1,1,M1,90853,2024-08-15,2,11,1234567893,acme,160.00
A2,1,M2,90834,2024-08-16,1,11,1234567893,acme,120.50
A3,1,M3,90853,2024-08-16,3,11,1234567893,acme,240.00
B1,1,M4,90853,2024-08-17,1,10,1234567893,acme,80.00
"""
#: Another limit, and another modifier.
NEW: Final = ACME.replace("limit = 2", "limit = 1").replace('any_of = ["95"]', 'any_of = ["GT"]')
ALL: Final = ["A1", "A3"]


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a change of two rules of a payer."""
    folder = tmp_path_factory.mktemp("impact")
    newer = NEW.replace('carc = "119"', 'carc = "151"')
    for name, text in (("old.toml", ACME), ("new.toml", newer), ("claims.csv", CLAIMS)):
        (folder / name).write_text(text)
    without = [f"--without={name}" for name in ("medicaid", "medicare", "profiles")]
    report = folder / "page.html"
    sides = [str(folder / name) for name in ("old.toml", "new.toml")]
    main(
        ["impact", *sides, f"--claims={folder / 'claims.csv'}", *without, f"--report=html:{report}"]
    )
    return report


def seen(opened: OpenPage) -> list[str]:
    """Return the claim of each line that is visible."""
    rows = opened.page.eval_on_selector_all(
        ".lines tbody tr",
        "rows => rows.filter(r => r.checkVisibility()).map(r => r.cells[0].textContent)",
    )
    return list(rows)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ALL),
        ({"direction": "pays-to-denies"}, ["A1"]),
        ({"direction": "other-reason"}, ["A3"]),
        ({"rule": "acme/two-a-day"}, ALL),
        ({"topic": "frequency", "from": "2024-08-16"}, ["A3"]),
        ({"code": "90834"}, []),
        ({"word": "co-151: 3 UNITS"}, ["A3"]),
    ],
    ids=str,
)
def test_filters_leave_the_lines_that_fit(
    open_page: Opener, page_file: Path, filters: dict[str, str], expected: list[str]
) -> None:
    """Each filter leaves the changed lines that fit it."""
    opened = open_page(page_file)
    for name, value in filters.items():
        field = opened.page.locator(f"#filters [name={name}]")
        if name in ("direction", "rule", "topic"):
            field.select_option(value)
        else:
            field.fill(value)
    assert seen(opened) == expected


def test_the_first_screen_has_the_directions_and_their_charges(
    open_page: Opener, page_file: Path
) -> None:
    """A stranger sees how many lines are answered otherwise, in which direction, for how much."""
    page = open_page(page_file).page
    for text in ("2 claims, 2 lines, $400: another answer or reason", "pays → denies", "160.00"):
        box = page.get_by_text(text).first.bounding_box()
        assert box is not None
        assert box["y"] < 900


def test_the_filters_are_reached_by_keys(open_page: Opener, page_file: Path) -> None:
    """Tab leads to each filter in order."""
    page = open_page(page_file).page
    names = []
    for _ in range(18):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.name || ''"))
    expected = ["direction", "payer", "rule", "topic", "code", "word", "from", "to"]
    assert [name for name in dict.fromkeys(names) if name] == expected


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_breaks_no_rule_of_accessibility(
    open_page: Opener, page_file: Path, scheme: str, width: int
) -> None:
    """The axe rules find nothing, in both themes and on a phone; nothing is wider than the page."""
    page = open_page(page_file, scheme=scheme, width=width).page
    violations = violations_of(page)
    assert [each["id"] for each in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_paper_has_the_lines_and_no_filters(open_page: Opener, page_file: Path) -> None:
    """What is printed is what is shown, without the form and without a part that scrolls."""
    opened = open_page(page_file)
    opened.page.emulate_media(media="print")
    assert seen(opened) == ALL
    assert not opened.page.locator("#filters").is_visible()
    region = opened.page.get_by_role("region", name="Lines of the claims")
    assert region.evaluate("e => getComputedStyle(e).maxHeight") == "none"
