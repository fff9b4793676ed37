"""The claims of a group session, one for each participant, with the payer's decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from payer_rules.checking.earlier_lines import earlier_lines
from payer_rules.checking.payer_lines import PayerLines
from payer_rules.claims import Claim
from payer_rules.decisions import Decision, Finding, NotEvaluated
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem, nearest
from payer_rules.history import HistorySource
from payer_rules.kinds import ModifierRequirement
from payer_rules.practice import NO_PRACTICE, Practice
from payer_rules.readers.filed_claims import FiledClaim
from payer_rules.registry import Registry
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Citation, Reason
from payer_rules.rules.outcomes import UNPAID
from payer_rules.sessions.roster import Participant, Roster


@attrs.frozen(kw_only=True)
class RequiredModifier:
    """A modifier that was added because the payer's rule requires it."""

    modifier: str
    rule: str
    citations: tuple[Citation, ...]


@attrs.frozen(kw_only=True)
class BilledParticipant:
    """A participant with the claim and the payer's decision, or the reason why there is no claim.

    ``lacking`` are the facts that the record or the roster must state before the claim is sent.
    """

    number: int
    member: str
    claim: Claim | None
    payer: str | None
    required: tuple[RequiredModifier, ...] = ()
    decision: Decision | None = None
    lacking: tuple[NotEvaluated, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Return True if there is no finding and no missing fact that the clinic can supply."""
        return not self.lacking and self.decision is not None and not self.decision.proved_findings

    @property
    def is_to_be_sent(self) -> bool:
        """Return True if the claim is complete and no rule denies or rejects it."""
        if self.claim is None or self.decision is None or self.lacking:
            return False
        return self.decision.outcome not in UNPAID


@attrs.frozen(eq=False, kw_only=True)
class RosterBiller:
    """The maker of claims from a roster by the payers' rules; ``store`` is the claim history.

    Claims are decided with the facts of the ``practice``, and hold what the roster states.
    """

    registry: Registry
    assume: frozenset[Reason] = frozenset()
    store: HistorySource | None = None
    practice: Practice = NO_PRACTICE
    _books: dict[str, RuleBook] = attrs.field(factory=dict, init=False)

    def bill(self, roster: Roster) -> Iterator[BilledParticipant]:
        """Yield each participant with its claim, in order."""
        return (self._billed(each) for each in roster.participants)

    def problems(self, roster: Roster) -> Iterator[Problem]:
        """Yield a problem for each unknown payer of the roster."""
        known = self.registry.payers
        named = [(f"payers.{name}", name) for name in roster.payers]
        named += [
            (f"participant {each.number}", each.claim.payer)
            for each in roster.participants
            if each.claim.payer is not None
        ]
        for where, name in named:
            if name not in known:
                yield Problem(
                    where,
                    f"there is no payer {name!r}",
                    nearest(name, known),
                    ErrorCode.UNKNOWN_PAYER,
                )

    def _billed(self, participant: Participant) -> BilledParticipant:
        claim = participant.claim
        payer = claim.payer if claim.payer in self.registry.payers else None
        participant_claim = BilledParticipant(
            number=participant.number, member=claim.member.id, payer=payer, claim=None
        )
        if not participant.has_code:
            return attrs.evolve(participant_claim, lacking=(_missing("code"),))
        if payer is None:
            return attrs.evolve(participant_claim, claim=claim, lacking=(_missing("payer"),))
        book = self._book(payer)
        decision = self._decide(book, claim)
        required: tuple[RequiredModifier, ...] = ()
        if not participant.has_modifiers:
            required = tuple(_required(book, decision.proved_findings, claim))
        if required:
            claim = _with_modifiers(claim, (each.modifier for each in required))
            decision = self._decide(book, claim)
        lacking = tuple(e for e in decision.not_evaluated if e.reason in ("claim", "record"))
        return attrs.evolve(
            participant_claim, claim=claim, required=required, decision=decision, lacking=lacking
        )

    def _book(self, payer: str) -> RuleBook:
        if payer not in self._books:
            book = self.registry.rulebook(payer, assume=self.assume)
            self._books[payer] = self.practice.book(book)
        return self._books[payer]

    def _decide(self, book: RuleBook, claim: Claim) -> Decision:
        filed = self.practice.complete(FiledClaim(claim, None, "", 1))
        claim = self.practice.complete_for(filed, book.payer.id).claim
        if self.store is None:
            return book.decide(claim)
        lines = earlier_lines(claim, book, self.store)
        of_payer = PayerLines.of(book.payer.id, self.registry, self.practice)
        lines = of_payer.counted(lines, None)
        kept_from = self.store.kept_from(claim.member.id)
        return book.decide(claim, self.practice.with_coverage(lines, claim, kept_from))


def _missing(name: str) -> NotEvaluated:
    return NotEvaluated(rule=None, lines=(1,), reason="claim", missing=name)


def _required(
    book: RuleBook, findings: Iterable[Finding], claim: Claim
) -> Iterator[RequiredModifier]:
    """Yield the modifiers of broken requirements that leave no choice."""
    broken = {finding.rule: finding for finding in findings}
    has = set(claim.lines[0].modifiers)
    for rule in book.rules:
        if rule.id not in broken or not isinstance(rule, ModifierRequirement):
            continue
        # NOTE: the finding is of the edition in effect, so its sources identify the edition.
        if rule.citations != broken[rule.id].citations:
            continue
        only = rule.any_of if len(rule.any_of) == 1 else frozenset()
        for modifier in sorted((rule.all_of | only) - has - rule.none_of):
            has.add(modifier)
            yield RequiredModifier(modifier=modifier, rule=rule.id, citations=rule.citations)


def _with_modifiers(claim: Claim, modifiers: Iterable[str]) -> Claim:
    (line,) = claim.lines
    return attrs.evolve(claim, lines=[attrs.evolve(line, modifiers=(*line.modifiers, *modifiers))])
