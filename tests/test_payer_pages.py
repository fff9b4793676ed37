"""The pages about payers: made from the rules, whole, and readable without knowing the codes."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from payer_rules import (
    AddOnCode,
    AuthorizationRequirement,
    Bounds,
    Citation,
    Coverage,
    DateRange,
    DiagnosisRequirement,
    FrequencyLimit,
    ModifierRequirement,
    OtherLine,
    PaymentTiers,
    PlaceOfServiceRequirement,
    ProviderCriteria,
    ProviderRequirement,
    Rule,
    SameDayCombination,
    SessionRequirement,
    When,
    Window,
)
from payer_rules.engine.words import QUESTIONS
from payer_rules.errors import InputError
from payer_rules.registry import load
from payer_rules.reports.payer_answers import answers_of
from payer_rules.reports.rule_items import items_of, since, span_in_words

CHECKOUT: Final = Path(__file__).resolve().parent.parent
TOOL: Final = CHECKOUT / "tools" / "make_payer_pages.py"
FOLDER: Final = CHECKOUT / "docs" / "reference"

if not TOOL.is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)

sys.path.insert(0, str(TOOL.parent))
from code_words import CodeWords  # noqa: E402

PAGES: Final = sorted(p for p in (FOLDER / "payers").glob("*.md") if p.name != "README.md")
REGISTRY: Final = load()
MANUAL: Final = Citation(
    row="A-1",
    title="Manual",
    url="https://example.org/manual",
    read=date(2024, 7, 1),
    confidence="primary",
)
COMMON: Final[dict[str, Any]] = {
    "id": "acme/rule",
    "citations": (MANUAL,),
    "rationale": "It is so.",
}
GROUP: Final = frozenset({"90853"})


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, TOOL, *arguments]
    return subprocess.run(run, capture_output=True, text=True, check=False)


def _codes(text: str) -> set[str]:
    """The procedure codes in the text, those of ranges too; names of texts are left out."""
    names = ("- Source", "- Second reading")
    text = "\n".join(line for line in text.splitlines() if not line.startswith(names))
    found = re.findall(r"\b([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})(?:[-–]([0-9]{5}))?\b", text)
    return {
        f"{code:05}" if last else first
        for first, last in found
        for code in (range(int(first), int(last) + 1) if last else (0,))
    }


def test_the_pages_are_up_to_date() -> None:
    """The pages in docs/reference are the ones that the tool writes."""
    done = _run("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_page_that_is_changed_or_gone_or_of_no_payer_is_named(tmp_path: Path) -> None:
    """The check exits 1 and names each; written anew they are right, and a stray page is gone."""
    assert _run(tmp_path).returncode == 0
    assert _run("--check", tmp_path).returncode == 0
    (tmp_path / "facts.md").unlink()
    (tmp_path / "payers" / "acme.md").write_text("A payer of whom nothing is known.\n")
    with (tmp_path / "payers" / "uhc.md").open("a", encoding="utf-8") as page:
        page.write("A sentence that no rule says.\n")
    done = _run("--check", tmp_path)
    assert done.returncode == 1
    named = re.findall(r"^(\S+) is out of date", done.stderr, re.MULTILINE)
    assert named == ["facts.md", "payers/acme.md", "payers/uhc.md"]
    assert _run(tmp_path).returncode == 0
    assert not (tmp_path / "payers" / "acme.md").exists()
    assert _run("--chek").returncode == 2


def test_every_payer_has_a_page() -> None:
    """No bundled payer is without one, and the list of payers names each."""
    assert sorted(page.stem for page in PAGES) == sorted(REGISTRY.payers)
    index = (FOLDER / "payers" / "README.md").read_text(encoding="utf-8")
    assert all(f"({page.name})" in index for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_rule_without_a_date_and_a_source(page: Path) -> None:
    """Each edition of a rule of the payer is there once, with its dates, source and reading."""
    text = page.read_text(encoding="utf-8")
    result = re.split(r"^\*\*.*\*\*$", text, flags=re.MULTILINE)[1:]
    assert all(
        re.search(r"^- In effect: .+\d{4}|dates of the source are not known", item, re.MULTILINE)
        for item in result
    )
    assert all(
        re.search(r"^- Source: \[.+\]\(http.+read on \d{4}-\d\d-\d\d \(row ", item, re.MULTILINE)
        for item in result
    )
    collected = REGISTRY.collect(page.stem)
    ids = [rule.id for rule in collected.rules]
    parts = (("ptp", "pairs"), ("mue", "units"), ("add-on", "add_ons"))
    ids += [
        f"{page.stem}/{name}" for t in collected.tables for name, rows in parts if getattr(t, rows)
    ]
    assert sorted(re.findall(r"^- Rule id: `(.+)`$", text, re.MULTILINE)) == sorted(ids)


@pytest.mark.parametrize(
    "page", [*PAGES, FOLDER / "group-psychotherapy.md"], ids=lambda page: page.stem
)
def test_no_code_without_what_it_is_about(page: Path) -> None:
    """Every procedure code of a page is in its table of codes, with words."""
    text, _, table = page.read_text(encoding="utf-8").partition("## The codes on this page")
    if page.stem == "group-psychotherapy":
        text = re.sub(r" \| [^|]* \|$", "", text, flags=re.MULTILINE)
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]
    assert all(words.strip(" |?") for _, words in rows)
    assert _codes(text) <= _codes(" ".join(code for code, _ in rows))


def test_all_payers_stand_side_by_side() -> None:
    """Every payer has a row, or is named as one without a rule; each question has its section."""
    text = (FOLDER / "group-psychotherapy.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE)[: len(QUESTIONS)] == list(QUESTIONS)
    overview = text.partition("## ")[0]
    table, _, without = overview.partition("Without a rule about it: ")
    linked = {payer for payer in REGISTRY.payers if f"](payers/{payer}.md)" in table}
    unlinked = {p.id for p in REGISTRY.payers.values() if p.id not in linked}
    assert linked
    assert all(REGISTRY.payers[payer].name in without for payer in unlinked)
    (illinois,) = [line for line in overview.splitlines() if "il-medicaid.md" in line]
    assert illinois.split(" | ")[1:3] == [
        "1 a day; 1 a line (MUE)\\*\\~",
        "2 in any 7 consecutive days",
    ]


def _limit(**changes: Any) -> FrequencyLimit:
    fields: dict[str, Any] = {
        "codes": GROUP,
        "limit": Decimal(2),
        "counts": "units",
        "window": Window("day"),
        "scope": "member",
    }
    return FrequencyLimit(**COMMON, **fields | changes)


@pytest.mark.parametrize(
    ("rule", "question", "short"),
    [
        (_limit(), "How many a day", "2 a day"),
        (_limit(limit="none"), "How many a day", "no limit"),
        (
            _limit(counts="minutes", scope="all-members"),
            "How many a day",
            "2 minutes by one provider a day",
        ),
        (_limit(excess="authorization"), "How many a day", "2 a day, more with an authorization"),
        (
            _limit(excess=PaymentTiers(((Decimal(2), Decimal("0.5")),)), outcome="reduce"),
            "How many a day",
            "2 a day, more in part",
        ),
        (
            _limit(window=Window("week", begins="sunday")),
            "How many in a longer time",
            "2 in a week that begins on Sunday",
        ),
        (_limit(codes=frozenset({"90834"})), None, ""),
        (
            SameDayCombination(
                **COMMON, first=GROUP, second=frozenset({"90834"}), indicator=0, scope="provider"
            ),
            "With what on the same day",
            "pays, not 90834",
        ),
        (
            SameDayCombination(
                **COMMON,
                first=frozenset({"90834"}),
                second=GROUP,
                indicator=1,
                bypass=frozenset({"59"}),
                scope="provider",
            ),
            "With what on the same day",
            "not with 90834 without 59",
        ),
        (
            SameDayCombination(
                **COMMON,
                first=frozenset({"90834"}),
                second=GROUP,
                indicator=0,
                scope="provider",
                undirected=True,
                outcome="review",
            ),
            "With what on the same day",
            "it or 90834",
        ),
        (
            SameDayCombination(
                **COMMON,
                first=frozenset({"90834"}),
                second=frozenset({"90847"}),
                indicator=0,
                scope="provider",
            ),
            None,
            "",
        ),
        (
            AddOnCode(**COMMON, codes=frozenset({"90785"}), primaries=GROUP),
            "With what on the same day",
            "carries 90785",
        ),
        (
            AddOnCode(**COMMON, codes=GROUP, primaries=frozenset({"90834"})),
            "With what on the same day",
            "only with 90834",
        ),
        (Coverage(**COMMON, codes=GROUP), "What else", "not paid"),
        (Coverage(**COMMON, codes=GROUP, covered=True), "What else", "covered"),
        (
            Coverage(
                **COMMON, codes=GROUP, when=When(same_day=OtherLine(codes=frozenset({"H0015"})))
            ),
            "With what on the same day",
            "not paid beside H0015",
        ),
        (
            ModifierRequirement(**COMMON, codes=GROUP, any_of=frozenset({"GT", "95"})),
            "Which modifier",
            "95 or GT",
        ),
        (
            ModifierRequirement(**COMMON, codes=GROUP, none_of=frozenset({"FQ"})),
            "Which modifier",
            "not FQ",
        ),
        (
            SessionRequirement(**COMMON, codes=GROUP, group_size=Bounds(at_least=2, at_most=12)),
            "How many in the group",
            "2 to 12",
        ),
        (
            SessionRequirement(**COMMON, codes=GROUP, minutes=Bounds(at_least=60)),
            "How long",
            "at least 60 minutes",
        ),
        (
            SessionRequirement(**COMMON, codes=GROUP, documented=frozenset({"topic"})),
            "What else",
            "a record of topic",
        ),
        (
            ProviderRequirement(
                **COMMON,
                codes=GROUP,
                not_rendered_by=ProviderCriteria(profession=frozenset({"bachelor"})),
            ),
            "Who",
            "not bachelor",
        ),
        (
            ProviderRequirement(**COMMON, codes=GROUP, personally=True),
            "Who",
            "the rendering provider in person",
        ),
        (
            PlaceOfServiceRequirement(
                **COMMON, codes=GROUP, none_of=frozenset({"21"}), modality=frozenset({"video"})
            ),
            "Where",
            "not place 21, video",
        ),
        (
            AuthorizationRequirement(**COMMON, codes=GROUP, needs=frozenset({"order"})),
            "With which authorization",
            "with order",
        ),
        (
            DiagnosisRequirement(**COMMON, codes=GROUP, none_of=frozenset({"F72"})),
            "What else",
            "no diagnosis F72",
        ),
    ],
)
def test_a_rule_answers_its_question_in_short(rule: Rule, question: str | None, short: str) -> None:
    """Each kind of rule answers one question about the code, or none where it is of other codes."""
    answers = answers_of("90853", "acme", (rule,), (), date(2024, 7, 1))
    result = [(answer.question, answer.short) for answer in answers]
    assert result == ([(question, short)] if question else [])


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        (DateRange(), ""),
        (DateRange(date(2024, 1, 1)), "from 2024-01-01 on"),
        (DateRange(None, date(2024, 1, 1)), "to 2024-01-01"),
        (DateRange(date(2024, 1, 1), date(2024, 1, 1)), "on 2024-01-01"),
        (DateRange(date(2024, 1, 1), date(2024, 2, 1)), "from 2024-01-01 to 2024-02-01"),
    ],
)
def test_a_span_is_reported_by_its_ends(dates: DateRange, message: str) -> None:
    """An open end is left out."""
    assert span_in_words(dates) == message


def test_a_rule_states_when_it_stands_and_when_it_was_read() -> None:
    """Its own days and those of its text and its publication are distinct."""
    assert since(_limit()) == "no first or last day is stated; the source was read as current"
    rule = _limit(
        in_force=DateRange(date(2024, 1, 1)),
        in_force_by="received",
        verified=DateRange(None, date(2024, 6, 30)),
        known=DateRange(date(2023, 11, 15)),
    )
    assert since(rule) == (
        "claims received from 2024-01-01 on; "
        "the source was read only for claims received to 2024-06-30; published on 2023-11-15"
    )


def test_codes_are_reported_with_words(tmp_path: Path) -> None:
    """Codes with the same words are one row; a code without words is an error that names it."""
    file = tmp_path / "words.csv"
    rows = ("kind,code,words", "procedure,90832-90834,individual therapy", "procedure,90853,group")
    file.write_text("\n".join([*rows, "carc,119,the most is reached", ""]), encoding="utf-8")
    words = CodeWords.read(file)
    result = words.services({"90853", "90834", "90832", "90833"})
    assert result == "individual therapy (90832–90834); group (90853)"
    assert words.note("Beside 90832-90834.") == "Beside 90832-90834."
    words.check("words.csv")
    assert dict(words.asked()) == {"90832–90834": "individual therapy", "90853": "group"}
    assert dict(words.anew().asked()) == {}
    words.note("Not beside H0015.")
    with pytest.raises(InputError, match=r"words.csv: the procedure code 'H0015' has no words"):
        words.check("words.csv")


def test_a_rule_is_reported_in_parts() -> None:
    """A biller reads the codes, what is asked, since when, what happens otherwise, and the source."""
    words = CodeWords.read(FOLDER / "code-words.csv")
    result = dict(items_of(_limit(when=When(place_of_service=frozenset({"11"}))), words))
    assert list(result) == [
        "Codes",
        "Rule",
        "Applies to",
        "In effect",
        "Otherwise",
        "Source",
        "Second reading",
    ]
    assert result["Codes"] == "group therapy (90853)"
    assert result["Rule"].startswith("at most 2 units a day for one member")
    assert result["Otherwise"] == "it is denied"
    assert ("place 11", "office") in list(words.asked())
