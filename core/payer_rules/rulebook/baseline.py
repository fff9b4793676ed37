"""The baseline: warnings by Medicare's NCCI edits where a payer's own texts do not cover a line.

1. Pairs and units of the claim are evaluated by the edits of Medicare, in the world of the expected
   answer: without lines that the payer's own rules deny.
2. A verdict is dropped if the payer's own texts cover the pair or the units, or if the line already
   has a finding.
3. The others become warnings. If the profile cites a text by which the edits bind the payer, they
   are findings with the denial codes of the edits instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding, Presumption
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import on_same_days, same_day
from payer_rules.engine.edit_lookup import Match
from payer_rules.engine.edit_tables import EditTables, SettingEdits
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import NONE_MISSING, MissingFacts
from payer_rules.engine.mue import MueEvaluator
from payer_rules.engine.pairs import PairDetails
from payer_rules.engine.ptp import PtpEvaluator
from payer_rules.engine.verdict import Verdict
from payer_rules.rulebook.fingerprints import bundled
from payer_rules.rulebook.line_topics import ClaimTopics
from payer_rules.rules import ASSUMABLE, SEVERITY, BaselineEdits, Payer, Topic, Waiver

if TYPE_CHECKING:
    from payer_rules.tables.store import TableStore

_ALL_PRESUMED: Final = Assumptions.presuming(frozenset(ASSUMABLE))
#: An own finding that is worse than this takes the place of a warning.
_MILD: Final = SEVERITY["inform"]
#: The number of baselines whose tables are kept: a process has one, and tests a few.
_MOST_TABLES: Final = 4
_WARNING: Final = "Medicare would deny this; this payer's own text or edits were not read."


@attrs.frozen
class BaselineAnswer:
    """The warnings on a claim, their verdicts, and the topics that the edits alone answer.

    The topics are those of each line.
    """

    findings: tuple[Finding, ...] = ()
    verdicts: tuple[tuple[Evaluator, Verdict[Any]], ...] = ()
    topics: Mapping[int, frozenset[Topic]] = attrs.field(factory=dict)


@attrs.frozen(eq=False)
class Baseline:
    """Medicare's NCCI edits as the baseline of another payer."""

    payer: Payer
    edit_tables: EditTables
    _pairs: PtpEvaluator
    _units: MueEvaluator

    @classmethod
    def of(
        cls,
        payer: Payer,
        edits: BaselineEdits | None,
        imported: TableStore | None = None,
        known_on: date | None = None,
    ) -> Baseline | None:
        """Return the baseline of the payer, or ``None`` if it has none.

        A payer has none if its profile switches it off, or if Medicare's edits bind it anyway.
        """
        if payer.baseline == "none" or edits is None or payer.ncci == edits.payer.ncci:
            return None
        tables = _tables_of(_BaselineSource(edits, imported), known_on)
        return cls(
            payer,
            tables,
            PtpEvaluator(tables, f"{payer.id}/baseline-ptp"),
            MueEvaluator(tables, f"{payer.id}/baseline-mue"),
        )

    @property
    def rule_ids(self) -> frozenset[str]:
        """The ids of the rules that the warnings name."""
        return frozenset([self._pairs.rule_id, self._units.rule_id])

    def without(self, waivers: Iterable[Waiver]) -> Baseline:
        """Return the baseline without the edits that are waived, while they are."""
        tables = self.edit_tables.without(waivers)
        return Baseline(
            self.payer,
            tables,
            PtpEvaluator(tables, self._pairs.rule_id),
            MueEvaluator(tables, self._units.rule_id),
        )

    @property
    def table_names(self) -> tuple[str, ...]:
        """The tables in use, each with its digest."""
        names = (*bundled(self.edit_tables.bundled), *self.edit_tables.releases)
        return tuple(f"baseline {name}" for name in names)

    def lookbacks(self, claims: Iterable[Claim]) -> Iterator[tuple[Claim, ServiceLine, Lookback]]:
        """Yield the earlier lines on which the warnings on the claims can depend."""
        for claim in claims:
            for line in claim.lines:
                for lookback in self._pairs.lookbacks(claim, line):
                    yield claim, line, lookback

    def answer(
        self, state: ClaimState, findings: Iterable[Finding], topics: ClaimTopics
    ) -> BaselineAnswer:
        """Return the warnings on a claim.

        ``state`` is the evaluated claim under the presumptions of the expected answer, and
        ``findings`` are those of the payer's own rules.
        """
        edits = self.edit_tables.by_setting.get(state.claim.setting or "")
        if edits is None:
            return BaselineAnswer()
        covered = {n for f in findings if SEVERITY[f.outcome] > _MILD for n in f.lines}
        verdicts = tuple(
            (evaluator, left)
            for evaluator, verdict in self._open_verdicts(state, topics)
            if (left := self._left(verdict, covered, topics)) is not None
        )
        return BaselineAnswer(
            tuple(self.warning(evaluator, verdict, state) for evaluator, verdict in verdicts),
            verdicts,
            {line.number: self._topics(edits, state, line, topics) for line in state.lines},
        )

    def warning(self, evaluator: Evaluator, verdict: Verdict[Any], state: ClaimState) -> Finding:
        """Return a verdict of the edits as a warning; without its cure if that does not help.

        The payer's own rules deny the lines that the state has as denied.
        """
        return self._with_tested_cure(self._warning(evaluator, verdict, state.claim), state)

    def _open_verdicts(
        self, state: ClaimState, topics: ClaimTopics
    ) -> Sequence[tuple[Evaluator, Verdict[Any]]]:
        """Return the verdicts of the edits, where the payer's own texts may leave them open."""
        evaluated = state.with_assumptions(state.history, _ALL_PRESUMED)
        evaluated.denied.update(state.denied)
        lines = self._lines_of(state)
        if lines and _has_open_pair(state, topics):
            self._pairs.evaluate(evaluated, lines)
        lines = _payable(lines, evaluated)
        codes = {line.code for line, _ in lines if not topics.reads("frequency", line.number)}
        if codes:
            self._units.evaluate(evaluated, [entry for entry in lines if entry[0].code in codes])
        return evaluated.verdicts

    def _lines_of(self, state: ClaimState) -> list[tuple[ServiceLine, MissingFacts]]:
        """Return the lines whose codes the edits have."""
        codes = self.edit_tables.codes_of(state.claim.setting)
        return [(line, NONE_MISSING) for line in state.lines if line.code in codes]

    def _left(
        self, verdict: Verdict[Any], covered: set[int], topics: ClaimTopics
    ) -> Verdict[Any] | None:
        """Return the verdict on the lines that the payer's own texts leave open, if any."""
        details = verdict.details
        lines = tuple(
            number
            for number in verdict.lines
            if number not in covered
            and not (
                topics.reads_pair(number, details.others[0].code)
                if isinstance(details, PairDetails)
                else topics.reads("frequency", number)
            )
        )
        return attrs.evolve(verdict, lines=lines) if lines else None

    def _warning(self, evaluator: Evaluator, verdict: Verdict[Any], claim: Claim) -> Finding:
        finding = evaluator.describe(verdict, claim)
        topic: Topic = "combination" if isinstance(verdict.details, PairDetails) else "frequency"
        rests_on = Presumption(
            reason="topic", fact=topic, value=verdict.details.match.table, rule=finding.rule
        )
        if self.payer.baseline is not None:
            citations = (*finding.citations, *self.payer.baseline_citations)
            return attrs.evolve(
                finding, basis="presumed", rests_on=(rests_on,), citations=citations
            )
        return attrs.evolve(
            finding,
            outcome="review",
            adjustment=None,
            message=f"{_WARNING} {finding.message}",
            basis="baseline",
            rests_on=(rests_on,),
        )

    def _with_tested_cure(self, finding: Finding, state: ClaimState) -> Finding:
        """Return the finding; without its cure if the cured claim still has the finding."""
        if finding.cure is None or finding.cure.claim is None:
            return finding
        cured = ClaimState(finding.cure.claim, state.history, _ALL_PRESUMED)
        cured.denied.update(state.denied)
        # NOTE: the edits are about lines of one day.
        cured.lines = on_same_days(cured.lines, finding.lines)
        entries = self._lines_of(cured)
        if finding.rule == self._pairs.rule_id:
            self._pairs.evaluate(cured, entries)
        else:
            self._units.evaluate(cured, _payable(entries, cured))
        lines = {n for _, v in cured.verdicts if v.rule == finding.rule for n in v.lines}
        return finding if lines.isdisjoint(finding.lines) else attrs.evolve(finding, cure=None)

    def _topics(
        self, edits: SettingEdits, state: ClaimState, line: ServiceLine, topics: ClaimTopics
    ) -> frozenset[Topic]:
        """Return the topics of a line that the payer's texts leave open and the edits answer.

        Pairs are answered if the edits have an answer for each pair that the payer does not cover.
        """
        answered: set[Topic] = set()
        unread = topics.lines[line.number].unread
        first, last = line.date_from, line.date_to
        if "frequency" in unread:
            units = edits.units.find((line.code,), first, last, True)
            if isinstance(units, Match) or edits.units.is_waived((line.code,), last):
                answered.add("frequency")
        if "combination" in unread:
            known = (*state.lines, *state.before(first, last))
            of_day = {other.code for other in known if same_day(line, other)}
            pairs = [
                edits.pairs.find((line.code, code), first, last, True)
                for code in of_day - {line.code}
                if not topics.reads_pair(line.number, code)
            ]
            if pairs and all(isinstance(answer, Match) or not answer for answer in pairs):
                answered.add("combination")
        return frozenset(answered)


@attrs.frozen(eq=False)
class _BaselineSource:
    """The edits and imported tables of one registry: they are compared by identity."""

    edits: BaselineEdits
    imported: TableStore | None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _BaselineSource)
            and self.edits is other.edits
            and self.imported is other.imported
        )

    def __hash__(self) -> int:
        return hash((id(self.edits), id(self.imported)))


@lru_cache(_MOST_TABLES)
def _tables_of(source: _BaselineSource, known_on: date | None) -> EditTables:
    """Return the tables of the edits: all payers of a registry share them."""
    return EditTables.of(source.edits.payer, source.edits.terms, source.imported, known_on)


def _payable(
    lines: Iterable[tuple[ServiceLine, MissingFacts]], state: ClaimState
) -> list[tuple[ServiceLine, MissingFacts]]:
    """Return the lines that are not denied."""
    return [entry for entry in lines if entry[0].number not in state.denied]


def _has_open_pair(state: ClaimState, topics: ClaimTopics) -> bool:
    """Return True if it was not read of two codes of one day whether both are paid."""
    return any(
        not topics.reads_pair(line.number, other.code)
        for line in state.lines
        for other in (*state.lines, *state.before(line.date_from, line.date_to))
        if other.code != line.code and same_day(line, other)
    )
