"""The words of coverage."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from payer_rules.claims import Claim
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of, no_cure
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.coverage.rule import Coverage
from payer_rules.rules import Outcome

_SENTENCES: Final[dict[Outcome, str]] = {
    "inform": "is for information, without being denied",
    "review": "is looked at before it is paid",
    "patient-share": "is paid, and the member owes a part",
    "return": "cannot be processed",
}
_SHORT: Final[dict[Outcome, str]] = {
    "review": "reviewed",
    "inform": "for information",
    "reduce": "paid in part",
}


def _sentence(rule: Coverage) -> str:
    codes = codes_text(rule.codes)
    if rule.covered:
        return f"{codes} is covered."
    if rule.outcome == "reduce":
        percent = (rule.pays or Decimal(0)) * 100
        return f"{codes} is paid at {percent.normalize():f} percent."
    return f"{codes} {_SENTENCES.get(rule.outcome, 'is not paid')}."


def _answers(rule: Coverage, code: str) -> Iterator[tuple[Question, str]]:
    if code not in rule.codes:
        return
    answer = "covered" if rule.covered else _SHORT.get(rule.outcome, "not paid")
    if rule.when.same_day:
        yield "With what on the same day", f"{answer} beside {codes_text(rule.when.same_day.codes)}"
    else:
        yield "What else", answer


def _explain(rule: Coverage, verdict: Verdict[None], claim: Claim) -> Explanation:
    line = line_of(verdict, claim)
    return Explanation(message=f"{line_label(line)}: {rule.rationale.rstrip('.')}", pays=rule.pays)


WORDS: Final = Words(
    subject="What is paid",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=no_cure,
    states_outcome=True,
)
