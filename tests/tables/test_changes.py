"""What differs between two releases."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import Pair, add_on_text, edits_in, pair_text, unit_text, written

from payer_rules.tables.changes import EditChange, changes_between, family_of
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity
from payer_rules.tables.store import StoredEdits

OLD: Final = Release(2024, 2)
NEW: Final = Release(2024, 3)
CODES: Final = ("0001A", "90785", "90832", "90853")


def release(folder: Path, release: Release, name: str, text: str) -> StoredEdits:
    """The release with this file."""
    identity = TableIdentity(program="medicare", setting="practitioner", release=release)
    import_tables([written(folder, name, text)], folder / "t", identity=identity)
    return edits_in(folder / "t", release=release)


def changes(folder: Path, old: list[Pair], new: list[Pair]) -> list[EditChange]:
    """What differs between two releases of these pairs."""
    texts = ((OLD, pair_text(old)), (NEW, pair_text(new)))
    before, after = (release(folder, item, "a.txt", text) for item, text in texts)
    return list(changes_between(before, after))


def test_each_way_in_which_a_pair_may_differ(tmp_path: Path) -> None:
    """Added, deleted, turned, another indicator, or both of these; what is the same is silent."""
    ended, begun = date(2024, 6, 30), date(2024, 7, 1)
    old = [
        Pair("90853", "90832"),
        Pair("90853", "90833"),
        Pair("90853", "90834", indicator=0),
        Pair("90853", "90836", indicator=0),
        Pair("90853", "90837"),
    ]
    new = [
        Pair("90853", "90832"),
        Pair("90853", "90833", deletion=ended),
        Pair("90853", "90834", deletion=ended, indicator=0),
        Pair("90853", "90834", begun, indicator=1),
        Pair("90853", "90836", deletion=ended, indicator=0),
        Pair("90836", "90853", begun, indicator=1),
        Pair("90853", "90837", deletion=ended),
        Pair("90837", "90853", begun),
        Pair("90853", "90838", begun, begun, indicator=9),
        Pair("90853", "99213", begun),
        Pair("90853", "99214", date(2024, 7, 2)),
    ]
    assert changes(tmp_path, old, new) == [
        EditChange("pairs", "deleted", "90853", "90833", "1", None),
        EditChange("pairs", "indicator", "90853", "90834", "0", "1"),
        EditChange("pairs", "direction", "90836", "90853", "90853 pays", "90836 pays"),
        EditChange("pairs", "indicator", "90836", "90853", "0", "1"),
        EditChange("pairs", "direction", "90837", "90853", "90853 pays", "90837 pays"),
        EditChange("pairs", "added", "90853", "99213", None, "1"),
    ]


@given(st.data())
def test_changes_are_those_of_two_dictionaries(data: st.DataObject) -> None:
    """The changes of each pair equal those of its rows in force on the first day of each release."""
    pairs = [(a, b) for a in CODES for b in CODES if a < b]

    def drawn(release: Release) -> tuple[list[Pair], dict[tuple[str, str], tuple[str, int]]]:
        rows, stands = [], {}
        for one, other in pairs:
            end = data.draw(st.none() | st.integers(-3, 3))
            codes = data.draw(st.sampled_from([(one, other), (other, one), None]))
            indicator: Any = data.draw(st.sampled_from([0, 1, 9]))
            if codes is None:
                continue
            last = None if end is None else release.first + timedelta(end)
            rows.append(Pair(*codes, deletion=last, indicator=indicator))
            if indicator != 9 and (end is None or end >= 0):
                stands[one, other] = (codes[0], indicator)
        return [*rows, Pair("99213", "99214")], stands

    (old, before), (new, after) = drawn(OLD), drawn(NEW)
    with TemporaryDirectory() as name:
        found = changes(Path(name), old, new)
    result = {tuple(sorted([item.code, item.other or ""])): item.kind for item in found}
    assert result.keys() == {p for p in pairs if before.get(p) != after.get(p)}
    for pair, kind in result.items():
        one, two = before.get(pair), after.get(pair)  # type: ignore[arg-type]
        if one is None or two is None:
            assert kind == ("added" if one is None else "deleted")
        else:
            assert kind == ("indicator" if one[1] != two[1] else "direction")


def test_mues_and_add_on_codes_that_differ(tmp_path: Path) -> None:
    """By value or indicator; by type or primaries in force; added or deleted."""
    for item, units, add_ons in (
        (OLD, ["90832,1,2,x", "90833,1,2,x", "90834,1,3,x", "90836,2,3,y"], ["90853", "90832"]),
        (NEW, ["90832,2,2,x", "90834,1,2,x", "90836,2,3,z", "90837,0,2,x"], ["90853"]),
    ):
        release(tmp_path, item, "u.csv", unit_text(units))
        rows = [f"1\t90785\t\t{primary}\t\t2013001\t\t" for primary in add_ons]
        ended = "2\t0054T\t\tCCCCC\t\t2013001\t2024182\t"
        release(tmp_path, item, "a.txt", add_on_text([*rows, ended]))
    old, new = (edits_in(tmp_path / "t", release=item) for item in (OLD, NEW))
    assert list(changes_between(old, new)) == [
        EditChange("units", "value", "90832", None, "1, MAI 2", "2, MAI 2"),
        EditChange("units", "deleted", "90833", None, "1, MAI 2", None),
        EditChange("units", "value", "90834", None, "1, MAI 3", "1, MAI 2"),
        EditChange("units", "added", "90837", None, None, "0, MAI 2"),
        EditChange("add-ons", "deleted", "0054T", None, "type 2: by contractor", None),
        EditChange("add-ons", "value", "90785", None, "type 1: 90832 90853", "type 1: 90853"),
    ]


def test_of_rows_without_a_first_day_the_one_that_ends_first_stands(tmp_path: Path) -> None:
    """The others come after it."""
    heading = "column1,column2,deletion_date,modifier_indicator,rationale_id"
    rows = "90853,90832,,1,1\n90832,90853,20240930,0,1\n"
    old = release(tmp_path, OLD, "a.csv", f"{heading}\n90853,90832,,1,1\n")
    new = release(tmp_path, NEW, "a.csv", f"{heading}\n{rows}")
    assert [change.kind for change in changes_between(old, new)] == ["direction", "indicator"]


def test_what_one_release_lacks_is_not_compared(tmp_path: Path) -> None:
    """A file that was not imported is no deletion of its rows."""
    old = release(tmp_path, OLD, "u.csv", unit_text(["90832,1,2,x"]))
    new = release(tmp_path, NEW, "a.txt", pair_text([Pair("90853", "90832")]))
    assert list(changes_between(old, new)) == []


@pytest.mark.parametrize(
    ("code", "family"), [("90853", "90xxx"), ("G0410", "Gxxxx"), ("0770T", "xxxxT")]
)
def test_a_code_belongs_to_a_family(code: str, family: str) -> None:
    """Two digits of a CPT code; the letter of a HCPCS code, or of one of a category of its own."""
    assert family_of(code) == family
