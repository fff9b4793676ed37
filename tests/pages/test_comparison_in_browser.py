"""The page that compares payers for a code, in a browser."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from open_pages import Opener, violations_of

from payer_rules.registry import load
from payer_rules.reports.code_comparison import compare_code
from payer_rules.reports.side_by_side import comparison_page

PAYERS: Final = ("il-medicaid", "tricare", "aetna")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of three payers."""
    registry = load()
    books = map(registry.rulebook, PAYERS)
    file = tmp_path_factory.mktemp("comparison") / "90853.html"
    comparison = compare_code("90853", books, date(2026, 11, 30), units=1)
    file.write_text("".join(comparison_page(comparison)), encoding="utf-8")
    return file


def test_an_answer_is_opened_by_keys_and_shows_rule_and_source(
    open_page: Opener, page_file: Path
) -> None:
    """Below the answer are the id that `explain` takes and the address of the source."""
    page = open_page(page_file).page
    answer = page.locator("details", has_text="2 in any 7 consecutive days")
    answer.locator("summary").focus()
    page.keyboard.press("Enter")
    assert "il-medicaid/" in answer.inner_text()
    assert str(answer.locator("a").first.get_attribute("href")).startswith("https://")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_breaks_no_rule_of_accessibility(
    width: int, scheme: Any, open_page: Opener, page_file: Path
) -> None:
    """Axe finds nothing with all answers open, and only the table is wider than the window."""
    page = open_page(page_file, width=width, scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert [each["id"] for each in violations_of(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
