"""How much of each topic of a payer's policies was read for the lines of a claim.

1. A line *touches* parts of a topic: of the combination the other codes of the day, of the modifier
   each modifier, of the other topics the topic as a whole.
2. Rules, edit tables and statements of the payer *read* parts, for the day or for an earlier one.
3. A topic is unread if a part that is touched was not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple, TypeAlias

import attrs

from payer_rules.claims import ServiceLine, modalities
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.conditions import Conditions
from payer_rules.engine.days import same_day
from payer_rules.engine.missing import NONE_MISSING
from payer_rules.rulebook.applicable_rules import ApplicableRules, MetRules
from payer_rules.rulebook.code_index import Index
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.table_readings import TableReadings
from payer_rules.rulebook.topic_reader import Reading, ReadStatus, read_status
from payer_rules.rules import ANYTIME, CORE_TOPICS, Payer, Topic, TopicStatement, TopicStatus
from payer_rules.rules.national_codes import ADD_ON_CODES, SESSION_CODES
from payer_rules.rules.topics import EVERYTHING, PRIMARY, TELEHEALTH, UNKNOWN_CODES

Topics: TypeAlias = Mapping[Topic, TopicStatus]
#: How each touched part was read; None if it was not.
Parts: TypeAlias = Mapping[str, ReadStatus | None]

_OFFICE: Final = "11"
#: The part of a topic that is touched as a whole.
_WHOLE: Final = ""
#: The strongest first.
_STRENGTH: Final[tuple[ReadStatus, ...]] = ("checked", "none stated", "carried")
#: The number of situations that are kept.
_CACHE_SIZE: Final = 1 << 14


class Situation(NamedTuple):
    """The facts on which the topics of a line depend: equal situations have equal topics.

    ``others`` are the other codes of the day. ``reads`` is whether each rule on the code with a
    core topic reads it on the line, if its text was read for the day; ``stated`` is whether the
    conditions of each statement that has some hold.
    """

    code: str
    first: date
    last: date
    setting: str | None
    is_bound: bool
    others: frozenset[str]
    modifiers: tuple[str, ...]
    place: str | None
    is_remote: bool
    is_one_unit: bool
    reads: tuple[bool, ...]
    stated: tuple[bool, ...]


@attrs.frozen
class LineTopics:
    """The topics of a line, and how each other code of the day was read.

    ``is_read_in_part`` is true if a text about a part of a topic was read, even if the topic as a
    whole was not: a payer's own limit, without the MUE that binds the payer as well.
    """

    statuses: Topics
    pairs: Parts
    is_read_in_part: bool = True
    #: The topics that the line touches and that were not read, and those that are carried.
    unread: tuple[Topic, ...] = attrs.field(init=False)
    carried: tuple[Topic, ...] = attrs.field(init=False)

    @unread.default
    def _that_were_not_read(self) -> tuple[Topic, ...]:
        return tuple(topic for topic, status in self.statuses.items() if status == "unread")

    @carried.default
    def _that_are_carried(self) -> tuple[Topic, ...]:
        return tuple(topic for topic, status in self.statuses.items() if status == "carried")


@attrs.frozen
class ClaimTopics:
    """The topics of each line of a claim, by number."""

    lines: Mapping[int, LineTopics]

    @property
    def are_proved(self) -> bool:
        """Whether all topics that the lines touch were read for their days."""
        return not any(topics.unread or topics.carried for topics in self.lines.values())

    def statuses(self, line: int) -> Topics:
        """Return the status of each core topic on the line."""
        return self.lines[line].statuses

    def reads(self, topic: Topic, line: int) -> bool:
        """Return True if the topic was read on the line, in the part that the line touches."""
        return self.statuses(line)[topic] not in ("unread", "baseline")

    @property
    def has_unread(self) -> bool:
        """Return True if a topic of a line was not read."""
        return any("unread" in topics.statuses.values() for topics in self.lines.values())

    def reads_pair(self, line: int, code: str) -> bool:
        """Return True if it was read whether the code is paid on one day with the line."""
        return self.lines[line].pairs.get(code) is not None


@attrs.frozen(eq=False)
class TopicLedger:
    """The rules, edit tables and statements of a payer, as readings of its policies."""

    payer: Payer
    rules: ApplicableRules
    #: Rules that a practice has settled with the payer: they find nothing, and read their topics.
    waived: Index = attrs.field(factory=dict)
    _tables: TableReadings = attrs.field(init=False)
    #: The statements that core topics have no rule: for all lines, and under conditions.
    _statements: tuple[TopicStatement, ...] = attrs.field(init=False)
    _conditional: tuple[tuple[TopicStatement, Conditions], ...] = attrs.field(init=False)
    _session_codes: frozenset[str] = attrs.field(init=False)
    _add_on_codes: frozenset[str] = attrs.field(init=False)
    _readers: dict[str, tuple[CompiledRule, ...]] = attrs.field(factory=dict, init=False)
    _topics: dict[Situation, LineTopics] = attrs.field(factory=dict, init=False)
    #: Lines with equal topics share one mapping.
    _shared: dict[tuple[TopicStatus, ...], Topics] = attrs.field(factory=dict, init=False)

    @_tables.default
    def _of_edit_tables(self) -> TableReadings:
        return TableReadings(self.rules.edit_tables)

    @_statements.default
    def _that_none_is_stated(self) -> tuple[TopicStatement, ...]:
        return tuple(s for s in self._of_core_topics() if s.when == ANYTIME)

    @_conditional.default
    def _that_have_conditions(self) -> tuple[tuple[TopicStatement, Conditions], ...]:
        stated = (s for s in self._of_core_topics() if s.when != ANYTIME)
        return tuple((s, Conditions(s.when, self.payer)) for s in stated)

    def _of_core_topics(self) -> Iterator[TopicStatement]:
        return (s for s in self.payer.topics if s.none and s.topic in CORE_TOPICS)

    @_session_codes.default
    def _with_own_session_rules(self) -> frozenset[str]:
        codes = (*self.rules.by_code, *self.waived)
        return SESSION_CODES.union(code for code in codes if self._has_session_rule(code))

    @_add_on_codes.default
    def _with_own_add_ons(self) -> frozenset[str]:
        return ADD_ON_CODES | self.rules.edit_tables.add_on_codes

    def _has_session_rule(self, code: str) -> bool:
        rules = (*self.rules.by_code.get(code, ()), *self.waived.get(code, ()))
        return any(rule.reader is not None and rule.reader.topic == "session" for rule in rules)

    def of_claim(self, state: ClaimState, met: MetRules) -> ClaimTopics:
        """Return the topics of the lines of a claim."""
        found = {line.number: self._of_line(state, line, met) for line in state.lines}
        if any(None in topics.pairs.values() for topics in found.values()):
            found = {line.number: self._with_pairs(state, line, found) for line in state.lines}
        return ClaimTopics(found)

    def _of_line(self, state: ClaimState, line: ServiceLine, met: MetRules) -> LineTopics:
        situation = self._situation(state, line, met)
        topics = self._topics.get(situation)
        if topics is None:
            if len(self._topics) >= _CACHE_SIZE:
                self._topics.clear()
            topics = self._topics[situation] = self._topics_in(situation, line)
        return topics

    def _situation(self, state: ClaimState, line: ServiceLine, met: MetRules) -> Situation:
        is_remote = "in-person" not in modalities(line)
        is_elsewhere = bool(line.modifiers) or is_remote or line.place_of_service != _OFFICE
        reads = tuple(self._reading(state, line, met, is_elsewhere=is_elsewhere))
        if line.code in self.waived:
            reads += tuple(self._reading_of_waived(state, line, is_elsewhere=is_elsewhere))
        return Situation(
            code=line.code,
            first=line.date_from,
            last=line.date_to,
            setting=state.claim.setting,
            is_bound=self.payer.ncci is not None and met.binding is not None,
            others=_other_codes(state, line),
            modifiers=line.modifiers,
            place=line.place_of_service,
            is_remote=is_remote,
            is_one_unit=line.units <= 1,
            reads=reads,
            stated=tuple(self._stated(state, line)) if self._conditional else (),
        )

    def _stated(self, state: ClaimState, line: ServiceLine) -> Iterator[bool]:
        """Yield for each statement with conditions whether they are known to hold on the line."""
        for _, conditions in self._conditional:
            yield conditions.weigh(state, line) is True

    def _readers_of(self, code: str) -> tuple[CompiledRule, ...]:
        """Return the rules of the code that read a core topic."""
        readers = self._readers.get(code)
        if readers is None:
            compiled = self.rules.by_code.get(code, ())
            readers = self._readers[code] = tuple(rule for rule in compiled if rule.reader)
        return readers

    def _reading(
        self, state: ClaimState, line: ServiceLine, met: MetRules, *, is_elsewhere: bool
    ) -> Iterator[bool]:
        """Yield for each rule on the code with a core topic whether it reads it on the line.

        It must apply to the line, or would but for the line's modality, modifiers or place, if
        these are what it is about. ``is_elsewhere`` is False for lines that do not touch these.
        """
        answers = met.readings.get(line.number, ())
        for compiled, applies in zip(self._readers_of(line.code), answers, strict=True):
            yield applies == NONE_MISSING or compiled.reads_topic(
                state, line, applies, is_elsewhere=is_elsewhere
            )

    def _reading_of_waived(
        self, state: ClaimState, line: ServiceLine, *, is_elsewhere: bool
    ) -> Iterator[bool]:
        """Yield for each waived rule on the code whether it reads its topic on the line."""
        for compiled in self.waived[line.code]:
            applies = compiled.applies.to(state, line) if compiled.applies else NONE_MISSING
            yield applies == NONE_MISSING or compiled.reads_topic(
                state, line, applies, is_elsewhere=is_elsewhere
            )

    def _topics_in(self, situation: Situation, line: ServiceLine) -> LineTopics:
        readings: dict[Topic, list[Reading]] = {topic: [] for topic in CORE_TOPICS}
        own = (*self._of_rules(situation, line), *self._of_statements(situation))
        for topic, reading in self._readings(situation, own):
            readings[topic].append(reading)
        touched = self._touched(situation)
        parts = {topic: _read_parts(touched[topic], readings[topic]) for topic in CORE_TOPICS}
        statuses = {topic: _status(parts[topic]) for topic in CORE_TOPICS}
        is_read_in_part = any(
            part in read for topic, (read, _) in own for part in touched[topic]
        ) or any(status not in ("unread", "not touched") for status in statuses.values())
        return LineTopics(self._sharing(statuses), parts["combination"], is_read_in_part)

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
        statuses = self._sharing({**topics.statuses, "combination": _status(pairs)})
        is_read_in_part = topics.is_read_in_part or any(pairs.values())
        return LineTopics(statuses, pairs, is_read_in_part)

    def _touched(self, situation: Situation) -> dict[Topic, frozenset[str]]:
        """Return the parts of each topic that the line touches."""
        nothing: frozenset[str] = frozenset()
        whole = frozenset([_WHOLE])
        primary = {PRIMARY} if situation.code in self._add_on_codes else nothing
        telehealth = {TELEHEALTH} if situation.is_remote else nothing
        is_office = situation.place == _OFFICE and not situation.is_remote
        return {
            "frequency": whole,
            "combination": situation.others | primary,
            "modifier": frozenset(situation.modifiers) | telehealth,
            "place": nothing if is_office else whole,
            "provider": whole,
            "session": whole if situation.code in self._session_codes else nothing,
        }

    def _readings(
        self, situation: Situation, own: Iterable[tuple[Topic, Reading]]
    ) -> Iterator[tuple[Topic, Reading]]:
        """Yield what rules, statements and tables read of each topic.

        Of a payer that NCCI binds only the tables read units and pairs.
        """
        for topic, (parts, status) in own:
            if not situation.is_bound or topic not in ("frequency", "combination"):
                yield topic, (parts, status)
            elif topic == "combination" and PRIMARY in parts:
                yield topic, ({PRIMARY}, status)
        yield from self._tables.readings(
            situation.code, situation.setting, situation.first, situation.last, situation.others
        )

    def _of_rules(self, situation: Situation, line: ServiceLine) -> Iterator[tuple[Topic, Reading]]:
        """Yield what the rules read that apply to the line, on the days of the line."""
        readers = self._readers_of(situation.code)
        if situation.code in self.waived:
            readers += self.waived[situation.code]
        for compiled, is_read in zip(readers, situation.reads, strict=True):
            reader = compiled.reader
            if reader is None or not is_read:
                continue
            status = reader.status(line)
            if status is not None:
                yield reader.topic, (reader.covered(line), status)

    def _of_statements(self, situation: Situation) -> Iterator[tuple[Topic, Reading]]:
        conditional = zip(self._conditional, situation.stated, strict=True)
        met = (statement for (statement, _), holds in conditional if holds)
        for statement in (*self._statements, *met):
            if statement.speaks_of(situation.code):
                status = _status_of(statement, situation)
                if status is not None:
                    yield statement.topic, (EVERYTHING, status)


def _status_of(statement: TopicStatement, situation: Situation) -> ReadStatus | None:
    dates = (situation.first, situation.last)
    status = read_status(statement.verified, statement.none, *dates)
    return "none stated" if status == "checked" else status


def _other_codes(state: ClaimState, line: ServiceLine) -> frozenset[str]:
    """Return the other codes of the member on the days of the line."""
    days = (line.date_from, line.date_to)
    codes = {other.code for other in state.lines if other is not line and same_day(line, other)}
    codes.update(earlier.code for earlier in state.before(*days))
    codes.discard(line.code)
    npi = state.claim.billing_provider.npi
    if not state.history.is_complete(line.date_from, "billing", npi):
        codes.add(UNKNOWN_CODES)
    return frozenset(codes)


def _read_parts(touched: frozenset[str], readings: Iterable[Reading]) -> Parts:
    """Return how each touched part was read, by the strongest reading."""
    readings = tuple(readings)
    return {
        part: _strongest(status for parts, status in readings if part in parts) for part in touched
    }


def _strongest(statuses: Iterable[ReadStatus]) -> ReadStatus | None:
    return min(statuses, key=_STRENGTH.index, default=None)


def _status(parts: Parts) -> TopicStatus:
    """Return the status of a topic, of which all parts must have been read."""
    read = [status for status in parts.values() if status is not None]
    if len(read) < len(parts):
        return "unread"
    if not read:
        return "not touched"
    if "carried" in read:
        return "carried"
    return "none stated" if set(read) == {"none stated"} else "checked"
