"""The judge of frequency limits: it judges all the lines of a pool and a provider as one set.

Lines of the history that count are kept already. The claim's lines are then kept one by one, in
order of date and line number, each if no window is broken with it; the rest is the excess.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from decimal import Decimal

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.adjudication import Adjudication, Judge
from payer_rules.engine.applicability import SILENT, UNMET, Applicability
from payer_rules.engine.counting import Item, Tally, fullest
from payer_rules.engine.excess import describe
from payer_rules.engine.missing import EDITION, HISTORY, SURE, Doubt
from payer_rules.engine.mue import MueJudge
from payer_rules.engine.providers import identity, resolve, shares
from payer_rules.history import HistoryLine
from payer_rules.rules import FrequencyLimit, Payer, Types


@attrs.frozen(kw_only=True)
class Entry:
    """One line under judgement: what it counts, and how it stands.

    ``doubt`` keeps it open whether the limit speaks of the line, ``standing`` whether an earlier
    stratum left it payable; ``closed`` lines are not payable and are judged singly.
    """

    item: Item
    doubt: Doubt
    standing: Doubt
    closed: bool

    @property
    def is_sure(self) -> bool:
        """Whether the line counts in any case."""
        return not (self.doubt or self.standing or self.closed)


class LimitJudge:
    """Judges the lines of each pool and provider together."""

    def __init__(self, rule: FrequencyLimit, payer: Payer) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.stage = rule.stage
        self.scope = resolve(rule.scope, payer)
        self._applies = Applicability(rule)

    def judge(self, case: Adjudication, met: list[tuple[ServiceLine, Doubt]]) -> None:
        """Find the lines that do not fit into a window, and leave open those that may not."""
        judged: list[tuple[ServiceLine, Doubt]] = []
        for line, doubt in met:
            if EDITION in doubt:
                case.doubt(self, line.number, doubt)
            judged.append((line, doubt))
        if self.rule.limit == "none":
            return
        groups: dict[Hashable, list[Entry]] = {}
        for line, doubt in sorted(judged, key=lambda each: (each[0].date_from, each[0].number)):
            groups.setdefault(self._group(case, line), []).append(self._entry(case, line, doubt))
        for entries in groups.values():
            _Group(self, case, entries, self.rule.limit).judge()

    def _group(self, case: Adjudication, line: ServiceLine) -> Hashable:
        return (self._pool(line), identity(self.scope, case.claim, line))

    def _pool(self, line: ServiceLine) -> str | None:
        """What lines must have in common to be counted together, beside the provider."""
        pool = self.rule.pool
        if isinstance(pool, Types):
            return pool.of(line.code)
        return line.code if pool == "per-code" else None

    def _entry(self, case: Adjudication, line: ServiceLine, doubt: Doubt) -> Entry:
        billed = self.rule.sees == "billed"
        return Entry(
            item=self.item(line, doubt),
            doubt=doubt,
            standing=SURE if billed else case.standing(line.number, spared=self.is_made_up),
            closed=not billed and line.number in case.closed,
        )

    def is_made_up(self, judge: Judge) -> bool:
        """Whether an unknown line by which the judge would deny a line counts here in its place.

        A shorter limit on the same codes denies a line only for others that this limit counts
        too: such history can move the excess to other lines, and never make it less.
        """
        if isinstance(judge, MueJudge):
            return self.scope == "member"
        if not isinstance(judge, LimitJudge):
            return False
        mine, other = self.rule, judge.rule
        pooled = mine.pool == "together" or other.pool == "per-code" or len(other.codes) == 1
        scoped = self.scope in ("member", judge.scope)
        return pooled and scoped and other.codes <= mine.codes and other.when == mine.when

    def item(self, line: ServiceLine, doubt: Doubt) -> Item:
        """The line as the limit counts it."""
        units = line.units
        if isinstance(line, HistoryLine) and line.paid_units is not None:
            units = line.paid_units
        by_unit = self.rule.counts == "units"
        return Item(
            line=line,
            first=line.date_from.toordinal(),
            last=line.date_to.toordinal(),
            count=units if by_unit else Decimal(1),
            spread=by_unit,
            doubt=doubt,
        )

    def earlier(self, case: Adjudication, line: ServiceLine) -> Iterable[Item]:
        """The earlier lines that count, or may, together with the line."""
        for earlier in case.earlier:
            if earlier.code not in self.rule.codes:
                continue
            if self._pool(earlier) != self._pool(line):
                continue
            same = shares(self.scope, case.claim, line, earlier)
            counts, status = case.status(earlier)
            if same is None or not counts:
                continue
            spoken = self._applies.to(case, earlier)
            if spoken in (UNMET, SILENT):
                continue
            yield self.item(earlier, (*same, *status, *_named(spoken)))


def _named(spoken: str | Doubt) -> Doubt:
    # NOTE: an earlier line beyond the verified dates still stands in the window of a later one.
    return SURE if isinstance(spoken, str) else tuple(m for m in spoken if m != EDITION)


class _Group:
    """The lines of one pool and provider, judged together."""

    def __init__(
        self, judge: LimitJudge, case: Adjudication, entries: list[Entry], limit: Decimal
    ) -> None:
        self.owner, self.case, self.entries, self.limit = judge, case, entries, limit
        self.days = judge.rule.window.days
        items = list(judge.earlier(case, entries[0].item.line)) if self.days else []
        self.kept_before = [item for item in items if not item.doubt]
        self.perhaps_before = [item for item in items if item.doubt]

    def judge(self) -> None:
        kept: list[Item] = []
        fitting: list[Entry] = []
        left: list[tuple[int, Entry]] = []
        for at, entry in enumerate(self.entries):
            others = self._least(fitting, entry)
            tally = self._tally(entry.item, others)
            if tally.total <= self.limit or entry.doubt or entry.closed:
                left.append((at, entry))
                if not (entry.doubt or entry.closed):
                    fitting.append(entry)
                if entry.is_sure:
                    kept.append(entry.item)
                continue
            self._find(entry, tally, others)
        for at, entry in left:
            # NOTE: where the text is not known, nothing else that is missing can be told.
            if EDITION not in entry.doubt:
                self._judge_left(at, entry, kept)

    def _least(self, fitting: list[Entry], entry: Entry) -> list[Item]:
        """What stands beside the line for certain, before it is its turn."""
        if self.owner.rule.excess == "deny-lines":
            return [*self.kept_before, *(e.item for e in fitting if self._stands(e, entry))]
        others = [e for e in self.entries if e is not entry and not (e.doubt or e.closed)]
        return [*self.kept_before, *(e.item for e in others if self._stands(e, entry))]

    def _stands(self, other: Entry, entry: Entry) -> bool:
        """Whether the other line is there, whatever is missing that would not deny both."""
        if not other.standing:
            return True
        beside, number = entry.item.line.number, other.item.line.number
        owner = self.owner
        return not self.case.standing(number, beside=beside, spared=owner.is_made_up)

    def _judge_left(self, at: int, entry: Entry, kept: list[Item]) -> None:
        """A line that fits at the least: denied singly if it is closed, else kept or in doubt."""
        others = [*self.kept_before, *(item for item in kept if item is not entry.item)]
        tally = self._tally(entry.item, others)
        if entry.closed and not entry.doubt and tally.total > self.limit:
            self._find(entry, tally, others)
            return
        doubt = self._doubt_at_most(at, entry)
        if doubt:
            self.case.doubt(self.owner, entry.item.line.number, doubt)

    def _doubt_at_most(self, at: int, entry: Entry) -> Doubt:
        """What could still break a window around the line; nothing, if it fits at the most."""
        beside = self._could_stand_beside(at, entry)
        uncertain = [item for item in (*self.perhaps_before, *beside) if item.doubt]
        known = self._knows_history(entry.item)
        if known and not entry.doubt and not uncertain and not entry.standing:
            return SURE
        most = [*self.kept_before, *self.perhaps_before, *beside]
        if known and self._tally(entry.item, most).total <= self.limit:
            return SURE
        doubt: Doubt = (*entry.doubt, *(entry.standing if uncertain or not known else ()))
        for item in uncertain:
            doubt = (*doubt, *item.doubt)
        return doubt if known else (*doubt, HISTORY)

    def _could_stand_beside(self, at: int, entry: Entry) -> list[Item]:
        """Lines of the claim that some completion keeps before it is this line's turn."""
        before = self.owner.rule.excess == "deny-lines" and not (entry.closed or entry.standing)
        others = self.entries[:at] if before else [e for e in self.entries if e is not entry]
        return [
            attrs.evolve(e.item, doubt=(*e.doubt, *e.standing))
            for e in others
            if not e.closed and e.item.count <= self.limit
        ]

    def _knows_history(self, item: Item) -> bool:
        if self.days == 0:
            return True
        since = date.fromordinal(max(1, item.first - self.days + 1))
        npi = self.case.claim.billing_provider.npi
        return self.case.history.is_complete(since, self.owner.scope, npi)

    def _tally(self, item: Item, others: Iterable[Item]) -> Tally:
        return fullest(item, others, self.days)

    def _find(self, entry: Entry, tally: Tally, others: list[Item]) -> None:
        beside = [item for item in others if self.days and item.within(tally.start, tally.end)]
        self.case.find(self.owner, describe(self.owner.rule, entry.item, beside, tally, self.limit))
