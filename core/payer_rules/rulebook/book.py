"""The rule book of one payer, and the decision on a claim."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import (
    Decision,
    Finding,
    Fingerprint,
    LineDecision,
    NotEvaluated,
    Reason,
)
from payer_rules.engine.applicability import NOT_APPLICABLE, OUT_OF_SCOPE
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState, Evaluator
from payer_rules.engine.edit_tables import EditTables, table_order
from payer_rules.engine.lookback import Lookback, history_queries
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFact, MissingFacts, field
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryQuery
from payer_rules.rulebook.code_index import (
    Index,
    evaluators_of_tables,
    indexed,
    reindexed,
    with_edit_tables,
)
from payer_rules.rulebook.conclusion import (
    Gaps,
    assumed_entries,
    by_line,
    decide_claim,
    decide_line,
    findings_of,
    gaps_of,
    in_order,
    open_entries,
    risks_of,
)
from payer_rules.rulebook.evaluation import CompiledRule, evaluate
from payer_rules.rulebook.fingerprints import bundled, continued, digest
from payer_rules.rulebook.publication import was_known, was_public
from payer_rules.rules import ALWAYS, Edit, EditTable, EditTerms, Payer, PlanNames, Rule
from payer_rules.vocabularies.claim_frequencies import VOID

if TYPE_CHECKING:
    from payer_rules.tables.store import TableStore

_UNKNOWN: Final = History.unknown()
_NOTHING_PRESUMED: Final = Assumptions.presuming(frozenset())

_NOT_RECEIVED: Final = field("received")


@attrs.frozen(eq=False)
class _Evaluated:
    """The state of an evaluated claim, the lines of each rule, and the rule ids of each line.

    ``begun`` are the facts that were missing before any rule was evaluated.
    """

    state: ClaimState
    met: dict[CompiledRule, list[tuple[ServiceLine, MissingFacts]]]
    ids: dict[int, tuple[str, ...]]
    begun: tuple[tuple[Evaluator, MissingFact, int], ...]


@attrs.frozen(eq=False, repr=False)
class RuleBook:
    """The rules of one payer, compiled and indexed by code.

    ``rules`` are sorted by id. ``known_on`` is the day whose knowledge the book has. Decisions do
    not change the book.
    """

    payer: Payer
    rules: tuple[Rule, ...]
    tables: tuple[EditTerms, ...]
    known_on: date | None
    assume: frozenset[Reason]
    incomplete: tuple[str, ...]
    fingerprint: Fingerprint
    names: PlanNames
    _edit_tables: EditTables
    _everywhere: tuple[CompiledRule, ...]
    _tabled: tuple[str, ...]
    _by_code: Index
    _clean: dict[tuple[int, tuple[str, ...]], LineDecision]
    _assumptions: Assumptions
    _backward: dict[str, bool] = attrs.field(factory=dict, init=False)

    def __repr__(self) -> str:
        # NOTE: a representation with all rules has millions of characters.
        return f"<RuleBook {self.payer.id}: {len(self.rules)} rules>"

    @classmethod
    def build(
        cls,
        payer: Payer,
        rules: Iterable[Rule],
        tables: Iterable[EditTerms] = (),
        *,
        imported: TableStore | None = None,
        known_on: date | None = None,
        assume: Iterable[Reason] = (),
        incomplete: Iterable[str] = (),
        plugins: Iterable[str] = (),
        without: Iterable[str] = (),
        names: PlanNames | None = None,
    ) -> RuleBook:
        """Return the rule book of a payer with the rules that were known on a day.

        ``tables`` are the edits that plugins bring, or the terms of those that are ``imported``.
        ``assume`` are the classes of missing facts that are assumed to be in order; ``incomplete``
        names the hooks that did not give all their rules. ``names`` are the plans and programs that
        a claim may name; those of the payer by default. Raises `InputError` for a damaged table.
        """
        known = sorted((r for r in rules if was_known(r, known_on)), key=_order)
        known_tables = tuple(
            sorted((t for t in tables if was_public(t, known_on)), key=table_order)
        )
        edit_tables = EditTables.of(payer, known_tables, imported, known_on)
        everywhere = evaluators_of_tables(payer, edit_tables)
        assumed = frozenset(assume)
        return cls(
            payer=payer,
            rules=tuple(known),
            tables=known_tables,
            known_on=known_on,
            assume=assumed,
            incomplete=tuple(sorted(incomplete)),
            fingerprint=Fingerprint(
                rulebook=digest(payer, known, known_tables, edit_tables.releases),
                engine=version("payer-rules"),
                tables=(*bundled(known_tables), *edit_tables.releases),
                plugins=tuple(sorted(plugins)),
                known_on=known_on.isoformat() if known_on else None,
                without=tuple(sorted(without)),
                assume=tuple(sorted(assumed)),
            ),
            names=names or PlanNames.of([payer]),
            edit_tables=edit_tables,
            everywhere=everywhere,
            tabled=tuple(compiled.evaluator.rule_id for compiled in everywhere),
            by_code=indexed(known, payer, edit_tables),
            clean={},
            assumptions=Assumptions.presuming(assumed),
        )

    def replace(self, old: Rule, new: Rule) -> RuleBook:
        """Return the rule book with another rule in place of one with the same id.

        ``old`` is a rule of this book. If ``new`` was not known on the day of the book, it is left
        out. Only the rules of that id are compiled again.
        """
        others = (rule for rule in self.rules if rule is not old)
        rules = tuple(sorted((*others, new), key=_order))
        rules = tuple(rule for rule in rules if was_known(rule, self.known_on))
        editions = [rule for rule in rules if rule.id == old.id]
        fingerprint = digest(self.payer, rules, self.tables, self._edit_tables.releases)
        return attrs.evolve(
            self,
            rules=rules,
            fingerprint=attrs.evolve(self.fingerprint, rulebook=fingerprint),
            by_code=reindexed(self._by_code, old.id, editions, self.payer),
        )

    def replace_edit(self, table: EditTable, old: Edit, new: Edit | None) -> RuleBook:
        """Return the rule book with another row of a table in place of one, or without it.

        ``table`` is one of this book that binds the payer, and ``old`` one of its rows. ``new`` has
        the same codes.
        """
        edit_tables = self._edit_tables.replacing(table.setting, old, new)
        changed = edit_tables.table(table.setting) or table
        tables = tuple(changed if t == table else t for t in self.tables)
        # NOTE: computed from the earlier digest, because mutation replaces thousands of rows.
        fingerprint = continued(self.fingerprint.rulebook, changed.digest)
        named = (*bundled(tables), *edit_tables.releases)
        return attrs.evolve(
            self,
            tables=tables,
            fingerprint=attrs.evolve(self.fingerprint, rulebook=fingerprint, tables=named),
            edit_tables=edit_tables,
            everywhere=evaluators_of_tables(self.payer, edit_tables),
            by_code=with_edit_tables(self._by_code, edit_tables),
        )

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all rules and of the edit tables of plugins, on any date."""
        return self._edit_tables.codes.union(self._by_code)

    def speaks_of(self, code: str) -> bool:
        """Return True if a rule or an edit table, imported ones included, has the code."""
        return code in self._by_code or code in self._edit_tables.codes_of(None)

    def decide(self, claim: Claim, history: History | None = None) -> Decision:
        """Return the decision on the claim; without a history nothing of the past is known.

        The claim and the history are not changed, and the order of their lines does not matter.
        Raises `InvalidValueError` for a plan or program that no payer of the book's ``names`` has.
        """
        self._refuse_unknown_names(claim)
        return self._decide(claim, history or _UNKNOWN, tries_cures=True)

    def decide_without_trying(self, claim: Claim, history: History | None = None) -> Decision:
        """Return the decision on the claim with cures that were not tried.

        To try a cure is to decide the cured claim. This is faster if nobody reads the cures.
        """
        self._refuse_unknown_names(claim)
        return self._decide(claim, history or _UNKNOWN, tries_cures=False)

    def _refuse_unknown_names(self, claim: Claim) -> None:
        if claim.plan is not None or claim.program is not None:
            field_errors = tuple(self.names.errors_of_claim(claim))
            if field_errors:
                raise InvalidValueError(field_errors)

    def queries(self, claims: Iterable[Claim]) -> tuple[HistoryQuery, ...]:
        """Return queries for the earlier lines on which the decisions on the claims can depend.

        A decision with the lines that answer them is equal to one with all earlier lines.
        """
        evaluated = (claim for claim in claims if claim.frequency_code != VOID)
        return history_queries(found for claim in evaluated for found in self._lookbacks(claim))

    def _lookbacks(self, claim: Claim) -> Iterator[tuple[Claim, ServiceLine, Lookback]]:
        state = ClaimState(claim, _UNKNOWN, _NOTHING_PRESUMED, is_cure=True)
        for line in state.lines:
            for compiled in self._applicable(state, line):
                for lookback in compiled.lookbacks(claim, line):
                    yield claim, line, lookback
                # NOTE: whether a cure is offered depends on the rules that apply to the added line.
                for added in compiled.evaluator.cure_lines(claim, line, self._assumptions):
                    for other in self._applicable(state, added):
                        for lookback in other.lookbacks(claim, added):
                            yield claim, added, lookback

    def _applicable(self, state: ClaimState, line: ServiceLine) -> Iterator[CompiledRule]:
        """Yield the rules that may apply to the line."""
        yield from self._everywhere
        for compiled in self._by_code.get(line.code, ()):
            if compiled.applies is None or compiled.applies.to(state, line) is not OUT_OF_SCOPE:
                yield compiled

    def _decide(self, claim: Claim, history: History, *, tries_cures: bool) -> Decision:
        if claim.frequency_code == VOID:
            return self._void(claim)
        rests_on: Gaps = {}
        if self._assumptions.has_values:
            known = self._evaluated(claim, history, self._assumptions.as_known())
            rests_on = self._valued(known.state)
            evaluated = known
            if rests_on or known.state.has_unsettled or self._presumes_more_than(history):
                evaluated = self._presumed(known, history)
        else:
            evaluated = self._evaluated(claim, history, self._assumptions)
        state = evaluated.state
        findings = tuple(findings_of(state))
        if tries_cures:
            findings = tuple(self._cured(finding, history) for finding in findings)
        return self._conclude(state, evaluated.ids, rests_on, findings)

    def _evaluated(self, claim: Claim, history: History, assumptions: Assumptions) -> _Evaluated:
        """Return the claim as evaluated with the assumptions."""
        state = ClaimState(claim, history, assumptions)
        met, ids = self._meet(state)
        begun = tuple(state.entries)
        evaluate(state, met)
        return _Evaluated(state, met, ids, begun)

    def _presumed(self, known: _Evaluated, history: History) -> _Evaluated:
        """Return the claim as evaluated with the book's assumptions.

        Unless earlier lines decide which rules apply, the rules that apply stay the same.
        """
        claim = known.state.claim
        if any(self._needs_history(line.code) for line in claim.lines):
            return self._evaluated(claim, history, self._assumptions)
        state = ClaimState(claim, history, self._assumptions)
        state.unsure, state.editions = known.state.unsure, known.state.editions
        state.entries.update(dict.fromkeys(known.begun))
        evaluate(state, known.met, earlier=known.state)
        return attrs.evolve(known, state=state)

    def _needs_history(self, code: str) -> bool:
        """Return True if earlier lines can decide whether a rule applies to the code."""
        known = self._backward.get(code)
        if known is None:
            applicable = (compiled.applies for compiled in self._by_code.get(code, ()))
            known = any(applies is not None and applies.needs_history for applies in applicable)
            self._backward[code] = known
        return known

    def _presumes_more_than(self, history: History) -> bool:
        return self._assumptions.has_history and not history.is_complete_for_member

    def _valued(self, state: ClaimState) -> Gaps:
        """Return the missing facts for which the assumptions have a value."""
        return {
            (rule, missing): lines
            for (rule, missing), lines in gaps_of(state, (f for _, f in state.verdicts)).items()
            if self._assumptions.gives_value_to(missing)
        }

    def _cured(self, finding: Finding, history: History) -> Finding:
        """Return the finding; without its cure if the cured claim still has the finding."""
        if finding.cure is None:
            return finding
        state = ClaimState(finding.cure.claim, history, self._assumptions, is_cure=True)
        met, _ = self._meet(state)
        evaluate(state, met, until=finding.rule)
        verdicts = (verdict for _, verdict in state.verdicts if verdict.rule == finding.rule)
        lines = {line for verdict in verdicts for line in verdict.lines}
        return finding if lines.isdisjoint(finding.lines) else attrs.evolve(finding, cure=None)

    def _meet(
        self, state: ClaimState
    ) -> tuple[
        dict[CompiledRule, list[tuple[ServiceLine, MissingFacts]]], dict[int, tuple[str, ...]]
    ]:
        """Return the lines of each rule, and the ids of the rules that may apply to each line."""
        binding = self._binding(state.claim)
        bound = self._everywhere if binding is NONE_MISSING else ()
        met: dict[CompiledRule, list[tuple[ServiceLine, MissingFacts]]] = {c: [] for c in bound}
        nothing: Container[str] = frozenset()
        tabled = nothing if binding is None else self._edit_tables.codes_of(state.claim.setting)
        ids: dict[int, tuple[str, ...]] = {}
        for line in state.lines:
            names: tuple[str, ...] = ()
            if line.code in tabled:
                names = self._tabled
                for compiled in bound:
                    met[compiled].append((line, NONE_MISSING))
                for compiled in self._everywhere if binding else ():
                    state.record_missing(compiled.evaluator, line.number, binding or NONE_MISSING)
            if line.code in self._by_code:
                names = self._meet_rules(state, line, names, met)
            ids[line.number] = names
        return met, ids

    def _meet_rules(
        self,
        state: ClaimState,
        line: ServiceLine,
        names: tuple[str, ...],
        met: dict[CompiledRule, list[tuple[ServiceLine, MissingFacts]]],
    ) -> tuple[str, ...]:
        """Return the names with those of the rules that may apply to the line by its code."""
        rule_ids = list(names)
        perhaps: set[str] = set()
        for compiled in self._by_code[line.code]:
            applies_to_line = compiled.applies.to(state, line) if compiled.applies else NONE_MISSING
            if applies_to_line is OUT_OF_SCOPE:
                continue
            rule_ids.append(compiled.evaluator.rule_id)
            if (
                applies_to_line
                and applies_to_line is not NOT_APPLICABLE
                and EDITION not in applies_to_line
            ):
                perhaps.add(compiled.evaluator.rule_id)
            if not isinstance(applies_to_line, str):
                met.setdefault(compiled, []).append((line, applies_to_line))
        if rule_ids and perhaps.issuperset(rule_ids):
            state.unsure.add(line.number)
        return tuple(rule_ids)

    def _binding(self, claim: Claim) -> MissingFacts | None:
        """Return the facts that are missing to know that NCCI edits bind the claim.

        The day of receipt decides. The answer is ``None`` if the edits do not bind the claim.
        """
        first = self.payer.ncci_received_from
        if first is None:
            return NONE_MISSING
        if claim.received is not None:
            return NONE_MISSING if claim.received >= first else None
        # NOTE: no claim is received before the service.
        is_later = all(line.date_from >= first for line in claim.lines)
        return NONE_MISSING if is_later else _NOT_RECEIVED

    def _conclude(
        self,
        state: ClaimState,
        ids: dict[int, tuple[str, ...]],
        rests_on: Gaps,
        found: tuple[Finding, ...],
    ) -> Decision:
        is_clean = not (
            found or state.entries or state.editions or state.unsure or rests_on or self.incomplete
        )
        if is_clean and all(ids.values()):
            lines = tuple(self._clean_line(number, met) for number, met in ids.items())
            return self._decision(state, lines, (), (), ())
        findings = in_order(found)
        gaps = gaps_of(state, findings)
        entries = open_entries(state, ids, findings, self.incomplete, gaps)
        assumed = assumed_entries(state, gaps, rests_on)
        lines = tuple(self._lines(ids, findings, entries, assumed))
        decision = self._decision(state, lines, findings, entries, assumed)
        risks = risks_of(state, findings)
        return attrs.evolve(decision, at_risk=risks) if risks else decision

    def _lines(
        self,
        ids: Mapping[int, tuple[str, ...]],
        findings: tuple[Finding, ...],
        entries: tuple[NotEvaluated, ...],
        assumed: tuple[NotEvaluated, ...],
    ) -> Iterator[LineDecision]:
        found, left, taken = by_line(findings), by_line(entries), by_line(assumed)
        for number, met in ids.items():
            parts = (found.get(number, ()), left.get(number, ()), taken.get(number, ()))
            yield decide_line(number, met, *parts) if any(parts) else self._clean_line(number, met)

    def _clean_line(self, number: int, met: tuple[str, ...]) -> LineDecision:
        # NOTE: most lines are clean, and their answers are equal: each is made once.
        decision = self._clean.get((number, met))
        if decision is None:
            decision = LineDecision(
                line=number, outcome="pay", complete=True, judged_by=tuple(sorted(set(met)))
            )
            self._clean[number, met] = decision
        return decision

    def _decision(
        self,
        state: ClaimState,
        lines: tuple[LineDecision, ...],
        findings: tuple[Finding, ...],
        entries: tuple[NotEvaluated, ...],
        assumed: tuple[NotEvaluated, ...],
    ) -> Decision:
        return Decision(
            claim=state.claim.id,
            payer=self.payer.id,
            outcome=decide_claim(lines),
            lines=lines,
            findings=findings,
            not_evaluated=entries,
            assumed=assumed,
            notes=self._notes(lines) if self.known_on else (),
            fingerprint=self.fingerprint,
        )

    def _notes(self, lines: tuple[LineDecision, ...]) -> tuple[str, ...]:
        used = {name for line in lines for name in line.judged_by}
        notes = [
            f"{rule.id}: the day of publication is not known; "
            "taken as known from its first day in force"
            for rule in self.rules
            if rule.known is None and rule.id in used
        ]
        if self._edit_tables.releases:
            notes += [
                f"{name}: the day of publication is not known; "
                "each release is taken as known from the first day of its quarter"
                for name in self._tabled
                if name in used
            ]
        return tuple(notes)

    def _void(self, claim: Claim) -> Decision:
        lines = tuple(
            LineDecision(line=line.number, outcome="inform", complete=True, judged_by=())
            for line in sorted(claim.lines, key=lambda line: line.number)
        )
        return Decision(
            claim=claim.id,
            payer=self.payer.id,
            outcome="inform",
            lines=lines,
            notes=(f"the claim voids {claim.replaces or 'an earlier claim'}: it is not evaluated",),
            fingerprint=self.fingerprint,
        )


def _order(rule: Rule) -> tuple[str, date]:
    first = max(rule.in_force.first or date.min, (rule.verified_dates or ALWAYS).first or date.min)
    return (rule.id, first)
