"""Every field of a rule that a profile can state is read when claims are decided."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from kind_cases import CASES
from rules_of_every_kind import RULES, claims
from shapes import DAY, paid

import payer_rules
from payer_rules.history import History
from payer_rules.kinds import (
    KINDS,
    DocumentCriteria,
    Exemption,
    FindingCriteria,
    LimitReading,
    LineFilter,
    PaymentTiers,
    ServiceTypes,
    UnitMinutes,
)
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    Adjustment,
    Age,
    AuthorizationDetails,
    Bounds,
    DateRange,
    EarlierLine,
    OtherLine,
    OtherPayerCriteria,
    Payer,
    ProviderCriteria,
    Rule,
    ServiceDeadline,
    StatusCriteria,
    StayCriteria,
    TimeLimit,
    When,
    Window,
)

ROOT: Final = Path(payer_rules.__file__).parent
ENGINE: Final = tuple(str(ROOT / name) for name in ("engine", "kinds", "rulebook"))
GROUP, INDIVIDUAL = frozenset(["90853"]), frozenset(["90834"])
#: Fields that are only read by persons or name the file of a profile, and the date of publication.
NO_FACTS: Final = {
    Rule: {"citations", "rationale", "origin", "known", "second_reading"},
    Payer: {"name", "kind", "states", "identifiers", "ncci_citations", "baseline_citations"},
}
#: How many calls lie at the most between the engine and a field that it reads.
DEEPEST: Final = 6
CONSTRUCTION: Final = frozenset(["__attrs_post_init__", "evolve", "_field_errors"])
#: Classes that are part of a rule, in addition to the kinds.
PARTS: Final = (
    *(
        Adjustment,
        Age,
        OtherLine,
        OtherPayerCriteria,
        StatusCriteria,
        StayCriteria,
        AuthorizationDetails,
        DocumentCriteria,
        FindingCriteria,
        ServiceDeadline,
        Bounds,
        DateRange,
        EarlierLine,
        Exemption,
        LineFilter,
        LimitReading,
        PaymentTiers,
        ServiceTypes,
    ),
    *(When, ProviderCriteria, Window, TimeLimit, UnitMinutes),
)
#: A denial code is handed on whole; of it no rule reads a part.
HANDED_ON: Final = (Adjustment,)


def is_for_the_engine() -> bool:
    """Return whether the engine reads, itself or through a method of the rule.

    What attrs does with every field, such as to compare or to copy, is no reading.
    """
    frame = sys._getframe(2)
    for _ in range(DEEPEST):
        code = frame.f_code
        if code.co_filename.startswith("<attrs") or code.co_name in CONSTRUCTION:
            return False
        if code.co_filename.startswith(ENGINE):
            return not code.co_filename.endswith("fingerprints.py")
        if frame.f_back is None:
            return False
        frame = frame.f_back
    return False


@contextmanager
def recorded(kind: type, read: set[tuple[type, str]]) -> Iterator[None]:
    """Record which attributes of the class the engine reads."""
    plain: Any = kind.__getattribute__

    def note(self: object, name: str) -> Any:
        if (kind, name) not in read and is_for_the_engine():
            read.add((kind, name))
        return plain(self, name)

    kind.__getattribute__ = note  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        del kind.__getattribute__


@pytest.fixture(scope="module")
def read() -> set[tuple[type, str]]:
    """What the engine reads while it decides the claims by every rule."""
    found: set[tuple[type, str]] = set()
    with ExitStack() as stack:
        for kind in (*(item.rule for item in KINDS), *PARTS, Payer):
            stack.enter_context(recorded(kind, found))
        for rule in RULES:
            for provider in ("rendering", "billing"):
                payer = Payer(id="p", name="P", kind="commercial", same_provider=provider)
                book = RuleBook.build(payer, [rule])
                for asked in claims():
                    for history in (
                        History.unknown(),
                        History(lines=[paid("90834", DAY - timedelta(days=1), diagnoses=("F33",))]),
                    ):
                        book.decide(asked, history)
        for cases in CASES.values():
            dated = attrs.evolve(cases.rule, in_force=DateRange(DAY, DAY))
            book = RuleBook.build(payer, [dated])
            for asked in (cases.caught, cases.kept, cases.open):
                book.decide(asked, History())
    return found


@pytest.mark.parametrize("kind", [*(item.rule for item in KINDS), Payer], ids=lambda k: k.__name__)
def test_every_field_of_a_rule_is_read(kind: type, read: set[tuple[type, str]]) -> None:
    """No kind of rule accepts a fact on which nothing depends."""
    known = NO_FACTS[Payer if kind is Payer else Rule]
    names = {field.name for field in attrs.fields(kind)} - known
    assert names <= {name for item, name in read if item is kind}


@pytest.mark.parametrize("part", [p for p in PARTS if p not in HANDED_ON], ids=lambda k: k.__name__)
def test_every_field_of_a_part_is_read(part: type, read: set[tuple[type, str]]) -> None:
    """Nor does a condition, window, exemption or bound."""
    names = {field.name for field in attrs.fields(part)}
    assert names <= {name for item, name in read if item is part}
