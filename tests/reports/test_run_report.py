"""The report of a run: counts and money, denials with fixes, and facts worth checking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
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
from payer_rules.history import History, HistoryLine, Status
from payer_rules.practice import HouseFacts
from payer_rules.reports.history_words import HistoryGiven
from payer_rules.reports.run_report import (
    MOST_LINES,
    MOST_LINES_OF_SEVERAL,
    RunContext,
    run_report,
)
from payer_rules.reports.run_words import EXPLAINED
from payer_rules.reports.text_layout import PageLayout
from payer_rules.rules import Adjustment, Citation, Outcome, Topic, TopicStatus
from payer_rules.summaries import LINE_CLASSES, PolicyText, RunClaims, RunSummary

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
        condition="only if the services were separate and separately documented",
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
      1 line: no text of this payer was read (payer-rules payers --topics)
  ✓ no rule broken            3 claims  5 lines  $510
      4 lines: everything read, 2 of them presumed · 1 line: minutes and group
      size not read

WILL BE DENIED
  2 units of 90853 exceed the MUE of 1 (MAI 3): all units are denied
     CO-151, medicare/mue · 3 claims, 6 lines, $360: N0024 N0027 N0097
     Source: Medicare NCCI Policy Manual 2026, chapter I
  NCCI edit: 90834 bundles into 90853 on the same day (modifier indicator 1)
     CO-236, presumed: table of 2024 Q3, medicare/ptp · 2 claims, $240: N0005 …
     Fix: modifier 59 or XE on 90834, only if the services were separate and
        separately documented
     Source: Medicare NCCI Policy Manual 2026, chapter I

WORTH CHECKING
  Group size: 2 lines, $120
     → write group_size under the line's session, or group_size_at_most in
       practice.toml

AS OF
  Medicare NCCI edits of 2024 Q3, carried: payer-rules tables import FILE…

proved:      certain from the claim as it stands
presumed:    certain if what is missing is in order: see WORTH CHECKING, AS OF
partly read: breaks no rule that was read; ask the payer about the other topics
carried:     by the newest text or table of an earlier date; get a newer one
All 14 lines: --report csv:FILE; claim by claim: --verbose                exit 1
"""


def text_of(summary: RunSummary, context: RunContext = CONTEXT) -> str:
    """Return the report as one text."""
    return "".join(f"{line}\n" for line in run_report(summary, context))


def test_the_report_is_this_one() -> None:
    """A biller reads counts and money, then denials with fixes, then what is worth checking."""
    assert text_of(medicare()) == GOLDEN


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
    assert group.tally.sample == ("C000", "C001", "C002", "C003", "C004", "C005")


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
        message="Medicare would deny this; this payer's text was not read. 2 units exceed 1",
        outcome="review",
        carc=None,
        basis="baseline",
    )
    decision = decide(claim, line_of(1, "review", "baseline"), findings=[warned], payer="aetna")
    text = text_of(RunSummary.of([(claim, decision)]))
    assert "WILL BE DENIED" not in text
    assert "! may be denied or reduced" in text
    assert "      1 line: Medicare would deny them, this payer's text was not read\n" in text
    assert (
        "Medicare would deny this: 2 units exceed 1\n     review, baseline, aetna/baseline-mue · 1 claim, $100: C1\n"
        in text
    )


def test_an_audit_risk_is_no_denial() -> None:
    """What only the clinic's record shows is found on chart review, not at adjudication."""
    claim = claim_of("C1", "90853")
    risk = attrs.evolve(finding_of("acme/note", 1, message="no note"), detected_in="record")
    text = text_of(RunSummary.of([(claim, decide(claim, line_of(1, "deny"), findings=[risk]))]))
    assert "WILL BE DENIED" not in text
    assert "no note\n     CO-236, audit risk, acme/note · 1 claim, $100: C1\n" in text


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
        "  90834/90837: place of service 10, not 02\n     CO-236, acme/place · 2 claims, $200: C1 C2\n"
        in text
    )


def test_a_fact_that_claim_and_record_may_state_is_one() -> None:
    """It prints once, with the lines of both."""
    asked = [Presumption(reason=reason, fact="modality") for reason in ("claim", "record")]
    claim = claim_of("C1", "90853", "90834")
    lines = [line_of(at, "pay", "presumed", fact) for at, fact in enumerate(asked, 1)]
    text = text_of(RunSummary.of([(claim, decide(claim, *lines))]))
    assert text.count("Modality (in person, video or audio)") == 1
    assert "Modality (in person, video or audio): 2 lines, $200\n" in text


def test_a_text_read_for_an_earlier_date_is_named_once_with_its_year() -> None:
    """The age of a policy is stated with its title, not with each line."""
    summary = RunSummary()
    for name in ("C1", "C2"):
        claim = claim_of(name, "90853")
        line = line_of(1, "pay", "presumed", OLD_TEXT)
        summary.count(claim, decide(claim, line, payer="aetna"), POLICIES)
    assert text_of(summary).count("Aetna telehealth policy: text of 2024, 2 lines") == 1


def test_a_history_that_was_given_is_not_asked_for_again() -> None:
    """The report asks what it covers, beyond what the practice file states."""
    claim = claim_of("C1", "90853")
    history = Presumption(reason="history", fact="history", rule="acme/limit")
    summary = RunSummary.of([(claim, decide(claim, line_of(1, "pay", "presumed", history)))])
    assert "→ give the 835s that you received" in text_of(summary)
    for house, advice in (
        (HouseFacts(), "→ if the 835s hold everything since a day, write"),
        (HouseFacts(history_complete_from=DAY), "→ your 835s have what you billed since 2026-11-"),
        (
            HouseFacts(history_complete_from=DAY, history_complete_for="members"),
            "→ give older 835s, and write their first day as history_complete_from",
        ),
    ):
        context = attrs.evolve(CONTEXT, history=HistoryGiven(has_files=True, house=house))
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
    both = "N0046 (90834) and N0062 (90837) are both in these files, 2026-11-26:\n"
    assert (both in text) is (status == "none")
    assert ("wait for the payer's answer" in text) is (status == "pending")
    assert "NCCI edit: 90834 bundles into 90837 (modifier indicator 0)\n" in text


def test_an_open_claim_of_the_same_run_is_corrected_first() -> None:
    """A line that rests on an earlier claim of the run asks for no 835."""
    rests_on = Presumption(reason="history", fact="history.status", value="paid")
    claim = claim_of("N0062", "90837")
    summary = RunSummary()
    run = RunClaims.of([claim_of("N0046", "90834"), claim], [None])
    summary.count(claim, decide(claim, line_of(1, "pay", "presumed", rests_on)), run=run)
    assert "Outcome of an earlier claim in these files: 1 line, $100" in text_of(summary)
    assert "835" not in text_of(summary)


def test_denials_precede_sources_facts_and_ages() -> None:
    """Where room is short, sources are left out first, and each section shows its first entry."""
    summary = various(1, 4)
    lines = list(run_report(summary, CONTEXT))
    assert sum(", payer-0/rule-" in line for line in lines) == 4
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
        "AS OF\n"
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
    assert "CO-236, presumed: text without a date, aetna/place" in text
    assert "Aetna telehealth policy: text without a date, 1 line" in text


def test_a_topic_of_some_lines_has_their_number() -> None:
    """What is not read on all partly read lines comes first, and without a number."""
    claim = claim_of("C1", "90853", "90834")
    lines = [
        line_of(1, "pay", "partial", unread=["frequency", "session"]),
        line_of(2, "pay", "partial", unread=["session"]),
    ]
    text = text_of(RunSummary.of([(claim, decide(claim, *lines))]))
    assert "2 lines: minutes and group size, how often (1 line) not read\n" in text


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
    assert {"WILL BE DENIED", "WORTH CHECKING", "AS OF"} <= set(lines)
    whole = list(run_report(summary, attrs.evolve(CONTEXT, is_verbose=True)))
    assert sum(", payer-0/rule-" in line for line in whole) == rules


@given(order=st.permutations(range(9)), cut=st.integers(0, 9))
def test_the_report_does_not_depend_on_how_the_run_was_divided(order: list[int], cut: int) -> None:
    """Summaries of any parts, in any order, add up to the summary of the whole."""
    decided = list(medicare_decisions())
    parts = [[decided[number] for number in order[:cut]], [decided[n] for n in order[cut:]]]
    summary = RunSummary()
    for part in parts:
        summary.add(RunSummary.of(part))
    assert text_of(summary) == GOLDEN


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
