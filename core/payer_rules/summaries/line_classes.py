"""The classes of lines and claims in a report."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from payer_rules.decisions import Decision, Finding, LineDecision
from payer_rules.rules import SEVERITY, UNPAID

#: ``reduced``: may be denied or reduced, or is paid in part, by the patient, or not at all.
LineClass: TypeAlias = Literal["denied", "reduced", "unread", "fine"]
#: The worst first.
LINE_CLASSES: Final[tuple[LineClass, ...]] = get_args(LineClass)
#: ``partly``: lines of the class ``fine`` of which a topic was not read.
ReportedClass: TypeAlias = Literal["denied", "reduced", "unread", "partly", "fine"]
_UNREAD: Final = ("unread", "unknown")


def class_of_line(line: LineDecision, decision: Decision) -> LineClass:
    """Return the class of a line by its expected outcome.

    A denial that only the clinic's record shows does not happen at adjudication: such a line may be
    denied later.
    """
    if line.expected == "pay":
        return "fine"
    if line.expected in _UNREAD:
        return "unread"
    if line.expected in UNPAID and not is_audit_risk(line, decision):
        return "denied"
    return "reduced"


def reported_class(line: LineDecision, decision: Decision) -> ReportedClass:
    """Return the class of a line, where those that are partly read have a class of their own."""
    line_class = class_of_line(line, decision)
    return "partly" if line_class == "fine" and line.basis == "partial" else line_class


def class_of_finding(finding: Finding) -> LineClass:
    """Return the class of the lines that have no worse finding."""
    is_denial = finding.outcome in UNPAID and finding.detected_in == "claim"
    return "denied" if is_denial and finding.basis != "baseline" else "reduced"


def is_audit_risk(line: LineDecision, decision: Decision) -> bool:
    """Return True if nothing but findings in the clinic's record give the line its outcome."""
    if line.expected in ("pay", *_UNREAD):
        return False
    return not any(
        finding.detected_in == "claim" and SEVERITY[finding.outcome] >= SEVERITY[line.expected]
        for finding in decision.findings
        if line.line in finding.lines
    )
