"""The words of statuses that a line needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of, no_cure
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.standing_requirement.rule import StandingRequirement, StatusOwner
from payer_rules.rules import StatusCriteria
from payer_rules.text.lists import listed

_OWNERS: Final[dict[StatusOwner, str]] = {
    "member": "the member",
    "rendering": "the rendering provider",
    "performed-by": "the provider who performed the service",
    "supervisor": "the supervisor",
    "billing": "the billing provider",
    "stay": "the inpatient stay",
}


def status_text(criteria: StatusCriteria) -> str:
    """Return the status: ``level of care b or c``."""
    kind = criteria.kind.replace("-", " ")
    return f"{kind} {listed(criteria.value)}" if criteria.value else kind


def _statuses(rule: StandingRequirement) -> str:
    return " or ".join(map(status_text, rule.any_of))


def _sentence(rule: StandingRequirement) -> str:
    codes = codes_text(rule.codes)
    return f"{codes}: {_OWNERS[rule.of]} has the status {_statuses(rule)} on the day."


def _answers(rule: StandingRequirement, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        yield "What else", f"{_OWNERS[rule.of]} with {_statuses(rule)}"


def _explain(rule: StandingRequirement, verdict: Verdict[None], claim: Claim) -> Explanation:
    line = line_of(verdict, claim)
    message = f"{_OWNERS[rule.of]} does not have the status {_statuses(rule)} on {line.date_from}"
    return Explanation(
        message=f"{line_label(line)}: {message}", evidence=(value("status", _statuses(rule)),)
    )


WORDS: Final = Words(
    subject="Who may provide it",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=no_cure,
    shows=lambda rule: frozenset(["member_status" if rule.of == "member" else "rendered_by"]),
)
