"""The rule book of one payer: its rules, compiled, and changed copies of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, Fingerprint, Reason
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.edit_tables import EditTables, table_order
from payer_rules.engine.lookback import history_queries
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryQuery
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.baseline import Baseline
from payer_rules.rulebook.claim_decider import ClaimDecider
from payer_rules.rulebook.claim_keys import ClaimKeys
from payer_rules.rulebook.code_edits import CodeEdits, edits_of
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.conclusion import Conclusion
from payer_rules.rulebook.fingerprints import bundled, continued, digest
from payer_rules.rulebook.next_payable import NextPayable, NextPayableSearch
from payer_rules.rulebook.publication import as_known, was_known, was_public
from payer_rules.rulebook.table_readings import TableReadings
from payer_rules.rulebook.topic_summary import TopicSummaries, TopicSummary
from payer_rules.rulebook.waived_rules import WaivedRules
from payer_rules.rules import (
    ALWAYS,
    EDIT_RULES,
    BaselineEdits,
    Edit,
    EditTable,
    EditTerms,
    Payer,
    PlanNames,
    ReadingStatus,
    Rule,
    Topic,
    Waiver,
    alternatives_of,
    without_waived,
)
from payer_rules.vocabularies.claim_frequencies import VOID

if TYPE_CHECKING:
    from payer_rules.tables.store import TableStore

_UNKNOWN: Final = History.unknown()


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
    _applicable: ApplicableRules
    _assumptions: Assumptions
    _baseline: Baseline | None
    _waived: WaivedRules = attrs.field(factory=WaivedRules, kw_only=True)
    _decider: ClaimDecider = attrs.field(init=False)

    @_decider.default
    def _of_this_book(self) -> ClaimDecider:
        conclusion = Conclusion(
            payer=self.payer.id,
            fingerprint=self.fingerprint,
            incomplete=self.incomplete,
            undated=dict(self._notes_of_undated()) if self.known_on else {},
        )
        return ClaimDecider(
            rules=self._applicable,
            assumptions=self._assumptions,
            baseline=self._baseline,
            waived=self._waived,
            conclusion=conclusion,
        )

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
        baseline: BaselineEdits | None = None,
    ) -> RuleBook:
        """Return the rule book of a payer with the rules that were known on a day.

        ``tables`` are the edits that plugins bring, or the terms of those that are ``imported``.
        ``assume`` are the classes of missing facts that are assumed to be in order; ``incomplete``
        names the hooks that did not give all their rules. ``names`` are the plans and programs that
        a claim may name; those of the payer by default. ``baseline`` are the edits that warn where
        the payer's own texts are silent. Raises `InputError` for a damaged table.
        """
        payer = as_known(payer, known_on)
        known = sorted((r for r in rules if was_known(r, known_on)), key=_order)
        known_tables = tuple(
            sorted((t for t in tables if was_public(t, known_on)), key=table_order)
        )
        edit_tables = EditTables.of(payer, known_tables, imported, known_on)
        warning = Baseline.of(payer, baseline, imported, known_on)
        releases = (*edit_tables.releases, *(warning.table_names if warning else ()))
        assumed = frozenset(assume)
        return cls(
            payer=payer,
            rules=tuple(known),
            tables=known_tables,
            known_on=known_on,
            assume=assumed,
            incomplete=tuple(sorted(incomplete)),
            fingerprint=Fingerprint(
                rulebook=digest(payer, known, known_tables, releases),
                engine=version("payer-rules"),
                tables=(*bundled(known_tables), *releases),
                plugins=tuple(sorted(plugins)),
                known_on=known_on.isoformat() if known_on else None,
                without=tuple(sorted(without)),
                assume=tuple(sorted(assumed)),
            ),
            names=names or PlanNames.of([payer]),
            applicable=ApplicableRules.of(payer, known, edit_tables),
            assumptions=Assumptions.presuming(assumed),
            baseline=warning,
        )

    def replace(self, old: Rule, new: Rule) -> RuleBook:
        """Return the rule book with another rule in place of one with the same id.

        ``old`` is a rule of this book. If ``new`` was not known on the day of the book, it is left
        out. Only the rules of that id are compiled again.
        """
        others = (rule for rule in self.rules if rule is not old)
        rules = tuple(sorted((*others, new), key=_order))
        rules = tuple(rule for rule in rules if was_known(rule, self.known_on))
        group = (*alternatives_of(old, self.rules), *alternatives_of(new, rules))
        ids = {old.id, *(rule.id for rule in group)}
        editions = [rule for rule in rules if rule.id in ids]
        fingerprint = digest(self.payer, rules, self.tables, self._releases)
        return attrs.evolve(
            self,
            rules=rules,
            fingerprint=attrs.evolve(self.fingerprint, rulebook=fingerprint),
            applicable=self._applicable.with_editions(ids, editions),
        )

    @property
    def baseline_rules(self) -> frozenset[str]:
        """The ids of the warnings by national edits, where the payer's own texts are silent."""
        return self._baseline.rule_ids if self._baseline else frozenset()

    def without(self, waivers: Iterable[Waiver]) -> RuleBook:
        """Return the rule book without its rules and edits that are waived, while they are.

        The baseline leaves out what is waived of the payer's own edits, too. Earlier waivers of the
        book stay.
        """
        ids = self.rule_ids | self.baseline_rules
        own = tuple(sorted((w for w in waivers if w.rule in ids), key=str))
        if not own:
            return self
        rules = without_waived(self.rules, own)
        names = tuple(sorted({*self.fingerprint.waivers, *map(str, own)}))
        of_edits = [waiver for waiver in own if waiver.is_of_edits]
        edit_tables = self._edit_tables.without(w for w in of_edits if not w.is_of_baseline)
        fingerprint = digest(self.payer, rules, self.tables, self._releases)
        for name in names:
            fingerprint = continued(fingerprint, name)
        return attrs.evolve(
            self,
            rules=rules,
            fingerprint=attrs.evolve(self.fingerprint, rulebook=fingerprint, waivers=names),
            applicable=ApplicableRules.of(self.payer, rules, edit_tables),
            baseline=self._baseline and self._baseline.without(of_edits),
            waived=self._waived.joined(WaivedRules.of(own, self.rules, self.payer), self.payer),
        )

    def with_house_rules(self, rules: Iterable[Rule]) -> RuleBook:
        """Return the rule book with rules of the practice; their ids are not those of its rules."""
        added = tuple(rules)
        applicable = self._applicable.with_editions({rule.id for rule in added}, added)
        every = tuple(sorted((*self.rules, *added), key=_order))
        fingerprint = digest(self.payer, every, self.tables, self._releases)
        for name in self.fingerprint.waivers:
            fingerprint = continued(fingerprint, name)
        return attrs.evolve(
            self,
            rules=every,
            fingerprint=attrs.evolve(self.fingerprint, rulebook=fingerprint),
            applicable=applicable,
        )

    def with_house_facts(self, facts: Iterable[str]) -> RuleBook:
        """Return the rule book with a fingerprint that lists what a practice states."""
        house_facts = tuple(sorted(facts))
        return attrs.evolve(
            self, fingerprint=attrs.evolve(self.fingerprint, house_facts=house_facts)
        )

    def replace_edit(self, table: EditTable, old: Edit, new: Edit | None) -> RuleBook:
        """Return the rule book with another row of a table in place of one, or without it.

        ``table`` is one of this book that binds the payer, and ``old`` one of its rows. ``new`` has
        the same codes.
        """
        changed = table.replacing(old, new)
        edit_tables = self._edit_tables.replacing(table, changed, old, new)
        tables = tuple(changed if t == table else t for t in self.tables)
        # NOTE: computed from the earlier digest, because mutation replaces thousands of rows.
        fingerprint = continued(self.fingerprint.rulebook, changed.digest)
        named = (*bundled(tables), *self._releases)
        return attrs.evolve(
            self,
            tables=tables,
            fingerprint=attrs.evolve(self.fingerprint, rulebook=fingerprint, tables=named),
            applicable=self._applicable.with_tables(edit_tables),
        )

    @property
    def _edit_tables(self) -> EditTables:
        return self._applicable.edit_tables

    @property
    def _releases(self) -> tuple[str, ...]:
        """The imported tables in use and those of the baseline, each with its digest."""
        of_baseline = self._baseline.table_names if self._baseline else ()
        return (*self._edit_tables.releases, *of_baseline)

    def topic_summaries(self, codes: Iterable[str], day: date) -> tuple[TopicSummary, ...]:
        """Return for each topic what was read of the codes, for services on the day."""
        tables = TableReadings(self._edit_tables)
        return TopicSummaries(self.payer, self.rules, tables, day).of_codes(codes)

    def own_statuses(self, code: str, day: date) -> Mapping[Topic, ReadingStatus]:
        """Return for each topic what the payer's own texts read of a code on the day."""
        tables = TableReadings(self._edit_tables)
        return TopicSummaries(self.payer, self.rules, tables, day).own_statuses(code)

    def edits_of(self, code: str, day: date) -> tuple[CodeEdits, ...]:
        """Return the edits of a code that the expected answer uses on the day, by setting."""
        return tuple(edits_of(code, self._edit_tables, day))

    @property
    def rule_ids(self) -> frozenset[str]:
        """The ids of all rules, including those of edit tables."""
        edits = EDIT_RULES if self._applicable.everywhere else ()
        names = (f"{self.payer.id}/{name}" for name in edits)
        return frozenset((*(rule.id for rule in self.rules), *names))

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all rules and of the edit tables of plugins, on any date."""
        return self._edit_tables.codes | self._applicable.by_code.codes

    @property
    def has_tables(self) -> bool:
        """Whether there is a table of the NCCI program that binds the payer, if one does."""
        return self.payer.ncci is None or bool(self._edit_tables.by_setting)

    def speaks_of(self, code: str) -> bool:
        """Return True if a rule or an edit table, imported ones included, has the code."""
        return bool(self._applicable.by_code.of(code)) or code in self._edit_tables.codes_of(None)

    def rules_of_code(self, code: str) -> tuple[CompiledRule, ...]:
        """Return the rules and edit tables that may apply to a line with the code, compiled."""
        return (*self._applicable.everywhere, *self._applicable.by_code.of(code))

    @property
    def claim_keys(self) -> ClaimKeys | None:
        """The keys by which claims have equal answers; ``None`` if each claim is evaluated."""
        return self._decider.keys

    def queries(self, claims: Iterable[Claim]) -> tuple[HistoryQuery, ...]:
        """Return queries for the earlier lines on which the decisions on the claims can depend.

        A decision with the lines that answer them is equal to one with all earlier lines.
        """
        evaluated = [claim for claim in claims if claim.frequency_code != VOID]
        lookbacks = list(self._applicable.lookbacks(evaluated, self._assumptions))
        if self._baseline:
            lookbacks += self._baseline.lookbacks(evaluated)
        lookbacks += self._waived.lookbacks(evaluated)
        return history_queries(lookbacks)

    def decide(
        self,
        claim: Claim,
        history: History | None = None,
        *,
        expected_history: History | None = None,
        test_cures: bool = True,
    ) -> Decision:
        """Return the decision on the claim; without a history nothing of the past is known.

        ``expected_history`` are the earlier lines as the expected answer knows them, if they differ
        from those that are proved. The claim and the history are not changed, and the order of
        their lines does not matter. To test a cure is to decide the cured claim; without that a
        finding may name a cure that does not help. Raises `InvalidValueError` for a plan or program
        that no payer of the book's ``names`` has.
        """
        self._refuse_unknown_names(claim)
        return self._decider.decide(
            claim, history or _UNKNOWN, expected_history, test_cures=test_cures
        )

    def next_payable(
        self,
        claim: Claim,
        history: History | None = None,
        *,
        line: int | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> NextPayable:
        """Return the first day on which a line of the claim would be paid, by its ``expected``.

        The line with the number ``line``, by default the first, is moved; the others stay on their
        days, and the day of receipt is not known. Days from ``first`` (by default the line's own)
        to ``last`` (by default two years later) are tried.
        """
        tables = [self._edit_tables]
        if self._baseline:
            tables.append(self._baseline.edit_tables)
        search = NextPayableSearch(
            self._applicable, self.rules, tables, self.decide, claim, history or _UNKNOWN
        )
        return search.answer(line, first, last)

    def _refuse_unknown_names(self, claim: Claim) -> None:
        if claim.plan is not None or claim.program is not None:
            field_errors = tuple(self.names.errors_of_claim(claim))
            if field_errors:
                raise InvalidValueError(field_errors)

    def _notes_of_undated(self) -> Iterator[tuple[str, str]]:
        """Yield a note for each rule and table whose day of publication is not known."""
        for rule in self.rules:
            if rule.known is None:
                since = "taken as known from its first day in force"
                yield rule.id, f"{rule.id}: the day of publication is not known; {since}"
        if self._edit_tables.releases:
            since = "each release is taken as known from the first day of its quarter"
            for table in self._applicable.table_ids:
                yield table, f"{table}: the day of publication is not known; {since}"


def _order(rule: Rule) -> tuple[str, date]:
    first = max(rule.in_force.first or date.min, (rule.verified_dates or ALWAYS).first or date.min)
    return (rule.id, first)
