"""Claims judged in one run: those of one member become each other's history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision
from payer_rules.engine.limits.amounts import minutes_counted
from payer_rules.engine.missing import frees_nothing
from payer_rules.engine.rulebook import RuleBook
from payer_rules.history import History, HistoryLine, Status
from payer_rules.readers import Filed
from payer_rules.rules import UNPAID, FrequencyLimit, Rule, worst

__all__ = ["check"]

_REPLACEMENT: Final = "7"
_VOID: Final = "8"
_WITHDRAWING: Final = frozenset([_REPLACEMENT, _VOID])


def check(
    filed: Iterable[Filed], rulebook: RuleBook, store: History | None = None
) -> Iterator[Decision]:
    """The decision on each claim, in the order in which the claims are given.

    Of the store, claims that bring no history see the lines that can matter to them.

    Claims of one member are judged in order of receipt where it is known, else of the first date
    of service, then of the claim's id; what was decided before is added to the history given.
    """
    filed = tuple(_with_history(each, rulebook, store) for each in filed)
    members: dict[str, list[int]] = {}
    for at, each in enumerate(filed):
        members.setdefault(each.claim.member.id, []).append(at)
    decided: dict[int, Decision] = {}
    for at, each in enumerate(filed):
        if at not in decided:
            own = members[each.claim.member.id]
            order = sorted(own, key=lambda at: _turn(filed[at].claim))
            decisions = _of_member([filed[at] for at in order], rulebook)
            decided.update(zip(order, decisions, strict=True))
        yield decided.pop(at)


def _with_history(filed: Filed, rulebook: RuleBook, store: History | None) -> Filed:
    if store is None or filed.history is not None:
        return filed
    return attrs.evolve(filed, history=store.answer(rulebook.queries([filed.claim])))


def _turn(claim: Claim) -> tuple[date, str]:
    return claim.received or min(line.date_from for line in claim.lines), claim.id


def _of_member(filed: Iterable[Filed], rulebook: RuleBook) -> Iterator[Decision]:
    carried = _Carried(_quiet(rulebook), _cutting(rulebook))
    for each in filed:
        decision = rulebook.decide(each.claim, carried.beside(each.history))
        carried.add(each.claim, decision)
        yield decision


def _quiet(rulebook: RuleBook) -> frozenset[str]:
    """The rules that cannot keep a line from being paid whole when it is adjudicated."""
    loud = {
        rule.id
        for rule in rulebook.rules
        if rule.stage == "claim" and (rule.outcome in {*UNPAID, "review"} or _cuts(rule))
    }
    return frozenset(rule.id for rule in rulebook.rules) - loud


def _cuts(rule: Rule) -> bool:
    """Whether of a line that does not fit the limit pays a part of the units."""
    return isinstance(rule, FrequencyLimit) and rule.excess == "reduce"


def _cutting(rulebook: RuleBook) -> dict[str, FrequencyLimit]:
    return {r.id: r for r in rulebook.rules if isinstance(r, FrequencyLimit) and _cuts(r)}


@attrs.define
class _Carried:
    """The lines that earlier claims of the run leave, and the claims that were withdrawn."""

    quiet: frozenset[str]
    cutting: dict[str, FrequencyLimit]
    lines: tuple[HistoryLine, ...] = ()
    withdrawn: set[str] = attrs.Factory(set)
    doubted: bool = False

    def beside(self, given: History | None) -> History | None:
        """The history given together with the lines; what was given of a claim wins."""
        if given is None:
            return History.unknown(self.lines) if self.lines else None
        if not (self.lines or self.withdrawn or self.doubted):
            return given
        told = {line.claim for line in given.lines}
        lines = [line for line in self.lines if line.claim not in told]
        left = [line for line in given.lines if line.claim not in self.withdrawn]
        if self.doubted:
            left = list(map(_in_doubt, left))
        if not lines and left == list(given.lines):
            return given
        return attrs.evolve(given, lines=(*left, *lines))

    def add(self, claim: Claim, decision: Decision) -> None:
        """Leave the lines of the claim, and take away those of a claim that it withdraws."""
        if claim.frequency_code in _WITHDRAWING:
            self._withdraw(claim.replaces)
        # NOTE: a claim may come to its turn after the one that withdraws it: on one day, by its id.
        gone = claim.id in self.withdrawn and claim.id != claim.replaces
        if claim.frequency_code != _VOID and not gone:
            self.lines = (*self.lines, *self._adjudicated(claim, decision))

    def _withdraw(self, replaced: str | None) -> None:
        if replaced is None:
            # NOTE: any of the claims may be the one, so none of them counts for certain.
            self.doubted = True
            self.lines = tuple(map(_in_doubt, self.lines))
            return
        self.withdrawn.add(replaced)
        self.lines = tuple(line for line in self.lines if line.claim != replaced)

    def _adjudicated(self, claim: Claim, decision: Decision) -> Iterator[HistoryLine]:
        """The claim's lines as the decision leaves them to later claims."""
        for line in claim.lines:
            status = _status(line.number, decision, self.quiet)
            yield HistoryLine.of(claim, line, status=status, **self._paid(line, decision))

    def _paid(self, line: ServiceLine, decision: Decision) -> dict[str, Any]:
        """The units and minutes that were paid, where that is not the whole line."""
        paid: dict[str, Any] = {}
        for finding in decision.findings:
            rule = self.cutting.get(finding.rule)
            if rule is None or finding.pays is None or line.number not in finding.lines:
                continue
            # NOTE: a part such as a third has no last digit; that of a unit is told to a millionth.
            units = round(line.units * finding.pays, 6)
            paid["paid_units"] = min(units, paid.get("paid_units", units))
            whole = minutes_counted(rule, line)
            if whole is not None:
                minutes = round(whole * finding.pays)
                paid["paid_minutes"] = min(minutes, paid.get("paid_minutes", minutes))
        return paid


def _in_doubt(line: HistoryLine) -> HistoryLine:
    return attrs.evolve(line, status="pending") if line.status == "paid" else line


def _status(number: int, decision: Decision, quiet: frozenset[str]) -> Status:
    """What becomes of the line when it is adjudicated; what only the record shows comes later."""
    shown = worst(
        [f.outcome for f in decision.findings if number in f.lines and f.stage == "claim"]
    )
    if shown in UNPAID:
        return "denied"
    doubted = any(
        number in entry.lines
        and entry.rule not in quiet
        and not frees_nothing(entry.reason, entry.missing)
        for entry in decision.not_evaluated
    )
    return "pending" if doubted or shown == "review" else "paid"
