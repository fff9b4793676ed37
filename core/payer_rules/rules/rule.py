"""The base classes of rules."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, Self

import attrs

from payer_rules.claims import ServiceLine, is_line_code
from payer_rules.errors import FieldError, Path
from payer_rules.rules.any_code import AnyCode, Codes
from payer_rules.rules.facts import ALWAYS, Adjustment, Citation, DateRange, Origin
from payer_rules.rules.outcomes import Detection, Outcome
from payer_rules.rules.second_readings import NOT_IN_DIGEST, SecondReading
from payer_rules.rules.topics import Topic
from payer_rules.rules.when import ANYTIME, When
from payer_rules.rules.windows import Window
from payer_rules.values.checked import CheckedRule
from payer_rules.vocabularies.formats import LINE_CODE

_id = re.compile(r"[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*").fullmatch


@attrs.frozen(kw_only=True)
class Rule(CheckedRule, ABC):
    """A sourced fact about billing.

    A line that meets one of the ``exceptions`` is outside the rule, like one that does not meet
    ``when``: a limit neither counts nor limits it.

    All ranges of days include both ends. ``in_force`` are the dates of service (or of receipt, by
    ``in_force_by``) for which the rule was made; an end means that the rule ceased. ``verified``
    are the dates for which its text was read; ``None`` means whenever it is in force. ``"unknown"``
    means that the date of the copy is not known: the rule is not evaluated on any date, and if its
    text is assumed to hold, its findings are for review. Rules with one id are editions of one
    fact; each answers on the dates for which it was read. ``known`` are the dates during which the
    payer had published it; ``None`` if they are not known. ``second_reading`` records that another
    reader compared the rule, as it is, with its text.
    """

    id: str
    when: When = ANYTIME
    exceptions: tuple[When, ...] = attrs.field(default=(), metadata={"key": "except"})
    in_force: DateRange = ALWAYS
    in_force_by: Literal["service", "received"] = "service"
    verified: DateRange | Literal["unknown"] | None = None
    known: DateRange | None = None
    outcome: Outcome = "deny"
    detected_in: Detection = "claim"
    adjustment: Adjustment | None = None
    citations: tuple[Citation, ...] = attrs.field(metadata={"key": "cites"})
    rationale: str
    second_reading: SecondReading | None = attrs.field(
        default=None, eq=False, metadata=NOT_IN_DIGEST
    )
    origin: Origin | None = attrs.field(
        default=None, eq=False, metadata={"key": None, **NOT_IN_DIGEST}
    )

    @property
    def condition_tables(self) -> tuple[When, ...]:
        """The tables of conditions that the rule states: those of ``when`` and the exceptions."""
        return (self.when, *self.exceptions)

    @property
    def excusing_modifiers(self) -> frozenset[str]:
        """The modifiers of exceptions that state nothing else: one of them lifts the rule."""
        tables = [each for each in self.exceptions if each.modifier]
        alone = [each for each in tables if each == When(modifier=each.modifier)]
        return frozenset(modifier for each in alone for modifier in each.modifier or ())

    @property
    @abstractmethod
    def meets(self) -> Codes:
        """All codes on whose lines the rule can have findings."""

    @property
    def denied_codes(self) -> Codes:
        """The codes of the lines that a finding denies."""
        return self.meets

    @property
    def is_permission(self) -> bool:
        """Whether the rule states that something is allowed; such a rule has no findings."""
        return False

    @property
    def cuts_lines(self) -> bool:
        """Whether a line that exceeds the rule is paid in part, and counts in part later."""
        return False

    @property
    def counting_window(self) -> Window | None:
        """Return the window in which the rule counts services, if it counts any."""
        return None

    @property
    def record_elements(self) -> frozenset[str]:
        """The elements of the record that the rule names; a payer may have words of its own."""
        return frozenset()

    @property
    def own_topic(self) -> Topic | None:
        """The topic of the rule, if it is another one than that of its kind."""
        return None

    def is_older_than_words_of(self, line: ServiceLine, last: date) -> bool:
        """Return True if the text, last read for a day, cannot speak of a word of the line.

        The text lists such words, places or modifiers, and a word of the line was introduced later.
        """
        return False

    def for_review(self) -> Self:
        """Return the rule with the outcome ``review`` in place of its own."""
        return attrs.evolve(self, outcome="review")

    def is_edition_beside(self, other: Rule) -> bool:
        """Return True if both can have one id: on no day are both in force and both read."""
        if not self.in_force.overlaps(other.in_force):
            return True
        if self.verified_dates is None or other.verified_dates is None:
            return False
        return not self.verified_dates.overlaps(other.verified_dates)

    @property
    def verified_dates(self) -> DateRange | None:
        """The dates of ``verified``; ``None`` if it names none."""
        return self.verified if isinstance(self.verified, DateRange) else None

    @property
    def owner(self) -> str:
        """The payer, or the namespace of house rules: the id before the slash."""
        return self.id.partition("/")[0]

    def _field_errors(self) -> Iterator[FieldError]:
        if not _id(self.id):
            remedy = "Write the payer's id, a slash and a name in small letters: acme/one-per-day."
            yield FieldError(("id",), f"{self.id!r} is not a rule id", remedy)
        if not self.citations:
            yield FieldError(("citations",), "the rule cites no source", "Say where it was read.")
        if not self.rationale.strip():
            remedy = "Say in a sentence of your own words what the rule says."
            yield FieldError(("rationale",), "the rationale is empty", remedy)
        yield from self._errors_of_conditions()

    def _errors_of_conditions(self) -> Iterator[FieldError]:
        stated: list[tuple[Path, When]] = [(("when",), self.when)]
        for at, exception in enumerate(self.exceptions):
            stated.append((("exceptions", at), exception))
            if exception == ANYTIME:
                remedy = 'Write what sets a line apart: except = [{ modifier = ["HQ"] }].'
                yield FieldError(("exceptions", at), "the exception states no condition", remedy)
        for path, when in stated:
            if when.age and when.age.on == "period" and not self._counts_in_periods:
                remedy = (
                    "Only a limit by week, month or year has a period: write 'on = \"service\"'."
                )
                yield FieldError((*path, "age", "on"), "the rule counts in no period", remedy)

    @property
    def _counts_in_periods(self) -> bool:
        return False


@attrs.frozen(kw_only=True)
class CodedRule(Rule):
    """A rule on the lines with one of its codes."""

    codes: Codes

    @property
    def meets(self) -> Codes:
        """The codes of the rule."""
        return self.codes

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not isinstance(self.codes, AnyCode):
            yield from errors_of_codes("codes", self.codes)


@attrs.frozen(kw_only=True)
class Requirement(CodedRule):
    """A rule that requires something of each line with one of its codes.

    Rules with the same name in ``alternatives`` are a group: a line that meets one of them meets
    all. One that does not apply to the line is no alternative.
    """

    alternatives: str | None = None

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if self.alternatives is not None and not self.alternatives.strip():
            remedy = "Write one name in all rules of which a line must meet one."
            yield FieldError(("alternatives",), "alternatives names no group", remedy)


def alternatives_of(rule: Rule, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules of which a line must meet one, if the rule is one of them."""
    name = rule.alternatives if isinstance(rule, Requirement) else None
    if name is None:
        return ()
    return tuple(r for r in rules if isinstance(r, Requirement) and r.alternatives == name)


def errors_of_alternatives(rules: Iterable[Rule]) -> Iterator[tuple[Rule, FieldError]]:
    """Yield the rules that have no alternative, or not the outcome of their alternatives."""
    groups: dict[str, list[Requirement]] = {}
    for rule in rules:
        if isinstance(rule, Requirement) and rule.alternatives is not None:
            groups.setdefault(rule.alternatives, []).append(rule)
    for name, group in sorted(groups.items()):
        if len({rule.id for rule in group}) == 1:
            message = f"no other rule has alternatives = {name!r}"
            remedy = "Write the same name in the other rules of which a line must meet one."
            yield group[0], FieldError(("alternatives",), message, remedy)
        for rule in group[1:]:
            for key in ("outcome", "adjustment", "detected_in"):
                if getattr(rule, key) != getattr(group[0], key):
                    message = f"{key} differs from that of its alternative {group[0].id!r}"
                    remedy = "Write the same: a line that meets no alternative has one finding."
                    yield rule, FieldError((key,), message, remedy)


def errors_of_codes(key: str, codes: frozenset[str]) -> Iterator[FieldError]:
    """Yield what is wrong with the codes that a rule lists under the key."""
    if not codes:
        yield FieldError((key,), f"{key} lists no code", "Write at least one procedure code.")
    for code in sorted(codes):
        if not is_line_code(code):
            message = f"{code!r} is not a procedure code"
            yield FieldError((key,), message, LINE_CODE.advice(code))
