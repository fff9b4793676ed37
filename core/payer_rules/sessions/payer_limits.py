"""The payers' limits on sessions: how large a group may be, and how much a provider may bill.

The engine evaluates the payer's rules about sessions. This module gives each claim what it does not
state itself: the group size, the lines of the other members, and the earlier lines of the history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.checking.completion import PayerCompletion
from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.decisions import Decision, Finding, NotEvaluated
from payer_rules.errors import Problem
from payer_rules.history import History, HistoryLine, HistorySource
from payer_rules.kinds import kind_of
from payer_rules.kinds.kind import GroupLimit
from payer_rules.practice import NO_PRACTICE, Practice
from payer_rules.readers import FiledClaim
from payer_rules.registry import CollectedRules, Registry
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Bounds, Reason, Rule, listed_codes
from payer_rules.sessions.billed_services import ClaimLine
from payer_rules.sessions.billed_sessions import BilledSession
from payer_rules.sessions.findings import (
    Kind,
    OpenQuestion,
    SessionFinding,
    SessionReference,
    SessionResult,
)

#: More than any group has: a finding at this size and at all others does not depend on the size.
_BEYOND: Final = 10**6
_SIZE: Final = "session.group_size"
_UNKNOWN: Final = History.unknown()
#: The provider, the day, and the id or start of a session.
SessionIdentity: TypeAlias = tuple[str, date, str | time]


@attrs.frozen(eq=False)
class SessionRules:
    """The rules of all payers about several members; rule books are built when needed.

    ``store`` has the earlier lines, of which ``practice`` states what they cover.
    """

    registry: Registry
    assume: frozenset[Reason] = frozenset()
    store: HistorySource | None = None
    practice: Practice = NO_PRACTICE
    _results: dict[str, CollectedRules] = attrs.field(init=False)
    _limits: dict[str, tuple[GroupLimit[Any], ...]] = attrs.field(init=False)
    _books: dict[str, RuleBook] = attrs.field(factory=dict, init=False)

    @_results.default
    def _collect(self) -> dict[str, CollectedRules]:
        return {payer: self.registry.collect(payer) for payer in self.registry.payers}

    @_limits.default
    def _select_limits(self) -> dict[str, tuple[GroupLimit[Any], ...]]:
        return {payer: _group_limits(each.rules) for payer, each in self._results.items()}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems in the rules of the payers whose books were used."""
        return tuple(problem for payer in self._books for problem in self._results[payer].problems)

    @property
    def group_codes(self) -> frozenset[str]:
        """The codes for which a payer limits the size of a group of several."""
        limits = (limit for each in self._limits.values() for limit in each)
        sized = (limit for limit in limits if limit.group_size and _is_of_several(limit.group_size))
        return frozenset(code for limit in sized for code in listed_codes(limit.rule.codes))

    def book(self, payer: str) -> RuleBook:
        """Return the rule book of the payer's rules about sessions."""
        if payer not in self._books:
            # NOTE: NCCI edits apply to the lines of one member.
            bare = attrs.evolve(self.registry.payers[payer], ncci=None, ncci_received_from=None)
            self._books[payer] = RuleBook.build(
                bare, self._rules(payer), assume=self.assume, names=self.registry.names
            )
        return self._books[payer]

    def with_histories(self, payer: str, filed: Iterable[FiledClaim]) -> Iterator[FiledClaim]:
        """Yield the claims with the earlier lines of the payer that its rules query."""
        book = self.book(payer)
        completion = PayerCompletion.of(self.practice, book, self.store, self.registry)
        return completion.with_histories(filed)

    def sizes(self, payer: str) -> tuple[int, ...]:
        """Return the group sizes at which a rule changes its answer."""
        sized = (limit.group_size for limit in self._limits[payer])
        lows = {size.at_least for size in sized if size and size.at_least is not None}
        return (0, *sorted(lows), _BEYOND)

    def rule_kind(self, payer: str, rule: str) -> Kind:
        """Return ``limit`` for a limit on a provider, ``size`` for a limit on the group size."""
        limits = (limit for limit in self._limits[payer] if limit.group_size is None)
        return "limit" if any(limit.rule.id == rule for limit in limits) else "size"

    def _rules(self, payer: str) -> tuple[Rule, ...]:
        return tuple(limit.rule for limit in self._limits[payer])


def _is_of_several(size: Bounds) -> bool:
    """Return True if a group of this size may have more than one member."""
    return size.at_most is None or size.at_most > 1


def _group_limits(rules: Iterable[Rule]) -> tuple[GroupLimit[Any], ...]:
    found = (kind_of(rule).group_limit(rule) for rule in rules)
    return tuple(limit for limit in found if limit is not None)


def check_limits(
    payer: str,
    filed: Iterable[FiledClaim],
    sessions: Mapping[ClaimLine, BilledSession],
    rules: SessionRules,
    is_own: Callable[[str], bool],
    withdrawn: Collection[str] = (),
) -> Iterator[SessionResult]:
    """Yield the findings and open questions of the payer's limits, each rule once per session.

    Only lines of providers of this partition are included (``is_own``). Claims are evaluated in
    order of receipt, date of service and id; earlier claims count as paid, unless the history has
    their lines. Those of ``withdrawn`` claims do not count. If the group size is not known, a
    finding must hold for every size from the number of billed members.
    """
    book, sizes = rules.book(payer), rules.sizes(payer)
    met = [
        each
        for each in sorted(filed, key=_turn)
        if any(book.speaks_of(line.code) for line in each.claim.lines)
    ]
    names = {
        (session.provider, session.day, session.key[2]): str(session.about)
        for session in sessions.values()
    }
    run = History(lines=[line for each in met for line in _lines_of(each.claim, sessions)])
    collected: dict[SessionResult, set[ClaimLine]] = {}
    before: set[str] = set()
    for each in rules.with_histories(payer, met):
        claim = each.claim
        earlier = run.select(book.queries([claim])).lines
        given = _given(each.history or _UNKNOWN, names)
        history = _joined(given, (line for line in earlier if line.claim in before), withdrawn)
        decisions = [
            book.decide(sized, history, test_cures=False)
            for sized in _sized(claim, sessions, sizes)
        ]
        own = [e for e in claim.lines if is_own(claim.rendering_provider(e).npi)]
        for result, line in _results(claim, own, decisions, sessions):
            kind = rules.rule_kind(payer, result.rule or "")
            collected.setdefault(attrs.evolve(result, kind=kind, payer=payer), set()).add(line)
        before.add(claim.id)
    for result, lines in collected.items():
        yield attrs.evolve(result, lines=tuple(sorted(lines)))


def _turn(filed: FiledClaim) -> tuple[date, str]:
    claim = filed.claim
    return claim.received or min(line.date_from for line in claim.lines), claim.id


def _lines_of(claim: Claim, sessions: Mapping[ClaimLine, BilledSession]) -> Iterator[HistoryLine]:
    (sized,) = _sized(claim, sessions, (_BEYOND,))
    for line in sized.lines:
        yield HistoryLine.of(claim, line, status="paid")


def _given(history: History, names: Mapping[SessionIdentity, str]) -> History:
    """Return the history, with the names that the run gives to the sessions of its lines."""
    if not any(isinstance(line.session, Session) for line in history.lines):
        return history
    return attrs.evolve(history, lines=[_named(line, names) for line in history.lines])


def _named(line: HistoryLine, names: Mapping[SessionIdentity, str]) -> HistoryLine:
    session, provider = line.session, line.rendering_provider
    if not isinstance(session, Session) or session.id is None or provider is None:
        return line
    name = names.get((provider.npi, line.date_from, session.id))
    if name is None:
        return line
    return attrs.evolve(line, session=attrs.evolve(session, id=name))


def _joined(given: History, earlier: Iterable[HistoryLine], withdrawn: Collection[str]) -> History:
    """Return the history with the lines of earlier claims of the run that it does not have."""
    known = {line.claim for line in given.lines}
    kept = [
        line
        for line in given.lines
        if line.claim not in withdrawn and line.payer_claim not in withdrawn
    ]
    added = [line for line in earlier if line.claim not in known]
    return attrs.evolve(given, lines=(*kept, *added))


def _sized(
    claim: Claim, sessions: Mapping[ClaimLine, BilledSession], sizes: tuple[int, ...]
) -> list[Claim]:
    """Return the claim with the id and size of each session, once for each possible size.

    A size on which the claims do not agree is at least the number of billed members.
    """
    held = {n: sessions.get(ClaimLine(claim.id, n)) for n in (line.number for line in claim.lines)}

    def sized(line: ServiceLine, size: int) -> ServiceLine:
        session = held[line.number]
        if session is None:
            return line
        own = line.session if isinstance(line.session, Session) else Session()
        size = session.size or max(size, len(session.members))
        named = attrs.evolve(own, id=str(session.about), group_size=size)
        return attrs.evolve(line, session=named)

    is_known = all(session is None or session.size for session in held.values())
    return [
        attrs.evolve(claim, lines=[sized(line, size) for line in claim.lines])
        for size in (sizes[:1] if is_known else sizes)
    ]


def _results(
    claim: Claim,
    lines: Iterable[ServiceLine],
    decisions: list[Decision],
    sessions: Mapping[ClaimLine, BilledSession],
) -> Iterator[tuple[SessionResult, ClaimLine]]:
    """Yield findings that hold for every size, and questions that depend on it or other facts."""
    for line in lines:
        place = ClaimLine(claim.id, line.number)
        session = sessions.get(place)
        about = session.about if session else _about(claim, line)
        found = [
            {each.rule: each for each in decision.proved_findings if line.number in each.lines}
            for decision in decisions
        ]
        sure = _always(found)
        for finding in found[0].values():
            if finding.rule in sure:
                yield _finding(finding, about), place
        entries = [*decisions[0].not_evaluated, *decisions[0].assumed]
        for entry in (*(each for each in entries if line.number in each.lines), *_sizes(found)):
            if entry.rule and entry.rule not in sure:
                yield _question(entry, about, session), place


def _sizes(found: list[dict[str, Finding]]) -> Iterator[NotEvaluated]:
    """Yield an entry for each rule whose answer depends on the group size."""
    for rule in sorted({name for each in found for name in each} - _always(found)):
        yield NotEvaluated(rule=rule, lines=(), reason="record", missing=_SIZE)


def _always(found: list[dict[str, Finding]]) -> set[str]:
    return {rule for rule in found[0] if all(rule in each for each in found)}


def _about(claim: Claim, line: ServiceLine) -> SessionReference:
    return SessionReference(provider=claim.rendering_provider(line).npi, day=line.date_from)


def _finding(finding: Finding, about: SessionReference) -> SessionResult:
    return SessionFinding(
        kind="size",
        about=about,
        message=finding.message,
        lines=(),
        rule=finding.rule,
        citations=finding.citations,
    )


def _question(
    entry: NotEvaluated, about: SessionReference, session: BilledSession | None
) -> SessionResult:
    billed = (
        f"{len(session.members)} members are billed" if session else "the line states no session"
    )
    return OpenQuestion(
        kind="size",
        about=about,
        message=billed,
        lines=(),
        rule=entry.rule,
        reason=entry.reason,
        missing=entry.missing,
    )
