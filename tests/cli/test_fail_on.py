"""The exit code of a run looks at expected outcomes; ``--fail-on`` names the weakest that counts."""

from __future__ import annotations

from collections import Counter

import pytest

from payer_rules.cli.exit_codes import FAIL_ON, ExitCode, FailOn, exit_code, fails
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
