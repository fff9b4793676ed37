"""A second reading is of the rule as it is written: a change of any value ends it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

import attrs
import pytest

from payer_rules import (
    Check,
    Citation,
    Claim,
    History,
    MissingInformation,
    SecondReading,
    Violation,
    load,
)
from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance.mutants import mutants_of
from payer_rules.json_forms.rule_form import of_rule, rule_from
from payer_rules.profiles import read_profile
from payer_rules.profiles.profile_check import check_profile
from payer_rules.reports.health import stale_readings
from payer_rules.rules import Rule, digest_of, errors_of_second_reading

REGISTRY: Final = load()
COLLECTED: Final = {payer: REGISTRY.collect(payer) for payer in REGISTRY.payers}
RULES: Final = tuple(dict.fromkeys(rule for each in COLLECTED.values() for rule in each.rules))
PROFILE: Final = """\
[payer]
id = "acme"
name = "Acme Health (invented)"
kind = "commercial"

[sources.MANUAL]
title = "Acme provider manual (invented)"
url = "https://example.com/manual"
read = 2026-11-23
confidence = "primary"

[[frequency_limit]]
id = "per-week"
codes = ["90853", "90849"]
limit = 2
counts = "services"
window = { rolling_days = 7 }
scope = "member"
when = { place_of_service = ["02", "10"], modifier = ["95"] }
in_force = { to = 2025-12-31 }
cites = ["MANUAL"]
rationale = "Twice in seven days by telehealth."

[[frequency_limit]]
id = "per-week"
codes = ["90853"]
limit = 3 # since the change
counts = "services"
window = { rolling_days = 7 }
scope = "member"
in_force = { from = 2026-01-01 }
cites = ["MANUAL"]
rationale = '''
Three times in
seven days.'''

[[coverage]]
id = "no-families"
codes = ["90849"]
covered = false
cites = ["MANUAL"]
rationale = "Family groups are not covered."
"""
READ: Final = ("--result", "right", "--text", 'page 3, "limits"', "--on", "2026-11-30")
CHANGED: Final = "the rule changed after its second reading"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The profile in a file."""
    path = tmp_path / "acme.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def read_again(file: Path, *names: str) -> int:
    """Record the second reading of the rules."""
    return main(["profiles", "read-again", str(file), *names, *READ])


def messages(file: Path) -> list[str]:
    """Return what ``profiles check`` reports, as of the day of the readings."""
    return [problem.message for problem in check_profile(file, "x", date(2026, 11, 30))[0]]


def test_no_bundled_rule_changed_after_its_second_reading() -> None:
    """The digest of each record is that of the rule: read a changed rule again."""
    assert [*map(str, stale_readings(COLLECTED))] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_digest_differs_with_every_value_of_a_rule(rule: Rule) -> None:
    """Every fact, text and source of a rule is in its digest."""
    sources = (attrs.evolve(rule.citations[0], locator="elsewhere"), *rule.citations[1:])
    others = [mutant.new for mutant in mutants_of(rule, ["90853", "99213"]) if mutant.new]
    others += [attrs.evolve(rule, rationale=f"{rule.rationale} So."), attrs.evolve(rule, id="a/b")]
    others += [attrs.evolve(rule, citations=cites) for cites in (sources, rule.citations * 2)]
    assert digest_of(rule) not in [digest_of(other) for other in others if isinstance(other, Rule)]


def test_the_digest_is_not_of_how_a_rule_is_written(file: Path) -> None:
    """The order of keys and lists of codes, comments, blanks and spellings of numbers are free."""
    before = [digest_of(rule) for rule in read_profile(file, "x").rules]
    head, *tables = PROFILE.split("\n[[")
    for seed in range(5):
        shuffled = []
        for table in tables[:1] + tables[2:]:
            name, *keys = table.strip().split("\n")
            random.Random(seed).shuffle(keys)
            shuffled.append("\n".join([f"{name} # again", *keys, ""]))
        text = "\n[[".join([head, shuffled[0], tables[1], *shuffled[1:]])
        text = text.replace('"90853", "90849"', '"90849",  "90853"').replace(
            "limit = 2", "limit=2.0"
        )
        file.write_text(text, encoding="utf-8")
        assert [digest_of(rule) for rule in read_profile(file, "x").rules] == before


def test_a_source_that_is_read_again_leaves_the_digest() -> None:
    """The day on which a source was read is no value of the rules that cite it."""
    rule = RULES[0]
    again = [attrs.evolve(cite, read=date(2020, 1, 1)) for cite in rule.citations]
    assert digest_of(attrs.evolve(rule, citations=tuple(again))) == digest_of(rule)


def test_read_again_writes_one_line_and_nothing_else(file: Path) -> None:
    """The record is a line of the rule's table; the second one replaces the first."""
    assert read_again(file, "no-families", "acme/per-week:25") == ExitCode.CLEAN
    assert read_again(file, "no-families") == ExitCode.CLEAN
    lines = file.read_text(encoding="utf-8").split("\n")
    added = [line for line in lines if line.startswith("second_reading")]
    assert [line for line in lines if line not in added] == PROFILE.split("\n")
    assert len(added) == 2
    readings = [rule.second_reading for rule in read_profile(file, "x").rules]
    first, second, third = (str(reading) for reading in readings)
    assert (first, second, third) == ("None", *['on 2026-11-30, right: page 3, "limits"'] * 2)
    assert messages(file) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("limit = 3 #", "limit = 4 #"),
        ("90849", "90847"),
        ("manual (invented)", "handbook (invented)"),
        ("seven days.'''", "a week.'''"),
    ],
)
def test_a_change_of_the_rule_ends_its_second_reading(file: Path, old: str, new: str) -> None:
    """Profiles check reports the rule until it is read again, or the record is removed."""
    read_again(file, "no-families", "per-week:25")
    text = file.read_text(encoding="utf-8").replace(old, new)
    file.write_text(text, encoding="utf-8")
    assert set(messages(file)) == {CHANGED}
    assert main(["profiles", "check", str(file)]) == ExitCode.FAULTY
    read_again(file, "no-families", "per-week:25")
    assert messages(file) == []


def test_a_record_without_a_digest_is_no_second_reading(file: Path) -> None:
    """Who writes the record by hand is asked to let the command write it."""
    by_hand = 'second_reading = { on = 2026-11-30, result = "right", text = "page 3" }\nrationale'
    file.write_text(PROFILE.replace("rationale", by_hand), encoding="utf-8")
    assert messages(file) == ["the second reading has no digest"] * 3


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["per-weak"], "there is no valid rule 'per-weak'. Did you mean 'per-week'?"),
        (["per-week"], "'per-week' has 2 editions. Name one: per-week:13, per-week:25"),
    ],
)
def test_a_name_that_is_not_of_one_rule_is_reported(
    file: Path, names: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written unless each name is that of one rule."""
    assert read_again(file, "no-families", *names) == ExitCode.USAGE
    assert message in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == PROFILE


def test_a_rule_in_one_line_has_no_place_for_a_record(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record is a line of its own."""
    head, _, rule = PROFILE.partition("[[coverage]]")
    keys = ", ".join(rule.strip().split("\n"))
    file.write_text(f"coverage = [{{ {keys} }}]\n{head}", encoding="utf-8")
    assert read_again(file, "no-families") == ExitCode.FAULTY
    assert "'acme/no-families' has no line that begins with rationale" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("wrong", "--text", "page 3"), "there is no result 'wrong'"),
        (("right", "--text", " "), "--text: the text is empty"),
    ],
)
def test_a_record_states_a_result_and_a_text(
    file: Path, options: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reading without its result, or without its text, proves nothing."""
    command = ["profiles", "read-again", str(file), "no-families", "--result", *options]
    assert main(command) == ExitCode.USAGE
    assert message in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == PROFILE


def test_a_function_of_a_plugin_can_be_read_twice() -> None:
    """The digest of a check is that of its values, with the name of its function."""

    def nothing(claim: Claim, history: History) -> Iterable[Violation | MissingInformation]:
        return ()

    cite = Citation(
        row="A", title="M", url="https://m.org", read=date.today(), confidence="primary"
    )
    check = Check(
        id="a/b", codes=frozenset(["90853"]), citations=(cite,), rationale="So.", function=nothing
    )
    reading = SecondReading(on=date.today(), result="right", text="page 1", digest=digest_of(check))
    assert [*errors_of_second_reading(attrs.evolve(check, second_reading=reading))] == []
    stale = attrs.evolve(check, outcome="review", second_reading=reading)
    (error,) = errors_of_second_reading(stale)
    assert error.message == CHANGED


def test_the_terms_of_edits_can_be_read_twice() -> None:
    """The record is of the terms, for every release: the rows are CMS's."""
    table, *_ = COLLECTED["medicare"].tables
    terms = table.terms
    reading = SecondReading(on=date.today(), result="right", text="I-28", digest=digest_of(terms))
    assert [*errors_of_second_reading(attrs.evolve(terms, second_reading=reading))] == []
    assert digest_of(attrs.evolve(table, pairs=()).terms) == digest_of(table.terms)
    changed = attrs.evolve(terms, scope="rendering", second_reading=reading)
    collected = attrs.evolve(COLLECTED["medicare"], rules=(), terms=(changed,))
    assert [problem.message for problem in stale_readings({"medicare": collected})] == [CHANGED]


def test_a_second_reading_is_part_of_a_rule_as_json(file: Path) -> None:
    """The record is in reports, and is read back."""
    read_again(file, "no-families")
    rule = read_profile(file, "x").rules[-1]
    data = of_rule(rule)
    assert rule_from(data).second_reading == rule.second_reading
