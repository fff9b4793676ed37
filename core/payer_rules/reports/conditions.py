"""The conditions of a rule in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from payer_rules.kinds.provider_scopes import PROVIDERS
from payer_rules.rules import Age, EarlierLine, OtherLine, ProviderCriteria, When
from payer_rules.text.lists import listed


def conditions_text(when: When) -> str:
    """Return the conditions, such as ``for members below 18 years, at place of service 02``."""
    return ", ".join(_phrases(when))


def who(provider: ProviderCriteria) -> str:
    """Return the providers, such as ``lcsw or psychologist``, with taxonomy and specialty codes."""
    stated = (
        (provider.profession, ""),
        (provider.taxonomy, "taxonomy "),
        (provider.specialty, "specialty "),
    )
    return " with ".join(f"{word}{listed(each)}" for each, word in stated if each)


def _phrases(when: When) -> Iterator[str]:
    for name, phrase in _PHRASES.items():
        stated = getattr(when, name)
        if stated is not None and stated != ():
            yield phrase(stated)


def _age(age: Age) -> str:
    day = " on the first day of the period" if age.on == "period" else ""
    if age.at_least is None:
        return f"for members below {age.below} years{day}"
    if age.below is None:
        return f"for members of {age.at_least} years or more{day}"
    return f"for members of {age.at_least} years or more and below {age.below}{day}"


def _beside(beside: OtherLine) -> str:
    """Return the other line: its codes, modality and place of service."""
    text = listed(beside.codes)
    if beside.modality:
        text += f" by {listed(beside.modality)}"
    if beside.place_of_service:
        text += f" at place of service {listed(beside.place_of_service)}"
    if beside.modifier:
        text += f" with modifier {listed(beside.modifier)}"
    return text + (f" by {PROVIDERS[beside.scope]}" if beside.scope != "member" else "")


def _history(all_earlier: tuple[EarlierLine, ...]) -> str:
    phrases = []
    for earlier in all_earlier:
        span = f"in the {earlier.within_days} days before" if earlier.within_days else "ever before"
        phrases.append(f"{'after' if earlier.present else 'without'} {_beside(earlier)} {span}")
    return " and ".join(phrases)


def _after(words: str) -> Callable[[Any], str]:
    def phrase(stated: frozenset[str]) -> str:
        return f"{words} {listed(stated)}"

    return phrase


_PHRASES: Final[dict[str, Callable[[Any], str]]] = {
    "setting": _after("in the setting"),
    "program": _after("in the program"),
    "plan": _after("in the plan"),
    "no_plan": _after("in another plan than"),
    "network": _after("in the network"),
    "state": _after("in the state of"),
    "no_state": _after("outside the state of"),
    "line_of_business": _after("in the line of business"),
    "contractor": _after("where the contractor is"),
    "bill_type": _after("on bills of a type that begins with"),
    "condition_code": _after("with condition code"),
    "revenue_code": _after("with revenue code"),
    "place_of_service": _after("at place of service"),
    "modality": _after("delivered by"),
    "modifier": _after("with modifier"),
    "no_modifier": _after("without modifier"),
    "diagnosis": _after("with a diagnosis that begins with"),
    "member_prefix": _after("for member ids that begin with"),
    "age": _age,
    "rendered_by": lambda provider: f"rendered by {who(provider)}",
    "performed_by": lambda provider: f"performed by {who(provider)}",
    "supervised_by": lambda provider: f"supervised by {who(provider)}",
    "supervised": lambda wanted: "under supervision" if wanted else "without supervision",
    "inpatient": lambda wanted: f"{'during' if wanted else 'outside'} an inpatient stay",
    "same_day": lambda beside: f"with {_beside(beside)} on the same day",
    "history": _history,
}
