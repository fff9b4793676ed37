"""Which lines a limit counts, and which of them it counts together."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final, Literal

import attrs

from payer_rules.claims import Authorization, Claim, ServiceLine, Session
from payer_rules.engine.applicability import NOT_APPLICABLE, OUT_OF_SCOPE, Applicability
from payer_rules.engine.authorizations import covers
from payer_rules.engine.body_sites import site_of
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.conditions import Conditions
from payer_rules.engine.limits.layout import Layout
from payer_rules.engine.limits.windows import as_dates
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import (
    EDITION,
    NONE_MISSING,
    MissingFacts,
    field,
    of_history,
    of_record,
)
from payer_rules.engine.providers import EVERYONE, Scope, identity, resolve, shares
from payer_rules.engine.truth import Truth
from payer_rules.history import HistoryLine
from payer_rules.kinds.frequency_limit.amounts import days_of
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.rules import Payer, When, codes_to_look_up

_NOT_SHOWN: Final = of_history("authorizations")
#: The body site of a line is not known, or it has several.
NO_SITE: Final = field("body_site")
_NO_EARLIER_SITE: Final = of_history("body_site")


@attrs.frozen
class Selection:
    """The lines that one reading of a limit counts.

    ``scope`` is that of the rule in the payer's terms; ``applies`` are the dates and conditions of
    the rule.
    """

    rule: FrequencyLimit
    payer: Payer
    scope: Scope
    applies: Applicability
    _only: Conditions | None = attrs.field(init=False)
    _is_by_authorization: bool = attrs.field(init=False)

    @_only.default
    def _conditions_of_only(self) -> Conditions | None:
        if self.rule.only is None:
            return None
        return Conditions(When(**attrs.asdict(self.rule.only, recurse=False)), self.payer)

    #: Whether a line may be in no window of the limit.
    may_leave_out: bool = attrs.field(init=False)

    @may_leave_out.default
    def _has_windows_for_some_lines(self) -> bool:
        return self.rule.window.shape in ("authorization", "course")

    @_is_by_authorization.default
    def _counts_in_authorizations(self) -> bool:
        return self.rule.window.shape == "authorization"

    @classmethod
    def of(cls, rule: FrequencyLimit, payer: Payer) -> Selection:
        """Return the selection of a reading of a limit, in the terms of the payer."""
        return cls(rule, payer, resolve(rule.scope, payer), Applicability(rule, payer))

    @property
    def is_over_all_members(self) -> bool:
        """Return True if lines of other members count too."""
        return self.scope in EVERYONE

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterator[Lookback]:
        """Yield the earlier lines that may count with the line, and those that decide on it."""
        layout = Layout.of(self.rule.window, claim)
        if layout.is_one_line:
            return
        first, last = as_dates(layout.related_days(days_of(line)))
        codes = self.rule.codes_with(line.code)
        if self.rule.window.course is not None:
            yield Lookback(self.rule.window.course.services, first, last)
        yield Lookback(codes_to_look_up(codes), first, last, everyone=self.is_over_all_members)
        yield from self.applies.lookbacks(first, last)

    def counts(self, state: ClaimState, line: ServiceLine) -> Truth:
        """Return whether the line is one of those that ``only`` selects."""
        if self._only is None:
            return True
        truth = self._only.weigh(state, line)
        return False if truth == "out of scope" else truth

    def is_exempt(self, line: ServiceLine) -> bool:
        """Return True if the code or a modifier exempts the line."""
        exempt = self.rule.exempt
        if exempt is None:
            return False
        return line.code in exempt.codes or not exempt.modifier.isdisjoint(line.modifiers)

    def group_of(self, claim: Claim, line: ServiceLine) -> tuple[Hashable, ...]:
        """Return what the lines of a claim that count together have in common."""
        session = session_id(line) if self.rule.window.shape == "session" else None
        whole = self.authorization_of(claim, line) if self._is_by_authorization else session
        site = site_of(line) if self.rule.sites == "apart" else None
        return (self.rule.pool_of(line.code), identity(self.scope, claim, line), whole, site)

    def authorization_of(
        self, claim: Claim, line: ServiceLine
    ) -> Authorization | MissingFacts | Literal[False]:
        """Return the authorization that covers the line, if the limit counts in authorizations.

        Return False if there is none, and what is missing if it is not known which one it is.
        """
        if not self._is_by_authorization or claim.authorizations is None:
            return NONE_MISSING
        providers = (claim.billing_provider.npi, claim.rendering_provider(line).npi)
        truths = [(held, covers(held, line, providers)) for held in claim.authorizations]
        perhaps = [(held, truth) for held, truth in truths if truth is not False]
        if len(perhaps) == 1 and perhaps[0][1] is True:
            return perhaps[0][0]
        missing = (fact for _, truth in perhaps if truth is not True for fact in truth)
        return (perhaps and (tuple(missing) or field("authorizations"))) or False

    def missing_site(self, line: ServiceLine, other: ServiceLine) -> MissingFacts | None:
        """Return what is missing to know that two lines are of one body site, ``None`` if not."""
        if self.rule.sites == "together":
            return NONE_MISSING
        mine, others = site_of(line), site_of(other)
        if others is None and isinstance(other, HistoryLine):
            return _NO_EARLIER_SITE
        if mine is None or others is None:
            return NO_SITE
        return NONE_MISSING if mine == others else None

    def missing_to_count(
        self, state: ClaimState, line: ServiceLine, earlier: HistoryLine
    ) -> MissingFacts | None:
        """Return what is missing to count an earlier line with the line, ``None`` if it never is.

        Without missing facts the earlier line counts.
        """
        provider = shares(self.scope, state.claim, line, earlier)
        may_count, status = state.status(earlier)
        if provider is None or not may_count or self.is_exempt(earlier):
            return None
        applies, counts = self.applies.to(state, earlier), self.counts(state, earlier)
        if applies in (OUT_OF_SCOPE, NOT_APPLICABLE) or counts is False:
            return None
        session = self._missing_session(line, earlier)
        authorization: MissingFacts | None = NONE_MISSING
        if self._is_by_authorization:
            authorization = self._missing_authorization(state, line, earlier)
        site = self.missing_site(line, earlier)
        if session is None or authorization is None or site is None:
            return None
        # NOTE: the history does not show whether an authorization covered a line.
        exempt = _NOT_SHOWN if self.rule.exempts_authorized else NONE_MISSING
        known = () if counts is True else counts
        return (
            *provider,
            *status,
            *_without_edition(applies),
            *known,
            *session,
            *authorization,
            *site,
            *exempt,
        )

    def _missing_authorization(
        self, state: ClaimState, line: ServiceLine, earlier: HistoryLine
    ) -> MissingFacts | None:
        """Return what is missing to know that both lines are of one authorization."""
        held = self.authorization_of(state.claim, line)
        if not isinstance(held, Authorization):
            return _NOT_SHOWN
        both = (earlier.billing_provider, earlier.rendering_provider)
        providers = [provider.npi for provider in both if provider]
        truth = covers(held, earlier, providers)
        if truth is False and len(providers) == len(both):
            return None
        # NOTE: the history does not show of which authorization a line was.
        return NONE_MISSING if state.assumptions.has_history and truth is True else _NOT_SHOWN

    def _missing_session(self, line: ServiceLine, earlier: HistoryLine) -> MissingFacts | None:
        """Return what is missing to know that both lines are of one session, ``None`` if not."""
        if self.rule.window.shape != "session":
            return NONE_MISSING
        mine, other = session_id(line), session_id(earlier)
        if mine is None or other is None:
            return of_record("session.id")
        return NONE_MISSING if mine == other else None


def session_id(line: ServiceLine) -> str | None:
    """Return the id of the session of the line, if it has one."""
    return line.session.id if isinstance(line.session, Session) else None


def _without_edition(applies: str | MissingFacts) -> MissingFacts:
    # NOTE: an earlier line before the verified dates still counts in the window of a later one.
    if isinstance(applies, str):
        return NONE_MISSING
    return tuple(missing for missing in applies if missing != EDITION)
