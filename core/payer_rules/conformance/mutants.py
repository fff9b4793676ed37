"""Mutants: rules with one fact changed, which a suite of cases must notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

import attrs

from payer_rules.errors import InvalidValueError
from payer_rules.kinds import KINDS, LimitReading, kind_of
from payer_rules.kinds.frequency_limit.window_mutants import similar_windows, window_label
from payer_rules.kinds.mutants import Change
from payer_rules.rules import ALWAYS, Adjustment, Payer, Rule, Window

#: Fields that are no facts about a claim, or that no decision shows.
_NO_FACTS: Final = frozenset(
    (
        *(
            "id",
            "name",
            "kind",
            "states",
            "identifiers",
            "plans",
            "programs",
            "elements",
            "topics",
            "rationale",
            "origin",
            "known",
            "detected_in",
            "function",
            "second_reading",
        ),
        *("citations", "ncci_citations", "baseline", "baseline_citations", "group", "rows"),
    )
)
#: Facts that do not matter for a rule without findings.
_OF_FINDINGS: Final = ("outcome", "counts", "window", "scope")
#: Facts that are changed even if they have their default value.
_ALWAYS: Final = frozenset(["outcome"])
#: The class in place of each, by the name of the fact. MAI 2 and 3 are evaluated alike, and so are
#: add-on codes of type 2 and of type 3 without a list.
_CLASSES: Final[dict[str, dict[int, int]]] = {
    "indicator": {0: 1, 1: 0},
    "mai": {1: 3, 2: 1, 3: 1},
    "type": {1: 3, 2: 1, 3: 1},
}
#: The word in place of each, by the name of the fact; kinds add those of their own facts.
_OTHER_WORDS: Final[dict[str, Mapping[str, str]]] = {
    "outcome": {"deny": "review", "review": "deny"},
    "same_provider": {
        "rendering": "billing",
        "billing": "rendering",
        "billing-and-specialty": "billing",
    },
    "on": {"period": "service"},
    "in_force_by": {"received": "service"},
    **{fact: words for kind in KINDS for fact, words in kind.mutants.words.items()},
}
_CODE_SETS: Final = ("codes", "first", "second", "primaries", "of", "opens")
_CARCS: Final = ("A1", "16")
_DAY: Final = timedelta(days=1)
_PART: Final = Decimal("0.05")


@attrs.frozen(kw_only=True)
class Mutant:
    """A rule, or the defaults of a payer, with one fact changed.

    ``fact`` is the path to it, ``change`` describes the change; ``new`` is ``None`` if no such rule
    can be constructed.
    """

    old: Rule | Payer
    new: Rule | Payer | None
    fact: str
    change: str

    @property
    def name(self) -> str:
        """The id of the rule, or of the payer, whose fact is changed."""
        return self.old.id


def mutants_of(old: Rule | Payer, codes: Iterable[str]) -> Iterator[Mutant]:
    """Yield the rule, or the payer, with each of its facts changed, one at a time.

    ``codes`` are those of the suite's claims, the most frequent first: one of them is added to each
    set of codes.
    """
    codes = tuple(codes)
    changes = [*changes_of(old, codes, top=True)]
    if isinstance(old, Rule):
        changes += kind_of(old).mutants.changes(old)
    for fact, change, construct in changes:
        try:
            yield Mutant(old=old, new=construct(), fact=".".join(fact), change=change)
        except InvalidValueError:
            yield Mutant(old=old, new=None, fact=".".join(fact), change=change)


def changes_of(
    value: Any,  # noqa: ANN401
    codes: tuple[str, ...],
    *,
    top: bool = False,
) -> Iterator[Change]:
    """Yield the changes of each fact in the value."""
    for field in attrs.fields(type(value)):
        name, held = field.name, getattr(value, field.name)
        if name in _NO_FACTS or (name not in _ALWAYS and _is_default(field, held)):
            continue
        if isinstance(value, Rule) and _is_moot(value, name):
            continue
        # NOTE: a reading without the fact has that of the rule.
        if not top and field.default is None and not isinstance(value, LimitReading):
            yield (name,), "left out", partial(_with, value, name, lambda: None)
        for path, change, other in _others(name, held, codes):
            yield (name, *path), change, partial(_with, value, name, other)


def _is_moot(rule: Rule, name: str) -> bool:
    """Return True if nothing depends on the fact of the rule."""
    if name in _OF_FINDINGS and rule.is_permission:
        return True
    # NOTE: the findings of a rule of unknown date are for review, for any outcome.
    if name == "outcome" and rule.verified == "unknown":
        return True
    return kind_of(rule).mutants.is_moot(rule, name)


def _with(value: Any, name: str, other: Callable[[], Any]) -> Any:  # noqa: ANN401
    return attrs.evolve(value, **{name: other()})


def _is_default(field: attrs.Attribute[Any], held: object) -> bool:
    default = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return not held
    return held is None or (default is not attrs.NOTHING and held == default)


def _others(
    name: str,
    held: Any,  # noqa: ANN401
    codes: tuple[str, ...],
) -> Iterator[Change]:
    """Yield the changes of the value of the fact with this name."""
    if isinstance(held, Window):
        for window in similar_windows(held):
            change = f"{window_label(held)} → {window_label(window)}"
            yield (), change, partial(_itself, window)
    elif isinstance(held, Adjustment):
        yield from changes_of_adjustment(held)
    elif attrs.has(type(held)):
        yield from changes_of(held, codes)
    elif isinstance(held, frozenset):
        yield from changes_of_set(name, held, codes)
    elif isinstance(held, tuple):
        yield from _of_tuple(held, codes)
    else:
        for other in _of_scalar(name, held):
            yield (), f"{held} → {other}".lower(), partial(_itself, other)


def _itself(value: object) -> object:
    return value


def _of_scalar(name: str, held: object) -> Iterator[object]:
    if isinstance(held, bool):
        yield not held
    elif isinstance(held, date):
        yield from (held - _DAY, held + _DAY)
    elif isinstance(held, int) and name in _CLASSES:
        yield _CLASSES[name][held]
    elif isinstance(held, int | Decimal):
        # NOTE: an MUE is a count; other numbers that are 0, or not whole, are parts of a payment.
        is_count = name == "most" or (held and held == int(held))
        step: Decimal | int = 1 if is_count else _PART
        yield from (held - step, held + step)
    elif held == "none" and name == "limit":
        yield Decimal(1)
    elif name == "alternatives":
        yield None
    elif held == "unknown" and name == "verified":
        yield ALWAYS
    elif isinstance(held, str) and held in _OTHER_WORDS.get(name, {}):
        yield _OTHER_WORDS[name][held]


def changes_of_adjustment(held: Adjustment) -> Iterator[Change]:
    """Yield another CARC, and the adjustment without each RARC."""
    other = _CARCS[0] if held.carc != _CARCS[0] else _CARCS[1]
    yield ("carc",), f"{held.carc} → {other}", partial(attrs.evolve, held, carc=other)
    for remark in held.rarc:
        kept = tuple(each for each in held.rarc if each != remark)
        yield ("rarc",), f"without {remark}", partial(attrs.evolve, held, rarc=kept)


def changes_of_set(name: str, held: frozenset[str], codes: tuple[str, ...]) -> Iterator[Change]:
    """Yield the set without each entry and, if it is a set of codes, with another code."""
    for entry in sorted(held):
        yield (), f"without {entry}", partial(_itself, held - {entry})
    if name in _CODE_SETS:
        added = next((code for code in codes if code not in held), None)
        if added is not None:
            yield (), f"with {added}", partial(_itself, held | {added})


def _of_tuple(held: tuple[Any, ...], codes: tuple[str, ...]) -> Iterator[Change]:
    for at, each in enumerate(held):
        rest = (*held[:at], *held[at + 1 :])
        yield (str(at),), "left out", partial(_itself, rest)
        # NOTE: a row, such as a step and what it pays, has all its cells.
        cells = _of_row(each, codes) if isinstance(each, tuple) else _others("", each, codes)
        for path, change, other in cells:
            yield (str(at), *path), change, partial(_exchanged, held, at, other)


def _of_row(row: tuple[Any, ...], codes: tuple[str, ...]) -> Iterator[Change]:
    for at, cell in enumerate(row):
        for path, change, other in _others("", cell, codes):
            yield (str(at), *path), change, partial(_exchanged, row, at, other)


def _exchanged(row: tuple[Any, ...], at: int, other: Callable[[], Any]) -> tuple[Any, ...]:
    return (*row[:at], other(), *row[at + 1 :])
