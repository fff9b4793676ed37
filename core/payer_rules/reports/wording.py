"""What is missing, said as a person would: on what the answer hangs, and how to supply it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from payer_rules.decisions import Decision, NotEvaluated, Reason, Risk

_IF: Final[dict[Reason, str]] = {
    "claim": "what the claim does not say is as the rules allow: {missing}",
    "history": "nothing paid before counts against it",
    "record": "the clinic's record is in order: {missing}",
    "table": "the edits that are not at hand say nothing: {missing}",
    "fault": "the rules that a plugin failed to give say nothing: {missing}",
    "edition": "the rules' texts, read for other dates, held on that day",
    "text": "the source means it so: {missing}",
    "rules": "the payer pays it at all: no rule known here speaks of it",
}
_SUPPLY: Final[dict[Reason, str]] = {
    "claim": "write {missing} in the claim",
    "history": "give the member's earlier lines as [[history]], or history = [] if there are none",
    "record": "write it under the line's session, or use --assume record",
    "table": "no table of it is here; --assume table takes it as silent",
    "fault": "see payer-rules doctor",
    "edition": "read the payer's text for that day, or use --assume edition",
    "text": "ask the payer, or use --assume text",
    "rules": "add a rule with its source to the payer's profile",
}

#: A row that is missing is named by program, setting and what it is of.
_ROW: Final = 2
_RELEASE: Final = (
    "import CMS's release of that quarter (payer-rules tables import); --assume table carries the "
    "newest earlier one"
)
_PROGRAMS_OF_CMS: Final = ("medicare/", "medicaid/")
_OWN_TABLE: Final = (
    "add the payer's edition of that day to its table; "
    "--assume table carries the newest earlier one"
)

#: What a claim form has no box for, and a line of a claim file can say.
_ON_THE_LINE: Final = frozenset(["modality", "minutes"])


def condition(entries: Iterable[NotEvaluated]) -> str:
    """On what the answer hangs, each class of missing facts once: "if …, and if …"."""
    missing: dict[Reason, dict[str, None]] = {}
    for entry in entries:
        missing.setdefault(entry.reason, {})[entry.missing] = None
    told = [
        _IF[reason].format(missing=", ".join(names)) for reason, names in sorted(missing.items())
    ]
    return "; and ".join(f"if {each}" for each in told)


def hangs_on(decision: Decision, line: int, *, pays: str = "pays") -> str:
    """Return what puts the line at risk whatever is missing; else on what its payment hangs."""
    risks = [risk for risk in decision.at_risk if risk.line == line]
    if risks:
        return "at risk: " + "; ".join(map(risk_of, risks))
    missing = (entry for entry in decision.not_evaluated if line in entry.lines)
    return f"{pays}, {condition(missing)}"


def risk_of(risk: Risk) -> str:
    """Return what becomes of the line, why, and on which other line that hangs."""
    codes = risk.adjustment
    reason = f" {codes.group}-{codes.carc}" if codes else ""
    return f"{risk.outcome}{reason} if line {risk.if_paid} is paid: {risk.message}"


def supply(entry: NotEvaluated) -> str:
    """What a person can do about it."""
    if entry.reason == "record" and entry.missing in _ON_THE_LINE:
        return f"write {entry.missing} on the line, or use --assume record"
    if entry.reason == "table" and entry.missing.count("/") == _ROW:
        return _RELEASE if entry.missing.startswith(_PROGRAMS_OF_CMS) else _OWN_TABLE
    return _SUPPLY[entry.reason].format(missing=entry.missing)
