"""The page of the service in chromium: the tasks of a biller, from the form to the answer."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest.importorskip("litestar", reason="the extra serve is not installed")
_MEMBER = "MARKED77"
_CLAIM = """{"claim": {"id": "C1", "payer": "tricare", "member": {"id": "MARKED77"},
"billing_provider": {"npi": "1234567893"},
"lines": [{"code": "90853", "units": 2, "date_from": "2026-05-04"}]}}"""


@pytest.fixture
def biller(browser: Browser, address: str) -> Iterator[Page]:
    """A page at 375 pixels; afterwards no request left the origin or had the member in it."""
    context = browser.new_context(
        viewport={"width": 375, "height": 800},
        base_url=address,
        java_script_enabled=True,
        accept_downloads=True,
    )
    context.set_default_timeout(8_000)
    page, errors, addresses = context.new_page(), [], []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("console", lambda text: errors.append(text.text) if text.type == "error" else None)
    yield page
    context.close()
    assert [each for each in addresses if not each.startswith((address, "data:"))] == []
    assert [each for each in addresses if _MEMBER in each] == []
    assert [each for each in errors if "422" not in each] == []


def _fill(page: Page, *payers: str, **more: str) -> None:
    page.goto("/page")
    page.select_option("[name=payer]", list(payers))
    fields = {"member": _MEMBER, "day": "2026-05-04", "npi": "1234567893", "code-1": "90853"}
    for name, value in {**fields, "units-1": "2", **more}.items():
        page.fill(f"[name='{name}']", value)
    page.select_option("[name=place]", "11")
    page.select_option("[name=earlier]", "none")


def test_a_denied_claim_shows_denial_fix_and_source(biller: Page) -> None:
    """A claim that a payer denies is answered with codes, fix, rule and source."""
    _fill(biller, "tricare")
    biller.click("text=Check this claim")
    answer = biller.locator("[data-payer=tricare]")
    assert "CO-119 M86" in answer.inner_text()
    assert "1 unit on line 1" in answer.inner_text()
    answer.locator("summary", has_text="Sources").click()
    assert "TRICARE Policy Manual" in answer.inner_text()


def test_the_changed_claim_is_no_longer_denied(biller: Page) -> None:
    """The form keeps the claim, so that one changed field is enough to check it again."""
    _fill(biller, "tricare")
    biller.click("text=Check this claim")
    biller.fill("[name='units-1']", "1")
    biller.click("text=Check this claim")
    assert biller.locator("[data-payer=tricare]").get_attribute("data-outcome") != "deny"
    assert biller.input_value("[name=member]") == _MEMBER


def test_paper_has_the_answer_and_the_claim(biller: Page) -> None:
    """What is printed has the claim and its answer, without links to pages and without buttons."""
    _fill(biller, "tricare")
    biller.click("text=Check this claim")
    biller.emulate_media(media="print")
    for shown in ("[data-payer=tricare]", "[name=member]"):
        assert biller.locator(shown).is_visible()
    for hidden in ("nav", "button.main", "button[name=fix]"):
        assert not biller.locator(hidden).first.is_visible()


def test_every_rule_of_an_answer_leads_to_its_page(biller: Page, address: str) -> None:
    """The page of each rule that is named is there, edits included."""
    _fill(biller, "all")
    biller.click("text=Check this claim")
    links = biller.locator("a[href^='/page/rules/']").evaluate_all(
        "all => [...new Set(all.map(one => one.getAttribute('href')))]"
    )
    assert len(links) > 20
    for link in links:
        with urllib.request.urlopen(f"{address}{link}") as response:
            assert response.status == 200, link


def test_a_fix_is_applied_by_a_button(biller: Page) -> None:
    """The button of a fix changes the claim in the form as the fix says, and checks it."""
    _fill(biller, "tricare")
    biller.click("text=Check this claim")
    biller.click("text=Apply this fix and check again")
    assert biller.locator("[data-payer=tricare]").get_attribute("data-outcome") != "deny"
    assert biller.input_value("[name='units-1']") == "1"
    assert biller.input_value("[name=member]") == _MEMBER


def test_a_fix_removes_the_line_that_it_names(biller: Page) -> None:
    """Of two lines the denied one is removed, and the other stays as it was typed."""
    _fill(biller, "tricare", **{"units-1": "1", "code-2": "90853", "units-2": "1"})
    biller.click("text=Check this claim")
    biller.click("text=Apply this fix and check again")
    codes = [biller.input_value(f"[name='code-{n}']") for n in (1, 2)]
    assert sorted(codes) == ["", "90853"]
    assert biller.locator("[data-payer=tricare]").get_attribute("data-outcome") != "deny"


def test_a_rule_that_is_not_broken_has_its_source(biller: Page) -> None:
    """A line that is not denied shows which rules it keeps, with their sources."""
    _fill(biller, "tricare", **{"units-1": "1"})
    biller.click("text=Check this claim")
    kept = biller.locator("[data-payer=tricare] details", has_text="Rules that are not broken")
    kept.locator("summary").click()
    assert "tricare/one-group-per-day" in kept.inner_text()
    assert "TRICARE Policy Manual" in kept.inner_text()


def test_a_line_promises_nothing_where_topics_are_unread(biller: Page) -> None:
    """Such a line breaks no rule that was read; the page does not say that it is paid."""
    _fill(biller, "tricare", **{"units-1": "1"})
    biller.click("text=Check this claim")
    heading = biller.inner_text("[data-payer=tricare] h3")
    assert "no rule broken (partly read" in heading
    assert "paid" not in heading


def test_a_fault_is_at_its_field_and_nothing_is_lost(biller: Page) -> None:
    """A wrong field is marked with its message, and the others keep their text."""
    _fill(biller, "tricare", **{"npi": "12345", "code-1": "9085", "charge-1": "sixty"})
    biller.click("text=Check this claim")
    marked = biller.locator("input[aria-invalid=true]")
    assert marked.evaluate_all("all => all.map(one => one.name)") == ["npi", "code-1", "charge-1"]
    assert "'12345' is not an NPI" in biller.inner_text("#fault-npi")
    assert biller.input_value("[name='charge-1']") == "sixty"
    assert biller.input_value("[name=day]") == "2026-05-04"
    assert biller.locator(".answer").count() == 0


def test_lines_are_added_by_keyboard(biller: Page) -> None:
    """A line is added with Enter on its button, and what was typed stays."""
    _fill(biller, "tricare")
    biller.focus("text=Add a line")
    biller.keyboard.press("Enter")
    biller.wait_for_selector("[name='code-3']")
    assert biller.input_value("[name='code-1']") == "90853"


def test_the_next_date_counts_earlier_services(biller: Page) -> None:
    """The next date that pays is named."""
    _fill(biller, "tricare", **{"units-1": "1"})
    biller.click("text=Find the next date that pays")
    assert "2026-05-0" in biller.inner_text("#answers")


def test_payers_are_compared_on_one_code(biller: Page) -> None:
    """The comparison of a code has all payers, and keeps its look under the policy."""
    biller.goto("/page/code")
    biller.fill("[name=number]", "2")
    biller.click("text=Compare all payers")
    assert "TRICARE" in biller.inner_text("body").upper()
    sticky = biller.locator(".compared thead th").first
    assert sticky.evaluate("one => getComputedStyle(one).position") == "sticky"


def test_two_sessions_a_day_are_asked_of_all_payers(biller: Page) -> None:
    """Each payer has its answer on two lines of a day, with the rule and the source of a denial."""
    biller.goto("/page/code")
    biller.fill("[name=code]", "90853")
    biller.fill("[name=on]", "2026-05-04")
    biller.fill("[name=number]", "2")
    biller.click("text=Compare all payers")
    assert "2 lines of 90853 on one day" in biller.inner_text("#units")
    row = biller.locator(".asked tbody tr", has_text="tricare/one-group-per-day")
    assert "will be denied" in row.inner_text()
    assert "TRICARE Policy Manual" in row.inner_text()
    rows = biller.locator(".asked tbody tr").count()
    assert rows == biller.locator(".compared tbody tr").count() > 40


def test_a_file_of_an_unknown_payer_is_chosen_once(biller: Page, tmp_path: Path) -> None:
    """The file stays in the form, so that choosing the payer is enough to check it."""
    (tmp_path / "claims.json").write_text(_CLAIM.replace("tricare", "nobody"), encoding="utf-8")
    biller.goto("/page/file")
    biller.set_input_files("[name=file]", tmp_path / "claims.json")
    biller.click("[value=show]")
    assert "Choose the payer below" in biller.inner_text("[role=alert]")
    biller.select_option("[name=payer]", "tricare")
    biller.click("[value=show]")
    assert biller.locator(".lines tbody tr").count() == 1


@pytest.mark.parametrize("kind", ["html", "xlsx", "csv", "json"])
def test_a_report_is_taken_home(biller: Page, tmp_path: Path, kind: str) -> None:
    """The report of a file is that of the command, in each format."""
    (tmp_path / "claims.json").write_text(_CLAIM, encoding="utf-8")
    biller.goto("/page/file")
    biller.set_input_files("[name=file]", tmp_path / "claims.json")
    with biller.expect_download() as download:
        biller.click(f"[value={kind}]")
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"PK") if kind == "xlsx" else b"C1" in content


def test_a_file_that_cannot_be_read_is_named(biller: Page, tmp_path: Path) -> None:
    """A file without claims gets its problems, and the form to try another."""
    (tmp_path / "claims.txt").write_text("hello", encoding="utf-8")
    biller.goto("/page/file")
    biller.set_input_files("[name=file]", tmp_path / "claims.txt")
    biller.click("[value=show]")
    assert biller.locator("[role=alert] li").count() > 0


def test_the_report_of_a_file_has_filters_and_navigation(biller: Page, tmp_path: Path) -> None:
    """The report is shown with working filters, and with the links to the other pages."""
    (tmp_path / "claims.json").write_text(_CLAIM, encoding="utf-8")
    biller.goto("/page/file")
    biller.set_input_files("[name=file]", tmp_path / "claims.json")
    biller.click("[value=show]")
    row = biller.locator(".lines tbody tr")
    assert row.is_visible()
    biller.fill("#filters [name=code]", "90837")
    assert row.is_hidden()
    assert biller.inner_text("#count") == "0 of 1 lines"
    biller.click("nav >> text=Check a claim")
    assert biller.locator("[name=member]").is_visible()


def test_a_fact_is_stated_where_it_is_asked_for(biller: Page) -> None:
    """A fact that rules miss is a field with the answers; when it is stated, it is not asked."""
    _fill(biller, "medicare")
    biller.click("text=Check this claim")
    assert biller.locator("[name=contractor]").count() == 1
    field = biller.locator(".asked [name=contractor]")
    before = field.count()
    field.select_option(index=1)
    chosen = field.input_value()
    biller.click("text=Check again with these facts")
    assert (before, field.count()) == (1, 0)
    assert biller.input_value("[name=contractor]") == chosen
    assert biller.input_value("[name=member]") == _MEMBER


def test_advice_is_about_this_form(biller: Page) -> None:
    """Advice about missing facts names no loop of an 837, and no file of the practice."""
    _fill(biller, "all")
    biller.click("text=Check this claim")
    assert biller.locator(".answer details li").count() > 50
    advice = biller.locator(".answer details").all_text_contents()
    assert [each for each in advice if re.search(r"loop 2|practice\.toml|--", each)] == []


def test_answers_are_above_the_form_the_worst_first(biller: Page) -> None:
    """After sending, the table of all payers is at the top, with denials before the others."""
    _fill(biller, "all")
    biller.click("text=Check this claim")
    table, form = biller.locator(".summary").bounding_box(), biller.locator("#claim").bounding_box()
    assert table is not None
    assert form is not None
    assert table["y"] < form["y"]
    answers = biller.locator(".summary tbody td").all_inner_texts()
    denied = ["will not be paid" in each for each in answers]
    assert denied == sorted(denied, reverse=True)
    assert 0 < sum(denied) < len(denied) == biller.locator(".answer").count()
    for payer in biller.locator(".summary tr[data-payer-row]").evaluate_all(
        "all => all.slice(0, 3).map(one => one.dataset.payerRow)"
    ):
        assert "will not be paid" in biller.inner_text(f"#answer-{payer} h3")


def test_an_answer_leads_to_the_page_of_its_rule(biller: Page) -> None:
    """The rule of a denial, and one that is kept, have a page: what it requires and its sources."""
    _fill(biller, "tricare")
    biller.click("text=Check this claim")
    links = biller.eval_on_selector_all(
        "a[href^='/page/rules/']", "all => [...new Set(all.map(one => one.getAttribute('href')))]"
    )
    assert len(links) > 1
    for link in links:
        biller.goto(link)
        assert biller.locator("[data-edition]").count() >= 1, link
        assert "If broken:" in biller.inner_text("main"), link
        assert biller.locator("main li a[href^=http]").count() >= 1, link


def test_topics_of_a_payer_are_a_table(biller: Page) -> None:
    """Each topic is a row whose numbers of codes are those of `/v1/topics`."""
    biller.goto("/page/payers?payer=tricare")
    with urllib.request.urlopen(f"{biller.url.partition('/page')[0]}/v1/topics?payer=tricare") as r:
        topics = json.load(r)["topics"]
    assert biller.locator("[data-topic]").count() == len(topics)
    for each in topics:
        row = biller.inner_text(f"[data-topic={each['topic']}] td")
        for status, codes in each["codes"].items():
            if codes:
                assert re.search(rf"{status}( \(.*\))?: {len(codes)}\b", row), (row, status)


@pytest.mark.parametrize("path", ["/page/rules/tricare/nothing", "/page/rules/x/y", "/page/none"])
def test_an_address_without_an_answer_is_a_page(address: str, path: str) -> None:
    """What does not exist is a page with its links, and never JSON."""
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{address}{path}")
    assert error.value.code == 404
    assert error.value.headers["Content-Type"].startswith("text/html")
    assert "<nav" in error.value.read().decode()
    error.value.close()


def test_a_payer_is_found_by_name(biller: Page) -> None:
    """A name in any case adds its payer to those chosen; an unknown one is a fault of its field."""
    _fill(biller, "medicare", payer_name="tricare")
    biller.click("text=Check this claim")
    assert biller.locator(".answer").count() == 2
    assert biller.locator("[data-payer=tricare]").count() == 1
    biller.fill("[name=payer_name]", "Blue Cross")
    biller.click("text=Check this claim")
    assert "fits several payers" in biller.inner_text("#fault-payer_name")
    assert biller.input_value("[name=payer_name]") == "Blue Cross"
    biller.fill("[name=payer_name]", "Nobody Mutual")
    biller.click("text=Check this claim")
    assert "'Nobody Mutual' is not a payer here" in biller.inner_text("#fault-payer_name")
    assert biller.locator(".answer").count() == 0


def test_an_earlier_service_is_one_row(browser: Browser, address: str) -> None:
    """The date, code and units of an earlier service are in one row at each width."""
    for width in (375, 1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=address)
        page = context.new_page()
        page.goto("/page")
        tops = (
            page.locator(".earlier")
            .first.locator("input")
            .evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
        )
        context.close()
        assert len(tops) == 3
        assert len(set(tops)) == 1, width


@pytest.mark.parametrize("payers", [("tricare", "il-medicaid", "medicare"), ("all",)])
def test_the_page_answers_as_the_endpoint_does(
    biller: Page, address: str, payers: tuple[str, ...]
) -> None:
    """Outcomes, bases and rules on the page are those of `/v1/check` for the same claim."""
    _fill(biller, *payers)
    biller.select_option("[name=setting]", "practitioner")
    biller.click("text=Check this claim")
    provider = {"npi": "1234567893"}
    line = {"code": "90853", "date_from": "2026-05-04", "units": 2, "place_of_service": "11"}
    claim = {
        "id": "page",
        "member": {"id": _MEMBER},
        "billing_provider": provider,
        "setting": "practitioner",
        "lines": [{**line, "rendering_provider": provider}],
    }
    query = "&".join(f"payer={payer}" for payer in payers)
    body = json.dumps({"claim": claim, "history": []}).encode()
    with urllib.request.urlopen(f"{address}/v1/check?{query}", body) as response:
        decisions = json.load(response)["decisions"]
    expected = {
        each["payer"]: (
            each["outcome"],
            [line["basis"] for line in each["lines"]],
            sorted(finding["rule"] for finding in each["findings"]),
        )
        for each in decisions
    }
    shown: dict[str, Any] = biller.locator(".answer").evaluate_all(
        """all => Object.fromEntries(all.map(one => [one.dataset.payer, [one.dataset.outcome,
        [...one.querySelectorAll('[data-line]')].map(line => line.dataset.basis),
        [...one.querySelectorAll('[data-rule]')].map(rule => rule.dataset.rule).sort()]]))"""
    )
    assert {payer: tuple(value) for payer, value in shown.items()} == expected


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(browser: Browser, address: str, tmp_path: Path, scheme: Any) -> None:
    """Axe finds no violation, light and dark, and nothing is wider than a phone."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    context = browser.new_context(
        color_scheme=scheme,
        base_url=address,
        viewport={"width": 375, "height": 800},
        bypass_csp=True,
    )
    page = context.new_page()
    for path in (
        "/page",
        "/page/file",
        "/page/code",
        "/page/payers",
        "/page/payers?payer=tricare",
        "/page/rules/medicare/mue",
    ):
        page.goto(path)
        found = axe.Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
    _fill(page, "tricare")
    page.click("text=Check this claim")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    _fill(page, "medicare", "tricare")
    page.click("text=Check this claim")
    assert page.locator(".asked, .summary").count() == 2
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.click("text=Find the next date that pays")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.goto("/page/code?code=90853&number=2")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    (tmp_path / "claims.json").write_text(_CLAIM, encoding="utf-8")
    page.goto("/page/file")
    page.set_input_files("[name=file]", tmp_path / "claims.json")
    page.click("[value=show]")
    page.wait_for_selector(".lines")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_forms_of_other_sites_are_refused(address: str, headers: dict[str, str]) -> None:
    """A form that another site sends gets no answer."""
    request = urllib.request.Request(f"{address}/page", b"payer=tricare", headers)
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request)
    assert error.value.code == 403
    error.value.close()


def test_pages_are_not_kept(address: str) -> None:
    """No page is cached, and its policy allows no script."""
    with urllib.request.urlopen(f"{address}/page") as response:
        assert response.headers["Cache-Control"] == "no-store"
        policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert not re.search("script|unsafe", policy)
