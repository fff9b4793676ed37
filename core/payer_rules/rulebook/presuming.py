"""The facts that the proved answer misses, and what the expected answer presumes of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Finding, Presumption, Reason
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.missing import EDITION, MODALITY, PROFESSION, REVIEW, MissingFact
from payer_rules.engine.other_lines import IN_PERSON, is_presumed_in_person
from payer_rules.rulebook.expected_answer import ExpectedAnswer, presumption
from payer_rules.rulebook.open_entries import Gaps
from payer_rules.unchecked import copier

#: The classes of facts that the expected answer has a value for, or else no answer.
_LOOKED_UP: Final[frozenset[Reason]] = frozenset(["table", "edition"])
#: The number of presumptions, and of their combinations on a line, that are kept.
_CACHE_SIZE: Final = 1 << 14
_NO_LINES: Final[frozenset[int]] = frozenset()
_MODALITY: Final = MissingFact("claim", MODALITY)
_copy: Final = copier(Finding)
#: What is presumed of the history. Of other facts of earlier lines only silence is presumed.
_OF_HISTORY: Final = {
    "history": "known lines only",
    "history.setting": "that of the claim, if one provider billed both",
    "history.payer": "that of the claim",
    "history.status": "paid",
}
_NEVER_PRESUMED: Final[frozenset[Reason]] = frozenset(["fault", "topic"])


@attrs.frozen(eq=False, kw_only=True)
class Presuming:
    """The missing facts of one claim: those that each of the two answers misses.

    ``state`` is that of the expected answer.
    """

    state: ClaimState
    tables: EditTables
    proved: Gaps
    expected: Gaps
    _lines: dict[int, ServiceLine] = attrs.field(init=False)

    @_lines.default
    def _by_number(self) -> dict[int, ServiceLine]:
        return {line.number: line for line in self.state.lines}

    def expected_answer(
        self, findings: Iterable[Finding], presumed: Iterable[Finding], assume: Collection[Reason]
    ) -> ExpectedAnswer:
        """Return the expected answer with the findings of the first answer, and those presumed.

        ``assume`` are the classes of facts that the first answer assumes: then it proves nothing.
        """
        ordered, unanswered = self._presumptions()
        assumed = {
            number: [fact for fact in facts if fact.reason in assume]
            for number, facts in ordered.items()
        }
        first = (_resting(finding, assumed) for finding in findings) if assume else findings
        further = (_resting(finding, ordered) for finding in presumed)
        if assume:
            further = (_resting_on_more(finding, ordered, assume) for finding in further)
        both = (*first, *further)
        return ExpectedAnswer(both, ordered, unanswered)

    def _presumptions(self) -> tuple[dict[int, tuple[Presumption, ...]], frozenset[int]]:
        """Return the facts that each line rests on, in order, and the lines without an answer."""
        presumptions: dict[int, dict[Presumption, None]] = {}
        unanswered: set[int] = set()
        for key in {**self.proved, **self.expected}:
            rule, missing = key
            if missing.reason in _NEVER_PRESUMED:
                continue
            proved, expected = self.proved.get(key, _NO_LINES), self.expected.get(key, _NO_LINES)
            is_looked_up = missing.reason in _LOOKED_UP
            of_all_lines = _of_all_lines(rule, missing)
            for number in proved | expected if expected else proved:
                if is_looked_up and number in expected:
                    unanswered.add(number)
                else:
                    fact = of_all_lines or self._presumption(rule, missing, number)
                    presumptions.setdefault(number, {})[fact] = None
        ordered = {number: _in_order(tuple(facts)) for number, facts in presumptions.items()}
        return ordered, frozenset(unanswered)

    def _presumption(self, rule: str, missing: MissingFact, number: int) -> Presumption:
        line = self._lines[number]
        value: str | None = None
        if missing == EDITION:
            text = self.state.carried.get((rule, number))
            if text is not None:
                value = str(text)
            elif is_presumed_in_person(line, self.state.assumptions):
                # NOTE: the text is about another modality.
                missing = _MODALITY
        if value is None:
            value = self._value(rule, missing, line)
        return presumption(missing.reason, missing.name, value, rule)

    def _value(self, rule: str, missing: MissingFact, line: ServiceLine) -> str | None:
        """Return the value that the expected answer has for the fact, if it has one."""
        if missing.reason == "table":
            setting = self.state.claim.setting or ""
            return self.tables.release_before(setting, rule, line.date_to)
        if missing == PROFESSION:
            return self.state.claim.rendering_provider(line).profession
        if missing.name == MODALITY:
            return IN_PERSON if is_presumed_in_person(line, self.state.assumptions) else None
        return None


@lru_cache(_CACHE_SIZE)
def _of_all_lines(rule: str, missing: MissingFact) -> Presumption | None:
    """Return the presumption of a fact for which any line has the same value, if it is one."""
    if missing.reason in _LOOKED_UP or missing == PROFESSION or missing.name == MODALITY:
        return None
    value = _OF_HISTORY.get(missing.name) if missing.reason == "history" else None
    return presumption(missing.reason, missing.name, value, rule)


def _resting(finding: Finding, presumptions: Mapping[int, Sequence[Presumption]]) -> Finding:
    """Return a presumed finding with the facts on which it rests: those that its rule misses."""
    on_lines = [fact for line in finding.lines for fact in presumptions.get(line, ())]
    own = [fact for fact in on_lines if fact.rule == finding.rule]
    rests_on = own or on_lines or [fact for facts in presumptions.values() for fact in facts]
    return _copy(finding, {"basis": "presumed", "rests_on": tuple(dict.fromkeys(rests_on))})


def _resting_on_more(
    finding: Finding, presumptions: Mapping[int, Sequence[Presumption]], assume: Collection[Reason]
) -> Finding:
    """Return a finding that the first answer does not have with facts that it does not assume."""
    if any(fact.reason not in assume for fact in finding.rests_on):
        return finding
    others = [
        fact for facts in presumptions.values() for fact in facts if fact.reason not in assume
    ]
    others = others or [presumption("record", f"{REVIEW}the payer", None, finding.rule)]
    rests_on = dict.fromkeys((*finding.rests_on, *others))
    return _copy(finding, {"rests_on": tuple(rests_on)})


@lru_cache(_CACHE_SIZE)
def _in_order(facts: tuple[Presumption, ...]) -> tuple[Presumption, ...]:
    """Return the facts in order, without texts that turn out not to be about the line."""
    carried = [fact for fact in facts if fact.reason != "edition" or fact.value is not None]
    return tuple(sorted(carried or facts, key=_order))


def _order(fact: Presumption) -> tuple[str, str, str, str]:
    return (fact.rule or "", fact.reason, fact.fact, fact.value or "")
