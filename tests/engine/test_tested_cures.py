"""A cure is offered if, and only if, the cured claim as a whole no longer has the finding."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final, Literal

import pytest
from payers_claims import PAYERS, Drawn, book, drawn_for
from shapes import BOUND, CITED, CODES, DAY, PAYER, claim, line, paid, table

from payer_rules.decisions import Finding
from payer_rules.history import History
from payer_rules.kinds import AddOnCode, PlaceOfServiceRequirement
from payer_rules.rulebook import RuleBook
from payer_rules.rules import ALWAYS, PairEdit

_CLAIMS: Final = 24


def has(findings: Iterable[Finding], finding: Finding) -> bool:
    """Return True if one of the findings is of the same rule and on one of the same lines."""
    return any(
        other.rule == finding.rule and not set(other.lines).isdisjoint(finding.lines)
        for other in findings
    )


def offered(drawn: Drawn, payer: str) -> list[tuple[Finding, bool]]:
    """Return the proved findings for which a cure is proposed, and whether it is offered."""
    proposed = book(payer).decide(*drawn, test_cures=False).proved_findings
    tested = book(payer).decide(*drawn).proved_findings
    return [
        (finding, other.cure is not None)
        for finding, other in zip(proposed, tested, strict=True)
        if finding.cure
    ]


@pytest.mark.parametrize("payer", PAYERS)
def test_a_cure_is_offered_if_the_whole_cured_claim_has_no_such_finding(payer: str) -> None:
    """What is left out of the test of a cure changes no answer of the rule."""
    for _, drawn in islice(drawn_for(payer), _CLAIMS):
        for finding, is_offered in offered(drawn, payer):
            assert finding.cure
            assert finding.cure.claim
            whole = book(payer).decide(finding.cure.claim, drawn.history, test_cures=False)
            assert has(whole.proved_findings, finding) is not is_offered


@pytest.mark.parametrize("indicator", [0, 1])
def test_a_modifier_is_offered_if_it_bypasses_every_pair_of_the_line(
    indicator: Literal[0, 1],
) -> None:
    """Of two pairs of one line the second decides, too: no modifier bypasses one with 0."""
    pairs = [PairEdit("90853", "90834", 1, ALWAYS, "A-1")]
    pairs.append(PairEdit("90847", "90834", indicator, ALWAYS, "A-2"))
    asked = claim(*(line(n, code) for n, code in enumerate(CODES, 1)), setting="practitioner")
    rulebook = RuleBook.build(BOUND, [], [table(*pairs)])
    findings = [found for found in rulebook.decide(asked).findings if "90853 (" in found.message]
    assert [found.cure is not None for found in findings] == [indicator == 1]


def test_a_modifier_is_offered_if_it_bypasses_the_pair_with_an_earlier_line() -> None:
    """A line that was paid on the day counts as those of the claim."""
    pairs = [PairEdit("90853", "90834", 1, ALWAYS, "A-1")]
    pairs.append(PairEdit("90847", "90834", 0, ALWAYS, "A-2"))
    asked = claim(line(1, "90834"), line(2, "90853"), setting="practitioner")
    rulebook = RuleBook.build(BOUND, [], [table(*pairs)])
    for earlier, is_offered in (("90847", False), ("96127", True)):
        history = History(lines=[paid(earlier, DAY)])
        findings = rulebook.decide(asked, history).findings
        found = next(each for each in findings if "90853 (" in each.message)
        assert (found.cure is not None) is is_offered


def test_a_cure_that_is_kept_is_that_of_an_equal_cured_claim() -> None:
    """Where the added primary code is not paid, the cure is not offered, whatever came before."""
    add_on, primary = frozenset(["90785"]), frozenset(["90834"])
    rules = [
        AddOnCode(id="p/add-on", codes=add_on, primaries=primary, scope="member", **CITED),
        PlaceOfServiceRequirement(id="p/place", codes=primary, any_of=frozenset(["11"]), **CITED),
    ]
    rulebook = RuleBook.build(PAYER, rules)
    for place, is_offered in (("11", True), ("12", False), ("11", True)):
        asked = claim(line(1, "90785", place_of_service=place))
        for _ in range(4):
            (found,) = rulebook.decide(asked, History()).proved_findings
            assert (found.cure is not None) is is_offered
