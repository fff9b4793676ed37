"""``coverage`` and ``mutate`` as a user runs them: what they print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance.mutants import mutants_of
from payer_rules.registry import load


def test_a_suite_that_notices_all_ends_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing but the score is printed."""
    assert main(["mutate", "--payer", "wa-medicaid"]) == ExitCode.CLEAN
    payer, total = capsys.readouterr().out.splitlines()
    assert payer.startswith("wa-medicaid: ")
    assert "(100.0 %) noticed" in total
    assert total.endswith(" refused, of the facts that are changed")


def test_the_facts_that_are_not_changed_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """The help names what is never changed, and no change is of the group of an adjustment."""
    main(["mutate", "--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert (
        "Not changed are the group of an adjustment (CO or PR), the statements of topics" in printed
    )
    rules = load(payers=["tricare"]).rulebook("tricare").rules
    facts = {mutant.fact for rule in rules for mutant in mutants_of(rule, ["90853"])}
    parts = {part for fact in facts for part in fact.split(".")}
    assert {"adjustment", "carc"} <= parts
    assert not parts & {"group", "topics", "citations", "confidence"}


def test_survivors_are_found_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A suite without cases detects nothing: each fact is listed with a case, and untouched."""
    report = tmp_path / "report.json"
    arguments = ["--payer", "wa-medicaid", str(tmp_path)]
    assert main(["mutate", *arguments, "--report", f"json:{report}"]) == ExitCode.FOUND
    document = json.loads(report.read_text("utf-8"))
    assert {mutant["status"] for mutant in document["mutants"]} <= {"survived", "refused"}
    assert any(mutant["case"] for mutant in document["mutants"])
    assert main(["coverage", *arguments]) == ExitCode.FOUND
    assert "no case touches" in capsys.readouterr().out


def test_a_misspelt_payer_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest name is offered, and nothing runs."""
    assert main(["mutate", "--payer", "wa-medicad"]) == ExitCode.USAGE
    assert "Did you mean 'wa-medicaid'?" in capsys.readouterr().err


def test_a_sample_is_stated_and_the_same_in_every_run(capsys: pytest.CaptureFixture[str]) -> None:
    """The sample is the same with one process and with two, and the report states its size."""
    printed, tried = [], []
    for jobs in ("1", "2"):
        arguments = ["--payer", "wa-medicaid", "--payer", "bcbs-ks", "--sample", "7"]
        assert main(["mutate", *arguments, "--jobs", jobs]) == ExitCode.CLEAN
        printed.append(capsys.readouterr().out)
        main(["mutate", *arguments, "--jobs", jobs, "--report", "json"])
        document = json.loads(capsys.readouterr().out)
        tried.append(document["mutants"])
        assert document["sample"]["tried"] == len(document["mutants"]) == 7
    assert printed[0] == printed[1]
    assert tried[0] == tried[1]
    assert f"a sample: 7 of {document['sample']['of']:,} changes tried" in printed[0]
    main(["mutate", *arguments[:4], "--report", "json"])
    everything = json.loads(capsys.readouterr().out)
    assert everything["sample"] is None
    assert len(everything["mutants"]) == document["sample"]["of"]
    assert [mutant for mutant in everything["mutants"] if mutant in tried[0]] == tried[0]


@pytest.mark.parametrize("option", ["--sample", "--jobs"])
def test_a_number_below_one_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing runs, and the option is named."""
    assert main(["mutate", option, "0"]) == ExitCode.USAGE
    assert option in capsys.readouterr().err
