"""The words for missing facts and audit risks, as a biller reads them."""

from __future__ import annotations

import attrs
import pytest

from payer_rules.decisions import REASONS, Finding, NotEvaluated
from payer_rules.reports.fact_names import fact_name
from payer_rules.reports.fix_words import fix_text
from payer_rules.reports.missing_words import missing_text, open_question
from payer_rules.reports.outcome_words import OUTCOME_LABELS, audit_risk
from payer_rules.rules import OUTCOMES, Adjustment, Outcome


def missing(reason: str, name: str, rule: str | None = "acme/rule") -> NotEvaluated:
    """Return an entry that misses one fact on line 1."""
    return NotEvaluated(rule=rule, lines=(1,), reason=reason, missing=name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        (
            [missing("table", "medicaid/practitioner")],
            "Not checked against Medicaid NCCI edits (not installed). No other rule is broken.",
        ),
        (
            [
                missing("claim", "contractor"),
                missing("claim", "rendering_provider.profession"),
                missing("claim", "received"),
            ],
            "Missing: MAC, rendering provider's license type, date received. "
            "If these are in order, this line should pay.",
        ),
        (
            [missing("history", "history", "acme/mue")],
            "No complete claim history given. Earlier paid sessions could exceed a limit.",
        ),
        (
            [missing("history", "history")],
            "No complete claim history given. "
            "Earlier paid sessions could exceed a limit, or bundle with this line.",
        ),
        (
            [missing("history", "history", "acme/ptp")],
            "No complete claim history given. "
            "Another claim of that day could bundle with this line.",
        ),
        (
            [missing("history", "history", "acme/ptp"), missing("history", "history")],
            "No complete claim history given. "
            "Earlier paid sessions could exceed a limit, or bundle with this line.",
        ),
        (
            [attrs.evolve(missing("history", "history"), rule_topic="combination")],
            "No complete claim history given. "
            "Another claim of that day could bundle with this line.",
        ),
        (
            [
                attrs.evolve(missing("history", "history"), rule_topic="frequency"),
                missing("history", "history", "acme/mue"),
            ],
            "No complete claim history given. Earlier paid sessions could exceed a limit.",
        ),
        (
            [missing("topic", "frequency", None), missing("topic", "session", None)],
            "This payer's policy was not read on: how often, minutes and group size.",
        ),
        (
            [missing("edition", "edition")],
            "Our copy of this policy is for other dates. "
            "We have not confirmed that it was in effect on this date of service.",
        ),
        (
            [attrs.evolve(missing("edition", "edition"), policy_year=2020)],
            "Our copy of this policy is from 2020. "
            "We have not confirmed that it is still in effect.",
        ),
        (
            [
                attrs.evolve(missing("edition", "edition"), policy_year=2020),
                attrs.evolve(missing("edition", "edition", "acme/other"), policy_year=2018),
            ],
            "Our copies of these policies are from 2018 and 2020. "
            "We have not confirmed that they are still in effect.",
        ),
        (
            [missing("record", "minutes")],
            "Missing: minutes. If this is in order, this line should pay.",
        ),
        (
            [missing("history", "history.minutes")],
            "Missing in the claim history: minutes.",
        ),
        (
            [missing("fault", "acme")],
            "Not checked: the plugin failed (acme). No other rule is broken.",
        ),
    ],
)
def test_what_was_not_checked_is_one_sentence_or_two(
    entries: list[NotEvaluated], text: str
) -> None:
    """Each class of missing facts has its sentence; the last one states the consequence."""
    assert open_question(entries) == text


def test_several_classes_have_a_sentence_each() -> None:
    """A line that misses more than the claim can state is not promised payment."""
    entries = [missing("claim", "received"), missing("history", "history")]
    assert open_question(entries) == (
        "Missing: date received. "
        "No complete claim history given. "
        "Earlier paid sessions could exceed a limit, or bundle with this line."
    )


@pytest.mark.parametrize(
    ("entry", "fix"),
    [
        (
            missing("table", "medicare/practitioner"),
            "install this quarter's NCCI and MUE files (payer-rules tables import)",
        ),
        (
            missing("table", "medicare/practitioner/2024q3"),
            "install CMS's files of that quarter (payer-rules tables import), or use --assume "
            "table to apply the newest earlier ones",
        ),
        (
            missing("claim", "rendering_provider.taxonomy"),
            "add the rendering provider's taxonomy (loop 2310B, PRV)",
        ),
        (missing("claim", "episode_start"), "write episode_start in the claim"),
        (
            missing("claim", "plan"),
            "write plan under the payer in practice.toml, or in the claim",
        ),
        (
            missing("record", "session.group_size"),
            "write group_size under the line's session, or group_size_at_most in practice.toml",
        ),
        (
            missing("claim", "setting"),
            "use --setting practitioner (837P) or --setting outpatient-hospital (837I), "
            "or write setting in the claim",
        ),
        (
            missing("record", "modality"),
            "if it was telehealth, add place 02 or 10 and the payer's modifier, such as 95 (video) or "
            "93 (audio); otherwise write modality on the line",
        ),
        (
            missing("record", "minutes"),
            "write minutes in a CSV or TOML claim file (an 837 has no place for them)",
        ),
        (
            missing("history", "history.status"),
            "wait for the payer's answer to the earlier claim, and give the 835 that has it "
            "(--history FILE)",
        ),
        (
            missing("history", "history.setting"),
            "state it in a history file of TOML or CSV (--history FILE): an 835 may not have it",
        ),
    ],
)
def test_each_missing_fact_has_a_fix(entry: NotEvaluated, fix: str) -> None:
    """The fix names the option, the field or the segment."""
    assert fix_text(entry) == fix


def test_the_fix_for_an_old_policy_names_the_documents() -> None:
    """A biller reads which documents to obtain for the day; each is named once."""
    entry = missing("edition", "edition")
    carries = "or use --assume edition to apply the newest earlier text"
    assert fix_text(entry) == f"read the payer's policy as of that day, {carries}"
    documents = ["Manual", "Bulletin", "Manual"]
    assert fix_text(entry, documents) == f'read "Manual" and "Bulletin" as of that day, {carries}'


@pytest.mark.parametrize("reason", REASONS)
def test_every_class_of_missing_facts_has_words(reason: str) -> None:
    """No class is printed by its name alone."""
    entry = missing(reason, "thing")
    assert missing_text(entry) not in ("", reason)
    assert fix_text(entry)
    assert open_question([entry]).endswith(".")


@pytest.mark.parametrize(
    ("missing_fact", "name"),
    [
        ("supervised_by.profession", "supervising provider's license type"),
        ("performed_by", "performing provider"),
        ("history.diagnoses", "diagnosis codes of earlier lines"),
        ("review by acme/rule", "outcome of the payer's review by acme/rule"),
        ("line_of_business", "line of business"),
        ("whether 90853 is meant", "whether 90853 is meant"),
    ],
)
def test_facts_have_names_of_the_field(missing_fact: str, name: str) -> None:
    """Known fields have a biller's name, and others are printed without underscores."""
    assert fact_name(missing_fact) == name


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_a_label(outcome: Outcome) -> None:
    """The labels are those that a biller uses, and no two are the same."""
    assert OUTCOME_LABELS[outcome]
    assert len(set(OUTCOME_LABELS.values())) == len(OUTCOME_LABELS)


def test_a_finding_in_the_record_is_an_audit_risk() -> None:
    """The sentence states that the payment would be recouped, and with which codes."""
    finding = Finding(
        rule="acme/rule",
        lines=(1,),
        outcome="deny",
        detected_in="record",
        adjustment=Adjustment(group="CO", carc="50", rarc=("N115",)),
        message="no note",
    )
    assert audit_risk(finding) == (
        "Audit risk: would be recouped on chart review (CO-50 N115), not at adjudication."
    )
    review = attrs.evolve(finding, outcome="review", adjustment=None)
    assert audit_risk(review) == "Audit risk: review on chart review, not at adjudication."
