"""The words in which reports print outcomes and audit risks."""

from __future__ import annotations

from typing import Final

from payer_rules.decisions import Basis, Decision, Expected, Finding
from payer_rules.rules import UNPAID, Adjustment, Outcome, Topic

#: How reports for people name an outcome; JSON and CSV keep the outcome itself.
OUTCOME_LABELS: Final[dict[Expected, str]] = {
    "pay": "pay",
    "inform": "informational, $0",
    "patient-share": "patient responsibility",
    "reduce": "reduce",
    "review": "review",
    "deny": "deny",
    "return": "rejected: correct and resubmit",
    "unknown": "not checked",
    "unread": "not read",
}

#: What is known of a line that breaks no rule, where other rules may be.
NO_RULE_BROKEN: Final = "no rule broken"

#: What a topic is about, as a biller says it.
TOPIC_WORDS: Final[dict[Topic, str]] = {
    "frequency": "how often",
    "combination": "same-day codes",
    "modifier": "modifiers",
    "place": "place of service",
    "provider": "who may render",
    "session": "minutes and group size",
    "diagnosis": "diagnoses",
    "authorization": "authorization",
    "coverage": "coverage",
    "filing": "filing",
}

#: What happens to a line with the outcome, as the end of a sentence.
OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    "pay": "it is paid",
    "inform": "it is informational and not denied",
    "patient-share": "it is paid, and the patient is responsible for a part",
    "reduce": "it is paid in part",
    "review": "the payer reviews it before paying",
    "deny": "it is denied",
    "return": "the claim is rejected: correct and resubmit it",
}


def expected_words(expected: Expected, basis: Basis) -> str:
    """Return how reports for people name the expected outcome of a line.

    A line that breaks no rule is not said to be paid where topics or dates were not read.
    """
    if expected == "pay" and basis == "partial":
        return NO_RULE_BROKEN
    return OUTCOME_LABELS[expected]


def claim_words(decision: Decision) -> str:
    """Return how reports for people name the expected outcome of a claim (`expected_words`)."""
    is_partial = any(line.basis == "partial" for line in decision.lines)
    return expected_words(decision.expected, "partial" if is_partial else "proved")


def denial_codes(adjustment: Adjustment | None) -> str:
    """Return the denial codes such as ``CO-119 N640``; an empty text if there are none."""
    if adjustment is None:
        return ""
    return " ".join((f"{adjustment.group}-{adjustment.carc}", *adjustment.rarc))


def audit_risk(finding: Finding) -> str:
    """Return the sentence for a finding that only the clinic's record shows."""
    codes = denial_codes(finding.adjustment)
    codes = f" ({codes})" if codes else ""
    if finding.outcome in UNPAID or finding.outcome == "reduce":
        return f"Audit risk: would be recouped on chart review{codes}, not at adjudication."
    label = OUTCOME_LABELS[finding.outcome]
    return f"Audit risk: {label} on chart review{codes}, not at adjudication."
