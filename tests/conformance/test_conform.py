"""The harness: each word of a cell, and that one payer's trouble costs no other."""

from __future__ import annotations

import os
import pickle
import shutil
import time
from datetime import date
from pathlib import Path

import attrs
import pytest
from bundled import bundled_answers, bundled_registry, bundled_suite
from invented_payer import profile_of

import payer_rules_profiles
from payer_rules.conformance import ConformanceResult, conform, payer_runner
from payer_rules.conformance.fixtures import read_suite
from payer_rules.registry import Registry, load
from payer_rules.reports.conformance_report import lines_of

BUNDLED = Path(payer_rules_profiles.__file__).parent

CLAIM = """
history = []

[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }

[[claim.lines]]
code = "90853"
date = 2024-08-15

[[claim.lines]]
code = "90853"
date = 2024-08-15
"""

EXPECTED = """
[expect.alpha]
lines = ["pay", "deny"]
findings = [{ rule = "alpha/one-a-day", lines = [2], outcome = "deny" }]
source = "T-1"
"""


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """The payers alpha and beta, each a profile alone."""
    for payer in ("alpha", "beta"):
        (tmp_path / f"{payer}.toml").write_text(profile_of(payer, rule="one-a-day"))
    return load(profiles=[tmp_path], without=["medicare", "profiles"])


def write(folder: Path, name: str, text: str) -> Path:
    """A fixture file with the text."""
    file = folder / name
    file.write_text(text)
    return file


def scenario(folder: Path, *, name: str = "two", more: str = EXPECTED, claim: str = CLAIM) -> Path:
    """A scenario of two sessions on one day."""
    text = f'name = "{name}"\nwhy = "payers differ"\n{claim}{more}'
    return write(folder, f"{name}.scenario.toml", text)


def statuses(result: ConformanceResult) -> dict[str, str]:
    """The word of each payer's cell in the first row."""
    return {payer: cell.status for payer, cell in result.scenarios[0].cells.items()}


def test_an_answer_that_nobody_expects_never_agrees(registry: Registry, tmp_path: Path) -> None:
    """What is as expected agrees; what nobody expects is unreviewed."""
    result = conform(registry, [scenario(tmp_path)])
    assert statuses(result) == {"alpha": "agrees", "beta": "unreviewed"}
    assert not result.problems


def test_without_a_history_nothing_is_evaluated(registry: Registry, tmp_path: Path) -> None:
    """Where something was not evaluated the cell says so."""
    claim = CLAIM.replace("history = []", "")
    result = conform(registry, [scenario(tmp_path, more="", claim=claim)])
    assert statuses(result) == {"alpha": "not evaluated", "beta": "not evaluated"}


def test_a_code_of_no_rule_is_not_applicable(registry: Registry, tmp_path: Path) -> None:
    """Where no rule of the payer meets a code of the claim, there is nothing to say."""
    claim = CLAIM.replace("90853", "97110")
    result = conform(registry, [scenario(tmp_path, more="", claim=claim)])
    assert statuses(result) == {"alpha": "not applicable", "beta": "not applicable"}


def test_a_changed_limit_disagrees(tmp_path: Path) -> None:
    """A wrong fact is listed with the rule, what was expected and what was got."""
    (tmp_path / "alpha.toml").write_text(profile_of("alpha", limit=2, rule="one-a-day"))
    changed = load(profiles=[tmp_path], without=["medicare", "profiles"])
    result = conform(changed, [scenario(tmp_path)])
    assert statuses(result) == {"alpha": "disagrees"}
    differences = result.scenarios[0].cells["alpha"].differences
    assert [d.what for d in differences] == ["lines", "finding of alpha/one-a-day"]
    assert differences[0].expected == "pay, deny"
    assert differences[0].got == "pay, pay"


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        (EXPECTED.replace("}]", ', carc = "119" }]'), "CARC of alpha/one-a-day"),
        (EXPECTED.replace("}]", ', rarc = ["N1"] }]'), "RARC of alpha/one-a-day"),
        (
            EXPECTED + '\nnot_evaluated = [{ rule = "alpha/x", missing = "history" }]',
            "alpha/x",
        ),
    ],
)
def test_codes_and_gaps_are_compared(
    registry: Registry, tmp_path: Path, expected: str, what: str
) -> None:
    """Denial codes are compared where they are given, what is not evaluated always."""
    result = conform(registry, [scenario(tmp_path, more=expected)])
    assert [d.what for d in result.scenarios[0].cells["alpha"].differences] == [what]


def test_open_questions_are_compared_unless_only_the_second_answer_is_stated(
    registry: Registry, tmp_path: Path
) -> None:
    """What to expect of a claim can be stated without a list of the topics that nobody has read."""
    claim = CLAIM.replace("history = []", "")
    second = EXPECTED.replace("lines = [", "expected = [", 1)
    both = EXPECTED.replace("lines = [", 'expected = ["pay", "deny"]\nlines = [', 1)
    for more, status in ((second, "agrees"), (both, "disagrees")):
        result = conform(registry, [scenario(tmp_path, more=more, claim=claim)])
        assert statuses(result)["alpha"] == status


@pytest.mark.parametrize(
    ("stated", "different"),
    [
        ('expected = ["pay", "deny"]\nbasis = ["proved", "proved"]', []),
        ('expected = ["pay", "pay"]', ["expected: expected pay, pay; got pay, deny"]),
        (
            'basis = ["proved", "presumed"]',
            ["basis: expected proved, presumed; got proved, proved"],
        ),
    ],
)
def test_the_expected_answer_is_compared_if_it_is_stated(
    registry: Registry, tmp_path: Path, stated: str, different: list[str]
) -> None:
    """`expected` and `basis` are compared line by line, and neither if it is left out."""
    file = scenario(tmp_path, more=f"{EXPECTED}{stated}\n")
    cell = conform(registry, [file], payers=["alpha"]).scenarios[0].cells["alpha"]
    assert list(map(str, cell.differences)) == different


CASES = """
rule = "alpha/one-a-day"

[[case]]
name = "c"
why = "w"
source = "T-1"
history = []
claim = { id = "C1", member = { id = "M1" }, billing_provider = { npi = "1234567893" } }
lines = "90853 2024-08-15 2024-08-15"
findings = []
"""


def test_a_case_belongs_to_one_payer(registry: Registry, tmp_path: Path) -> None:
    """A case is replayed through its own payer and compared with its exact findings."""
    file = write(tmp_path, "c.cases.toml", CASES)
    result = conform(registry, [file], payers=["alpha"])
    (case,) = result.cases
    assert case.status == "disagrees"
    assert result.statuses() == ("disagrees",)


def test_a_case_of_a_rule_that_does_not_exist_is_an_error(
    registry: Registry, tmp_path: Path
) -> None:
    """The case is errored, and the message names the rule and the nearest one."""
    file = write(tmp_path, "c.cases.toml", CASES.replace("one-a-day", "one-a-dya"))
    (case,) = conform(registry, [file], payers=["alpha"]).cases
    assert case.status == "errored"
    assert case.error == (
        "the payer 'alpha' has no rule 'alpha/one-a-dya'. Did you mean 'alpha/one-a-day'?"
    )


def test_a_denial_code_that_no_rule_states_is_named_as_missing(
    registry: Registry, tmp_path: Path
) -> None:
    """Where the rule states no CARC, the difference gives that as the reason."""
    expected = EXPECTED.replace("}]", ', carc = "119" }]')
    cell = conform(registry, [scenario(tmp_path, more=expected)]).scenarios[0].cells["alpha"]
    assert list(map(str, cell.differences)) == [
        "CARC of alpha/one-a-day: expected 119; got none, because the rule states no CARC"
    ]


def test_a_scenario_that_no_rule_speaks_of_is_left_out_and_counted(
    registry: Registry, tmp_path: Path
) -> None:
    """The table has no row for it, and the summary counts it."""
    scenario(tmp_path, more="")
    scenario(tmp_path, name="other-codes", more="", claim=CLAIM.replace("90853", "97110"))
    result = conform(registry, [tmp_path], payers=["beta"], invariants=False)
    text = "\n".join(lines_of(result, show_all=True))
    assert "other-codes" not in text
    assert "two" in text
    assert "1 payer × 2 scenarios (1 scenario left out: no rule speaks of the codes)" in text


ADDED = 'scenario = "two"\n[expect.beta]\nlines = ["pay", "deny"]\n' + (
    'findings = [{ rule = "beta/one-a-day", lines = [2], outcome = "deny" }]\nsource = "T-1"\n'
)


def test_a_file_adds_to_a_scenario(registry: Registry, tmp_path: Path) -> None:
    """A file that names a scenario adds what other payers answer."""
    more = write(tmp_path, "more.scenario.toml", ADDED)
    result = conform(registry, [scenario(tmp_path), more])
    assert statuses(result) == {"alpha": "agrees", "beta": "agrees"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.scenario.toml", f'name = "x"\nwhy = "w"\n{CLAIM}[expect.alfa]\nfindings = []\nsource = "s"\n', "no payer 'alfa'"),
        ("a.scenario.toml", f'nam = "x"\nwhy = "w"\n{CLAIM}', "'nam'"),
        ("a.scenario.toml", f'name = "x"\nwhy = "w"\n{CLAIM}{EXPECTED}'.replace("[2]", "[3]"), "no line 3"),
        ("a.scenario.toml", f'name = "x"\nwhy = "w"\n{CLAIM}{EXPECTED}'.replace('["pay", ', '["pay", "pay", '), "entries in lines: 3; lines of the claim: 2"),
        ("a.scenario.toml", f'name = "x"\nwhy = "w"\n{CLAIM}{EXPECTED}expected = ["pay"]\n', "entries in expected: 1"),
        ("a.scenario.toml", f'name = "x"\nwhy = "w"\n{CLAIM}{EXPECTED}basis = ["proved"]\n', "entries in basis: 1"),
        ("a.scenario.toml", f'name = "x"\nwhy = "w"\n{CLAIM}{EXPECTED}expected = ["pay", "unred"]\n', "Did you mean 'unread'?"),
        ("a.scenario.toml", f'name = "x"\nwhy = "w"\n{CLAIM}{EXPECTED}bases = []\n', "Did you mean 'basis'?"),
        ("a.scenario.toml", f'name = "x"\nwhy = "w"\nexpect = 1\n{CLAIM}', "not a table"),
        ("a.scenario.toml", f'name = "x"\nwhy = "w"\n{CLAIM}[expect]\nalpha = 1\n', "a table belongs here"),
        ("a.scenario.toml", ADDED.replace("two", "too"), "no scenario 'too'"),
        ("a.scenario.toml", ADDED.replace("beta", "alpha"), "already expected"),
        ("a.scenario.toml", 'wyh = 1\n' + ADDED, "unknown key 'wyh'"),
        ("a.scenario.toml", 'name = "x"\nwhy = "w"\n', "claim"),
        ("a.scenario.toml", "name = [", "never closed"),
        ("two-again.scenario.toml", f'name = "two"\nwhy = "w"\n{CLAIM}', "2 scenarios of the name 'two'"),
        ("a.case.toml", f'name = "x"\n{CLAIM}', "payer-rules cases convert"),
        ("a.cases.toml", CASES.replace("alpha", "alfa"), "no payer 'alfa'"),
    ],
)  # fmt: skip
def test_a_problem_of_one_file_leaves_the_others(
    registry: Registry, tmp_path: Path, name: str, text: str, message: str
) -> None:
    """Each fault is named with its file, and the sound fixtures are replayed."""
    folder = tmp_path / "suite"
    folder.mkdir()
    scenario(folder)
    scenario(folder, name="sound")
    (folder / "deeper").mkdir()
    write(folder / "deeper", name, text)
    result = conform(registry, [folder])
    assert any(
        (message in str(problem) and name in str(problem)) or message in str(problem)
        for problem in result.problems
    )
    assert "sound" in {row.name for row in result.scenarios}


def test_a_plugin_expects_only_of_its_own_payers(registry: Registry, tmp_path: Path) -> None:
    """A plugin's file may not say what another plugin's payer answers; a user's may."""
    file = scenario(tmp_path)
    strange = read_suite([("other", file)], registry.owners)
    assert "belongs to the plugin '--profiles'" in str(strange.problems[0])
    assert not read_suite([(None, file)], registry.owners).problems


def test_a_folder_that_is_not_there_is_a_fault(registry: Registry, tmp_path: Path) -> None:
    """A path that does not exist is named, and nothing was run."""
    result = conform(registry, [tmp_path / "none"])
    assert "there is no such file or folder" in str(result.problems[0])
    assert result.statuses() == ()


def test_no_expectation_reaches_a_worker(registry: Registry, tmp_path: Path) -> None:
    """What is sent to a payer's process holds claims and histories, and nothing expected."""
    from payer_rules import conformance

    suite = read_suite([(None, scenario(tmp_path))], registry.owners)
    sent = pickle.dumps(tuple(conformance._requests(suite, "alpha")))
    assert b"one-a-day" not in sent
    assert b"90853" in sent


def jobs(registry: Registry, tmp_path: Path) -> tuple[payer_runner.Request, ...]:
    """The jobs of one scenario."""
    from payer_rules import conformance

    suite = read_suite([(None, scenario(tmp_path))], registry.owners)
    return tuple(conformance._requests(suite, "alpha"))


@attrs.frozen
class Wrong:
    """A registry whose payer alpha misbehaves, and whose other payers do not."""

    sound: Registry
    way: str

    def collect(self, payer: str) -> object:
        """What the payer's plugins give, unless they do not."""
        if payer == "alpha":
            misbehave(self.way)
        return self.sound.collect(payer)

    def rulebook(self, payer: str, **options: object) -> object:
        """The rule book of the sound registry."""
        return self.sound.rulebook(payer, **options)  # type: ignore[arg-type]


def misbehave(way: str) -> None:
    """Raise, sleep, or die."""
    if way == "raises":
        raise RuntimeError("it broke")
    if way == "sleeps":
        time.sleep(60)
    os._exit(7)


@pytest.mark.parametrize(
    ("way", "error"),
    [
        ("raises", "RuntimeError: it broke"),
        ("sleeps", "no answer within 1 seconds"),
        ("dies", "the process ended with exit code 7"),
    ],
)
def test_a_failure_of_one_payer_leaves_the_others(
    registry: Registry, tmp_path: Path, way: str, error: str
) -> None:
    """A payer that raises, sleeps or dies is errored with the reason; the others answer."""
    given = jobs(registry, tmp_path)
    wrong = Wrong(registry, way)
    done = payer_runner.answers_of_payers(wrong, {"alpha": given, "beta": given}, 1.0)  # type: ignore[arg-type]
    assert done["alpha"].error == error
    assert done["beta"].error is None
    assert done["beta"].decisions


def test_the_bundled_suite_agrees() -> None:
    """Every stated expectation of the bundled payers agrees, and nothing errored."""
    result = bundled_answers()
    assert not result.problems
    assert set(result.statuses()) <= {"agrees", "not evaluated", "unreviewed", "not applicable"}
    assert len(result.payers) >= 8
    assert len(result.scenarios) >= 19


@pytest.mark.parametrize("payer", ["tricare", "wa-medicaid"])
def test_the_cases_of_other_payers_need_not_be_read(payer: str) -> None:
    """If payers are named, their trials and all edit sheets are those of the whole suite."""
    registry = bundled_registry()
    found = read_suite(registry.case_folders, registry.owners, [payer])
    assert {case.payer for case in found.cases} == {payer}
    assert list(found.trials(payer)) == list(bundled_suite().trials(payer))
    assert found.sheets == bundled_suite().sheets


def test_a_users_cases_are_read_whoever_is_asked(tmp_path: Path) -> None:
    """A problem in a case file that the user names is found, though it is of another payer."""
    file = tmp_path / "x.cases.toml"
    file.write_text('# mine\nrule = "aetna/x"\n')
    (problem,) = read_suite([(None, file)], {}, ["tricare"]).problems
    assert "the file has no case" in str(problem)
    assert read_suite([("profiles", file)], {}, ["tricare"]).problems == ()
    assert read_suite([("profiles", file)], {}, ["aetna"]).problems == (problem,)


def test_every_bundled_rule_has_a_case_that_it_catches_and_one_that_it_lets_through() -> None:
    """A case for each rule that it catches, and one that it lets through."""
    registry = bundled_registry()
    result = bundled_answers()
    caught = {case.trial.rule for case in result.cases if _finds(case.decision, case.trial.rule)}
    passed = {
        case.trial.rule for case in result.cases if not _finds(case.decision, case.trial.rule)
    }
    of_tables: dict[tuple[str, str], set[str]] = {}
    for payer in registry.payers:
        collected = registry.collect(payer)
        for table in collected.tables:
            for name in table.holds & {"ptp", "mue"}:
                of_tables.setdefault((table.program, name), set()).add(f"{payer}/{name}")
        permitted = {rule.id for rule in collected.rules if rule.is_permission}
        rules = {rule.id for rule in collected.rules}
        assert rules - permitted <= caught
        assert rules <= passed
    # NOTE: the payers of a program share its tables: a case of one of them is a case of the rows.
    for address, ids in of_tables.items():
        assert ids & caught, address
        assert ids & passed, address


def _finds(decision: object, rule: str | None) -> bool:
    return any(finding.rule == rule for finding in getattr(decision, "findings", ()))


def test_a_changed_bundled_limit_is_noticed(tmp_path: Path) -> None:
    """Illinois with another limit disagrees with its own scenarios, rule and answer named."""
    for file in BUNDLED.glob("*.toml"):
        shutil.copy(file, tmp_path)
    illinois = tmp_path / "il-medicaid.toml"
    illinois.write_text(illinois.read_text().replace("limit = 2", "limit = 3"))
    registry = load(profiles=[tmp_path], without=["profiles"])
    result = conform(registry, [BUNDLED / "cases"], payers=["il-medicaid"], invariants=False)
    wrong = [case for case in result.cases if case.status == "disagrees"]
    assert {case.trial.rule for case in wrong} == {"il-medicaid/group-two-per-week"}
    assert date(2024, 8, 16).isoformat()[:4] in str(wrong[0].differences) or wrong
