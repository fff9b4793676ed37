"""The report of a run: counts and money, denials with fixes, and facts worth checking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.decisions import (
    Basis,
    Cure,
    Decision,
    DerivedFact,
    Evidence,
    Expected,
    Finding,
    Fingerprint,
    LineDecision,
    LineOutcome,
    NotEvaluated,
    Presumption,
)
from payer_rules.engine.cures import with_lines
from payer_rules.history import History, HistoryLine, Status
from payer_rules.practice import HouseFacts
from payer_rules.reports.basis_words import presumption_text
from payer_rules.reports.decisions import basis_text, lines_of
from payer_rules.reports.history_words import HistoryGiven
from payer_rules.reports.run_report import (
    MOST_LINES,
    MOST_LINES_OF_SEVERAL,
    RunContext,
    run_report,
)
from payer_rules.reports.run_words import EXPLAINED
from payer_rules.reports.text_layout import PageLayout
from payer_rules.rules import SEVERITY, Adjustment, Citation, Outcome, Topic, TopicStatus
from payer_rules.summaries import LINE_CLASSES, PolicyText, RunClaims, RunMembers, RunSummary
from payer_rules.summaries.alike_decisions import alike
from payer_rules.summaries.finding_groups import headline
from payer_rules.summaries.tally import MANY_CLAIMS

DAY: Final = date(2026, 11, 26)
FINGERPRINT: Final = Fingerprint(rulebook="r", engine="e")
SIZE: Final = Presumption(reason="record", fact="session.group_size", rule="medicare/group-size")
PAIRS_CARRIED: Final = Presumption(
    reason="table", fact="medicare/practitioner/2026q4", value="2024q3", rule="medicare/ptp"
)
OLD_TEXT: Final = Presumption(
    reason="edition", fact="edition", value="2024-06-30", rule="aetna/place"
)
POLICIES: Final = {"aetna/place": PolicyText("Aetna telehealth policy", date(2024, 6, 30))}


def claim_of(name: str, *codes: str, charge: int | None = 100) -> Claim:
    """Return a claim with a line of each code."""
    return Claim(
        id=name,
        member=Member(id=f"M-{name}"),
        billing_provider=Provider(npi="1234567893"),
        lines=[
            ServiceLine(
                number=number,
                code=code,
                date_from=DAY,
                charge=None if charge is None else Decimal(charge),
            )
            for number, code in enumerate(codes, 1)
        ],
    )


def line_of(
    number: int,
    expected: Expected = "pay",
    basis: Basis = "proved",
    *rests_on: Presumption,
    unread: Iterable[Topic] = (),
) -> LineDecision:
    """Return the decision on a line; what is not proved has the outcome ``unknown``."""
    topics: dict[Topic, TopicStatus] = dict.fromkeys(unread, "unread")
    outcome: LineOutcome = "unknown"
    if basis == "proved" and expected != "unread":
        outcome = expected
    return LineDecision(
        line=number,
        outcome=outcome,
        expected=expected,
        basis=basis,
        complete=basis == "proved",
        topics=topics,
        rests_on=rests_on,
        judged_by=(),
    )


def decide(
    claim: Claim, *lines: LineDecision, findings: Sequence[Finding] = (), payer: str = "medicare"
) -> Decision:
    """Return a decision; lines that are not given are paid."""
    given = {line.line: line for line in lines}
    decided = tuple(given.get(line.number) or line_of(line.number) for line in claim.lines)
    return Decision(
        claim=claim.id,
        payer=payer,
        outcome="unknown",
        lines=decided,
        findings=tuple(findings),
        fingerprint=FINGERPRINT,
    )


def finding_of(
    rule: str,
    *lines: int,
    message: str,
    outcome: Outcome = "deny",
    carc: str | None = "236",
    basis: Basis = "proved",
    cure: Cure | None = None,
    rests_on: Sequence[Presumption] = (),
) -> Finding:
    """Return a finding with a source."""
    return Finding(
        rule=rule,
        lines=lines,
        outcome=outcome,
        adjustment=Adjustment(group="CO", carc=carc) if carc else None,
        message=message,
        basis=basis,
        cure=cure,
        rests_on=tuple(rests_on),
        citations=(
            Citation(
                row="MC-1.1",
                title="Medicare NCCI Policy Manual 2026, chapter I",
                url="https://example.org/ncci",
                read=DAY,
                confidence="primary",
            ),
        ),
    )


def pair(claim: Claim, line: int, other: int) -> Finding:
    """Return the finding that a line bundles into another."""
    cure = Cure(
        change=f"modifier 59 or XE on line {line}",
        condition="only if separate and documented separately",
        claim=claim,
    )
    return finding_of(
        "medicare/ptp",
        line,
        message=f"NCCI edit: 90834 bundles into 90853 (line {other}) on the same day (modifier "
        "indicator 1). A distinct session needs modifier 59 or XE on 90834.",
        basis="presumed",
        cure=cure,
        rests_on=[PAIRS_CARRIED],
    )


def medicare_decisions() -> list[tuple[Claim, Decision]]:
    """Return the decisions on nine claims of one payer, with answers of several classes."""
    decided: list[tuple[Claim, Decision]] = []
    for name in ("N0005", "N0041"):
        claim = claim_of(name, "90853", "90834", charge=120)
        denied = line_of(2, "deny", "presumed", PAIRS_CARRIED)
        decided.append((claim, decide(claim, denied, findings=[pair(claim, 2, 1)])))
    for name in ("N0024", "N0027", "N0097"):
        claim = claim_of(name, "90853", "90853", charge=60)
        twice = finding_of(
            "medicare/mue",
            1,
            2,
            message="2 units of 90853 on 2026-11-26 exceed the MUE of 1 (MAI 3): all units are "
            "denied",
            carc="151",
        )
        lines = [line_of(number, "deny") for number in (1, 2)]
        decided.append((claim, decide(claim, *lines, findings=[twice])))
    for name in ("N0101", "N0102"):
        claim = claim_of(name, "90853", charge=60)
        decided.append((claim, decide(claim, line_of(1, "pay", "presumed", SIZE))))
    claim = claim_of("N0103", "90837", charge=150)
    partial = line_of(1, "pay", "partial", unread=["session"])
    decided.append((claim, decide(claim, partial)))
    claim = claim_of("N0104", "90899", charge=90)
    decided.append((claim, decide(claim, line_of(1, "unread", "none"))))
    return decided


def medicare() -> RunSummary:
    """Return the summary of these decisions."""
    return RunSummary.of(medicare_decisions())


CONTEXT: Final = RunContext(files=("nov26.837",), names={"medicare": "Medicare"}, exit_code=1)
GOLDEN: Final = """\
nov26.837   Medicare
            9 claims · 14 lines · $1,200 billed

  ✗ will be denied            5 claims  8 lines  $600  6 proved, 2 presumed
  ? not read                   1 claim   1 line   $90
      1 line: no rule of this payer that we have speaks of them
  ~ partly read                1 claim   1 line  $150
      unread policy: minutes and group size
  ✓ no rule broken            2 claims  4 lines  $360  all read, 2 presumed

WILL BE DENIED
  2 units of 90853 exceed the MUE of 1 (MAI 3): all units are denied
     CO-151, medicare/mue; 3 claims, 6 lines, $360: N0024 N0027 N0097
     Source: Medicare NCCI Policy Manual 2026, chapter I
  NCCI: 90834 bundles into 90853 on the same day (modifier indicator 1)
     CO-236, presumed, medicare/ptp; 2 claims, $240: N0005 N0041
     Fix: modifier 59 or XE on 90834, only if separate and documented separately
     Presumed: table of 2024 Q3
     Source: Medicare NCCI Policy Manual 2026, chapter I

WORTH CHECKING
  Group size: 2 lines, $120
     → write group_size under the line's session, or group_size_at_most in
       practice.toml

AS OF
  Medicare NCCI edits: pairs of 2024 Q3, carried
     → payer-rules tables fetch --setting practitioner

proved:      certain from the claim as it stands
presumed:    certain if what is missing is in order: see WORTH CHECKING, AS OF
partly read: breaks no rule that was read; ask the payer about the rest
carried:     by the newest text or table of an earlier date; get a newer one
Correct 5 claims before sending: N0005 N0024 N0027 N0041 N0097. No rule is
broken by 3 claims. No rule was checked on 1 claim.
All 14 lines: --report csv:FILE; claim by claim: --verbose                exit 1
"""


def text_of(summary: RunSummary, context: RunContext = CONTEXT) -> str:
    """Return the report as one text."""
    return "".join(f"{line}\n" for line in run_report(summary, context))


def test_the_report_is_this_one() -> None:
    """A biller reads counts and money, then denials with fixes, then what is worth checking."""
    assert text_of(medicare()) == GOLDEN


def test_a_line_whose_rules_miss_a_fact_is_not_one_that_no_rule_speaks_of() -> None:
    """Unread lines are counted by why; a missing fact is named there and worth checking."""
    summary = RunSummary()
    lines = line_of(1, "unread", "none"), line_of(2, "unread", "none")
    setting = NotEvaluated(rule="medicare/mue", lines=(1, 2), reason="claim", missing="setting")
    contractor = attrs.evolve(setting, lines=(1,), missing="contractor")
    for name, entries in {"C1": (setting, contractor), "C2": ()}.items():
        claim = claim_of(name, "90853", "90834")
        summary.count(claim, attrs.evolve(decide(claim, *lines), not_evaluated=entries))
    text = " ".join(text_of(summary).split())
    assert "2 lines: rules that may speak of them need setting, MAC (1 line)" in text
    assert "2 lines: no rule of this payer that we have speaks of them" in text
    assert "Setting: 2 lines, $200 → use --setting practitioner" in text
    assert "MAC: 1 line, $100" in text


def test_decisions_that_miss_different_facts_on_unread_lines_are_counted_apart() -> None:
    """Decisions with the same lines are alike only if the same facts are missing on unread ones."""
    line = line_of(1, "unread", "none")
    missing = NotEvaluated(rule="medicare/mue", lines=(1,), reason="claim", missing="setting")
    decided = []
    for name, entries in {"C1": (missing,), "C2": (), "C3": (missing,)}.items():
        claim = claim_of(name, "90853")
        decided.append((claim, attrs.evolve(decide(claim, line), not_evaluated=entries)))
    assert [len(group) for group in alike(decided)] == [2, 1]


def test_a_line_of_which_all_topics_were_read_has_no_unread_policy() -> None:
    """A partial answer without an unread topic has a rule whose text or table does not cover it."""
    claim = claim_of("C1", "90853")
    partial = line_of(1, "pay", "partial")
    text = " ".join(text_of(RunSummary.of([(claim, decide(claim, partial))])).split())
    assert "1 line: all topics read, but a rule's text or table does not cover them" in text
    assert "unread policy" not in text
    assert basis_text(partial) == "partly read, a rule's text or table does not cover it"


def test_color_changes_no_character() -> None:
    """In a terminal the same text has colors: titles, classes and headlines."""
    colored = text_of(medicare(), attrs.evolve(CONTEXT, layout=PageLayout(has_color=True)))
    assert "\x1b[31m✗ will be denied\x1b[0m  " in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == GOLDEN


@pytest.mark.parametrize("width", [72, 80, 100, 140])
def test_no_line_is_longer_than_the_width_and_no_number_is_broken(width: int) -> None:
    """A line is wrapped between words, and a number stays with its unit."""
    context = attrs.evolve(CONTEXT, layout=PageLayout(width=width))
    lines = list(run_report(medicare(), context))
    assert max(map(len, lines)) <= width
    numbers = ("3 claims, 6 lines, $360:", "9 claims · 14 lines ·", "2 presumed", "4 lines:")
    assert all(any(number in line for line in lines) for number in numbers)


def test_each_claim_counts_once_under_its_worst_class() -> None:
    """The claims of the classes are all claims, the lines all lines, the charges all charges."""
    summary = medicare()
    classes = summary.payers["medicare"].classes
    assert sum(tally.claims for tally in classes.values()) == summary.total.claims
    assert sum(tally.lines for tally in classes.values()) == summary.total.lines
    assert sum(tally.charges for tally in classes.values()) == summary.total.charges
    assert [classes[name].claims for name in LINE_CLASSES] == [5, 0, 1, 3]


def test_a_finding_prints_once_whatever_the_days_lines_and_claims() -> None:
    """Findings of one rule on one code are one entry, and no list grows with the claims."""
    summary = RunSummary()
    for number in range(500):
        claim = claim_of(f"C{number:03}", "90853", "90834")
        summary.count(claim, decide(claim, line_of(2, "deny"), findings=[pair(claim, 2, 1)]))
    (group,) = summary.payers["medicare"].findings.values()
    assert group.tally.claims == 500
    assert group.tally.sample == tuple(f"C{number:03}" for number in range(MANY_CLAIMS))


def test_findings_with_the_same_lines_and_code_print_as_one_the_worst_first() -> None:
    """Two rules that deny a line with one code are one denial."""
    claim = claim_of("C1", "90853")
    mild = finding_of("acme/a", 1, message="mild", outcome="review")
    bad = finding_of("acme/b", 1, message="bad")
    summary = RunSummary()
    summary.count(claim, decide(claim, line_of(1, "deny"), findings=[mild, bad]))
    ((key, group),) = summary.payers["medicare"].findings.items()
    assert (key.rule, dict(group.others)) == ("acme/b", {"acme/a": 1})


def test_a_warning_by_national_edits_is_no_denial() -> None:
    """A line with a finding of basis baseline may be denied, and is not counted as denied."""
    claim = claim_of("C1", "90853")
    warned = finding_of(
        "aetna/baseline-mue",
        1,
        message="Medicare would deny this; this payer's own text or edits were not read. 2 units exceed 1",
        outcome="review",
        carc=None,
        basis="baseline",
    )
    decision = decide(claim, line_of(1, "review", "baseline"), findings=[warned], payer="aetna")
    text = text_of(RunSummary.of([(claim, decision)]))
    assert "WILL BE DENIED" not in text
    assert "! may be denied or reduced" in text
    assert "      1 line: Medicare would deny them; own text or edits not read\n" in text
    assert (
        "Medicare would deny this: 2 units exceed 1\n     review, baseline, aetna/baseline-mue; 1 claim, $100: C1\n"
        in text
    )


def test_an_audit_risk_is_no_denial() -> None:
    """What only the clinic's record shows is found on chart review, not at adjudication."""
    claim = claim_of("C1", "90853")
    risk = attrs.evolve(finding_of("acme/note", 1, message="no note"), detected_in="record")
    text = text_of(RunSummary.of([(claim, decide(claim, line_of(1, "deny"), findings=[risk]))]))
    assert "WILL BE DENIED" not in text
    assert "no note\n     CO-236, audit risk, acme/note; 1 claim, $100: C1\n" in text


def test_the_fact_that_settles_most_questions_comes_first() -> None:
    """Each missing fact prints once; one that two rules ask for precedes one of one rule."""
    modality = [
        Presumption(reason="claim", fact="modality", value="in-person", rule=rule)
        for rule in ("acme/a", "acme/b")
    ]
    claim = claim_of("C1", "90853")
    line = line_of(1, "pay", "presumed", SIZE, *modality)
    text = text_of(RunSummary.of([(claim, decide(claim, line))]))
    assert text.count("Group size: 1 line, $100") == 1
    assert text.index("Modality (in person, video or audio): 1 line, $100; presumed: in-person") < (
        text.index("Group size:")
    )


def test_findings_that_differ_in_their_code_alone_print_as_one() -> None:
    """One rule on several codes is one entry, with all codes in message and fix."""
    summary = RunSummary()
    for name, code in (("C1", "90837"), ("C2", "90834")):
        claim = claim_of(name, code)
        place = finding_of(
            "acme/place", 1, message=f"{code} on 2026-11-26: place of service 10, not 02"
        )
        summary.count(claim, decide(claim, line_of(1, "deny"), findings=[place]))
    text = text_of(summary)
    assert (
        "  90834/90837: place of service 10, not 02\n"
        "     CO-236, acme/place; 2 claims, $200: C1 C2\n" in text
    )


def test_a_fact_that_claim_and_record_may_state_is_one() -> None:
    """It prints once, with the lines of both."""
    asked = [Presumption(reason=reason, fact="modality") for reason in ("claim", "record")]
    claim = claim_of("C1", "90853", "90834")
    lines = [line_of(at, "pay", "presumed", fact) for at, fact in enumerate(asked, 1)]
    text = text_of(RunSummary.of([(claim, decide(claim, *lines))]))
    assert text.count("Modality (in person, video or audio)") == 1
    assert "Modality (in person, video or audio): 2 lines, $200\n" in text


def test_a_text_read_for_an_earlier_date_is_named_once_with_its_day() -> None:
    """The age of a policy is stated with its rules, not with each line."""
    summary = RunSummary()
    for name in ("C1", "C2"):
        claim = claim_of(name, "90853")
        line = line_of(1, "pay", "presumed", OLD_TEXT)
        summary.count(claim, decide(claim, line, payer="aetna"), POLICIES)
    text = "  aetna texts read for 2024-06-30, services are later: place\n"
    assert text_of(summary).count(text) == 1


def test_texts_are_in_order_of_age_and_recent_ones_left_out() -> None:
    """A text that was read for a day less than 30 days before the services is not old."""
    days = ("2024-06-30", "2026-11-23", "2026-10-28", "2024-12-31", "2026-10-27", "an unknown day")
    texts = [attrs.evolve(OLD_TEXT, value=day, rule=f"aetna/r{n}") for n, day in enumerate(days)]
    claim = claim_of("C1", "90853")
    summary = RunSummary.of([(claim, decide(claim, line_of(1, "pay", "presumed", *texts)))])
    shown = re.findall(r"texts (?:read for )?(\S+ \S+),? .*: \S*(r\d)", text_of(summary))
    assert [rule for _, rule in shown] == ["r5", "r0", "r3", "r4"]


def test_one_line_for_old_tables_has_a_command_that_runs() -> None:
    """Where the whole command has no room, the line says where it is."""
    claims = various(1, 40)
    claim = claim_of("X1", "90853")
    carried = attrs.evolve(PAIRS_CARRIED, fact="medicaid/practitioner", value=None)
    claims.count(claim, decide(claim, line_of(1, "pay", "presumed", carried), payer="payer-0"))
    (line,) = (line for line in run_report(claims, CONTEXT) if line.startswith("AS OF  "))
    assert line.endswith(("--setting practitioner", "and how to renew them"))


def test_a_topic_that_was_read_in_part_is_not_called_unread() -> None:
    """The note on partly read lines says of which topics a part was read, and on how many lines."""
    summary = RunSummary()
    line = line_of(1, "pay", "partial", unread=("frequency", "session"))
    in_parts: list[tuple[Topic, ...]] = [("frequency",), ("frequency",), ()]
    for number, in_part in enumerate(in_parts, 1):
        claim = claim_of(f"C{number}", "90853")
        read = attrs.evolve(line, read_in_part=in_part)
        summary.count(claim, decide(claim, read))
    note = "unread policy: how often (2 read in part), minutes and group size"
    assert note in " ".join(text_of(summary).split())


def test_a_finding_by_one_row_of_a_table_names_the_row() -> None:
    """The source of an edit is its row, in the table that the finding cites."""
    claim = claim_of("C1", "90853")
    found = finding_of("medicare/mue", 1, message="2 units exceed the MUE of 1")
    row = Evidence(kind="row", table="medicare/practitioner/2024q3", row="MC-5:90853 MC-2.11")
    decision = decide(claim, line_of(1, "deny"), findings=[attrs.evolve(found, evidence=(row,))])
    assert ", row MC-5:90853\n" in text_of(RunSummary.of([(claim, decision)]))


def test_a_history_that_was_given_is_not_asked_for_again() -> None:
    """The report asks what it covers, beyond what the practice file states."""
    claim = claim_of("C1", "90853")
    history = Presumption(reason="history", fact="history", rule="acme/limit")
    summary = RunSummary.of([(claim, decide(claim, line_of(1, "pay", "presumed", history)))])
    assert "→ give the 835s that you received" in text_of(summary)
    days = (date(2026, 9, 14), date(2026, 10, 23))
    for house, advice in (
        (HouseFacts(), "→ if the 835s hold everything since a day, write"),
        (HouseFacts(history_complete_from=DAY), "→ your 835s have services of 2026-09-14 to"),
        (
            HouseFacts(history_complete_from=DAY, history_complete_for="members"),
            "→ a limit that reaches back before",
        ),
    ):
        context = attrs.evolve(CONTEXT, history=HistoryGiven(True, house, days))
        assert advice in text_of(summary, context)


def earlier_pair(*rests_on: Presumption) -> Finding:
    """Return the finding that the earlier claim N0046 has a code which bundles into this one."""
    found = finding_of(
        "medicare/ptp",
        1,
        message="NCCI edit: 90834 of earlier claim N0046 bundles into 90837 (modifier indicator 0)",
        outcome="review",
        carc=None,
        basis="presumed",
        rests_on=rests_on,
    )
    evidence = (Evidence(kind="line", line=1), Evidence(kind="history", line=1, claim="N0046"))
    return attrs.evolve(found, evidence=evidence)


@pytest.mark.parametrize("status", ["none", "paid", "pending"])
def test_an_earlier_claim_of_the_same_run_is_named(status: Status | Literal["none"]) -> None:
    """No payer answers a claim that is not sent: one of the two is corrected or removed.

    A claim that the history has was sent before.
    """
    rests_on = Presumption(reason="history", fact="history.status", value="paid")
    earlier, claim = claim_of("N0046", "90834"), claim_of("N0062", "90837")
    sent = HistoryLine.of(attrs.evolve(earlier, member=claim.member), earlier.lines[0])
    known = () if status == "none" else (attrs.evolve(sent, status=status),)
    histories = [History.unknown(known)]
    run = RunClaims.of([earlier, claim], histories)
    line = line_of(1, "review", "presumed", rests_on)
    summary = RunSummary()
    decision = decide(claim, line, findings=[earlier_pair(rests_on)])
    summary.total.count(claim.id, claim.lines)
    summary.count(claim, decision, run=run)
    text = text_of(summary)
    both = "2026-11-26: N0046 (90834) and N0062 (90837) in these files: correct one\n"
    assert (both in text) is (status == "none")
    assert ("wait for the payer's answer" in text) is (status == "pending")
    assert "NCCI: 90834 bundles into 90837 (modifier indicator 0)\n" in text


def test_an_open_claim_of_the_same_run_is_corrected_first() -> None:
    """A line that rests on an earlier claim of the run asks for no 835."""
    rests_on = Presumption(reason="history", fact="history.status", value="paid")
    claim = claim_of("N0062", "90837")
    summary = RunSummary()
    run = RunClaims.of([claim_of("N0046", "90834"), claim], [None])
    summary.count(claim, decide(claim, line_of(1, "pay", "presumed", rests_on)), run=run)
    assert "Outcome of an earlier claim in these files: 1 line, $100" in text_of(summary)
    assert "835" not in text_of(summary)


def test_denials_and_the_first_facts_precede_the_age_of_texts() -> None:
    """Where room is short, texts and the meaning of words are left out, and no denial."""
    summary = various(1, 7)
    facts = [Presumption(reason="claim", fact=name) for name in ("modality", "network", "plan")]
    for number in range(12):
        claim = claim_of(f"D{number}", "90853")
        old = attrs.evolve(OLD_TEXT, value=f"2024-06-{number + 10}")
        line = line_of(1, "pay", "presumed", *facts, old)
        summary.count(claim, decide(claim, line, payer="payer-0"))
    lines = list(run_report(summary, CONTEXT))
    assert len(lines) <= MOST_LINES
    assert sum(line.startswith("  reason ") for line in lines) == 7
    assert {"Modality", "Network", "Plan"} <= {
        line.strip().split(" ")[0].strip(":") for line in lines
    }
    fetch = "payer-rules tables fetch --setting practitioner"
    assert f"AS OF  13 older (--verbose): {fetch}" in lines
    assert max(map(len, lines)) <= 80
    assert not any(line.startswith("proved:") for line in lines)


def test_questions_never_push_a_finding_out() -> None:
    """Findings for review have their own section, before the facts that are worth checking."""
    summary = RunSummary()
    facts = [Presumption(reason="claim", fact=name) for name in ("modality", "network", "plan")]
    for number in range(30):
        claim = claim_of(f"D{number:02}", "90853")
        found = finding_of(
            f"acme/{number % 4}", 1, message=f"reason {number % 4}", outcome="review", carc=None
        )
        line = line_of(1, "review", "presumed", *facts)
        summary.count(claim, decide(claim, line, findings=[found]))
    lines = list(run_report(summary, CONTEXT))
    assert sum(line.startswith("  reason ") for line in lines) == 4
    assert lines.index("MAY BE DENIED OR REDUCED") < lines.index("WORTH CHECKING")


def test_facts_take_no_room_from_findings() -> None:
    """Where findings need the room, one fact is left, and no report is longer than it may be."""
    summary = RunSummary()
    facts = [Presumption(reason="claim", fact=name) for name in ("modality", "network", "plan")]
    for number in range(40):
        claim = claim_of(f"D{number:02}", "90853")
        found = finding_of(
            f"acme/{number % 9}",
            1,
            message=f"reason {number % 9}",
            outcome="deny" if number % 9 < 5 else "review",
        )
        line = line_of(1, found.outcome, "presumed", *facts)
        summary.count(claim, decide(claim, line, findings=[found]))
    lines = list(run_report(summary, CONTEXT))
    assert len(lines) <= MOST_LINES
    assert sum(line.startswith("  reason ") for line in lines) == 9


def test_a_fact_has_its_fix_on_its_line_where_room_is_short() -> None:
    """Without room for advice of its own, a fact still names where it is stated."""
    lines = list(run_report(various(1, 40), CONTEXT))
    assert "  Group size: 100 lines, $10,000 → group_size_at_most in practice.toml" in lines


def test_a_group_size_that_the_practice_states_is_not_asked_for_again() -> None:
    """Of a stated most, what is missing is the size of each group, which a claim file states."""
    given_facts = HistoryGiven(house=HouseFacts(group_size_at_most=10))
    context = attrs.evolve(CONTEXT, history=given_facts)
    lines = list(run_report(various(1, 40), context))
    assert "  Size of each group: 100 lines, $10,000 → in a CSV or TOML claim file" in lines
    text = " ".join(text_of(various(1, 1), context).split())
    assert "Size of each group (practice.toml: at most 10): " in text
    assert "→ write group_size in a CSV or TOML claim file: a rule asks for a least size" in text
    assert "group_size_at_most" not in text


def test_a_group_size_that_the_practice_states_is_not_asked_for_in_a_decision() -> None:
    """Each decision names what is left to state, too."""
    entry = NotEvaluated(
        rule="acme/size", lines=(1,), reason="record", missing="session.group_size"
    )
    decision = attrs.evolve(
        decide(claim_of("C1", "90853"), line_of(1, "pay", "presumed")), not_evaluated=(entry,)
    )
    given_facts = HistoryGiven(house=HouseFacts(group_size_at_most=10))
    text = "\n".join(lines_of(decision, given_facts))
    assert "missing size of each group (practice.toml: at most 10) (record)" in text
    assert "group_size_at_most" not in text
    assert "group_size_at_most in practice.toml" in "\n".join(lines_of(decision))


def test_the_report_says_what_was_read_of_the_history() -> None:
    """The header counts the earlier services and the members without one; --verbose names them."""
    summary = RunSummary.of(medicare_decisions())
    summary.members = RunMembers.of(["M1", "M2", "M3"], {"M2"})
    line = HistoryLine.of(claim_of("C0", "90853"), claim_of("C0", "90853").lines[0], status="paid")
    given_history = HistoryGiven.of(History.unknown((line, line)), HouseFacts())
    context = attrs.evolve(CONTEXT, history=given_history)
    text = "  history: 2 services, 2026-11-26 to 2026-11-26; 2 of 3 members have none"
    assert f"{text}\n" in text_of(summary, context)
    whole = text_of(summary, attrs.evolve(context, is_verbose=True))
    assert f"{text.strip()}: M1 M3" in " ".join(whole.split())
    assert "history:" not in text_of(summary)


@pytest.mark.parametrize(
    ("weeks", "is_stated", "is_named"), [(2, True, True), (1, True, False), (2, False, False)]
)
def test_a_gap_between_a_complete_history_and_the_claims_is_named(
    weeks: int, is_stated: bool, is_named: bool
) -> None:
    """A history that is stated to be complete, and ends over a week before the claims, says so."""
    summary = RunSummary.of(medicare_decisions())
    assert summary.last_day is not None
    last = summary.last_day - timedelta(weeks=weeks)
    house = HouseFacts(history_complete_from=date(2026, 1, 1) if is_stated else None)
    context = attrs.evolve(CONTEXT, history=HistoryGiven(True, house, (last, last)))
    text = (
        f"the last service in the history is of {last}: by history_complete_from none is missing "
        f"up to {summary.last_day}; if one is, add newer files"
    )
    assert (text in " ".join(text_of(summary, context).split())) == is_named


def test_the_last_day_of_a_run_is_that_of_all_its_parts() -> None:
    """However a run is divided, its last day is the last one of a line."""
    decisions = medicare_decisions()
    whole, summary = RunSummary.of(decisions), RunSummary()
    for decision in decisions:
        summary.add(RunSummary.of([decision]))
    days = [line.date_to for claim, _ in decisions for line in claim.lines]
    assert summary.last_day == whole.last_day == max(days)


def test_decisions_that_are_alike_sum_up_to_the_same_run() -> None:
    """Claims whose lines have the same answers are counted together, with their own questions."""
    entries = [
        NotEvaluated(rule="medicare/one", lines=(1,), reason="history", missing=f"2026-11-{day}")
        for day in (10, 11)
    ]
    entries.append(attrs.evolve(entries[0], reason="edition", broken_on=(1,)))
    decided = [
        (
            attrs.evolve(claim, id=f"{claim.id}-{number}"),
            attrs.evolve(decision, claim=f"{claim.id}-{number}", not_evaluated=(entry,)),
        )
        for claim, decision in medicare_decisions()
        for number, entry in enumerate(entries * 2)
    ]
    groups, summary = alike(decided), RunSummary()
    for claim, _ in decided:
        summary.count_claim(claim.id, claim.lines)
    for group in groups:
        summary.count_alike(group)
    assert {len(group) for group in groups} == {1, 4}
    assert summary == RunSummary.of(decided)


def test_carried_tables_name_their_contents_and_how_to_fetch_newer_ones() -> None:
    """Pairs and units have their own releases, and what is not installed is named."""
    claim = claim_of("C1", "90853")
    units = attrs.evolve(PAIRS_CARRIED, value="2026q2", rule="medicare/mue")
    none = attrs.evolve(
        PAIRS_CARRIED, fact="medicaid/practitioner", value=None, rule="il-medicaid/ptp"
    )
    line = line_of(1, "pay", "presumed", PAIRS_CARRIED, units, none)
    text = text_of(RunSummary.of([(claim, decide(claim, line))]))
    words = " ".join(text.split())
    assert (
        "Medicare NCCI edits: pairs of 2024 Q3, carried; units (MUE) of 2026 Q2, carried" in words
    )
    assert "     → payer-rules tables fetch --setting practitioner\n" in text
    assert "  Medicaid NCCI edits: pairs not installed\n" in text
    assert "     → payer-rules tables fetch --program medicaid --setting practitioner\n" in text


def test_few_claims_are_all_named_and_many_with_verbose() -> None:
    """A biller finds each claim that a finding has."""
    for number in (8, 9):
        summary = RunSummary()
        names = [f"C{at}" for at in range(number)]
        for name in names:
            claim = claim_of(name, "90853", "90834")
            summary.count(claim, decide(claim, line_of(2, "deny"), findings=[pair(claim, 2, 1)]))
        text = " ".join(text_of(summary).split())
        assert (" ".join(names) in text) is (number == 8)
        verbose = text_of(summary, attrs.evolve(CONTEXT, is_verbose=True))
        assert " ".join(names) in " ".join(verbose.split())


def test_codes_with_different_fixes_are_entries_of_their_own() -> None:
    """A fix names what its own code needs."""
    summary = RunSummary()
    for name, code, primary in (("C1", "90785", "90791"), ("C2", "90833", "99202")):
        claim = claim_of(name, code)
        cure = Cure(change=f"a primary such as {primary}", condition="only if", claim=claim)
        alone = finding_of("acme/add-on", 1, message=f"{code} is an add-on code", cure=cure)
        summary.count(claim, decide(claim, line_of(1, "deny"), findings=[alone]))
    text = text_of(summary)
    assert text.count("is an add-on code") == 2
    assert text.count("Fix: a primary such as") == 2


def test_a_finding_on_lines_that_a_fix_removes_prints_with_it() -> None:
    """A duplicate is gone when the line is removed that is one unit too many."""
    claim = claim_of("C1", "90853", "90853")
    without = attrs.evolve(claim, lines=claim.lines[:1])
    cure = Cure(change="remove line 2", condition="only if billed twice", claim=without)
    many = finding_of("acme/mue", 1, 2, message="2 units", carc="151", cure=cure)
    twice = finding_of("acme/duplicate", 2, message="billed twice", carc="18", basis="presumed")
    lines = [line_of(number, "deny") for number in (1, 2)]
    summary = RunSummary.of([(claim, decide(claim, *lines, findings=[twice, many]))])
    ((key, group),) = summary.payers["medicare"].findings.items()
    assert (key.rule, dict(group.others)) == ("acme/mue", {"acme/duplicate": 1})


def test_findings_with_one_fix_print_as_one() -> None:
    """A review of the line that stays is gone with the denial of the line that is removed."""
    claim = claim_of("C1", "90853", "90853")
    without = attrs.evolve(claim, lines=claim.lines[:1])
    cure = Cure(change="remove line 2", condition="only if billed twice", claim=without)
    denied = finding_of("acme/daily", 2, message="second on one day", carc="119", cure=cure)
    unclear = finding_of(
        "acme/mue", 1, 2, message="2 units", outcome="review", basis="presumed", cure=cure
    )
    lines = [line_of(1, "review", "presumed"), line_of(2, "deny")]
    summary = RunSummary.of([(claim, decide(claim, *lines, findings=[unclear, denied]))])
    ((key, group),) = summary.payers["medicare"].findings.items()
    assert (key.rule, dict(group.others)) == ("acme/daily", {"acme/mue": 1})
    text = text_of(summary)
    assert "1 review (1 settled by a fix below)" in text
    assert "It also settles 1 other line (acme/mue)" in " ".join(text.split())


@given(
    st.lists(
        st.tuples(
            st.sets(st.integers(1, 3), min_size=1),
            st.sampled_from(["deny", "review", "reduce"]),
            st.sampled_from(["proved", "presumed"]),
            st.sampled_from(["119", "151"]),
            st.integers(0, 3),
        ),
        max_size=4,
    )
)
def test_every_line_that_is_counted_is_listed_or_settled_by_a_fix(
    drawn: list[tuple[set[int], Outcome, Basis, str, int]],
) -> None:
    """No line is counted as denied or for review without an entry that speaks of it."""
    claim = claim_of("C1", "90853", "90834", "90785")
    findings = []
    for at, (numbers, outcome, basis, carc, removed) in enumerate(drawn):
        kept = tuple(line for line in claim.lines if line.number != removed)
        cure = Cure(change=f"remove line {removed}", condition="if", claim=with_lines(claim, kept))
        finding = finding_of(
            f"acme/{at}", *sorted(numbers), outcome=outcome, basis=basis, carc=carc, message="no"
        )
        findings.append(attrs.evolve(finding, cure=cure if removed else None))
    worst = {
        line.number: max(
            (each for each in findings if line.number in each.lines),
            key=lambda each: SEVERITY[each.outcome],
            default=None,
        )
        for line in claim.lines
    }
    lines = [line_of(n, f.outcome, f.basis) for n, f in worst.items() if f is not None]
    summary = RunSummary.of([(claim, decide(claim, *lines, findings=findings))])
    payer = summary.payers["medicare"]
    for name in ("denied", "reduced"):
        listed = sum(g.tally.lines for k, g in payer.findings.items() if k.line_class == name)
        settled = sum(group.settled[name] for group in payer.findings.values())
        assert listed + settled >= payer.classes[name].lines


def test_claims_that_several_payers_have_count_once() -> None:
    """The money of a claim is at stake once, for however many payers it is checked."""
    summary = RunSummary()
    claim = claim_of("C1", "90853")
    summary.total.count(claim.id, claim.lines)
    for payer in ("acme", "best"):
        denied = finding_of(f"{payer}/r", 1, message="no")
        decision = decide(claim, line_of(1, "deny"), findings=[denied], payer=payer)
        summary.count(claim, decision)
    text = text_of(summary)
    assert "CO-236, PAYER/r; 1 claim, $100, the same at each of acme, best: C1\n" in text
    assert "before sending" not in text


def test_the_report_says_what_to_do_with_each_claim() -> None:
    """Claims to correct and to check are named; the others are counted."""
    text = text_of(medicare())
    assert (
        "Correct 5 claims before sending: N0005 N0024 N0027 N0041 N0097. No rule is\n"
        "broken by 3 claims. No rule was checked on 1 claim.\n"
    ) in text


def test_denials_precede_sources_facts_and_ages() -> None:
    """Where room is short, sources are left out first, and each section shows its first entry."""
    summary = various(1, 4)
    lines = list(run_report(summary, CONTEXT))
    assert sum(line.startswith("  reason ") for line in lines) == 4
    assert {"WORTH CHECKING", "AS OF"} <= set(lines)


def test_a_text_that_is_too_old_has_one_note_for_each_payer() -> None:
    """The note has the lines that break the text; no finding rests on it."""
    summary = RunSummary()
    policy = PolicyText(
        "A telehealth summary", date(2020, 12, 31), "A visit by video has place 02.", "secondary"
    )
    policies = dict.fromkeys(("aetna/place", "aetna/modifier", "aetna/later"), policy)
    policies["aetna/later"] = attrs.evolve(policy, last_day=DAY)
    for name, rules in (("C1", ("aetna/place", "aetna/modifier")), ("C2", ("aetna/place",))):
        claim = claim_of(name, "90853")
        entries = [
            NotEvaluated(rule=rule, lines=(1,), reason="edition", missing="edition", broken_on=(1,))
            for rule in (*rules, "aetna/later")
        ]
        decision = decide(claim, line_of(1, "unread", "none"), payer="aetna")
        summary.count(claim, attrs.evolve(decision, not_evaluated=tuple(entries)), policies)
    assert (
        "WORTH CHECKING\n"
        '  Too old to judge by: a secondary text of 2020, which 2 lines break: "A visit\n'
        '    by video has place 02." (aetna/place, and 1 other rule)\n'
    ) in text_of(summary)
    whole = RunSummary()
    whole.add(summary)
    assert text_of(whole) == text_of(summary)


def test_a_text_without_a_date_is_named_so() -> None:
    """A text of which no day is known has no year."""
    claim = claim_of("C1", "90853")
    undated = attrs.evolve(OLD_TEXT, value="an unknown day")
    warned = finding_of("aetna/place", 1, message="no", basis="presumed", rests_on=[undated])
    line = line_of(1, "deny", "presumed", undated)
    summary = RunSummary()
    summary.count(claim, decide(claim, line, findings=[warned], payer="aetna"), POLICIES)
    text = text_of(summary)
    assert "     Presumed: text without a date\n" in text
    assert "  aetna texts without a date: place\n" in text


def test_a_topic_of_some_lines_has_their_number() -> None:
    """What is not read on all partly read lines comes first, and without a number."""
    claim = claim_of("C1", "90853", "90834")
    lines = [
        line_of(1, "pay", "partial", unread=["frequency", "session"]),
        line_of(2, "pay", "partial", unread=["session"]),
    ]
    text = text_of(RunSummary.of([(claim, decide(claim, *lines))]))
    assert "unread policy: minutes and group size, how often (1 line)\n" in text


def test_charges_that_a_file_does_not_state_are_not_printed() -> None:
    """A report without charges has no dollar sign."""
    claim = claim_of("C1", "90853", charge=None)
    assert "$" not in text_of(RunSummary.of([(claim, decide(claim))]))


def various(payers: int, rules: int) -> RunSummary:
    """Return the summary of a hundred claims that break many rules of many payers."""
    summary = RunSummary()
    for number in range(100):
        claim = claim_of(f"C{number:03}", "90853", "90834")
        summary.total.count(claim.id, claim.lines)
        for payer in range(payers):
            rule = f"payer-{payer}/rule-{number % rules}"
            denied = finding_of(rule, 1, message=f"reason {number % rules} of {payer} " * 6)
            lines = [line_of(1, "deny"), line_of(2, "pay", "presumed", SIZE, PAIRS_CARRIED)]
            name = f"payer-{payer}"
            summary.count(claim, decide(claim, *lines, findings=[denied], payer=name))
    return summary


@pytest.mark.parametrize(
    ("payers", "rules", "most"), [(1, 40, MOST_LINES), (30, 40, MOST_LINES_OF_SEVERAL)]
)
def test_a_report_has_a_limited_number_of_lines(payers: int, rules: int, most: int) -> None:
    """What does not fit is counted, and --verbose prints it."""
    summary = various(payers, rules)
    lines = list(run_report(summary, CONTEXT))
    assert len(lines) <= most
    assert max(map(len, lines)) <= 80
    assert any("more (--verbose lists them)" in line for line in lines)
    assert {"WILL BE DENIED", "WORTH CHECKING"} <= set(lines)
    assert any(line.startswith("AS OF") for line in lines)
    assert payers > 1 or any(line.startswith("proved = certain") for line in lines)
    whole = list(run_report(summary, attrs.evolve(CONTEXT, is_verbose=True)))
    assert sum(", payer-0/rule-" in line for line in whole) == rules


def denied_and_open(denied: int) -> RunSummary:
    """Return the summary of so many denied claims, each for its own reason, and of open ones."""
    summary = RunSummary()
    facts = [Presumption(reason="claim", fact=name) for name in ("modality", "network", "plan")]
    cure = Cure(change="modifier 59 on line 1", condition="only if distinct")
    for number in range(denied + 40):
        claim = claim_of(f"C{number:03}", "90853")
        is_denied = number < denied
        found = finding_of(
            f"acme/{number}" if is_denied else "acme/later",
            1,
            message=f"reason {number}" if is_denied else "a question",
            outcome="deny" if is_denied else "review",
            cure=cure if is_denied else None,
        )
        line = line_of(1, found.outcome, "presumed", *facts)
        summary.count_claim(claim.id, claim.lines)
        summary.count(claim, decide(claim, line, findings=[found]))
    return summary


@pytest.mark.parametrize("denied", [*range(1, 16)])
def test_all_denials_of_few_claims_are_listed_with_their_fixes(denied: int) -> None:
    """Questions, texts and words make room for them, and at last the report grows."""
    lines = list(run_report(denied_and_open(denied), CONTEXT))
    assert sum(line.startswith("  reason ") for line in lines) == denied
    assert sum(line.startswith("     Fix: modifier 59") for line in lines) == denied
    end = max(at for at, line in enumerate(lines) if line.startswith("  reason "))
    assert all(line.startswith("  ") for line in lines[lines.index("WILL BE DENIED") + 1 : end])
    assert denied > 5 or len(lines) <= MOST_LINES


def test_other_sections_are_a_line_each_where_denials_need_the_room() -> None:
    """What is left out is counted under its title."""
    lines = list(run_report(denied_and_open(15), CONTEXT))
    assert "MAY BE DENIED OR REDUCED  1 finding (--verbose lists them)" in lines
    assert "WORTH CHECKING  3 facts (--verbose lists them)" in lines


def test_denials_of_many_claims_have_the_room_of_the_report() -> None:
    """Those that do not fit are counted, and the report is no longer than it may be."""
    lines = list(run_report(denied_and_open(16), CONTEXT))
    shown = sum(line.startswith("  reason ") for line in lines)
    assert f"  … and {16 - shown} more (--verbose lists them)" in lines
    assert shown >= 6
    assert len(lines) <= MOST_LINES


@given(order=st.permutations(range(9)), cut=st.integers(0, 9))
def test_the_report_does_not_depend_on_how_the_run_was_divided(order: list[int], cut: int) -> None:
    """Summaries of any parts, in any order, add up to the summary of the whole."""
    decided = list(medicare_decisions())
    parts = [[decided[number] for number in order[:cut]], [decided[n] for n in order[cut:]]]
    summary = RunSummary()
    for part in parts:
        summary.add(RunSummary.of(part))
    assert text_of(summary) == GOLDEN


def test_the_text_of_a_claim_says_what_the_history_of_the_run_has() -> None:
    """A history that was given is not asked for, and a claim of the run has no 835 to wait for."""
    claim = claim_of("C1", "90853")
    entries = tuple(
        NotEvaluated(rule="acme/limit", lines=(1,), reason="history", missing=fact)
        for fact in ("history", "history.status")
    )
    decision = attrs.evolve(
        decide(claim, line_of(1, "pay", "presumed", SIZE)), not_evaluated=entries
    )
    assert "No complete claim history given." in "\n".join(lines_of(decision))
    sent = HistoryLine.of(claim, claim.lines[0], status="paid")
    given = HistoryGiven.of(History.unknown((sent,)), HouseFacts(history_complete_from=DAY))
    text = "\n".join(lines_of(decision, given))
    assert "Your 835s have services of 2026-11-26 to 2026-11-26; other practices' lines" in text
    assert "missing outcome of an earlier claim in these files (history)" in text
    assert "claim history given" not in text
    assert "wait for the payer" not in text


def test_a_partly_read_line_names_what_was_not_read() -> None:
    """Whether few or most topics were not read, the line names those, and never the others."""
    few = line_of(1, "pay", "partial", unread=["session"])
    most = line_of(1, "pay", "partial", unread=["frequency", "combination", "place", "session"])
    most = attrs.evolve(most, topics={**most.topics, "provider": "checked"})
    assert basis_text(few) == "partly read, not minutes and group size"
    assert basis_text(most) == (
        "partly read, not how often, same-day codes, place of service, minutes and group size"
    )


def test_words_are_explained_once_if_the_report_has_them() -> None:
    """A run of proved answers alone needs no explanation."""
    text = text_of(medicare())
    assert [word for word in EXPLAINED if f"\n{word}: " in text] == [
        "proved",
        "presumed",
        "partly read",
        "carried",
    ]
    claim = claim_of("C1", "90853")
    assert "proved:" not in text_of(RunSummary.of([(claim, decide(claim))]))


@pytest.mark.parametrize(
    ("sources", "header"),
    [
        (["ZIP 60601", "ZIP 60601"], "a.837   Medicare (NGS, from ZIP 60601)"),
        (["ZIP 60601", "practice.toml"], "a.837   Medicare (NGS, from ZIP 60601 and others)"),
        (["ZIP 60601", None], "a.837   Medicare"),
    ],
)
def test_the_header_names_the_contractor_of_all_claims(
    sources: list[str | None], header: str
) -> None:
    """A contractor that nobody stated is named with its source, if it is that of every claim."""
    summary = RunSummary()
    for at, source in enumerate(sources):
        claim = claim_of(f"C{at}", "90853")
        derived = (DerivedFact("contractor", "ngs", source),) if source else ()
        decision = Decision(
            claim=claim.id,
            payer="medicare",
            outcome="pay",
            lines=(LineDecision(line=1, outcome="pay", complete=True, judged_by=()),),
            derived=derived,
            fingerprint=FINGERPRINT,
        )
        summary.total.count(claim.id, claim.lines)
        summary.count(claim, decision)
    context = RunContext(files=("a.837",), names={"medicare": "Medicare"})
    assert next(iter(run_report(summary, context))) == header


def test_late_claims_have_the_time_limit_in_common() -> None:
    """The day of receipt and the last day of a single claim are left out."""
    late = "99213: received on 2024-05-02; the last day was 2024-05-01 (90 days)"
    finding = finding_of("acme/filing", 1, message=late, carc="29")
    assert headline(finding) == "99213: received too late: the time limit is 90 days"


def test_a_window_without_its_days_reads_as_a_length() -> None:
    """The headline of several findings has no days, and does not point to them."""
    message = "second 90791 in the 6 months 2026-05-31 to 2026-11-30; limit 1"
    assert headline(finding_of("acme/r", 1, message=message)) == "second 90791 in 6 months; limit 1"


def test_an_earlier_claim_that_the_message_does_not_name_is_named() -> None:
    """A limit counts earlier claims; the text of the finding names them."""
    claim = claim_of("C1", "90853")
    found = finding_of("acme/r", 1, message="second 90853 on 2026-11-26; limit 1")
    earlier = Evidence(kind="history", claim="H0012", line=1)
    decision = decide(
        claim, line_of(1, "deny"), findings=[attrs.evolve(found, evidence=(earlier,))]
    )
    assert "      Together with claim H0012" in lines_of(decision)


def test_a_policy_without_a_date_is_presumed_in_these_words() -> None:
    """An unknown day is no day of a policy."""
    undated = attrs.evolve(OLD_TEXT, value="an unknown day")
    assert presumption_text(undated) == "our copy of the policy, which has no date, is in effect"
