"""The script that restates cases: only what the named reasons explain, and nothing more."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any, Final

import pytest

from payer_rules.conformance.expectations import Expectation, ExpectedGap
from payer_rules.decisions import Decision, Finding, Fingerprint, LineDecision, NotEvaluated
from payer_rules.toml_files.document import parse

SCRIPT: Final = Path(__file__).resolve().parents[2] / "tools" / "restate_cases.py"

if not SCRIPT.is_file():
    pytest.skip("runs from a checkout, with the script", allow_module_level=True)

TOOL: Final = runpy.run_path(str(SCRIPT))
TOPIC: Final = frozenset({"topic"})
STATED: Final = Expectation(lines=("pay",), findings=(), not_evaluated=(), source="T-1")
UNREAD: Final = NotEvaluated(rule=None, lines=(1,), reason="topic", missing="frequency")


def answer(
    *entries: NotEvaluated,
    findings: tuple[Finding, ...] = (),
    outcome: Any = "unknown",
    **line: Any,
) -> Decision:
    """Return a decision on one line."""
    expected = {"expected": "pay", "basis": "partial", **line}
    return Decision(
        claim="C1",
        payer="acme",
        outcome=outcome,
        lines=(LineDecision(line=1, outcome=outcome, complete=False, judged_by=(), **expected),),
        findings=findings,
        not_evaluated=entries,
        fingerprint=Fingerprint(rulebook="r", engine="e"),
    )


def test_a_paid_line_that_a_reason_leaves_open_is_restated() -> None:
    """The proved outcome and the open questions become the new ones, with the expected answer."""
    new = TOOL["restated"](STATED, answer(UNREAD), TOPIC)
    assert new == Expectation(
        lines=("unknown",),
        expected=("pay",),
        basis=("partial",),
        findings=(),
        not_evaluated=(ExpectedGap(rule=None, missing="frequency"),),
        source="T-1",
    )
    assert TOOL["restated"](new, answer(UNREAD), TOPIC) == new


def test_what_is_not_stated_is_not_added() -> None:
    """Outcomes and open questions that a fixture leaves out stay left out."""
    bare = Expectation(findings=(), source="T-1")
    assert TOOL["restated"](bare, answer(UNREAD), TOPIC) == bare


HISTORY: Final = NotEvaluated(rule="acme/x", lines=(1,), reason="history", missing="history")
DENIED: Final = Finding(rule="acme/x", lines=(1,), outcome="deny", message="m")


@pytest.mark.parametrize(
    ("stated", "decision", "message"),
    [
        (STATED, answer(UNREAD, HISTORY), "line 1: pay is unknown now"),
        (STATED, answer(), r"\(open: nothing\)"),
        (STATED, answer(UNREAD, expected="deny"), "deny is expected"),
        (STATED, answer(outcome="deny", findings=(DENIED,)), "finding of acme/x"),
        (
            Expectation(lines=("deny",), findings=(), source="T-1"),
            answer(UNREAD),
            "line 1: deny is unknown now",
        ),
        (
            Expectation(findings=(), not_evaluated=(), source="T-1"),
            answer(UNREAD, HISTORY),
            "open now, history: history",
        ),
        (
            Expectation(
                findings=(), not_evaluated=(ExpectedGap(rule="acme/x", missing="m"),), source="T-1"
            ),
            answer(UNREAD),
            r"no longer open: m \(acme/x\)",
        ),
    ],
)
def test_any_other_change_is_for_a_person(
    stated: Expectation, decision: Decision, message: str
) -> None:
    """Another reason, outcome or finding is no change that the named reason explains."""
    with pytest.raises(TOOL["UnexplainedError"], match=message):
        TOOL["restated"](stated, decision, TOPIC)


SCENARIO: Final = """name = "x"
assume = ["table"]  # none is there
why = "w"

[expect.acme]
lines = [
    "pay",
]
findings = []
source = "T-1"

[expect.other]
lines = ["pay"]
"""


def test_only_the_named_keys_of_a_file_are_edited() -> None:
    """Each other line of the file stays as it is, and new keys follow the key before them."""
    file = Path("x.scenario.toml")
    texts = {file: parse(SCENARIO.encode(), file.name)}
    TOOL["edit"](texts, file, (), {"assume": None})
    values = {
        "lines": ("unknown",),
        "expected": ("pay",),
        "not_evaluated": (ExpectedGap(rule=None, missing="frequency"),),
    }
    TOOL["edit"](texts, file, ("expect", "acme"), values)
    assert texts[file].text == (
        'name = "x"\nwhy = "w"\n\n[expect.acme]\n'
        'lines = ["unknown"]\nexpected = ["pay"]\nnot_evaluated = [{ missing = "frequency" }]\n'
        'findings = []\nsource = "T-1"\n\n[expect.other]\nlines = ["pay"]\n'
    )
