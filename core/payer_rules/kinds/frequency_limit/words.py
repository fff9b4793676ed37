"""The words of frequency limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.cures import fewer_units
from payer_rules.engine.limits.results import Excess
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Question, Words, line_of
from payer_rules.kinds.claim_changes import authorization_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.course_words import course_text
from payer_rules.kinds.frequency_limit.explanation import MEASURES, explain, grouped, plain
from payer_rules.kinds.frequency_limit.parts import (
    ExcessHandling,
    Exemption,
    LineFilter,
    PaymentTiers,
    ReductionUnless,
    ServiceTypes,
)
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.kinds.provider_scopes import SAME_PROVIDER
from payer_rules.rules import LimitScope, Window, WindowShape, listed_codes
from payer_rules.text.lists import listed

_SCOPES: Final[dict[LimitScope, str]] = {
    **{scope: f"for one member {provider}" for scope, provider in SAME_PROVIDER.items()},
    "all-members": "by one rendering provider over all members",
    "session": "in one session over all its members and providers",
}
_EXCESS: Final[dict[ExcessHandling, str]] = {
    "deny-all": "If there are more, all of them are affected",
    "deny-lines": "If there are more, the earlier ones are kept and the others are affected",
    "reduce": "If a line does not fit in full, the part that fits is paid",
    "authorization": "More needs an authorization that covers the line and has units left",
}

_ONLY: Final = {
    "place_of_service": "at place of service",
    "modality": "delivered by",
    "modifier": "with modifier",
    "diagnosis": "with a diagnosis that begins with",
}
_AUTHORIZED: Final = "asked for before the service"
_NUMBER: Final = "as given by the payer"
_ONCE: Final = "only if billed twice"


def _sentence(rule: FrequencyLimit) -> str:
    codes, windows = codes_text(rule.codes), _windows(rule)
    if rule.limit == "none":
        return f"{codes}: the payer sets no limit {windows}."
    one, many = MEASURES[rule.counts]
    number = f"{grouped(rule.limit)} {one if rule.limit == 1 else many}"
    return (
        f"{codes}: at most {number} {windows} {_SCOPES[rule.scope]}{_pool(rule)}. "
        f"{_excess(rule)}.{_only(rule.only)}{exempt_text(rule.exempt)}"
    )


#: The shapes of windows that are no longer than a day.
_OF_A_DAY: Final[frozenset[WindowShape]] = frozenset(["line", "session", "day"])


def _answers(rule: FrequencyLimit, code: str) -> Iterator[tuple[Question, str]]:
    if code not in rule.codes:
        return
    question = period_question(*(reading.window for reading in rule.as_read))
    if rule.limit == "none":
        yield question, "no limit"
        return
    counted = "" if rule.counts in ("units", "services") else f" {MEASURES[rule.counts][1]}"
    provider = " by one provider" if rule.scope == "all-members" else ""
    yield question, f"{grouped(rule.limit)}{counted}{provider} {_windows(rule)}{_more(rule)}"


def period_question(*windows: Window) -> Question:
    """Return the question that a limit answers: about a day, or about a longer time."""
    is_of_day = all(window.shape in _OF_A_DAY for window in windows)
    return "How many a day" if is_of_day else "How many in a longer time"


def _more(rule: FrequencyLimit) -> str:
    if isinstance(rule.excess, PaymentTiers):
        return ", more in part"
    is_authorized = rule.excess == "authorization" or isinstance(rule.excess, ReductionUnless)
    return ", more with an authorization" if is_authorized else ""


def _windows(rule: FrequencyLimit) -> str:
    """Return the window of the rule, or those of its readings."""
    windows = dict.fromkeys(reading.window for reading in rule.as_read)
    return " or ".join(map(window_text, windows))


def window_text(window: Window) -> str:
    """Return the window: ``a day``, ``in any 7 consecutive days``, ``in a calendar year``."""
    number, early = window.number, ""
    if window.early_by_days:
        early = f" (the next may come up to {window.early_by_days} days early)"
    texts: dict[WindowShape, str] = {
        "line": "on one line",
        "session": "a session",
        "day": "a day",
        "rolling": f"in any {number} consecutive days",
        "rolling-months": f"in any {number} consecutive months"
        if number != 1
        else "in a month that begins on any day",
        "anchored": f"in {number} days from the first service",
        "week": f"in a week that begins on {(window.begins or '').capitalize()}",
        "month": "in a calendar month",
        "calendar-year": "in a calendar year",
        "fiscal-year": f"in a fiscal year that begins on {window.begins}",
        "benefit-year": "in a benefit year",
        "lifetime": "in a lifetime",
        "authorization": "under one authorization",
        "course": f"in a course of treatment ({course_text(window.course)})"
        if window.course
        else "",
        "episode": "in an episode of care",
        "gap-full-months": f"and again after {number} full months without a service",
    }
    return texts[window.shape] + early


_CODES_COUNT: Final = {
    "per-code": "; each code counts by itself",
    "together": "; they count together",
}


def _pool(rule: FrequencyLimit) -> str:
    site = "; each body site counts by itself" if rule.sites == "apart" else ""
    if isinstance(rule.pool, ServiceTypes):
        return f"{site}; each type counts by itself ({rule.pool})"
    if len(listed_codes(rule.codes)) == 1:
        return site
    return site + _CODES_COUNT[rule.pool]


def _only(only: LineFilter | None) -> str:
    """Return a sentence on the lines that count; an empty text if all do."""
    stated = {} if only is None else {name: getattr(only, name) for name in _ONLY}
    parts = [f"{_ONLY[name]} {listed(values)}" for name, values in stated.items() if values]
    return f" Only lines {' and '.join(parts)} count." if parts else ""


def exempt_text(exempt: Exemption | None) -> str:
    """Return a sentence on the lines that do not count; an empty text if all do."""
    if exempt is None:
        return ""
    lines = [f"with modifier {listed(exempt.modifier)}"] if exempt.modifier else []
    lines += [f"of {codes_text(exempt.codes)}"] if exempt.codes else []
    lines += ["that an authorization covers"] if exempt.authorized else []
    return f" Lines {' or '.join(lines)} do not count." if lines else ""


def _excess(rule: FrequencyLimit) -> str:
    if isinstance(rule.excess, ReductionUnless):
        return "If a line does not fit in full, the part that fits or is authorized is paid"
    if not isinstance(rule.excess, PaymentTiers):
        return _EXCESS[rule.excess]
    steps = ", ".join(
        f"{plain(pays * 100)} percent above {plain(above)}" for above, pays in rule.excess.tiers
    )
    return f"More is paid in part: {steps}"


def _cure(rule: FrequencyLimit, verdict: Verdict[Excess], claim: Claim) -> Cure | None:
    """Return the claim without the line, if the same code is on another line of the same day.

    A line that alone has too many units can have as many as the limit, and one above a limit that
    an authorization lifts can have that.
    """
    line = line_of(verdict, claim)
    same = (line.code, line.date_from, None)
    if any((other.code, other.date_from, other.claim) == same for other in verdict.details.others):
        return Cure(
            change=f"remove line {line.number}",
            condition=_ONCE,
            claim=attrs.evolve(claim, lines=[each for each in claim.lines if each is not line]),
        )
    if rule.excess == "authorization":
        return _authorized(line, claim)
    if rule.counts == "units" and not verdict.details.others and verdict.outcome == "deny":
        return _with_units(rule, line, claim)
    return None


def _authorized(line: ServiceLine, claim: Claim) -> Cure:
    """Return the claim with an authorization of the line."""
    held = (*(claim.authorizations or ()), authorization_of(claim, line, number=_NUMBER))
    return Cure(
        change=f"an authorization for line {line.number}",
        condition=_AUTHORIZED,
        claim=attrs.evolve(claim, authorizations=held),
    )


def _with_units(rule: FrequencyLimit, line: ServiceLine, claim: Claim) -> Cure | None:
    if rule.limit == "none" or not 1 <= rule.limit < line.units or rule.limit % 1:
        return None
    return fewer_units(claim, line, rule.limit)


def _shows(rule: FrequencyLimit) -> frozenset[str]:
    counts_minutes = rule.counts in ("minutes", "clock-minutes")
    return frozenset(["minutes"]) if counts_minutes else frozenset()


WORDS: Final = Words(
    subject="How often",
    sentence=_sentence,
    answers=_answers,
    explain=explain,
    cure=_cure,
    shows=_shows,
)
