"""Laws of the baseline: Medicare's edits warn where a payer's own texts are silent, and only there."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest

from payer_rules import (
    Citation,
    Claim,
    Finding,
    History,
    HistoryLine,
    Member,
    Payer,
    Provider,
    ServiceLine,
    load,
)
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.errors import InvalidValueError
from payer_rules.kinds import FrequencyLimit
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.baseline import Baseline, BaselineAnswer
from payer_rules.rulebook.line_topics import ClaimTopics, LineTopics
from payer_rules.rulebook.topic_reader import ReadStatus
from payer_rules.rules import (
    Adjustment,
    BaselineEdits,
    EditTable,
    ProviderCriteria,
    Topic,
    TopicStatus,
    When,
    Window,
)

DAY: Final = date(2024, 8, 15)
CLINIC: Final = Provider(npi="1234567893", profession="psychologist")
ACME: Final = Payer(id="acme", name="Acme", kind="commercial")
EDITS: Final = load(payers=["medicare"]).baseline
MANUAL: Final = Citation(
    row="A-1",
    title="Manual",
    url="https://acme.example/manual",
    read=date(2026, 1, 1),
    confidence="primary",
)


def own_texts(
    claim: Claim, lines: Container[int] = (), pairs: Container[frozenset[str]] = ()
) -> ClaimTopics:
    """Return the topics of own texts that cover the units of some lines, and some pairs."""
    return ClaimTopics(
        {
            line.number: _own_texts_on(line, claim, line.number in lines, pairs)
            for line in claim.lines
        }
    )


def _own_texts_on(
    line: ServiceLine, claim: Claim, has_units: bool, pairs: Container[frozenset[str]]
) -> LineTopics:
    """Return the topics of a line of which own texts cover the units, and some pairs."""
    read: dict[str, ReadStatus | None] = {
        other.code: "checked" if frozenset([line.code, other.code]) in pairs else None
        for other in claim.lines
        if other.code != line.code
    }
    statuses: dict[Topic, TopicStatus] = {
        "frequency": "checked" if has_units else "unread",
        "combination": "unread" if None in read.values() else "checked",
    }
    return LineTopics(statuses, read)


def claim(*codes: str, day: date = DAY, **fields: Any) -> Claim:
    """Return the claim of a practitioner with a line for each code and its modifiers."""
    lines = [
        ServiceLine(
            number=number,
            code=code.split("-")[0],
            modifiers=code.split("-")[1:],
            date_from=day,
            place_of_service="11",
            **fields,
        )
        for number, code in enumerate(codes, 1)
    ]
    return Claim(
        id="C",
        member=Member(id="M"),
        billing_provider=CLINIC,
        setting="practitioner",
        lines=lines,
    )


def answer(
    claim: Claim,
    *,
    payer: Payer = ACME,
    history: History | None = None,
    findings: tuple[Finding, ...] = (),
    denied: tuple[int, ...] = (),
    texts: ClaimTopics | None = None,
) -> BaselineAnswer:
    """Return the warnings on a claim."""
    baseline = Baseline.of(payer, EDITS)
    assert baseline is not None
    state = ClaimState(claim, history or History.unknown(), Assumptions.none())
    state.denied.update(denied)
    return baseline.answer(state, findings, texts or own_texts(claim))


def found(result: BaselineAnswer) -> set[tuple[str, tuple[int, ...]]]:
    """Return the rule and the lines of each warning."""
    return {(finding.rule, finding.lines) for finding in result.findings}


def test_a_pair_that_medicare_denies_is_a_warning() -> None:
    """The line of column 2 has a review without denial codes, and the message names Medicare."""
    (warning,) = answer(claim("90849", "90865")).findings
    assert (warning.rule, warning.lines) == ("acme/baseline-ptp", (2,))
    assert (warning.outcome, warning.basis, warning.adjustment) == ("review", "baseline", None)
    begin = "Medicare would deny this; this payer's own text or edits were not read. NCCI edit: 90865 bundles into"
    assert warning.message.startswith(begin)
    assert [(p.fact, p.rule) for p in warning.rests_on] == [("combination", "acme/baseline-ptp")]


@pytest.mark.parametrize("modifier", ["59", "XE", "XP", "XS", "XU"])
def test_a_modifier_that_bypasses_the_edit_bypasses_the_warning(modifier: str) -> None:
    """Indicator 1 allows it; a pair of indicator 0 stays a warning."""
    assert not answer(claim("90849", f"90865-{modifier}")).findings
    assert found(answer(claim("90791", f"90832-{modifier}"))) == {("acme/baseline-ptp", (2,))}


def test_the_cure_of_a_warning_removes_it() -> None:
    """The cured claim has no warning, and indicator 0 has no cure."""
    (warning,) = answer(claim("90849", "90865")).findings
    assert warning.cure is not None
    assert warning.cure.claim is not None
    assert not answer(warning.cure.claim).findings
    (other,) = answer(claim("90791", "90832")).findings
    assert other.cure is None


def test_units_above_the_mue_are_a_warning() -> None:
    """99 units on a line, and two lines on a day, of which each has one."""
    (warning,) = answer(claim("90853", units=99)).findings
    assert (warning.rule, warning.lines, warning.outcome) == ("acme/baseline-mue", (1,), "review")
    assert "99 units of 90853 on 2024-08-15 exceed the MUE of 1" in warning.message
    assert [presumption.fact for presumption in warning.rests_on] == ["frequency"]
    assert found(answer(claim("90853", "90853"))) == {("acme/baseline-mue", (1, 2))}
    assert not answer(claim("90853")).findings


def test_own_texts_silence_the_warnings_on_what_they_cover() -> None:
    """A pair that the payer covers, or units that it limits, have no warning; others keep theirs."""
    many = claim("90849", "90865", units=9)
    pair = frozenset(["90849", "90865"])
    units = {("acme/baseline-mue", (1,)), ("acme/baseline-mue", (2,))}
    assert found(answer(many)) == {("acme/baseline-ptp", (2,)), *units}
    assert found(answer(many, texts=own_texts(many, pairs=[pair]))) == units
    assert found(answer(many, texts=own_texts(many, lines=[1, 2]))) == {("acme/baseline-ptp", (2,))}
    twice = claim("90853", "90853")
    assert found(answer(twice, texts=own_texts(twice, lines=[1]))) == {("acme/baseline-mue", (2,))}


@pytest.mark.parametrize(
    ("outcome", "warns"), [("deny", False), ("review", False), ("inform", True)]
)
def test_an_own_finding_takes_the_place_of_a_warning(outcome: Any, warns: bool) -> None:
    """A finding that is worse than information covers its line."""
    own = Finding(rule="acme/r", lines=(2,), outcome=outcome, message="m")
    assert bool(answer(claim("90849", "90865"), findings=(own,)).findings) is warns


def test_a_line_that_the_payer_denies_is_no_column_1() -> None:
    """Nothing bundles into a line that is not paid."""
    assert not answer(claim("90849", "90865"), denied=(1,)).findings


def test_units_that_the_payer_denies_do_not_count() -> None:
    """Of two sessions the payer pays one: one unit is within Medicare's limit, and two are not."""
    assert not answer(claim("90853", "90853"), denied=(2,)).findings
    (warning,) = answer(claim("90853", "90853", "90853"), denied=(3,)).findings
    assert warning.lines == (1, 2)


def test_units_that_an_own_limit_denies_do_not_count() -> None:
    """A limit may be the last rule that is evaluated: what it denies is no unit for Medicare."""
    limit = FrequencyLimit(
        id="acme/one-per-day",
        codes=frozenset(["90853"]),
        limit=Decimal(1),
        counts="services",
        window=Window("day"),
        scope="member",
        when=When(rendered_by=ProviderCriteria(profession=frozenset(["psychologist"]))),
        adjustment=Adjustment(group="CO", carc="119"),
        citations=(MANUAL,),
        rationale="One session a day is paid.",
    )
    program = attrs.evolve(ACME, kind="medicaid", ncci="medicaid", ncci_citations=(MANUAL,))
    book = RuleBook.build(program, [limit], baseline=EDITS)
    decision = book.decide(claim("90853", "90853"), History())
    assert [line.expected for line in decision.lines] == ["pay", "deny"]
    assert {finding.rule for finding in decision.findings} == {"acme/one-per-day"}


def test_a_line_that_was_paid_earlier_counts() -> None:
    """Column 1 of an earlier claim of the same day bundles column 2; a denied one does not."""
    for status, warns in (("paid", True), ("pending", True), ("denied", False)):
        earlier = HistoryLine(
            claim="H",
            member="M",
            code="90849",
            date_from=DAY,
            status=status,  # type: ignore[arg-type]
            billing_provider=CLINIC,
            rendering_provider=CLINIC,
            setting="practitioner",
        )
        result = answer(claim("90865"), history=History(lines=[earlier]))
        assert bool(result.findings) is warns, status


def test_the_newest_release_is_carried_forward_and_never_back() -> None:
    """The bundled extracts of 2024 Q3 answer for 2026, and not for the day before."""
    (warning,) = answer(claim("90849", "90865", day=date(2026, 11, 3))).findings
    assert "carried forward from medicare/practitioner/2024q3" in warning.message
    assert not answer(claim("90849", "90865", day=date(2024, 6, 30))).findings


def test_codes_outside_of_the_extracts_have_no_warning_and_no_answer() -> None:
    """The topics of a line that the edits answer are named; a code without edits has none."""
    result = answer(claim("90849", "90834", "99999"))
    assert result.topics == {1: {"frequency"}, 2: {"frequency"}, 3: frozenset()}
    assert answer(claim("90849", "90834")).topics[1] == {"frequency", "combination"}


def test_a_code_of_another_day_is_no_pair_that_the_edits_answer() -> None:
    """The combination of codes is one of the day: a line that is alone on its day has none."""
    first, second = claim("90849", "90834").lines
    apart = attrs.evolve(second, date_from=DAY + timedelta(1), date_to=DAY + timedelta(1))
    result = answer(attrs.evolve(claim("90849"), lines=[first, apart]))
    assert result.topics == {1: {"frequency"}, 2: {"frequency"}}


def test_a_claim_of_an_unknown_setting_has_no_warning() -> None:
    """The edits are those of a setting."""
    assert answer(attrs.evolve(claim("90853", units=99), setting=None)) == BaselineAnswer()


def test_a_cited_baseline_is_presumed_with_the_codes_of_the_edits() -> None:
    """A text by which the edits apply gives findings that deny, and is among their sources."""
    payer = attrs.evolve(ACME, baseline="medicare-ncci", baseline_citations=(MANUAL,))
    (finding,) = answer(claim("90849", "90865"), payer=payer).findings
    assert (finding.outcome, finding.basis) == ("deny", "presumed")
    assert finding.adjustment is not None
    assert finding.adjustment.carc == "236"
    assert finding.citations[-1] == MANUAL
    assert "would" not in finding.message


def test_a_payer_may_have_no_baseline() -> None:
    """The profile switches it off, Medicare's own edits are no baseline, or no plugin has edits."""
    assert EDITS is not None
    assert Baseline.of(attrs.evolve(ACME, baseline="none"), EDITS) is None
    assert Baseline.of(EDITS.payer, EDITS) is None
    assert Baseline.of(ACME, None) is None
    assert load(without=["medicare"]).baseline is None


def test_payers_share_the_tables_of_one_baseline() -> None:
    """The tables are opened once for all payers, and again for another day of knowledge."""
    other = attrs.evolve(ACME, id="other")
    baselines = [Baseline.of(ACME, EDITS), Baseline.of(other, EDITS)]
    baselines.append(Baseline.of(ACME, EDITS, known_on=DAY))
    tables = [baseline.edit_tables for baseline in baselines if baseline]
    assert tables[0] is tables[1]
    assert tables[0] is not tables[2]


def test_a_baseline_that_applies_needs_a_source() -> None:
    """`medicare-ncci` without a citation is an error."""
    with pytest.raises(InvalidValueError, match="without a source"):
        attrs.evolve(ACME, baseline="medicare-ncci")


def test_topics_that_only_the_edits_answer_are_marked() -> None:
    """Units and pairs within the edits have the status `baseline`; a code without edits is unread."""
    book = load(payers=["aetna"]).rulebook("aetna")
    decision = book.decide(claim("90849", "90834-59"), History())
    assert [line.topics["frequency"] for line in decision.lines] == ["baseline", "baseline"]
    assert [line.topics["combination"] for line in decision.lines] == ["baseline", "baseline"]
    alone = book.decide(claim("99999"), History())
    assert alone.lines[0].topics["frequency"] == "unread"


def test_the_baseline_is_in_the_expected_answer_alone() -> None:
    """`outcome` and what is not evaluated are the same without it; a run counts earlier claims."""
    book = load(payers=["aetna"]).rulebook("aetna")
    without = attrs.evolve(book, baseline=None)
    many = claim("90849", "90865", units=9)
    warned, plain = book.decide(many, History()), without.decide(many, History())
    assert [line.outcome for line in warned.lines] == [line.outcome for line in plain.lines]
    assert warned.not_evaluated == plain.not_evaluated
    assert {line.expected for line in warned.lines} == {"review"}
    assert {line.basis for line in warned.lines} == {"baseline"}
    assert {finding.basis for finding in plain.findings} <= {"proved", "presumed"}


def with_one_row_less(edits: BaselineEdits) -> BaselineEdits:
    """Return the edits of which the first table has one unit edit less."""
    (at, table) = next(
        (at, table) for at, table in enumerate(edits.terms) if isinstance(table, EditTable)
    )
    changed = table.replacing(table.units[0], None)
    return attrs.evolve(edits, terms=(*edits.terms[:at], changed, *edits.terms[at + 1 :]))


def test_a_rule_book_has_another_digest_with_another_table_of_the_baseline() -> None:
    """Two answers that a row of the baseline may separate are not of one rule book."""
    assert EDITS is not None
    books = [
        RuleBook.build(ACME, [], baseline=edits)
        for edits in (EDITS, with_one_row_less(EDITS), EDITS, None)
    ]
    digests = [book.fingerprint.rulebook for book in books]
    assert digests[0] == digests[2]
    assert len(set(digests)) == 3
    assert books[0].fingerprint.tables != books[1].fingerprint.tables


def test_the_history_of_a_claim_has_the_other_codes_of_its_days() -> None:
    """The lines that answer the queries of a rule book are enough for the warnings."""
    earlier = [
        HistoryLine(
            claim="H",
            member="M",
            code=code,
            date_from=day,
            status="paid",
            billing_provider=CLINIC,
            rendering_provider=CLINIC,
            setting="practitioner",
        )
        for code, day in (("90849", DAY), ("90849", DAY - timedelta(1)))
    ]
    book = load(payers=["aetna"]).rulebook("aetna")
    selected = History(lines=earlier).select(book.queries([claim("90865")]))
    assert list(selected.lines) == earlier[:1]
    (warning,) = book.decide(claim("90865"), selected).findings
    assert warning.rule == "aetna/baseline-ptp"
