"""The ledger of common advice: each sentence is answered by a command, or out of scope."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Final

import attrs
import pytest

from payer_rules.cli import main
from payer_rules.profiles.left_out import left_out_in
from payer_rules.registry import load
from payer_rules.rules import TOPICS

CHECKOUT: Final = Path(__file__).resolve().parent.parent
TOOLS: Final = CHECKOUT / "tools"

if not (TOOLS / "common_advice.py").is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)

sys.path.insert(0, str(TOOLS))

from common_advice import CLAIMS, VERDICTS, Advice, AdviceList, claim_files, command_of  # noqa: E402
from gaps import gaps  # noqa: E402

LEDGER: Final = AdviceList.read()
REGISTRY: Final = load()
RULES: Final = {payer: REGISTRY.collect(payer).rules for payer in REGISTRY.payers}
ANSWERED: Final = [advice for advice in LEDGER.advice if advice.verdict != "out of scope"]


def test_every_sentence_has_a_verdict_and_an_answer() -> None:
    """No id is there twice, every verdict is used, and every topic is known."""
    assert {advice.verdict for advice in LEDGER.advice} == set(VERDICTS)
    assert Counter(advice.id for advice in LEDGER.advice).most_common(1)[0][1] == 1
    assert {topic for advice in LEDGER.advice for topic in advice.topics} <= set(TOPICS)
    assert all(advice.heard.endswith(".") and advice.answer for advice in LEDGER.advice)


def test_a_sentence_has_a_command_unless_it_is_out_of_scope() -> None:
    """What is out of scope has neither command nor claim; everything else has a command."""
    with_command = [advice for advice in LEDGER.advice if command_of(advice)]
    assert with_command == ANSWERED


@pytest.mark.parametrize("advice", ANSWERED, ids=lambda advice: advice.id)
def test_the_command_of_a_sentence_answers_it(
    advice: Advice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command runs on the claim of the sentence, and prints what the answer rests on."""
    monkeypatch.chdir(tmp_path)
    lines = advice.against or advice.follows or advice.permits
    if lines:
        (tmp_path / CLAIMS).mkdir(parents=True)
        file = tmp_path / CLAIMS / f"{advice.id}.toml"
        file.write_text(LEDGER.text_of(lines), encoding="utf-8")
    assert main([*command_of(advice)]) in (0, 1, 6)
    printed = " ".join(capsys.readouterr().out.split())
    assert [text for text in advice.prints if text not in printed] == []


def test_every_claim_that_a_command_names_is_offered() -> None:
    """The commands of the page run in the checkout, on the files that are in it."""
    named = {word for advice in ANSWERED for word in command_of(advice) if word.endswith(".toml")}
    offered = {f"{CLAIMS}/{name}": text for name, text in claim_files(LEDGER).items()}
    assert named == offered.keys()
    for name, text in offered.items():
        assert (CHECKOUT / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("advice", "payer", "said"),
    [
        ("treatment-plan", "carelon", False),
        ("treatment-plan", "ny-medicaid", True),
        ("note", "optum", True),
        ("counselors-medicare", "ambetter", False),
        ("counselors-medicare", "medicare", True),
        ("45-minutes", "ny-medicaid", True),
    ],
)
def test_a_payer_is_named_only_for_rules_about_the_advice(
    advice: str, payer: str, said: bool
) -> None:
    """A rule about another part of the record, or of another payer, is no answer."""
    (row,) = (each for each in LEDGER.advice if each.id == advice)
    stance = LEDGER.stance(row, {payer: REGISTRY.rulebook(payer)}, RULES)
    assert (payer in stance.asks) is said


def test_a_rule_about_minutes_contradicts_that_they_do_not_matter() -> None:
    """The payers with a rule about minutes say otherwise."""
    (row,) = (each for each in LEDGER.advice if each.id == "not-time-based")
    stance = LEDGER.stance(row, {"ny-medicaid": REGISTRY.rulebook("ny-medicaid")}, RULES)
    assert "ny-medicaid/clinic-group-minutes" in stance.otherwise["ny-medicaid"]


def test_wrong_advice_cites_the_rules_that_contradict_it() -> None:
    """The sources of a wrong sentence are rules of the payers that are named with it."""
    known = {rule.id for rules in RULES.values() for rule in rules}
    wrong = [advice for advice in LEDGER.advice if advice.verdict == "wrong"]
    assert all(advice.sources for advice in wrong)
    assert {rule for advice in LEDGER.advice for rule in advice.sources} <= known


def test_a_modifier_of_video_makes_no_group_of_families() -> None:
    """90853 with GT in an office is found by a rule about GT; 90849 is a code of its own."""
    (advice,) = (each for each in LEDGER.advice if each.id == "gt-for-families")
    stance = LEDGER.stance(advice, {"medicare": REGISTRY.rulebook("medicare")}, RULES)
    assert stance.otherwise == {"medicare": ["medicare/gt-is-not-for-practitioners"]}


@pytest.mark.parametrize(
    ("advice", "payer", "rules"),
    [
        ("once-a-day", "il-medicaid", ["il-medicaid/group-one-per-day"]),
        ("individual-same-day", "medicare", ["medicare/ptp"]),
        ("audio-93", "medicare", ["medicare/audio-needs-93"]),
        ("weekly", "il-medicaid", ["il-medicaid/group-two-per-week"]),
    ],
)
def test_a_payer_asks_for_what_one_of_its_rules_finds(
    advice: str, payer: str, rules: list[str]
) -> None:
    """The rules that have findings against the advice are named; without them the payer is not."""
    (row,) = (each for each in LEDGER.advice if each.id == advice)
    collected = REGISTRY.collect(payer)
    kept = tuple(rule for rule in collected.rules if rule.id not in rules)
    less = attrs.evolve(collected, rules=kept, terms=())
    with_rules, without = (
        LEDGER.stance(row, {payer: REGISTRY.rulebook(payer, collected=each)}, RULES).asks
        for each in (collected, less)
    )
    assert set(rules) <= set(with_rules[payer])
    assert without == {}


def test_a_row_that_cannot_be_said_is_on_the_page_of_gaps(tmp_path: Path) -> None:
    """The row is listed under its concept; one without a concept is only counted."""
    file = tmp_path / "left-out.toml"
    file.write_text(
        '[acme]\n"A-1" = { topic = "session", concept = "sums of time", why = "It adds up time." }\n'
        '"A-2" = { topic = "session", why = "It is of nobody." }\n'
        '"A-3" = { topic = "session", concept = 7, why = "Its concept is a number." }\n'
    )
    rows, problems = left_out_in(tmp_path)
    assert [problem.where for problem in problems] == ["left-out.toml:4"]
    page = "\n".join(gaps(rows))
    assert "## Sums of time\n- `acme`, A-1: It adds up time." in page
    assert "A-2" not in page
    assert "The other 1 row" in page
