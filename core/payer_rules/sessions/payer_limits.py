"""A session held to its payers' limits: how large a group may be, how much a provider may do.

The engine answers, by the payer's own rules about sessions alone, each with its conditions, dates
and sources; here it is told what one claim does not know: the size and the other members' lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.decisions import Decision, Finding, NotEvaluated
from payer_rules.errors import Problem
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import FrequencyLimit, SessionRequirement
from payer_rules.registry import CollectedRules, Registry
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Reason, Rule
from payer_rules.sessions.billed_services import ClaimLine
from payer_rules.sessions.billed_sessions import BilledSession
from payer_rules.sessions.findings import (
    Kind,
    OpenQuestion,
    SessionFinding,
    SessionReference,
    SessionResult,
)

#: More than any group has: what holds at this size too holds whatever the size is.
_BEYOND: Final = 10**6
_SIZE: Final = "session.group_size"


@attrs.frozen(eq=False)
class SessionRules:
    """The rules of all payers that look at more than one member; books are made when asked for."""

    registry: Registry
    assume: frozenset[Reason] = frozenset()
    _gathered: dict[str, CollectedRules] = attrs.field(init=False)
    _rules: dict[str, tuple[Rule, ...]] = attrs.field(init=False)
    _books: dict[str, RuleBook] = attrs.field(factory=dict, init=False)

    @_gathered.default
    def _of_payers(self) -> dict[str, CollectedRules]:
        return {payer: self.registry.collect(payer) for payer in self.registry.payers}

    @_rules.default
    def _of_sessions(self) -> dict[str, tuple[Rule, ...]]:
        return {payer: _across_members(each.rules) for payer, each in self._gathered.items()}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the rules of the payers whose book was asked for."""
        return tuple(problem for payer in self._books for problem in self._gathered[payer].problems)

    @property
    def group_codes(self) -> frozenset[str]:
        """The codes of which a payer says how large a group may be."""
        rules = [rule for each in self._rules.values() for rule in each]
        sized = [rule for rule in rules if isinstance(rule, SessionRequirement)]
        return frozenset(code for rule in sized for code in rule.codes)

    def book(self, payer: str) -> RuleBook:
        """The payer's rules about sessions, and no others."""
        if payer not in self._books:
            # NOTE: CMS's edits look at the lines of one member.
            bare = attrs.evolve(self.registry.payers[payer], ncci=None, ncci_received_from=None)
            self._books[payer] = RuleBook.build(
                bare, self._rules[payer], assume=self.assume, names=self.registry.names
            )
        return self._books[payer]

    def sizes(self, payer: str) -> tuple[int, ...]:
        """Sizes by which the rules tell groups apart: what holds of all holds of every group."""
        sized = (r.group_size for r in self._rules[payer] if isinstance(r, SessionRequirement))
        lows = {each.at_least for each in sized if each and each.at_least is not None}
        return (0, *sorted(lows), _BEYOND)

    def rule_kind(self, payer: str, rule: str) -> Kind:
        """Whether the rule limits the size of a group, or what a provider may do."""
        limits = (r for r in self._rules[payer] if isinstance(r, FrequencyLimit))
        return "limit" if any(each.id == rule for each in limits) else "size"


def _across_members(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    found: list[Rule] = []
    for rule in rules:
        if isinstance(rule, SessionRequirement) and rule.group_size:
            found.append(attrs.evolve(rule, minutes=None, documented=frozenset()))
        elif isinstance(rule, FrequencyLimit) and rule.scope in ("session", "all-members"):
            found.append(rule)
    return tuple(found)


def check_limits(
    payer: str,
    claims: Iterable[Claim],
    sessions: Mapping[ClaimLine, BilledSession],
    rules: SessionRules,
    is_own: Callable[[str], bool],
) -> Iterator[SessionResult]:
    """What the payer's limits say of the sessions that the claims bill, each rule once a session.

    Told are the lines of providers that are the review's own.

    Claims are taken in order of receipt, else of service, then of their ids: those before count as
    paid. Where the size is not known, what holds of every size from the members billed on is told.
    """
    book, sizes = rules.book(payer), rules.sizes(payer)
    claims = sorted(claims, key=_turn)
    met = [claim for claim in claims if any(book.speaks_of(line.code) for line in claim.lines)]
    store = History(lines=[each for claim in met for each in _lines_of(claim, sessions)])
    collected: dict[SessionResult, set[ClaimLine]] = {}
    before: set[str] = set()
    for claim in met:
        history = _earlier(claim, book, store, before)
        decisions = [
            book.decide_without_trying(each, history) for each in _sized(claim, sessions, sizes)
        ]
        own = [e for e in claim.lines if is_own(claim.rendering_provider(e).npi)]
        for told, line in _of_lines(claim, own, decisions, sessions):
            kind = rules.rule_kind(payer, told.rule or "")
            collected.setdefault(attrs.evolve(told, kind=kind, payer=payer), set()).add(line)
        before.add(claim.id)
    for told, places in collected.items():
        yield attrs.evolve(told, lines=tuple(sorted(places)))


def _turn(claim: Claim) -> tuple[date, str]:
    return claim.received or min(line.date_from for line in claim.lines), claim.id


def _lines_of(claim: Claim, sessions: Mapping[ClaimLine, BilledSession]) -> Iterator[HistoryLine]:
    (sized,) = _sized(claim, sessions, (_BEYOND,))
    for line in sized.lines:
        yield HistoryLine.of(claim, line, status="paid")


def _earlier(claim: Claim, book: RuleBook, store: History, before: set[str]) -> History:
    """The lines of earlier claims that can matter; that there are no others is not known."""
    asked = store.select(book.queries([claim]))
    return History.unknown(tuple(line for line in asked.lines if line.claim in before))


def _sized(
    claim: Claim, sessions: Mapping[ClaimLine, BilledSession], sizes: tuple[int, ...]
) -> list[Claim]:
    """The claim with the id and size of each session; once for each size that may be.

    What the claims do not agree upon is at the least as many as are billed.
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


def _of_lines(
    claim: Claim,
    lines: Iterable[ServiceLine],
    decisions: list[Decision],
    sessions: Mapping[ClaimLine, BilledSession],
) -> Iterator[tuple[SessionResult, ClaimLine]]:
    """What is found whatever the size of a session is, and what hangs on it or on other facts."""
    for line in lines:
        place = ClaimLine(claim.id, line.number)
        session = sessions.get(place)
        about = session.about if session else _about(claim, line)
        found = [
            {each.rule: each for each in decision.findings if line.number in each.lines}
            for decision in decisions
        ]
        sure = _everywhere(found)
        for finding in found[0].values():
            if finding.rule in sure:
                yield _found(finding, about), place
        entries = [*decisions[0].not_evaluated, *decisions[0].assumed]
        for entry in (*(each for each in entries if line.number in each.lines), *_sizes(found)):
            if entry.rule and entry.rule not in sure:
                yield _open(entry, about, session), place


def _sizes(found: list[dict[str, Finding]]) -> Iterator[NotEvaluated]:
    """An entry for each rule that answers otherwise of another size."""
    for rule in sorted({name for each in found for name in each} - _everywhere(found)):
        yield NotEvaluated(rule=rule, lines=(), reason="record", missing=_SIZE)


def _everywhere(found: list[dict[str, Finding]]) -> set[str]:
    return {rule for rule in found[0] if all(rule in each for each in found)}


def _about(claim: Claim, line: ServiceLine) -> SessionReference:
    return SessionReference(provider=claim.rendering_provider(line).npi, day=line.date_from)


def _found(finding: Finding, about: SessionReference) -> SessionResult:
    return SessionFinding(
        kind="size",
        about=about,
        message=finding.message,
        lines=(),
        rule=finding.rule,
        citations=finding.citations,
    )


def _open(
    entry: NotEvaluated, about: SessionReference, session: BilledSession | None
) -> SessionResult:
    billed = f"{len(session.members)} members are billed" if session else "no session is told"
    return OpenQuestion(
        kind="size",
        about=about,
        message=billed,
        lines=(),
        rule=entry.rule,
        reason=entry.reason,
        missing=entry.missing,
    )
