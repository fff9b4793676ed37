"""What the bundled profiles and tables say, held against the facts as they were read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, Literal

import attrs
import pytest

import payer_rules_medicare
import payer_rules_profiles
from payer_rules import Adjustment, Dates, FrequencyLimit, ModifierRequirement, Payer, Rule, When
from payer_rules.profiles import Profile, check_profile, profile_files, read_profile
from payer_rules.rules import ALWAYS

(FOLDER,) = payer_rules_profiles.payer_rules_profiles()
PROFILES: Final = profile_files(FOLDER)

INDIVIDUAL: Final = frozenset({"90832", "90833", "90834", "90836", "90837", "90838"})
FAMILY: Final = frozenset({"90846", "90847"})
MULTI_FAMILY: Final = frozenset({"90849"})
GROUP: Final = frozenset({"90853"})
EVERY: Final = INDIVIDUAL | FAMILY | MULTI_FAMILY | GROUP

N640: Final = Adjustment(group="CO", carc="119", rarc=("N640",))
M86: Final = Adjustment(group="CO", carc="119", rarc=("M86",))


def since(year: int, month: int, day: int) -> Dates:
    """The dates from the day on."""
    return Dates(date(year, month, day))


@attrs.frozen(kw_only=True)
class Limit:
    """A row of the facts that limits how often; ``row`` is its id there."""

    row: str
    codes: frozenset[str]
    limit: int | Literal["none"]
    counts: Literal["units", "services"] = "units"
    days: int = 1
    in_force: Dates = ALWAYS
    verified: Dates | None = None
    known: Dates | None = None
    adjustment: Adjustment | None = None


IL_1: Final = Limit(
    row="IL-1",
    codes=GROUP,
    limit=1,
    in_force=since(2013, 2, 1),
    known=since(2014, 6, 26),
    adjustment=N640,
)
TRI_1: Final = Limit(
    row="TRI-1",
    codes=GROUP,
    limit=1,
    verified=Dates(date(2017, 11, 15), date(2022, 12, 30)),
    known=since(2017, 11, 15),
    adjustment=M86,
)
LIMITS: Final = {
    "il-medicaid/group-one-per-day": IL_1,
    "il-medicaid/group-two-per-week": attrs.evolve(IL_1, limit=2, days=7),
    "wa-medicaid/psychotherapy-no-daily-limit": Limit(
        row="WA-1",
        codes=EVERY,
        limit="none",
        counts="services",
        verified=since(2019, 8, 22),
    ),
    "tricare/one-individual-per-day": attrs.evolve(TRI_1, codes=INDIVIDUAL),
    "tricare/one-family-per-day": attrs.evolve(TRI_1, codes=FAMILY),
    "tricare/one-multi-family-per-day": attrs.evolve(TRI_1, codes=MULTI_FAMILY),
    "tricare/one-group-per-day": TRI_1,
}
VIDEO: Final = "tricare/video-needs-gt"


def profile(path: Path | Traversable) -> Profile:
    """The bundled profile."""
    return read_profile(path, "profiles")


def rules() -> dict[str, Rule]:
    """Every rule of every bundled profile, by id."""
    return {rule.id: rule for path in PROFILES for rule in profile(path).rules}


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.name)
def test_a_bundled_profile_has_no_fault(path: Path | Traversable) -> None:
    """Each bundled profile is sound, and the second reader of TOML finds nothing else in it."""
    read = profile(path)
    assert read.faults == ()
    assert check_profile(path, "profiles") == ()
    assert read.payer is not None
    assert f"{read.payer.id}.toml" == read.name


def test_no_rule_is_without_its_row() -> None:
    """The rules are those of the tables here: each rule has a row, and each row its rule."""
    assert rules().keys() == {*LIMITS, VIDEO}


@pytest.mark.parametrize(("name", "fact"), LIMITS.items(), ids=LIMITS)
def test_a_limit_says_what_its_row_says(name: str, fact: Limit) -> None:
    """Codes, number, window, dates and denial codes of a limit are those of its row."""
    rule = rules()[name]
    assert isinstance(rule, FrequencyLimit)
    assert {citation.row for citation in rule.citations} == {fact.row}
    assert rule.codes == fact.codes
    assert rule.limit == ("none" if fact.limit == "none" else Decimal(fact.limit))
    assert (rule.counts, rule.window.days, rule.scope) == (fact.counts, fact.days, "member")
    assert (rule.pool, rule.excess, rule.sees) == ("together", "deny-lines", "payable")
    assert (rule.in_force, rule.verified, rule.known) == (fact.in_force, fact.verified, fact.known)
    assert (rule.outcome, rule.adjustment) == ("deny", fact.adjustment)
    assert (rule.when, rule.in_force_by, rule.stage) == (When(), "service", "claim")


def test_video_at_place_02_needs_gt() -> None:
    """TRI-9: a video session at place of service 02 carries GT, since the text of 2020-03-13."""
    rule = rules()[VIDEO]
    assert isinstance(rule, ModifierRequirement)
    assert [(citation.row, citation.confidence) for citation in rule.citations] == [
        ("TRI-9", "primary"),
        ("TRI-9", "secondary"),
    ]
    assert rule.codes == EVERY
    assert rule.when == When(
        place_of_service=frozenset({"02"}), modality=frozenset[Literal["video"]]({"video"})
    )
    assert rule.any_of == {"GT"}
    assert rule.all_of | rule.none_of | rule.at_most_one_of == frozenset()
    assert (rule.in_force, rule.verified) == (ALWAYS, since(2020, 3, 13))
    assert rule.known == since(2020, 3, 13)
    assert (rule.outcome, rule.adjustment) == ("deny", Adjustment(group="CO", carc="4"))


@pytest.mark.parametrize(
    ("name", "kind", "states", "ncci"),
    [
        ("il-medicaid", "medicaid", ("IL",), "medicaid"),
        ("wa-medicaid", "medicaid", ("WA",), "medicaid"),
        ("tricare", "tricare", (), None),
    ],
)
def test_a_payer_is_bound_by_ncci_where_a_row_says_so(
    name: str, kind: str, states: tuple[str, ...], ncci: str | None
) -> None:
    """MCN-1 binds every state's Medicaid, for claims filed from 2010-10-01, and nobody else."""
    payer = profile(FOLDER / f"{name}.toml").payer
    assert payer is not None
    assert (payer.id, payer.kind, payer.states, payer.ncci) == (name, kind, states, ncci)
    assert payer.ncci_received_from == (date(2010, 10, 1) if ncci else None)
    assert [citation.row for citation in payer.ncci_citations] == (["MCN-1"] if ncci else [])


def test_every_source_says_when_it_was_read() -> None:
    """A citation carries an address and the day on which the text was read."""
    citations = {citation for rule in rules().values() for citation in rule.citations}
    assert {citation.read for citation in citations} == {date(2026, 11, 23)}
    assert all(citation.url.startswith("http") for citation in citations)


def test_the_profiles_bring_the_folders_of_cases_that_exist() -> None:
    """The plugin of the profiles names folders that are there, and no others."""
    folders = [files(payer_rules_profiles) / name for name in ("cases", "scenarios")]
    expected = [folder for folder in folders if folder.is_dir()]
    assert payer_rules_profiles.payer_rules_cases() == expected


def test_medicare_is_its_plugin_alone() -> None:
    """The plugin speaks for Medicare, which its own NCCI tables bind, and for no other payer."""
    (payer,) = payer_rules_medicare.payer_rules_payers()
    assert isinstance(payer, Payer)
    assert (payer.id, payer.kind, payer.ncci) == ("medicare", "medicare", "medicare")
    assert [citation.row for citation in payer.ncci_citations] == ["MC-1.1"]
    assert payer_rules_medicare.payer_rules_edit_tables(payer="il-medicaid") == []
    assert [folder.name for folder in payer_rules_medicare.payer_rules_cases()] == ["cases"]


@pytest.mark.parametrize(
    ("at", "setting", "scope", "pairs", "units"),
    [(0, "practitioner", "provider", 1366, 86), (1, "outpatient-hospital", "billing", 1167, 87)],
)
def test_medicare_has_a_table_for_each_setting(
    at: int, setting: str, scope: str, pairs: int, units: int
) -> None:
    """The edits of 2024 Q3 stand for that quarter, with the denial codes of MC-12.1 and MC-12.3."""
    table = payer_rules_medicare.payer_rules_edit_tables(payer="medicare")[at]
    quarter = Dates(date(2024, 7, 1), date(2024, 9, 30))
    assert (table.address, table.release) == (f"medicare/{setting}", "2024q3")
    assert (table.scope, table.verified, table.known_from) == (scope, quarter, None)
    assert (len(table.pairs), len(table.units), len(table.complete_for)) == (pairs, units, 94)
    spans = {pair.verified for pair in table.pairs} | {unit.verified for unit in table.units}
    assert all(day in span for span in spans for day in (quarter.first, quarter.last) if day)
    assert table.pair_adjustment == Adjustment(group="CO", carc="236")
    assert table.unit_adjustment == Adjustment(group="CO", carc="151", rarc=("MA01",))
    assert {"PTP", "MC-1.1", "MC-12.1"} <= {citation.row for citation in table.pair_citations}
    assert {"MUE", "MC-1.11", "MC-12.3"} <= {citation.row for citation in table.unit_citations}


@pytest.mark.parametrize(
    ("pair", "practitioner", "hospital"),
    [
        (("90791", "90853"), 0, None),
        (("90792", "90853"), 0, None),
        (("90853", "90834"), 1, 1),
        (("90853", "90847"), 1, None),
        (("90853", "96127"), 0, 1),
        (("90853", "90785"), None, None),
        (("90834", "90853"), None, None),
    ],
)
def test_group_psychotherapy_is_paired_as_the_facts_list_it(
    pair: tuple[str, str], practitioner: int | None, hospital: int | None
) -> None:
    """Section 3 of the Medicare facts: the indicator of a pair of 90853 in both settings."""
    tables = payer_rules_medicare.payer_rules_edit_tables(payer="medicare")
    found = [{(e.column1, e.column2): e.indicator for e in table.pairs} for table in tables]
    assert [indicators.get(pair) for indicators in found] == [practitioner, hospital]


@pytest.mark.parametrize(
    ("code", "practitioner", "hospital"),
    [
        ("90853", (1, 3), (4, 3)),
        ("90839", (1, 2), (1, 2)),
        ("90840", (3, 3), (4, 3)),
        ("90847", (1, 3), (2, 3)),
    ],
)
def test_most_units_are_as_the_facts_list_them(
    code: str, practitioner: tuple[int, int], hospital: tuple[int, int]
) -> None:
    """Section 5 of the Medicare facts: units and MAI of a code in both settings."""
    tables = payer_rules_medicare.payer_rules_edit_tables(payer="medicare")
    found = [{edit.code: (edit.most, edit.mai) for edit in table.units} for table in tables]
    assert [units.get(code) for units in found] == [practitioner, hospital]
