"""How much of each topic of a payer's policies was read for the lines of a claim.

1. A line *touches* parts of a topic: of the combination the other codes of the day, of the modifier
   each modifier, of the other topics the topic as a whole.
2. Rules, edit tables and statements of the payer *read* parts, for the day or for an earlier one.
3. A topic is unread if a part that is touched was not read.

What does not depend on the other codes of the day is found once for all lines in equal situations,
and the topics are found once for equal situations with equal pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import ServiceLine, is_revenue_line, modalities
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.conditions import Conditions
from payer_rules.engine.days import same_day
from payer_rules.engine.missing import NONE_MISSING
from payer_rules.engine.truth import Truth
from payer_rules.rulebook.applicable_rules import ApplicableRules, MetRules
from payer_rules.rulebook.code_index import CodeIndex
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.line_rules import LineRules, are_in_key
from payer_rules.rulebook.line_topics import ClaimTopics, LineTopics, Topics
from payer_rules.rulebook.reading_periods import ReadingPeriods
from payer_rules.rulebook.shared_caches import SharedCache
from payer_rules.rulebook.table_readings import TableReadings
from payer_rules.rulebook.topic_parts import (
    Situation,
    SituationReadings,
    in_order,
    read_parts,
    status_of_parts,
)
from payer_rules.rulebook.topic_reader import Reading, ReadStatus, read_status
from payer_rules.rules import (
    ANYTIME,
    CORE_TOPICS,
    Codes,
    DateRange,
    Payer,
    Topic,
    TopicStatement,
    TopicStatus,
    union_of,
)
from payer_rules.rules.national_codes import ADD_ON_CODES, SESSION_CODES
from payer_rules.rules.topics import EVERYTHING, PRIMARY, TELEHEALTH, UNKNOWN_CODES

#: The rules of a line, the days that stand for its own, whether NCCI binds the claim, and whether
#: the line has one unit.
EqualRules: TypeAlias = tuple[LineRules, tuple[date, date], bool, bool]
#: The other codes of a day, each with how the tables read the pair.
Pairs: TypeAlias = frozenset[tuple[str, ReadStatus | None]]

_OFFICE: Final = "11"
#: The part of a topic that is touched as a whole.
_WHOLE: Final = ""


@attrs.frozen(eq=False)
class TopicLedger:
    """The rules, edit tables and statements of a payer, as readings of its policies."""

    payer: Payer
    rules: ApplicableRules
    #: Rules that a practice has settled with the payer: they find nothing, and read their topics.
    waived: CodeIndex = attrs.field(factory=CodeIndex)
    _tables: TableReadings = attrs.field(init=False)
    #: The statements that core topics have no rule: for all lines, and under conditions.
    _statements: tuple[TopicStatement, ...] = attrs.field(init=False)
    _conditional: tuple[tuple[TopicStatement, Conditions], ...] = attrs.field(init=False)
    _session_codes: Codes = attrs.field(init=False)
    _add_on_codes: frozenset[str] = attrs.field(init=False)
    _readers: dict[str, tuple[CompiledRule, ...]] = attrs.field(factory=dict, init=False)
    _periods: ReadingPeriods = attrs.field(init=False)
    _situations: SharedCache[Situation, SituationReadings] = attrs.field(
        factory=SharedCache, init=False
    )
    #: The same for lines with equal rules, if all statements read the facts in their keys.
    _of_equal_rules: SharedCache[EqualRules, SituationReadings] = attrs.field(
        factory=SharedCache, init=False
    )
    _is_in_key: bool = attrs.field(init=False)
    _topics: SharedCache[tuple[SituationReadings, Pairs], LineTopics] = attrs.field(
        factory=SharedCache, init=False
    )
    #: Lines with equal topics share one mapping.
    _shared: dict[tuple[TopicStatus, ...], Topics] = attrs.field(factory=dict, init=False)

    @_tables.default
    def _of_edit_tables(self) -> TableReadings:
        return TableReadings(self.rules.edit_tables)

    @_periods.default
    def _of_readings(self) -> ReadingPeriods:
        return ReadingPeriods(self._tables, self._dates_of_texts)

    @_statements.default
    def _that_none_is_stated(self) -> tuple[TopicStatement, ...]:
        return tuple(s for s in self._of_core_topics() if s.when == ANYTIME)

    @_conditional.default
    def _that_have_conditions(self) -> tuple[tuple[TopicStatement, Conditions], ...]:
        stated = (s for s in self._of_core_topics() if s.when != ANYTIME)
        return tuple((s, Conditions(s.when, self.payer)) for s in stated)

    @_is_in_key.default
    def _is_all_in_keys_of_lines(self) -> bool:
        """Return True if statements and waived rules read no more than the keys of lines have."""
        return not self.waived and all(are_in_key(c.reads) for _, c in self._conditional)

    def _of_core_topics(self) -> Iterator[TopicStatement]:
        return (s for s in self.payer.topics if s.none and s.topic in CORE_TOPICS)

    @_session_codes.default
    def _with_own_session_rules(self) -> Codes:
        own = (_session_codes_of(index) for index in (self.rules.by_code, self.waived))
        return union_of((SESSION_CODES, *own))

    @_add_on_codes.default
    def _with_own_add_ons(self) -> frozenset[str]:
        return ADD_ON_CODES | self.rules.edit_tables.add_on_codes

    def change_days(self, code: str, setting: str | None) -> tuple[date, ...]:
        """Return the days on which what was read about the code may change."""
        return self._periods.change_days(code, setting)

    def conditions_on(self, state: ClaimState, line: ServiceLine) -> Iterator[Truth | str]:
        """Yield how statements apply to the line, if they read facts that no key of lines has."""
        if not self._is_in_key:
            for statement, conditions in self._conditional:
                if statement.speaks_of(line.code):
                    yield conditions.weigh(state, line)

    def of_claim(self, state: ClaimState, met: MetRules) -> ClaimTopics:
        """Return the topics of the lines of a claim."""
        found = {line.number: self._of_line(state, line, met) for line in state.lines}
        if any(None in topics.pairs.values() for topics in found.values()):
            found = {line.number: self._with_pairs(state, line, found) for line in state.lines}
        return ClaimTopics(found)

    def _of_line(self, state: ClaimState, line: ServiceLine, met: MetRules) -> LineTopics:
        rules = met.of_line[line.number]
        if self._is_in_key:
            days = self._periods.of_code(
                line.code, state.claim.setting, line.date_from, line.date_to
            )
            key = (rules, days, met.binding is not None, line.units <= 1)
            readings = self._of_equal_rules.get(key)
            if readings is None:
                readings = self._of_equal_rules.put(key, self._found(state, line, met))
        else:
            readings = self._found(state, line, met)
        pairs = frozenset(self._pairs(state, line))
        topics = self._topics.get((readings, pairs))
        if topics is None:
            topics = self._topics_of(readings, line.code, pairs)
            self._topics.put((readings, pairs), topics)
        return topics

    def _found(self, state: ClaimState, line: ServiceLine, met: MetRules) -> SituationReadings:
        """Return the readings in the situation of the line."""
        situation = self._situation(state, line, met)
        readings = self._situations.get(situation)
        if readings is None:
            readings = self._situations.put(situation, self._readings_in(situation, line))
        return readings

    def _situation(self, state: ClaimState, line: ServiceLine, met: MetRules) -> Situation:
        is_remote = "in-person" not in modalities(line)
        is_elsewhere = bool(line.modifiers) or is_remote or line.place_of_service != _OFFICE
        reads = tuple(self._reading(state, line, met, is_elsewhere=is_elsewhere))
        if self.waived.of(line.code):
            reads += tuple(self._reading_of_waived(state, line, is_elsewhere=is_elsewhere))
        setting = state.claim.setting
        # NOTE: in the order of the fields, because names take as long as the rest.
        return Situation(
            line.code,
            self._periods.of_code(line.code, setting, line.date_from, line.date_to),
            setting,
            self.payer.ncci is not None and met.binding is not None,
            line.modifiers,
            line.place_of_service,
            is_remote,
            line.units <= 1,
            reads,
            tuple(self._stated(state, line)) if self._conditional else (),
        )

    def _dates_of_texts(self, code: str) -> Iterator[DateRange | None]:
        """Yield the days for which each rule and statement about the code was read."""
        for compiled in (*self._readers_of(code), *self.waived.of(code)):
            if compiled.reader is not None:
                yield compiled.reader.rule.verified_dates
        for statement in self._of_core_topics():
            yield statement.verified

    def _pairs(
        self, state: ClaimState, line: ServiceLine
    ) -> Iterator[tuple[str, ReadStatus | None]]:
        """Yield the other codes of the day, each with how the tables read the pair."""
        setting = state.claim.setting
        for other in _other_codes(state, line):
            status = None
            if other != UNKNOWN_CODES:
                status = self._periods.pair(line.code, other, setting, line.date_from, line.date_to)
            yield other, status

    def _stated(self, state: ClaimState, line: ServiceLine) -> Iterator[bool]:
        """Yield for each statement with conditions whether they are known to hold on the line."""
        for _, conditions in self._conditional:
            yield conditions.weigh(state, line) is True

    def _readers_of(self, code: str) -> tuple[CompiledRule, ...]:
        """Return the rules of the code that read a core topic."""
        readers = self._readers.get(code)
        if readers is None:
            compiled = self.rules.by_code.of(code)
            readers = self._readers[code] = tuple(rule for rule in compiled if rule.reader)
        return readers

    def _reading(
        self, state: ClaimState, line: ServiceLine, met: MetRules, *, is_elsewhere: bool
    ) -> Iterator[bool]:
        """Yield for each rule on the code with a core topic whether it reads it on the line.

        It must apply to the line, or would but for the line's modality, modifiers or place, if
        these are what it is about. ``is_elsewhere`` is False for lines that do not touch these.
        """
        answers = met.of_line[line.number].readings
        for compiled, applies in zip(self._readers_of(line.code), answers, strict=True):
            yield applies == NONE_MISSING or compiled.reads_topic(
                state, line, applies, is_elsewhere=is_elsewhere
            )

    def _reading_of_waived(
        self, state: ClaimState, line: ServiceLine, *, is_elsewhere: bool
    ) -> Iterator[bool]:
        """Yield for each waived rule on the code whether it reads its topic on the line."""
        for compiled in self.waived.of(line.code):
            applies = compiled.applies.to(state, line) if compiled.applies else NONE_MISSING
            yield applies == NONE_MISSING or compiled.reads_topic(
                state, line, applies, is_elsewhere=is_elsewhere
            )

    def _readings_in(self, situation: Situation, line: ServiceLine) -> SituationReadings:
        readings: dict[Topic, list[Reading]] = {topic: [] for topic in CORE_TOPICS}
        own = (*self._of_rules(situation, line), *self._of_statements(situation, line))
        for topic, reading in self._readings(situation, line, own):
            readings[topic].append(reading)
        touched = self._touched(situation)
        read = {topic: read_parts(parts, readings[topic]) for topic, parts in touched.items()}
        statuses = {topic: status_of_parts(parts) for topic, parts in read.items()}
        spoken_of = {
            topic for topic, (read, _) in own for part in touched.get(topic, ()) if part in read
        }
        read_in_part = tuple(
            topic
            for topic, status in statuses.items()
            if status == "unread" and (topic in spoken_of or any(read[topic].values()))
        )
        of_pairs = tuple(read for topic, (read, _) in own if topic == "combination")
        return SituationReadings(statuses, tuple(readings["combination"]), of_pairs, read_in_part)

    def _topics_of(
        self,
        readings: SituationReadings,
        code: str,
        pairs: Pairs,
    ) -> LineTopics:
        """Return the topics of a line with the other codes of its day."""
        touched = {other for other, _ in pairs}
        if code in self._add_on_codes:
            touched.add(PRIMARY)
        by_tables = ((frozenset([other]), status) for other, status in pairs if status is not None)
        parts = read_parts(touched, (*readings.combination, *by_tables))
        combination = status_of_parts(parts)
        statuses = {
            topic: combination if topic == "combination" else readings.statuses[topic]
            for topic in CORE_TOPICS
        }
        is_spoken_of = any(part in read for read in readings.own for part in touched)
        in_part = set(readings.read_in_part)
        if combination == "unread" and (is_spoken_of or any(parts.values())):
            in_part.add("combination")
        return LineTopics(self._sharing(statuses), parts, in_order(in_part))

    def _sharing(self, statuses: Topics) -> Topics:
        return self._shared.setdefault(tuple(statuses.values()), statuses)

    def _with_pairs(
        self, state: ClaimState, line: ServiceLine, found: Mapping[int, LineTopics]
    ) -> LineTopics:
        """Return the topics of the line, where a rule of the other code reads a pair too."""
        topics = found[line.number]
        pairs = dict(topics.pairs)
        for other in state.lines:
            if other.code in pairs and same_day(line, other):
                status = pairs[other.code] or found[other.number].pairs.get(line.code)
                pairs[other.code] = status
        if pairs == topics.pairs:
            return topics
        statuses = self._sharing({**topics.statuses, "combination": status_of_parts(pairs)})
        in_part: set[Topic] = {*topics.read_in_part, "combination"}
        if statuses["combination"] != "unread":
            in_part.remove("combination")
        return LineTopics(statuses, pairs, in_order(in_part))

    def _touched(self, situation: Situation) -> dict[Topic, frozenset[str]]:
        """Return the parts of each topic but the combination that the line touches."""
        nothing: frozenset[str] = frozenset()
        whole = frozenset([_WHOLE])
        telehealth = {TELEHEALTH} if situation.is_remote else nothing
        is_office = situation.place == _OFFICE and not situation.is_remote
        return {
            "frequency": whole,
            "modifier": frozenset(situation.modifiers) | telehealth,
            "place": nothing if is_office else whole,
            "provider": whole,
            "session": whole if situation.code in self._session_codes else nothing,
        }

    def _readings(
        self, situation: Situation, line: ServiceLine, own: Iterable[tuple[Topic, Reading]]
    ) -> Iterator[tuple[Topic, Reading]]:
        """Yield what rules, statements and tables read of each topic, without pairs in tables.

        Of a payer that NCCI binds only the tables read units and pairs.
        """
        for topic, (parts, status) in own:
            if not situation.is_bound or topic not in ("frequency", "combination"):
                yield topic, (parts, status)
            elif topic == "combination" and PRIMARY in parts:
                yield topic, ({PRIMARY}, status)
        yield from self._tables.readings(
            situation.code, situation.setting, line.date_from, line.date_to
        )

    def _of_rules(self, situation: Situation, line: ServiceLine) -> Iterator[tuple[Topic, Reading]]:
        """Yield what the rules read that apply to the line, on the days of the line."""
        readers = self._readers_of(situation.code) + self.waived.of(situation.code)
        for compiled, is_read in zip(readers, situation.reads, strict=True):
            reader = compiled.reader
            if reader is None or not is_read:
                continue
            status = reader.status(line)
            if status is not None:
                yield reader.topic, (reader.covered(line), status)

    def _of_statements(
        self, situation: Situation, line: ServiceLine
    ) -> Iterator[tuple[Topic, Reading]]:
        conditional = zip(self._conditional, situation.stated, strict=True)
        met = (statement for (statement, _), holds in conditional if holds)
        for statement in (*self._statements, *met):
            if statement.speaks_of(situation.code):
                status = _status_of(statement, line)
                if status is not None:
                    yield statement.topic, (EVERYTHING, status)


def _session_codes_of(index: CodeIndex) -> Codes:
    """Return the codes for which the index has a session rule."""
    listed = frozenset(code for code in index.codes if any(map(_reads_session, index.of(code))))
    return union_of((listed, *(codes for rule, codes in index.of_any if _reads_session(rule))))


def _reads_session(rule: CompiledRule) -> bool:
    return rule.reader is not None and rule.reader.topic == "session"


def _status_of(statement: TopicStatement, line: ServiceLine) -> ReadStatus | None:
    dates = (line.date_from, line.date_to)
    status = read_status(statement.verified, statement.none, *dates)
    return "none stated" if status == "checked" else status


def _other_codes(state: ClaimState, line: ServiceLine) -> frozenset[str]:
    """Return the other codes of the member on the days of the line."""
    codes: set[str] = set()
    if state.shares_day(line):
        codes.update(other.code for other in state.lines if same_day(line, other))
        codes.update(earlier.code for earlier in state.before(line.date_from, line.date_to))
        codes.discard(line.code)
        if not is_revenue_line(line.code):
            # NOTE: lines without a procedure code are no part of a combination of codes.
            codes = {code for code in codes if not is_revenue_line(code)}
    npi = state.claim.billing_provider.npi
    if not state.history.is_complete(line.date_from, "billing", npi):
        codes.add(UNKNOWN_CODES)
    return frozenset(codes)
