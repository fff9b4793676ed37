"""Random claims of every payer, made of the lines of its own fixtures, and facts to forget.

A fixed number of claims is drawn for each payer, always the same ones.
``PAYER_RULES_EXAMPLES=2000`` draws as many for each.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import attrs
from bundled import bundled_registry, bundled_suite
from hypothesis import settings

from payer_rules.claims import Claim, Member, Provider, ServiceLine, Session, modalities
from payer_rules.history import History, HistoryLine
from payer_rules.registry import CollectedRules
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Reason

#: How many claims are drawn for each payer.
EXAMPLES: Final = settings().max_examples
_MOST_LINES: Final = 4
_UNSETTLED: Final = ("paid", "paid", "denied", "pending", None)


class Drawn(NamedTuple):
    """A claim with what was paid before."""

    claim: Claim
    history: History

    @property
    def numbers(self) -> list[int]:
        """The numbers of the claim's lines."""
        return [line.number for line in self.claim.lines]


#: A fact that a claim or its history states, and what it is where the fact is not known.
Forgetting: TypeAlias = tuple[str, Callable[[Drawn], Drawn]]


PAYERS: Final = tuple(sorted(bundled_registry().payers))


@cache
def collected(payer: str) -> CollectedRules:
    """Return the rules of the payer."""
    return bundled_registry().collect(payer)


@cache
def book(payer: str, assume: frozenset[Reason] = frozenset()) -> RuleBook:
    """Return the rule book of the payer under what is assumed; tables only where it has some."""
    if "table" in assume and not book(payer).has_tables:
        assume -= {"table"}
    return bundled_registry().rulebook(payer, assume=assume, collected=collected(payer))


@cache
def bases(payer: str) -> tuple[Drawn, ...]:
    """Return the claims of the payer's fixtures."""
    codes = book(payer).codes
    return tuple(
        Drawn(trial.filed.claim, trial.filed.history or History())
        for trial in bundled_suite().trials(payer)
        if trial.filed.claim.frequency_code is None
        and not codes.isdisjoint(line.code for line in trial.filed.claim.lines)
    )


def drawn_for(payer: str) -> Iterator[tuple[random.Random, Drawn]]:
    """Yield random claims of the payer, each with the source of chance that made it."""
    for seed in range(EXAMPLES):
        chance = random.Random(f"{payer} {seed}")
        yield chance, _drawn(chance, bases(payer))


def _drawn(chance: random.Random, pool: tuple[Drawn, ...]) -> Drawn:
    """Return a claim of one fixture with lines of several, most of them on one day."""
    base = chance.choice(pool)
    day = chance.choice(base.claim.lines).date_from
    count = chance.randint(1, _MOST_LINES)
    others = [base if chance.random() < 0.5 else chance.choice(pool) for _ in range(count)]
    lines = [
        _moved(chance.choice(other.claim.lines), number, _near(chance, day, 0.7))
        for number, other in enumerate(others, 1)
    ]
    claim = attrs.evolve(base.claim, lines=lines)
    before = [line for other in others for line in other.history.lines if chance.random() < 0.3]
    before += [
        _paid(chance, claim, chance.choice(chance.choice(pool).claim.lines), at, day)
        for at in range(chance.choice((0, 0, 1, 2)))
    ]
    kept = [line for line in before if line.member == claim.member.id and line.claim != claim.id]
    return Drawn(claim, History(lines=kept))


def _near(chance: random.Random, day: date, same: float) -> date:
    return day if chance.random() < same else day + timedelta(days=chance.choice((-7, -1, 1, 3)))


def _moved(line: ServiceLine, number: int, day: date) -> ServiceLine:
    return attrs.evolve(
        line, number=number, date_from=day, date_to=day + (line.date_to - line.date_from)
    )


def _paid(
    chance: random.Random, claim: Claim, line: ServiceLine, at: int, day: date
) -> HistoryLine:
    earlier = attrs.evolve(claim, id=f"H{at}")
    return HistoryLine.of(
        earlier,
        _moved(line, 1, _near(chance, day, 0.5)),
        status=chance.choice(_UNSETTLED),
    )


_OF_CLAIM: Final = (
    *("setting", "bill_type", "condition_codes", "occurrences", "dates", "contractor"),
    *("program", "plan", "network"),
    *("state", "line_of_business", "diagnoses", "authorizations", "referral", "order"),
    *("inpatient_stays", "episode_start", "received", "other_payers"),
)
_OF_MEMBER: Final = ("birth_date", "sex", "member_prefix", "benefit_year_start", "statuses")
_OF_LINE: Final = (
    *("place_of_service", "modality", "minutes", "charge", "revenue_code"),
    *("diagnosis_pointers", "session", "dates", "body_site", "drug"),
)
_OF_PROVIDER: Final = ("profession", "taxonomy", "specialty", "supervised_by", "statuses")
_OF_SESSION: Final = ("id", "start", "group_size", "documented")


def forgettable(drawn: Drawn) -> Iterator[Forgetting]:
    """Yield every fact that the claim and its history state and that may not be known."""
    claim = drawn.claim
    for name in _OF_CLAIM:
        if getattr(claim, name) is not None:
            yield name, _claim_without(name)
    for name in _OF_MEMBER:
        if getattr(claim.member, name) is not None:
            yield f"member.{name}", _member_without(name)
    for name in _OF_PROVIDER:
        if any(getattr(provider, name) is not None for provider in _providers(claim)):
            yield f"provider.{name}", _providers_without(name)
    for line in claim.lines:
        for name in _OF_LINE:
            # NOTE: without a modality that contradicts its modifiers the line has the other one.
            is_kept = name == "modality" and not _is_possible_modality(line)
            if getattr(line, name) is not None and not is_kept:
                yield f"line {line.number} {name}", _line_with(line.number, **{name: None})
        if isinstance(line.session, Session):
            for name in _OF_SESSION:
                if getattr(line.session, name) is not None:
                    session = _bare(line.session, name)
                    yield (
                        f"line {line.number} session.{name}",
                        _line_with(line.number, session=session),
                    )
    yield "history", _history_unknown
    for at, line in enumerate(drawn.history.lines):
        for name in ("status", "billing_provider", "rendering_provider", "setting", "session"):
            if getattr(line, name) is not None:
                yield f"history {at} {name}", _earlier_without(at, name)


def _is_possible_modality(line: ServiceLine) -> bool:
    """Return True if modifiers and place of the line leave its modality possible."""
    return line.modality in modalities(attrs.evolve(line, modality=None))


T = TypeVar("T", Claim, Member, HistoryLine, Session)


def _bare(expected: T, name: str) -> T:
    """Return the value without the fact of the name."""
    unknown: dict[str, Any] = {name: None}
    return attrs.evolve(expected, **unknown)


def _claim_without(name: str) -> Callable[[Drawn], Drawn]:
    return lambda drawn: drawn._replace(claim=_bare(drawn.claim, name))


def _member_without(name: str) -> Callable[[Drawn], Drawn]:
    def without(drawn: Drawn) -> Drawn:
        member = _bare(drawn.claim.member, name)
        return drawn._replace(claim=attrs.evolve(drawn.claim, member=member))

    return without


def _providers(claim: Claim) -> list[Provider]:
    of_lines = (
        item for line in claim.lines for item in (line.rendering_provider, line.performed_by)
    )
    return [claim.billing_provider, *filter(None, of_lines)]


def _providers_with(drawn: Drawn, value: Any, name: str = "profession") -> Drawn:
    """Return the claim with the value of the fact in all of its providers."""

    def changed(provider: Provider | None) -> Provider | None:
        return provider and attrs.evolve(provider, **{name: value})

    lines = [
        attrs.evolve(
            line,
            rendering_provider=changed(line.rendering_provider),
            performed_by=changed(line.performed_by),
        )
        for line in drawn.claim.lines
    ]
    biller = attrs.evolve(drawn.claim.billing_provider, **{name: value})
    return drawn._replace(claim=attrs.evolve(drawn.claim, billing_provider=biller, lines=lines))


def _providers_without(name: str) -> Callable[[Drawn], Drawn]:
    return lambda drawn: _providers_with(drawn, None, name)


def _line_with(number: int, **values: Any) -> Callable[[Drawn], Drawn]:
    def changed(drawn: Drawn) -> Drawn:
        lines = [
            attrs.evolve(line, **values) if line.number == number else line
            for line in drawn.claim.lines
        ]
        return drawn._replace(claim=attrs.evolve(drawn.claim, lines=lines))

    return changed


def _history_unknown(drawn: Drawn) -> Drawn:
    return drawn._replace(history=History.unknown(drawn.history.lines))


def _earlier_without(at: int, name: str) -> Callable[[Drawn], Drawn]:
    def without(drawn: Drawn) -> Drawn:
        lines = [
            _bare(line, name) if place == at else line
            for place, line in enumerate(drawn.history.lines)
        ]
        return drawn._replace(history=attrs.evolve(drawn.history, lines=lines))

    return without


def forgot(chance: random.Random, drawn: Drawn, most: int = 3) -> tuple[list[str], Drawn]:
    """Return the claim without one to so many of its facts, and the names of these."""
    facts = list(forgettable(drawn))
    chosen = chance.sample(facts, min(len(facts), chance.randint(1, most)))
    for _, forget in chosen:
        drawn = forget(drawn)
    return [name for name, _ in chosen], drawn


#: A fact, the value that it is given, and the claim with it.
Stating: TypeAlias = Callable[[Drawn, Any], Drawn]

_COMPLETED: Final = (
    *("contractor", "program", "plan", "network", "state", "line_of_business", "bill_type"),
    *("condition_codes", "diagnoses", "referral", "order", "received", "inpatient_stays"),
)


def statable(drawn: Drawn) -> Iterator[tuple[str, Stating]]:
    """Yield facts of the claim that can be given each of the values that fixtures have."""
    for name in _COMPLETED:
        yield name, _claim_with(name)
    for line in drawn.claim.lines:
        for name in ("place_of_service", "modality", "minutes", "session"):
            yield f"{name} {line.number}", _stated_on(line.number, name)
    yield "profession", _providers_with


@cache
def values_of(payer: str, name: str) -> tuple[Any, ...]:
    """Return the values of a fact in the payer's fixtures, each once."""
    values: list[Any]
    if name == "profession":
        values = [
            provider.profession for base in bases(payer) for provider in _providers(base.claim)
        ]
    elif name in _COMPLETED:
        values = [getattr(item.claim, name) for item in bases(payer)]
    else:
        values = [getattr(line, name) for item in bases(payer) for line in item.claim.lines]
    if name == "session":
        values = [item for item in values if isinstance(item, Session)]
    return tuple(dict.fromkeys(value for value in values if value is not None))


def _claim_with(name: str) -> Stating:
    return lambda drawn, value: drawn._replace(claim=attrs.evolve(drawn.claim, **{name: value}))


def _stated_on(number: int, name: str) -> Stating:
    return lambda drawn, value: _line_with(number, **{name: value})(drawn)
