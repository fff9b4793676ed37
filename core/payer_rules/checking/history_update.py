"""The lines that a decided claim adds to the history of the member's later claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision, Finding, LineDecision, NotEvaluated
from payer_rules.engine.missing import MissingFact, frees_nothing
from payer_rules.history import HistoryLine, Status
from payer_rules.kinds import kind_of
from payer_rules.rulebook import RuleBook
from payer_rules.rules import UNPAID, Rule, worst
from payer_rules.values.identity_cache import MOST_LISTS, IdentityCache

#: The status of a line without a finding, by whether it is open.
_PAID: Final[Mapping[bool, Status]] = {False: "paid", True: "pending"}
#: The numbers of the lines whose expected outcome is not known.
_UNKNOWN: Final = IdentityCache[tuple[LineDecision, ...], frozenset[int]](
    lambda lines: frozenset(line.line for line in lines if line.expected == "unknown"), MOST_LISTS
)
#: The status of a line, and what is paid of it if that is only a part.
_LineUpdate: TypeAlias = tuple[Status, dict[str, Any]]


@attrs.frozen
class HistoryUpdate:
    """The history lines of decisions by one rule book: paid, denied or pending, whole or in part.

    Each of the two answers has its own: nothing that is expected becomes history of what is proved.

    ``quiet`` are the rules that cannot deny or reduce a line at adjudication; ``cutting`` are the
    limits that pay a part of a line.
    """

    quiet: frozenset[str]
    cutting: dict[str, Rule]
    _leaves_open: IdentityCache[NotEvaluated, bool] = attrs.field(
        init=False,
        eq=False,
        default=attrs.Factory(lambda self: IdentityCache(self._leaves_lines_open), takes_self=True),
    )
    #: By the open questions of a decision, which decisions on equal claims share.
    _open_lines: IdentityCache[tuple[NotEvaluated, ...], frozenset[int]] = attrs.field(
        init=False,
        eq=False,
        default=attrs.Factory(
            lambda self: IdentityCache(self._that_are_open, MOST_LISTS), takes_self=True
        ),
    )

    @classmethod
    def of(cls, rulebook: RuleBook) -> HistoryUpdate:
        """Return the history update for a rule book."""
        loud = {
            rule.id
            for rule in rulebook.rules
            if rule.detected_in == "claim"
            and (rule.outcome in {*UNPAID, "review"} or rule.cuts_lines)
        }
        return cls(
            quiet=frozenset(rule.id for rule in rulebook.rules) - loud,
            cutting={rule.id: rule for rule in rulebook.rules if rule.cuts_lines},
        )

    def lines(
        self, claim: Claim, decision: Decision
    ) -> tuple[tuple[HistoryLine, ...], tuple[HistoryLine, ...]]:
        """Return the claim's lines as the first answer decides them, and as they are expected.

        Where the two answers agree, both are one tuple.
        """
        if not decision.findings:
            return self._without_findings(claim, decision)
        proved, expected = self._proved(claim, decision), self._expected(claim, decision)
        first = _decided_lines(claim, proved)
        return first, first if expected == proved else _decided_lines(claim, expected)

    def _without_findings(
        self, claim: Claim, decision: Decision
    ) -> tuple[tuple[HistoryLine, ...], tuple[HistoryLine, ...]]:
        """Return the same of a claim on which nothing was found: its lines are paid, or pending."""
        # NOTE: most claims of a run are such claims, and their open questions are the same few.
        open_lines = self._open_lines.of(decision.not_evaluated)
        faulty = _UNKNOWN.of(decision.lines)
        first = tuple(
            [
                HistoryLine.decided(claim, line, _PAID[line.number in open_lines])
                for line in claim.lines
            ]
        )
        if faulty == open_lines:
            return first, first
        differ = faulty ^ open_lines
        expected = [
            line.with_status(_PAID[line.number in faulty]) if line.number in differ else line
            for line in first
        ]
        return first, tuple(expected)

    def _that_are_open(self, entries: tuple[NotEvaluated, ...]) -> frozenset[int]:
        """Return the numbers of the lines that the open questions leave open."""
        answers = zip(entries, self._leaves_open.all(entries), strict=True)
        return frozenset(
            number for entry, leaves_open in answers if leaves_open for number in entry.lines
        )

    def _proved(self, claim: Claim, decision: Decision) -> list[_LineUpdate]:
        """Return what the first answer states of each line."""
        findings = decision.proved_findings
        return [
            (self._proved_status(line.number, decision, findings), self._paid(line, findings))
            for line in claim.lines
        ]

    def _expected(self, claim: Claim, decision: Decision) -> list[_LineUpdate]:
        """Return what is expected of each line."""
        findings = [finding for finding in decision.findings if finding.basis != "baseline"]
        faulty = _UNKNOWN.of(decision.lines)
        updates: list[_LineUpdate] = []
        for line in claim.lines:
            status, facts = _status(line.number, findings), self._paid(line, findings)
            if status == "pending":
                facts["is_reviewed"] = True
            elif line.number in faulty and status == "paid":
                status = "pending"
            updates.append((status, facts))
        return updates

    def _proved_status(
        self, number: int, decision: Decision, findings: Sequence[Finding]
    ) -> Status:
        """Return the status that is proved: pending if a fact is missing.

        A topic that nobody read leaves the line paid, as it does inside one claim.
        """
        status = _status(number, findings)
        is_open = status == "paid" and any(
            number in entry.lines and self._leaves_open.of(entry)
            for entry in decision.not_evaluated
        )
        return "pending" if is_open else status

    def _leaves_lines_open(self, entry: NotEvaluated) -> bool:
        """Return True if the missing fact could keep the payer from paying the lines."""
        return (
            entry.reason != "topic"
            and entry.rule not in self.quiet
            and not frees_nothing(MissingFact(entry.reason, entry.missing))
        )

    def _paid(self, line: ServiceLine, findings: Sequence[Finding]) -> dict[str, Any]:
        """Return the paid units and minutes if the line is paid in part."""
        paid: dict[str, Any] = {}
        for finding in findings:
            rule = self.cutting.get(finding.rule)
            if rule is None or finding.pays is None or line.number not in finding.lines:
                continue
            # NOTE: a fraction such as a third is rounded to a millionth of a unit.
            units = round(line.units * finding.pays, 6)
            paid["paid_units"] = min(units, paid.get("paid_units", units))
            whole = kind_of(rule).counted_minutes(rule, line)
            if whole is not None:
                minutes = round(whole * finding.pays)
                paid["paid_minutes"] = min(minutes, paid.get("paid_minutes", minutes))
        return paid


def _decided_lines(claim: Claim, updates: Iterable[_LineUpdate]) -> tuple[HistoryLine, ...]:
    """Return the lines of the claim with their statuses and amounts."""
    return tuple(
        HistoryLine.decided(claim, line, status, **facts)
        for line, (status, facts) in zip(claim.lines, updates, strict=True)
    )


def _status(number: int, findings: Iterable[Finding]) -> Status:
    """Return the status of the line at adjudication, without findings in the record."""
    outcome = worst([f.outcome for f in findings if number in f.lines and f.detected_in == "claim"])
    if outcome in UNPAID:
        return "denied"
    return "pending" if outcome == "review" else "paid"
