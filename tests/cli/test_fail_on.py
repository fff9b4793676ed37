"""The exit code of a run looks at expected outcomes; ``--fail-on`` names the weakest that counts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from payer_rules.cli.exit_codes import FAIL_ON, MEANINGS, ExitCode, FailOn, exit_code, fails
from payer_rules.decisions import Basis
from payer_rules.summaries import LineClass, PayerSummary, RunSummary


def summary_of(
    *findings: Basis, lines: tuple[tuple[LineClass, Basis], ...] = (("fine", "proved"),)
) -> RunSummary:
    """Return the summary of a run with findings of these bases, and with these lines."""
    payer = PayerSummary("acme")
    payer.bases.update(lines)
    for line_class, _ in lines:
        payer.classes[line_class].lines += 1
    return RunSummary(decisions=1, bases=Counter(findings), payers={"acme": payer})


PARTIAL = summary_of(lines=(("fine", "partial"),))
UNREAD = summary_of(lines=(("unread", "none"),))


@pytest.mark.parametrize(
    ("summary", "weakest"),
    [
        (summary_of("proved"), "proved"),
        (summary_of("presumed"), "presumed"),
        (summary_of("baseline"), "baseline"),
        (PARTIAL, "partial"),
        (UNREAD, "unread"),
    ],
)
def test_a_run_fails_from_the_word_on_that_names_what_it_has(
    summary: RunSummary, weakest: FailOn
) -> None:
    """Each word also counts everything that is stronger."""
    assert [word for word in FAIL_ON if fails(summary, word)] == list(
        FAIL_ON[FAIL_ON.index(weakest) :]
    )


def test_a_partly_read_line_gives_0_and_one_that_was_not_read_gives_6() -> None:
    """Only ``--fail-on partial`` or ``unread`` makes a run with partly read lines fail."""
    codes = {
        word: exit_code(findings=fails(PARTIAL, word), open_=PARTIAL.has_unread) for word in FAIL_ON
    }
    assert list(codes.values()) == [ExitCode.CLEAN] * 3 + [ExitCode.FOUND] * 2
    assert exit_code(findings=fails(UNREAD, "partial"), open_=UNREAD.has_unread) == ExitCode.OPEN


@pytest.mark.parametrize(
    "page", ["README.md", "docs/how-to/scrub-todays-claims.md", "docs/how-to/read-a-decision.md"]
)
def test_the_pages_say_what_6_means_and_when_partly_read_lines_fail(page: str) -> None:
    """Every page that has the exit codes of ``check`` has the words of the help."""
    text = " ".join((Path(__file__).parents[2] / page).read_text("utf-8").split())
    assert MEANINGS[ExitCode.OPEN].removeprefix("no findings, but ") in text
    assert "A line that is partly read gives 0 unless you add `--fail-on partial`." in text


def test_nothing_found_and_everything_read_never_fails() -> None:
    """No word makes a run of proved payments fail."""
    assert not any(fails(summary_of(), word) for word in FAIL_ON)


@pytest.mark.parametrize(
    ("problems", "nothing", "findings", "is_open", "code"),
    [
        (True, True, True, True, ExitCode.FAULTY),
        (False, True, True, True, ExitCode.NOTHING),
        (False, False, True, True, ExitCode.FOUND),
        (False, False, False, True, ExitCode.OPEN),
        (False, False, False, False, ExitCode.CLEAN),
    ],
)
def test_the_first_that_applies_is_the_exit_code(
    problems: bool, nothing: bool, findings: bool, is_open: bool, code: ExitCode
) -> None:
    """The order is 4, 5, 1, 6, 0."""
    found = exit_code(problems=problems, nothing=nothing, findings=findings, open_=is_open)
    assert found is code


def test_what_was_not_read_is_never_clean() -> None:
    """A run with an unread line ends with 6 where it does not fail."""
    assert UNREAD.has_unread
    assert not summary_of().has_unread
    assert PARTIAL.has_partial
