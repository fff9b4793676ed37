"""The words of a kind of rule: what its rules and its verdicts are in plain English."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, get_args

import attrs

from payer_rules.claims import Claim, ServiceLine, is_revenue_line
from payer_rules.decisions import Cure, Evidence
from payer_rules.engine.verdict import D, LineReference, Verdict
from payer_rules.rules import Adjustment, Codes, Requirement, Rule
from payer_rules.text.lists import listed
from payer_rules.vocabularies.formats import REVENUE_LINE

R = TypeVar("R", bound=Rule)

#: What a biller asks about a code.
Question: TypeAlias = Literal[
    "How many a day",
    "How many in a longer time",
    "With what on the same day",
    "Which modifier",
    "How many in the group",
    "How long",
    "Who",
    "Where",
    "With which authorization",
    "What else",
]
QUESTIONS: Final[tuple[Question, ...]] = get_args(Question)


#: What the rules of a kind are about: the headings of a payer's page, in their order.
Subject: TypeAlias = Literal[
    "What is paid",
    "Who may provide it",
    "Where, and by telehealth",
    "Which modifiers",
    "How often",
    "Length, group size and documentation",
    "Same-day combinations",
    "Authorizations and referrals",
    "Filing",
    "Other rules",
]
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)
#: The lists of codes whose meanings a page explains.
CodeList: TypeAlias = Literal["modifier", "place"]


@attrs.frozen(kw_only=True)
class Explanation:
    """The message of a finding, and what is particular to it.

    ``evidence`` comes after the lines of the verdict. ``adjustment`` takes the place of the rule's
    own; ``pays`` is the part that is still paid, and ``bill_instead`` the code to bill.
    """

    message: str
    evidence: tuple[Evidence, ...] = ()
    adjustment: Adjustment | None = None
    pays: Decimal | None = None
    bill_instead: str | None = None


def no_cure(rule: Rule, verdict: Verdict[Any], claim: Claim) -> None:
    """Return no cure: no change of the claim removes such a finding."""


def _all_codes(rule: Rule) -> Iterable[tuple[str, Codes]]:
    return (("", rule.meets),)


def _nothing_shown(rule: Rule) -> frozenset[str]:
    return frozenset()


def _nothing_named(rule: Rule) -> Iterable[tuple[CodeList, str]]:
    return ()


@attrs.frozen(kw_only=True)
class Words(Generic[R, D]):
    """The texts of a kind.

    ``sentence`` states a rule in a sentence or two; ``answers`` gives its short answers about one
    of its codes, each with the question; ``explain`` makes the message of a verdict; ``cure``
    proposes the claim without the fault, if there is one.

    For pages: ``subject`` is the heading; ``code_sets`` are the sets of codes, each after a text;
    ``shows`` names the facts of a claim that an example must show; ``named`` are the modifiers and
    places that the sentence names. ``states_outcome`` is True if a rule states the outcome of a
    line, and not a requirement.
    """

    subject: Subject
    sentence: Callable[[R], str]
    answers: Callable[[R, str], Iterable[tuple[Question, str]]]
    explain: Callable[[R, Verdict[D], Claim], Explanation]
    cure: Callable[[R, Verdict[D], Claim], Cure | None]
    code_sets: Callable[[R], Iterable[tuple[str, Codes]]] = _all_codes
    shows: Callable[[R], frozenset[str]] = _nothing_shown
    named: Callable[[R], Iterable[tuple[CodeList, str]]] = _nothing_named
    states_outcome: bool = False


def alternatives_text(rule: Rule, others: Iterable[Rule] = ()) -> str:
    """Return what the rule's alternatives are, after a blank; an empty text if it has none.

    ``others`` are the alternatives, if they are known: then they are named.
    """
    name = rule.alternatives if isinstance(rule, Requirement) else None
    if name is None:
        return ""
    ids = {other.id for other in others} - {rule.id}
    if ids:
        return f" Or it meets {listed(ids)}."
    return f" Or it meets another rule of the alternatives {name!r}."


def line_label(line: ServiceLine | LineReference) -> str:
    """Return the code and the day of the line: ``90853 on 2024-08-15``."""
    return f"{code_text(line.code)} on {line.date_from}"


def code_text(code: str) -> str:
    """Return the code of a line in words: ``90853``, or ``revenue code 0915``."""
    return code.replace(REVENUE_LINE, "revenue code ") if is_revenue_line(code) else code


def line_of(verdict: Verdict[Any], claim: Claim) -> ServiceLine:
    """Return the line of the claim that a verdict about one line names."""
    (number,) = verdict.lines
    return next(line for line in claim.lines if line.number == number)
