"""Denial codes: which have ended, which are none, and for which rules that matters."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules import (
    AddOnEdit,
    Adjustment,
    AuthorizationRequirement,
    Citation,
    DateRange,
    EditTable,
    PairEdit,
    UnitEdit,
)
from payer_rules.adjustment_codes import errors_of_rule, errors_of_terms
from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.rules import ALWAYS

MANUAL: Final = Citation(
    row="A-1",
    title="Manual",
    url="https://example.org/manual",
    read=date(2024, 7, 1),
    confidence="primary",
)
#: The last day on which CARC B5 could be used.
END: Final = date(2016, 5, 1)
NEXT: Final = date(2016, 5, 2)
LIST: Final = "Use a code that is in force: see the list of X12."
B5: Final = Adjustment(group="CO", carc="B5")


#: It prints how often the list was opened: before the first rule, after it, after the second.
COUNTING: Final = """
import sys

opened = []
sys.addaudithook(lambda event, about: opened.append(str(about[0])) if event == "open" else None)

from datetime import date
import payer_rules.registry
from payer_rules import Adjustment, Citation, Coverage
from payer_rules.adjustment_codes import errors_of_rule

def count():
    return sum(name.endswith("codes.csv") for name in opened)

def opened_by(carc):
    list(errors_of_rule(Coverage(
        id="acme/covered",
        codes=frozenset({"90853"}),
        adjustment=Adjustment(group="CO", carc=carc),
        citations=(MANUAL,),
        rationale="Covered.",
    )))
    return count()

MANUAL = Citation(row="A", title="", url="", read=date(2024, 1, 1), confidence="primary")
print(count(), opened_by("119"), opened_by("B5"))
"""


def errors_of(adjustment: Any, **changes: Any) -> list[FieldError]:
    """What is wrong with a rule of the adjustment."""
    rule = AuthorizationRequirement(
        id="acme/authorized",
        codes=frozenset({"90853"}),
        needs=frozenset({"authorization"}),
        adjustment=adjustment,
        citations=(MANUAL,),
        rationale="Sessions are authorized.",
        **changes,
    )
    return list(errors_of_rule(rule))


def table(**changes: Any) -> EditTable:
    """A table with a row of each kind that holds to the end of 2015."""
    verified = DateRange(date(2015, 1, 1), date(2015, 12, 31))
    fields: dict[str, Any] = {
        "program": "medicare",
        "setting": "practitioner",
        "release": "2015",
        "pairs": (PairEdit("90853", "90834", 1, verified, "A-1"),),
        "units": (UnitEdit("90853", 1, 3, verified, "A-1"),),
        "add_ons": (AddOnEdit("90785", 1, frozenset({"90853"}), verified, "A-1"),),
        "complete_for": frozenset({"90834", "90853"}),
        "verified": verified,
        "pair_citations": (MANUAL,),
        "unit_citations": (MANUAL,),
        "digest": "none",
    }
    return EditTable(**fields | changes)


@pytest.mark.parametrize(
    ("in_force", "verified", "refused"),
    [
        pytest.param(ALWAYS, None, True, id="open"),
        pytest.param(DateRange(date(2020, 1, 1)), None, True, id="begins after the end"),
        pytest.param(DateRange(None, END), None, False, id="ceases with the code"),
        pytest.param(DateRange(None, NEXT), None, True, id="ceases a day later"),
        pytest.param(ALWAYS, DateRange(None, END), False, id="read to hold to the code's end"),
        pytest.param(ALWAYS, DateRange(None, NEXT), True, id="read to hold a day longer"),
        pytest.param(ALWAYS, DateRange(END, None), True, id="read to hold without a last day"),
        pytest.param(
            DateRange(None, END), DateRange(None, NEXT), False, id="the earlier last day counts"
        ),
        pytest.param(DateRange(None, NEXT), DateRange(None, END), False, id="whichever it is"),
    ],
)
def test_a_code_that_ended_while_its_rule_is_in_force_is_refused(
    in_force: DateRange, verified: DateRange | None, refused: bool
) -> None:
    """A code is refused where the rule still gives findings on a day after the code's end."""
    message = "CARC 'B5' ended on 2016-05-01, and the rule is in force after that"
    field_error = FieldError(("adjustment", "carc"), message, LIST)
    assert errors_of(B5, in_force=in_force, verified=verified) == [field_error] * refused


days = st.none() | st.dates(END - timedelta(days=3), END + timedelta(days=3))


@st.composite
def spans(draw: st.DrawFn) -> DateRange:
    """Short spans around the code's end, some of them open."""
    first, last = draw(days), draw(days)
    return DateRange(last, first) if first and last and first > last else DateRange(first, last)


@given(in_force=spans(), verified=spans())
def test_a_rule_that_is_never_judged_after_the_end_keeps_its_code(
    in_force: DateRange, verified: DateRange
) -> None:
    """Where both spans hold a day after the code's end it is refused; where neither does, not."""
    after = [date(2016, 5, day) for day in range(2, 7)]
    field_errors = errors_of(B5, in_force=in_force, verified=verified)
    if any(day in in_force and day in verified for day in after):
        assert field_errors
    if not any(day in in_force or day in verified for day in after):
        assert not field_errors


@pytest.mark.parametrize("code", ["B5", "B6", "B17", "B18", "165"])
def test_codes_that_the_facts_call_ended_are_refused(code: str) -> None:
    """What the facts call deactivated cannot be used by a rule without a last day."""
    (field_error,) = errors_of(Adjustment(group="CO", carc=code))
    assert field_error.message.startswith(f"CARC {code!r} ended on ")


def test_an_end_of_which_only_the_year_is_known_is_reported_as_a_year() -> None:
    """A RARC that ended in the course of 2004 may be used to the end of that year, not longer."""
    ended = Adjustment(group="CO", carc="119", rarc=("M86", "M63"))
    message = "RARC 'M63' ended in 2004, and the rule is in force after that"
    assert errors_of(ended) == [FieldError(("adjustment", "rarc", 1), message, LIST)]
    assert errors_of(ended, in_force=DateRange(None, date(2004, 12, 31))) == []
    assert errors_of(ended, in_force=DateRange(None, date(2005, 1, 1)))


@pytest.mark.parametrize(
    "adjustment",
    [
        None,
        Adjustment(group="CO", carc="119", rarc=("N640",)),
        Adjustment(group="OA", carc="18", rarc=("N522", "MA01", "M1")),
        Adjustment(group="PR", carc="B15"),
        Adjustment(group="PI", carc="P12"),
        Adjustment(group="CO", carc="999", rarc=("N999",)),
    ],
)
def test_codes_in_force_or_unknown_pass(adjustment: Adjustment | None) -> None:
    """A code that has not ended passes, and so does one that the extract does not know."""
    assert errors_of(adjustment) == []


@pytest.mark.parametrize("carc", ["", "0", "045", "1234", "b15", "B", "B151", "BB1", "N640", "4 "])
def test_what_is_not_shaped_like_a_carc_is_refused(carc: Any) -> None:
    """A CARC has one to three digits, or a capital letter and one or two."""
    (field_error,) = errors_of(Adjustment(group="CO", carc=carc))
    assert (field_error.path, field_error.message) == (
        ("adjustment", "carc"),
        f"{carc!r} is not a CARC",
    )
    assert "'B15'" in field_error.remedy


@pytest.mark.parametrize("rarc", ["", "N", "n640", "N6400", "MB1", "A1", "640", "NA1", "N640\n"])
def test_what_is_not_shaped_like_a_rarc_is_refused(rarc: Any) -> None:
    """A RARC has M, MA or N and up to three digits."""
    (field_error,) = errors_of(Adjustment(group="CO", carc="119", rarc=("N640", rarc)))
    assert (field_error.path, field_error.message) == (
        ("adjustment", "rarc", 1),
        f"{rarc!r} is not a RARC",
    )
    assert "'N640'" in field_error.remedy


def test_a_group_code_that_is_none_is_refused() -> None:
    """A plugin may write any text for the group, and only the four are groups."""
    group: Any = "C0"
    with pytest.raises(InvalidValueError) as caught:
        Adjustment(group=group, carc="119")
    assert caught.value.field_errors == (
        FieldError(("group",), "group is 'C0'", "Known here: CO, OA, PI, PR."),
    )


def test_all_codes_of_a_rule_are_looked_at() -> None:
    """If a rule has two adjustments, the problems of both are reported at once."""
    wrong = Adjustment(group="CO", carc="B5", rarc=("N", "M63"))
    paths = [field_error.path for field_error in errors_of(wrong, used_up=wrong)]
    inside = [("carc",), ("rarc", 0), ("rarc", 1)]
    assert paths == [(key, *path) for key in ("adjustment", "used_up") for path in inside]


@pytest.mark.parametrize(
    ("key", "edits"),
    [
        ("pair_adjustment", "pairs"),
        ("unit_adjustment", "units"),
        ("add_on_adjustment", "add_ons"),
    ],
)
def test_a_code_of_a_table_counts_as_long_as_the_rows_it_is_for(key: str, edits: str) -> None:
    """A table's code is refused where one of its own rows holds on a day after the code's end."""
    whole = table(**{key: B5})
    (row,) = getattr(whole, edits)
    open_row = attrs.evolve(row, verified=DateRange(date(2015, 1, 1)))
    message = "CARC 'B5' ended on 2016-05-01, and its edits are in force after that"
    field_error = FieldError((key, "carc"), message, LIST)
    assert list(errors_of_terms(whole)) == []
    assert list(errors_of_terms(table(**{key: B5, edits: (open_row, row)}))) == [field_error]
    assert list(errors_of_terms(table(**{key: B5, edits: ()}))) == []


def test_the_adjustments_of_a_table_have_the_shape_of_codes() -> None:
    """An invalid code of a table is rejected for all its rows."""
    wrong = Adjustment(group="CO", carc="CO-236")
    field_errors = errors_of_terms(table(pair_adjustment=wrong, unit_adjustment=wrong))
    assert [field_error.path for field_error in field_errors] == [
        ("pair_adjustment", "carc"),
        ("unit_adjustment", "carc"),
    ]


def test_the_list_is_read_when_it_is_first_needed_and_not_again() -> None:
    """Importing reads no list; the first rule with a code does, and no further one."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTING], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("0 1 1\n", "")
