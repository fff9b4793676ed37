"""The conditions of a rule in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from payer_rules.kinds.course_words import course_text
from payer_rules.kinds.related_lines import near_text, other_line_text
from payer_rules.kinds.standing_requirement.words import status_text
from payer_rules.rules import (
    Age,
    CoursePosition,
    EarlierLine,
    OtherPayerCriteria,
    ProviderCriteria,
    RelatedLine,
    StayCriteria,
    TableCondition,
    When,
)
from payer_rules.text.lists import listed
from payer_rules.vocabularies import SEXES


def conditions_text(when: When, exceptions: Iterable[When] = ()) -> str:
    """Return the conditions, such as ``at place of service 02, except with modifier HQ``."""
    apart = (f"except {' and '.join(_phrases(exception))}" for exception in exceptions)
    return ", ".join((*_phrases(when), *apart))


def who(provider: ProviderCriteria) -> str:
    """Return the providers, such as ``lcsw or psychologist``, with taxonomy and specialty codes."""
    stated = (
        (provider.profession, ""),
        (provider.taxonomy, "taxonomy "),
        (provider.specialty, "specialty "),
    )
    parts = [f"{word}{listed(each)}" for each, word in stated if each]
    parts += [status_text(provider.status)] if provider.status else []
    return " with ".join(parts)


def _phrases(when: When) -> Iterator[str]:
    for name, phrase in _PHRASES.items():
        stated = getattr(when, name)
        if stated is not None and stated != ():
            yield phrase(stated)


def _age(age: Age) -> str:
    day = " on the first day of the period" if age.on == "period" else ""
    least = _of_age(age.at_least, age.at_least_months)
    below = _of_age(age.below, age.below_months)
    if not least:
        return f"for members below {below}{day}"
    if not below:
        return f"for members of {least} or more{day}"
    if not age.is_in_months:
        below = str(age.below)
    return f"for members of {least} or more and below {below}{day}"


def _of_age(years: int | None, months: int | None) -> str:
    """Return the age: ``6 months`` or ``18 years``; an empty text if neither is stated."""
    if months is not None:
        return "1 month" if months == 1 else f"{months} months"
    return "" if years is None else f"{years} years"


def _stay(wanted: bool | StayCriteria) -> str:
    if not isinstance(wanted, StayCriteria):
        return f"{'during' if wanted else 'outside'} an inpatient stay"
    kind = f" of the kind {listed(wanted.kind)}" if wanted.kind else ""
    status = f" with {status_text(wanted.status)}" if wanted.status else ""
    return f"during an inpatient stay{kind}{status}"


def _other_payer(criteria: OtherPayerCriteria) -> str:
    """Return the criteria of another payer: ``if another payer (primary) has decided``."""
    if not criteria.known:
        return "if the claim names no other payer"
    order = f" ({listed(criteria.order)})" if criteria.order else ""
    parts = []
    if criteria.decided is not None:
        parts.append("has decided" if criteria.decided else "has not decided")
    if criteria.paid is not None:
        parts.append("has paid" if criteria.paid else "has paid nothing")
    if criteria.reason:
        parts.append(f"gave reason {listed(criteria.reason)}")
    return f"if another payer{order} {' and '.join(parts) or 'is named'}"


def _history(all_earlier: tuple[EarlierLine, ...]) -> str:
    phrases = []
    for earlier in all_earlier:
        number = earlier.within_days or earlier.within_months
        unit = "days" if earlier.within_days else "months"
        span = f"in the {number} {unit} before" if number else "ever before"
        phrases.append(f"after {other_line_text(earlier)} {span}")
    return " and ".join(phrases)


def _tables(conditions: tuple[TableCondition, ...]) -> str:
    return " and ".join(f"listed as {listed(each.value)} in {each.name}" for each in conditions)


def _nearby(nearby: tuple[RelatedLine, ...]) -> str:
    return " and ".join(
        f"with {other_line_text(other)} {near_text(other.within)}" for other in nearby
    )


def _after(words: str) -> Callable[[Any], str]:
    def phrase(stated: frozenset[str]) -> str:
        return f"{words} {listed(stated)}"

    return phrase


def _course(position: CoursePosition) -> str:
    """Return the place: ``in a course of treatment (ivf), service at least 7``."""
    parts = [f"in a course of treatment ({course_text(position.course)})"]
    parts += [f"service {position.ordinal}"] if position.ordinal else []
    parts += [f"day {position.day}"] if position.day else []
    parts += [f"month {position.month}"] if position.month else []
    parts += [f"course number {position.number}"] if position.number else []
    return ", ".join(parts)


_SEXES: Final = {term.word: term.meaning for term in SEXES.terms}
_PHRASES: Final[dict[str, Callable[[Any], str]]] = {
    "setting": _after("in the setting"),
    "program": _after("in the program"),
    "plan": _after("in the plan"),
    "network": _after("in the network"),
    "state": _after("in the state of"),
    "line_of_business": _after("in the line of business"),
    "contractor": _after("where the contractor is"),
    "bill_type": _after("on bills of a type that begins with"),
    "condition_code": _after("with condition code"),
    "occurrence_code": _after("with occurrence code"),
    "revenue_code": _after("with revenue code"),
    "drug": _after("with drug number (NDC)"),
    "tooth": _after("on tooth"),
    "surface": _after("on tooth surface"),
    "quadrant": _after("in the area of the mouth"),
    "side": _after("on the side"),
    "place_of_service": _after("at place of service"),
    "modality": _after("delivered by"),
    "modifier": _after("with modifier"),
    "diagnosis": _after("with a diagnosis that begins with"),
    "member_prefix": _after("for member ids that begin with"),
    "sex": lambda sexes: f"for {listed(_SEXES[sex] for sex in sexes)} members",
    "age": _age,
    "other_payer": _other_payer,
    "rendered_by": lambda provider: f"rendered by {who(provider)}",
    "performed_by": lambda provider: f"performed by {who(provider)}",
    "supervised_by": lambda provider: f"supervised by {who(provider)}",
    "supervised": lambda wanted: "under supervision" if wanted else "without supervision",
    "inpatient": _stay,
    "member_status": lambda all_criteria: (
        f"for members with {' and '.join(map(status_text, all_criteria))}"
    ),
    "table": _tables,
    "same_day": lambda other: f"with {other_line_text(other)} on the same day",
    "charge": lambda bounds: f"charged {bounds} dollars",
    "course": _course,
    "history": _history,
    "other_lines": _nearby,
}
