"""``payer-rules price``: the amount that a payer should allow."""

from __future__ import annotations

import json

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

CHICAGO = ("price", "--code", "90853", "--zip", "60601", "--date", "2026-08-03")


def test_the_amount_is_printed_with_each_input_and_its_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The text has the amount, its tolerance, the inputs, what is presumed, and who pays what."""
    code = main(
        [
            *CHICAGO,
            "--place",
            "11",
            "--license",
            "LCSW",
            "--deductible-left",
            "10",
            "--participates",
        ]
    )
    output = capsys.readouterr().out
    assert code == ExitCode.CLEAN
    assert output.startswith("90853 · medicare · 2026-08-03 · $23.27 ± $0.01 allowed\n")
    assert "share of the amount: 75%\n    42 CFR 414.53" in output
    assert "Presumed:" not in output
    assert "Patient: $10.00 deductible, $2.65 coinsurance" in output


def test_the_json_has_what_the_text_has(capsys: pytest.CaptureFixture[str]) -> None:
    """Amounts are texts with two decimals, and each input has its row and confidence."""
    main([*CHICAGO, "--report", "json"])
    data = json.loads(capsys.readouterr().out)
    assert (data["allowed"], data["tolerance"]) == ("31.02", "0.00")
    assert {each["name"] for each in data["inputs"]} == {
        "conversion factor",
        "relative values",
        "ZIP code",
        "locality",
    }
    assert len(data["presumed"]) == 3
    assert data["payment"]["payer"] == "24.32"


def test_participation_is_presumed_where_it_is_not_stated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without either option the answer says so; with one it presumes nothing about it."""
    sentence = "Presumed: The provider takes part in the program"
    for options, is_presumed in (([], True), (["--participates"], False)):
        main([*CHICAGO, *options])
        assert (sentence in capsys.readouterr().out) == is_presumed
    main([*CHICAGO, "--not-participating"])
    output = capsys.readouterr().out
    assert sentence not in output
    assert "95%" in output


def test_a_payer_without_a_schedule_has_no_amount(capsys: pytest.CaptureFixture[str]) -> None:
    """The amount is not known, which is never 0, and the exit code says that it is open."""
    assert main(["price", "--code", "90853", "--payer", "aetna"]) == ExitCode.OPEN
    assert "amount not known\n  No fee schedule of aetna was read." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--license", "xx"], "--license: 'xx' is not a profession."),
        (["--place", "77"], "--place: '77' is not"),
        (["--locality", "06102-16"], "--zip 60601 and --locality 06102-16 are both stated."),
        (["--charge", "ten"], "--charge: 'ten' is not an amount."),
        (["--charge", "-1"], "--charge: '-1' is not an amount."),
        (["--charge", "NaN"], "--charge: 'NaN' is not an amount."),
        (["--deductible-left", "1.005"], "--deductible-left: '1.005' is not an amount."),
        (["--units", "0"], "--units"),
        (["--payer", "medicar"], "there is no payer 'medicar'. Did you mean 'medicare'?"),
    ],
)
def test_a_wrong_value_is_quoted_with_its_option(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each wrong value is a message, without an amount and without a traceback."""
    assert main([*CHICAGO, *arguments]) == ExitCode.USAGE
    output, problems = capsys.readouterr()
    assert output == ""
    assert message in problems
    assert "Traceback" not in problems


def test_a_code_of_another_form_is_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    """A text that is not a procedure code is refused with the form of one."""
    assert main(["price", "--code", "9085"]) == ExitCode.USAGE
    assert "--code: '9085' is not a procedure code." in capsys.readouterr().err
