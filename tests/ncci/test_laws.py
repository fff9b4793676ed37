"""Laws of NCCI's edits over claims whose codes are drawn from CMS's complete tables.

``PAYER_RULES_EXAMPLES=20000 pytest tests/ncci/test_laws.py`` tries as many claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import attrs
import published_tables
import pytest
from add_on_reference import add_on_answer
from engine_answers import (
    EDITS,
    Engine,
    as_billed,
    claim_of,
    disagreement,
    engine_answer,
    history_of,
    left_by_line_rules,
    left_by_others,
)
from examples import examples
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from pair_reference import pair_answer
from published_tables import DAY, QUARTER
from random_claims import STRANGERS, Rows, claims, is_stranger, rows_of
from services import Answer, Service
from unit_reference import unit_answer

from payer_rules import Decision, History

pytestmark = pytest.mark.skipif(not published_tables.are_there(), reason=published_tables.ABSENT)

EXAMPLES: Final = examples(400)
SETTINGS: Final = ("practitioner", "outpatient-hospital")
#: Before the first day of the quarter, or its last, so that spans cross it.
DAYS: Final = timedelta(days=1)
Drawn = tuple[list[Service], list[Service]]


@pytest.fixture(scope="module")
def tables() -> dict[str, Rows]:
    """The rows of each setting's tables on the codes that are drawn."""
    return {setting: rows_of(setting) for setting in SETTINGS}


def decided(
    engine: Engine, setting: str, lines: Sequence[Service], history: Sequence[Service]
) -> Decision:
    """The decision on the services, the history known to be complete."""
    return engine.decide(claim_of(setting, lines), history_of(setting, history))


def outcomes(decision: Decision) -> dict[int, tuple[object, ...]]:
    """Return the outcome of each line, with its rules and their messages."""
    return {
        line.line: (
            line.outcome,
            line.complete,
            sorted((f.rule, f.outcome) for f in decision.proved_findings if line.line in f.lines),
        )
        for line in decision.lines
    }


def answers(rows: Rows, setting: str, decision: Decision, drawn: Drawn) -> dict[str, Answer]:
    """What the references answer, with what Medicare's other rules leave."""
    lines, history = as_billed(setting, drawn[0]), drawn[1]
    return {
        "ptp": pair_answer(
            rows.pairs, setting, left_by_line_rules(decision, lines), history, QUARTER[1]
        ),
        "mue": unit_answer(rows.units, QUARTER, lines, history),
        "add-on": add_on_answer(rows.add_ons, left_by_others(decision, lines), history, QUARTER[1]),
    }


@settings(max_examples=EXAMPLES)
@given(
    drawn=st.one_of(claims(), claims(around=QUARTER[0] - DAYS), claims(around=QUARTER[1] - DAYS)),
    setting=st.sampled_from(SETTINGS),
)
def test_the_engine_agrees_with_the_references(
    engine: Engine, tables: dict[str, Rows], drawn: Drawn, setting: str
) -> None:
    """Line for line: what pairs, units and add-on codes deny, review and leave open."""
    decision = decided(engine, setting, *drawn)
    expected = answers(tables[setting], setting, decision, drawn)
    for name, item in expected.items():
        event(f"{name}: {len(item.denied)} denied")
        assert not disagreement(item, engine_answer(decision, f"medicare/{name}")), name


@settings(max_examples=EXAMPLES)
@given(drawn=claims(), setting=st.sampled_from(SETTINGS), data=st.data())
def test_order_is_nothing(engine: Engine, drawn: Drawn, setting: str, data: st.DataObject) -> None:
    """Neither that of the lines nor that of the history changes a decision."""
    lines, history = drawn
    claim, earlier = claim_of(setting, lines), history_of(setting, history)
    turned = attrs.evolve(claim, lines=data.draw(st.permutations(claim.lines)))
    shuffled = History(lines=data.draw(st.permutations(earlier.lines)))
    assert engine.decide(turned, shuffled) == engine.decide(claim, earlier)


@settings(max_examples=EXAMPLES)
@given(drawn=claims(), setting=st.sampled_from(SETTINGS), code=st.sampled_from(STRANGERS))
def test_a_code_of_no_pair_changes_nothing(
    engine: Engine, tables: dict[str, Rows], drawn: Drawn, setting: str, code: str
) -> None:
    """A line of a code that has no row with the others changes no other line.

    An add-on code of types 2 and 3 may have any primary, so that nothing is a stranger to it.
    """
    lines, history = drawn
    assume(is_stranger(tables[setting], code))
    loose = {row.code for row in tables[setting].add_ons if row.type != 1}
    assume(not any(line.code in loose for line in lines))
    before = outcomes(decided(engine, setting, lines, history))
    after = outcomes(decided(engine, setting, [*lines, Service(9, code, DAY, DAY)], history))
    del after[9]
    assert after == before


@settings(max_examples=EXAMPLES)
@given(drawn=claims(), other=claims(), setting=st.sampled_from(SETTINGS))
def test_another_members_history_changes_nothing(
    engine: Engine, drawn: Drawn, other: Drawn, setting: str
) -> None:
    """The services of another member do not change the claim's answer."""
    lines, history = drawn
    claim, earlier = claim_of(setting, lines), history_of(setting, history)
    strange = history_of(setting, [*other[0], *other[1]], member="N")
    beside = History(lines=(*strange.lines, *earlier.lines))
    assert engine.decide(claim, beside) == engine.decide(claim, earlier)


@settings(max_examples=EXAMPLES)
@given(drawn=claims(), other=claims(), setting=st.sampled_from(SETTINGS))
def test_another_day_changes_nothing(
    engine: Engine, drawn: Drawn, other: Drawn, setting: str
) -> None:
    """Nor are services of other days, on the claim or before it, a matter of the edits."""
    lines, history = drawn
    later = timedelta(days=20)
    moved = [
        line._replace(number=10 + at, first=line.first + later, last=line.last + later)
        for at, line in enumerate([*other[0], *other[1]])
    ]
    alone = decided(engine, setting, lines, history)
    on_claim = decided(engine, setting, [*lines, *moved], history)
    before_it = decided(engine, setting, lines, [*history, *moved])
    for name in ("ptp", "mue", "add-on"):
        expected = engine_answer(alone, f"medicare/{name}")
        for decision in (on_claim, before_it):
            if own_limits(decision) == own_limits(alone):
                assert on_first(engine_answer(decision, f"medicare/{name}")) == expected


def on_first(found: Answer) -> Answer:
    """Return the findings on the lines that were not moved."""
    return Answer(*(frozenset(n for n in lines if n < 10) for lines in found))


def own_limits(decision: Decision) -> set[tuple[str, tuple[int, ...]]]:
    """What Medicare's own rules find, some of which look at many days."""
    own = [f for f in decision.proved_findings if f.rule not in EDITS]
    return {(f.rule, tuple(n for n in f.lines if n < 10)) for f in own if min(f.lines) < 10}
