"""The rule books of the service: loaded once, and used by all requests."""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.checking import ClaimChecker
from payer_rules.errors import InputError, Problem
from payer_rules.history import HistorySource
from payer_rules.planning.payer_books import PayerBooks
from payer_rules.practice import Practice
from payer_rules.registry import Registry
from payer_rules.reports.report_formats import REPORT_FORMATS
from payer_rules.rulebook import RuleBook
from payer_rules.service.refusals import RefusedRequest
from payer_rules.service.request_notes import current_notes

#: So many answers about rules are kept: the sum of their lengths.
_MOST_KEPT: Final = 1 << 24


@attrs.frozen(kw_only=True)
class ServiceFacts:
    """The facts that a command reads first: rules, practice and history, and their problems.

    ``earlier`` is the history for questions about the future, in which an 837 counts as well.
    """

    registry: Registry
    practice: Practice
    history: HistorySource | None = None
    earlier: HistorySource | None = None
    problems: tuple[Problem, ...] = ()


@attrs.frozen(eq=False)
class ServiceBooks:
    """One edition of the rule books, made of the same files, with the answers about rules.

    A book is made when it is first needed. One thread uses all of it.
    """

    facts: ServiceFacts
    _checker: ClaimChecker = attrs.field(init=False)
    _planning: dict[str, RuleBook] = attrs.field(factory=dict, init=False)
    _kept: dict[object, str] = attrs.field(factory=dict, init=False)

    @_checker.default
    def _make_checker(self) -> ClaimChecker:
        one = REPORT_FORMATS["json"].one
        return ClaimChecker(
            registry=self.facts.registry,
            practice=self.facts.practice,
            store=self.facts.history,
            renderers=(one,) if one else (),
        )

    @property
    def checker(self) -> ClaimChecker:
        """The checker of a request, in whose notes are the rule books that it asks for."""
        return self._checker.noting(current_notes().books)

    def for_planning(self, payers: tuple[str, ...] = ()) -> PayerBooks:
        """Return the rule books for a question about the future, with no problems so far."""
        facts = self.facts
        return PayerBooks(
            facts.registry,
            facts.earlier,
            facts.practice,
            payers,
            books=self._planning,
            used=current_notes().books,
        )

    def kept(self, key: object) -> str | None:
        """Return the answer that was kept, if there is one."""
        return self._kept.get(key)

    def keep(self, key: object, text: str) -> str:
        """Keep the answer, and return it; if there is no room, the others are dropped."""
        if sum(map(len, self._kept.values())) + len(text) > _MOST_KEPT:
            self._kept.clear()
        self._kept[key] = text
        return text

    def require_payers(self, payers: tuple[str, ...], status: int = 422) -> None:
        """Raise `RefusedRequest` if a payer is not installed."""
        problems: list[Problem] = []
        for payer in payers:
            try:
                self.facts.registry.payer(payer)
            except InputError as error:
                problems += error.problems
        if problems:
            raise RefusedRequest(status, problems)
        current_notes().payers.update(payers)
