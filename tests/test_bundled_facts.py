"""The bundled profiles and tables, compared with the facts as they were read."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import pytest

import payer_rules_medicare
import payer_rules_profiles
from payer_rules import Adjustment, DateRange, EditTable, Rule
from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.history import History
from payer_rules.kinds import topic_of
from payer_rules.profiles import Profile, profile_files, read_profile
from payer_rules.profiles.profile_check import check_profile
from payer_rules.registry import load
from payer_rules.reports.decisions import row_texts
from payer_rules.rules import TOPICS, listed_codes
from payer_rules.rules.national_codes import ADD_ON_CODES, SESSION_CODES

MILD: Final = ("pay", "review")

(FOLDER,) = payer_rules_profiles.payer_rules_profiles()
(MEDICARE,) = payer_rules_medicare.payer_rules_profiles()
PROFILES: Final = [*profile_files(FOLDER), *profile_files(MEDICARE)]


def profile(path: Path | Traversable) -> Profile:
    """The bundled profile."""
    return read_profile(path, "profiles")


def rules() -> dict[str, Rule]:
    """Every rule of every bundled profile, by id."""
    return {rule.id: rule for path in PROFILES for rule in profile(path).rules}


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.name)
def test_a_bundled_profile_has_no_problem(path: Path | Traversable) -> None:
    """Each bundled profile is valid, and the second reader of TOML reads the same from it."""
    read = profile(path)
    assert read.problems == ()
    assert check_profile(path, "profiles") == ((), ())
    assert read.payer is not None
    assert f"{read.payer.id}.toml" == read.name


def test_every_rule_that_denies_says_with_which_codes() -> None:
    """A rule that can cost a line something carries the codes that the remittance will show."""
    silent = [
        rule.id
        for rule in rules().values()
        if rule.adjustment is None and rule.outcome not in MILD and not rule.is_permission
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("name", "kind", "states", "ncci"),
    [
        ("il-medicaid", "medicaid", ("IL",), "medicaid"),
        ("wa-medicaid", "medicaid", ("WA",), "medicaid"),
        ("ma-medicaid", "medicaid", ("MA",), "medicaid"),
        ("tx-medicaid", "medicaid", ("TX",), "medicaid"),
        ("bcbs-il", "commercial", ("IL",), None),
        ("uhc", "commercial", (), None),
        ("tricare", "tricare", (), None),
    ],
)
def test_a_payer_is_bound_by_ncci_where_a_row_says_so(
    name: str, kind: str, states: tuple[str, ...], ncci: str | None
) -> None:
    """MCN-1 binds every state's Medicaid, for claims filed from 2010-10-01, and no other payer."""
    payer = profile(FOLDER / f"{name}.toml").payer
    assert payer is not None
    assert (payer.id, payer.kind, payer.states, payer.ncci) == (name, kind, states, ncci)
    assert payer.ncci_received_from == (date(2010, 10, 1) if ncci else None)
    assert [citation.row for citation in payer.ncci_citations] == (["MCN-1"] if ncci else [])


def test_every_rule_names_days() -> None:
    """A rule is in force, or its text was read, for stated days: no page holds for all dates."""
    always = [
        rule.id
        for path in PROFILES
        for rule in profile(path).rules
        if rule.in_force == DateRange() and rule.verified in (None, DateRange())
    ]
    assert always == []


def test_every_source_says_when_it_was_read() -> None:
    """A citation carries an address and the day on which the text was read."""
    citations = {citation for rule in rules().values() for citation in rule.citations}
    days = {citation.read for citation in citations}
    assert days <= {date(2026, 11, 23), date(2026, 11, 29), date(2026, 11, 30)}
    assert all(citation.url.startswith("http") for citation in citations)


def test_the_profiles_bring_the_folders_of_cases_that_exist() -> None:
    """The plugin of the profiles names folders that are there, and no others."""
    folders = [files(payer_rules_profiles) / name for name in ("cases", "scenarios")]
    expected = [folder for folder in folders if folder.is_dir()]
    assert payer_rules_profiles.payer_rules_cases() == expected


def test_medicare_is_its_plugin_alone() -> None:
    """The plugin provides Medicare, which its own NCCI tables bind, and no other payer."""
    (folder,) = payer_rules_medicare.payer_rules_profiles()
    payer = profile(folder / "medicare.toml").payer
    assert payer is not None
    assert (payer.id, payer.kind, payer.ncci) == ("medicare", "medicare", "medicare")
    assert [citation.row for citation in payer.ncci_citations] == ["MC-1.1"]
    assert payer_rules_medicare.payer_rules_edit_tables(payer="il-medicaid") == []
    assert payer_rules_medicare.payer_rules_checks(payer="il-medicaid") == []
    assert [folder.name for folder in payer_rules_medicare.payer_rules_cases()] == ["cases"]


def edit_tables(release: str = "2024q3") -> list[EditTable]:
    """The edits of a release that travel with the plugin, those of practitioners first."""
    terms = payer_rules_medicare.payer_rules_edit_tables(payer="medicare")
    return [item for item in terms if isinstance(item, EditTable) and item.release == release]


def test_of_2026_only_the_units_of_practitioners_were_read() -> None:
    """Rows MC-5.1 to MC-5.5: from a copy that does not state its quarter, so it is secondary."""
    (table,) = edit_tables("2026q2")
    assert (table.address, sorted(table.holds)) == ("medicare/practitioner", ["mue"])
    assert (table.pairs, table.add_ons, len(table.units)) == ((), (), 223)
    assert table.verified == DateRange(date(2026, 4, 1), date(2026, 6, 30))
    source = table.unit_citations[0]
    assert (source.row, source.confidence) == ("MC-5.1", "secondary")


@pytest.mark.parametrize(
    ("at", "setting", "scope", "pairs", "units"),
    [(0, "practitioner", "provider", 1366, 86), (1, "outpatient-hospital", "billing", 1167, 87)],
)
def test_medicare_has_a_table_for_each_setting(
    at: int, setting: str, scope: str, pairs: int, units: int
) -> None:
    """The edits of 2024 Q3 apply to that quarter, with the denial codes of MC-12.1 and MC-12.3."""
    table = edit_tables()[at]
    quarter = DateRange(date(2024, 7, 1), date(2024, 9, 30))
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
    tables = edit_tables()
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
    tables = edit_tables()
    found = [{edit.code: (edit.most, edit.mai) for edit in table.units} for table in tables]
    assert [units.get(code) for units in found] == [practitioner, hospital]


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.name)
def test_a_bundled_profile_states_every_topic(path: Path | Traversable) -> None:
    """What is known of the rest of each topic is stated, so that no silence is undeclared."""
    payer = profile(path).payer
    assert payer is not None
    rest = [each.topic for each in payer.topics if each.unread and not each.codes]
    assert rest == list(TOPICS)


def test_codes_that_touch_a_topic_include_those_of_rules_and_tables() -> None:
    """Codes with a session rule touch the session, and bundled add-on codes the combination."""
    sessions = {
        c
        for rule in rules().values()
        if topic_of(rule) == "session"
        for c in listed_codes(rule.meets)
    }
    assert sessions <= SESSION_CODES
    tables = payer_rules_medicare.payer_rules_edit_tables("medicare")
    add_ons = {
        row.code for table in tables if isinstance(table, EditTable) for row in table.add_ons
    }
    assert add_ons <= ADD_ON_CODES


def test_bundled_profiles_have_the_payer_identifiers_that_sources_state() -> None:
    """Rows AET-16, CIG-16 and UHC-13; an identifier belongs to one payer."""
    assert load().payers_by_identifier() == {"60054": "aetna", "62308": "cigna", "87726": "uhc"}


def test_a_row_of_an_old_table_names_the_manual_that_repeats_it() -> None:
    """The MUE of 2024 for group sessions is in effect in 2026 by the manual of that year."""
    day = date(2026, 11, 12)
    lines = [ServiceLine(number=n, code="90853", date_from=day) for n in (1, 2)]
    provider = Provider(npi="1234567893")
    claim = Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=provider,
        setting="practitioner",
        lines=lines,
    )
    decision = load(payers=["medicare"]).rulebook("medicare").decide(claim, History())
    (units,) = (finding for finding in decision.findings if finding.rule == "medicare/mue")
    assert units.citations[-1].row == "MC-2.11"
    assert list(row_texts(units)) == [
        "Row of medicare/practitioner/2024q3: MC-5:90853, repeated in Medicare NCCI Policy Manual "
        "2026, chapter XI (in effect on the date of service)"
    ]
