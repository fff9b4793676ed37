"""The answers of each kind of rule on four claims."""

from __future__ import annotations

import pytest
from kind_cases import CASES, EMPTY
from shapes import PAYER, gaps, outcomes

from payer_rules.kinds import KINDS
from payer_rules.rulebook import RuleBook
from payer_rules.rules import UNPAID, Rule


@pytest.mark.parametrize("kind", [kind.rule for kind in KINDS], ids=lambda kind: kind.__name__)
def test_every_kind(kind: type[Rule]) -> None:
    """Each kind finds what breaks it and nothing else, and names the facts that are missing."""
    cases = CASES[kind]
    book = RuleBook.build(PAYER, [cases.rule])
    caught = book.decide(cases.caught, EMPTY)
    assert {finding.rule for finding in caught.proved_findings} == {"p/rule"}
    assert caught.outcome in UNPAID
    kept = book.decide(cases.kept, EMPTY)
    assert (kept.proved_findings, kept.lines[0].outcome, kept.lines[0].complete) == (
        (),
        "pay",
        True,
    )
    assert "p/rule" in kept.lines[0].judged_by
    open_ = book.decide(cases.open, cases.open_history)
    assert gaps(open_) == {("p/rule", *cases.missing)}
    assert outcomes(open_)[-1] == "unknown"
    harmless = book.decide(cases.harmless, cases.harmless_history)
    assert "p/rule" not in {entry.rule for entry in harmless.not_evaluated}
    assert not harmless.proved_findings
