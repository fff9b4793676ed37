"""Questions about facts that no case notices: does the source ask for the profile's answer?

The words of a rule are the profile's own, so that each question asks to look into the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from payer_rules.conformance.case_names import fact_in_words
from payer_rules.conformance.mutant_results import MutantResult
from payer_rules.conformance.proposed_cases import ProposedCase
from payer_rules.decisions import Decision, Expected
from payer_rules.history import History
from payer_rules.profiles.rule_draft import CODE_LISTS
from payer_rules.reports.claim_words import claim_in_words, shown_by
from payer_rules.reports.outcome_words import TOPIC_WORDS, denial_codes
from payer_rules.rules import Citation, Rule, Topic

#: The question whether a line has an outcome, around the words for the line.
_ASKED: Final[dict[Expected, tuple[str, str]]] = {
    "pay": ("Is", "paid"),
    "inform": ("Is", "informational, and not denied"),
    "patient-share": ("Is", "paid, with a part for the patient"),
    "reduce": ("Is", "paid in part"),
    "review": ("Is", "reviewed before it is paid"),
    "deny": ("Is", "denied"),
    "return": ("Is", "rejected, to be corrected"),
    "unknown": ("Does the text leave open whether", "is paid"),
    "unread": ("Does the text leave open whether", "is paid"),
}


def question_lines(case: ProposedCase, result: MutantResult, at: int, of: int) -> Iterator[str]:
    """Yield the fact and its change, the claim, the profile's words, and the question."""
    yield f"{at} of {of}: {result.rule}, {fact_in_words(result.fact)}: {result.change}"
    history, shown = case.history or History(), shown_by(case.rule)
    yield from (f"  {line}" for line in claim_in_words(case.claim, history, shown))
    yield f"  The profile says of {locator(case.rule.citations[0])}: {case.rule.rationale}"
    yield f"  {_of_the_text(question(case, result))}"


def locator(citation: Citation) -> str:
    """Return the row of a source, and where in the document it was read."""
    return f"{citation.row}, {citation.locator}" if citation.locator else citation.row


def _of_the_text(question: str) -> str:
    """Return the question as one about the text of the source, not about the profile."""
    is_plain = question.startswith("Is ") and not question.startswith(("Is this ", "Is it "))
    head = "Does the text say so" if is_plain else "Look in the text"
    return f"{head}: {question[:1].lower()}{question[1:]}"


def question(case: ProposedCase, result: MutantResult) -> str:
    """Return one question whose answer is yes if the source says what the profile says.

    It is about a day or a code if that is the fact, and else about what becomes of a line.
    """
    head, days = result.fact.partition(".")[0], _days(case)
    if head in ("in_force", "verified") and len(days) == 1:
        return _of_days(case.rule, min(days), head)
    way, _, entry = result.change.partition(" ")
    if result.fact.rpartition(".")[2] in CODE_LISTS and way in ("with", "without"):
        where = "among" if way == "without" else "outside"
        of = "" if result.fact == "codes" else f" ({fact_in_words(result.fact)})"
        return f"Is {entry} {where} the codes of this text{of}?"
    return _of_outcomes(case)


def _days(case: ProposedCase) -> set[date]:
    """Return the days by which the rule may be in force on the claim, or its text be read."""
    if case.rule.in_force_by == "received" and case.claim.received:
        return {case.claim.received}
    spans = [*case.claim.lines, *(case.history.lines if case.history else ())]
    return {day for line in spans for day in (line.date_from, line.date_to)}


def _of_days(rule: Rule, day: date, head: str) -> str:
    """Return the question whether the rule is in force, or its text was read, for the day."""
    if head == "in_force":
        by = "a claim received on" if rule.in_force_by == "received" else "a service on"
        way = "" if day in rule.in_force else "not yet, or no longer, "
        return f"Is the rule {way}in force for {by} {day}?"
    is_in = rule.verified_dates is None or day in rule.verified_dates
    return f"Is {day} {'among' if is_in else 'outside'} the days for which this text was read?"


def _of_outcomes(case: ProposedCase) -> str:
    """Return the question about the first part of the answer that the change decides."""
    questions = (
        *(_of_proved, _of_findings, _of_codes, _of_expected),
        *(_of_open_rules, _of_topics, _of_differences),
    )
    return next(filter(None, (question(case) for question in questions)))


def _of_proved(case: ProposedCase) -> str:
    for line, other in zip(case.answer.lines, case.other.lines, strict=True):
        if line.outcome != other.outcome:
            words = _line(case, line.line)
            if line.outcome == "unknown" and other.outcome != "pay":
                return f"Is it right that {words} is not {_ASKED[other.outcome][1]}?"
            before, after = _ASKED[line.outcome]
            return f"{before} {words} {after}?"
    return ""


def _of_findings(case: ProposedCase) -> str:
    found, other = (_has_finding(case.rule, answer) for answer in _answers(case))
    what = "something" if found else "nothing"
    return "" if found == other else f"Does this text find {what} wrong with this claim?"


def _of_codes(case: ProposedCase) -> str:
    codes, others = (_codes(case.rule, answer) for answer in _answers(case))
    if codes == others:
        return ""
    return f"Is the denial reported with {codes}, and not with {others}?"


def _of_expected(case: ProposedCase) -> str:
    for line, other in zip(case.answer.lines, case.other.lines, strict=True):
        if line.expected != other.expected and line.expected not in ("unread", "unknown"):
            return f"Is it expected that {_line(case, line.line)} is {_ASKED[line.expected][1]}?"
    return ""


def _of_open_rules(case: ProposedCase) -> str:
    speaks, other = (_is_open(case.rule, answer) for answer in _answers(case))
    way = "Does this text speak of" if speaks else "Is this text silent on"
    return "" if speaks == other else f"{way} this claim?"


def _of_topics(case: ProposedCase) -> str:
    topics, others = (_open_topics(answer) for answer in _answers(case))
    way = "Is this text silent on" if topics - others else "Does this text say"
    words = ", ".join(TOPIC_WORDS[topic] for topic in sorted(topics ^ others))
    return f"{way} for this claim: {words}?" if words else ""


def _of_differences(case: ProposedCase) -> str:
    difference = case.differences[0]
    return f"Is this right: {difference.what}: {difference.expected}, and not {difference.got}?"


def _answers(case: ProposedCase) -> tuple[Decision, Decision]:
    return case.answer, case.other


def _is_open(rule: Rule, answer: Decision) -> bool:
    """Return True if the rule speaks of the claim, and could not be evaluated."""
    return any(entry.rule == rule.id for entry in answer.not_evaluated)


def _open_topics(answer: Decision) -> set[Topic]:
    """Return the topics of the claim of which no rule speaks."""
    missing = {entry.missing for entry in answer.not_evaluated if entry.rule is None}
    return {topic for topic in TOPIC_WORDS if topic in missing}


def _has_finding(rule: Rule, answer: Decision) -> bool:
    return any(finding.rule == rule.id for finding in answer.proved_findings)


def _codes(rule: Rule, answer: Decision) -> str:
    codes = [denial_codes(f.adjustment) for f in answer.proved_findings if f.rule == rule.id]
    return ", ".join(dict.fromkeys(filter(None, codes))) or "no code"


def _line(case: ProposedCase, number: int) -> str:
    """Return the line in words; a line that is alone needs no number."""
    line = next(line for line in case.claim.lines if line.number == number)
    return f"line {number} ({line.code})" if len(case.claim.lines) > 1 else line.code


def correction_lines(case: ProposedCase, result: MutantResult) -> Iterator[str]:
    """Yield what to correct if the source does not ask for the profile's answer."""
    origin = case.rule.origin
    place = f"{origin.file}:{origin.line}" if origin and origin.file else case.rule.id
    fact = fact_in_words(result.fact)
    yield f"  Then the profile differs from the text: correct {fact} of {result.rule} ({place})."
    yield f"  With {result.change} it would answer: {_answer(case.other)}. Nothing was written."


def _answer(decision: Decision) -> str:
    return ", ".join(f"line {line.line} {line.outcome}" for line in decision.lines)
