"""Which of several tables answers: imported releases, and the rows that a plugin brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import attrs
import pytest
from published import Pair, add_on_text, medicaid_unit_text, pair_text, unit_text, written

from payer_rules import Claim, Decision, History, HistoryLine, Member, Provider, ServiceLine, load
from payer_rules.registry import Registry
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity
from payer_rules.tables.store import TableStore

SUMMER: Final = date(2024, 8, 15)
REGISTRY: Final = load()
CLINIC: Final = Provider(npi="1234567893", profession="psychiatrist")


@pytest.fixture
def imports(tmp_path: Path) -> Callable[..., Registry]:
    """Import texts as a further release, and load the folder."""

    def put(
        release: str,
        *,
        pairs: Iterable[Pair] | None = None,
        units: Iterable[str] | None = None,
        add_ons: Iterable[str] | None = None,
        setting: str = "practitioner",
    ) -> Registry:
        texts = {
            "pairs.txt": pair_text(pairs) if pairs else "",
            "units.csv": unit_text(units) if units else "",
            "add-ons.txt": add_on_text(add_ons) if add_ons else "",
        }
        files = [written(tmp_path, name, text) for name, text in texts.items() if text]
        identity = TableIdentity(
            program="medicare", setting=setting, release=Release.parse(release)
        )
        import_tables(files, tmp_path / "tables", identity=identity)
        return attrs.evolve(REGISTRY, tables=TableStore.open(tmp_path / "tables"))

    return put


def decided(
    registry: Registry,
    *codes: str | tuple[str, int],
    day: date = SUMMER,
    payer: str = "medicare",
    setting: str = "practitioner",
    known_on: date | None = None,
    history: History | None = None,
) -> Decision:
    """The decision on a claim with a line for each code, or code and units, of one day."""
    claim = Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=CLINIC,
        setting=setting,
        received=date(2026, 6, 1) if payer != "medicare" else day,
        lines=[
            ServiceLine(
                number=number,
                code=code,
                units=Decimal(units),
                date_from=day,
                place_of_service="11",
            )
            for number, (code, units) in enumerate(
                ((item, 1) if isinstance(item, str) else item for item in codes), 1
            )
        ],
    )
    return registry.rulebook(payer, known_on=known_on).decide(claim, history or History(lines=()))


def denied(decision: Decision, rule: str) -> list[tuple[int, ...]]:
    """Return the lines of each finding of the rule."""
    return [finding.lines for finding in decision.proved_findings if finding.rule == rule]


def rows(decision: Decision) -> list[tuple[str | None, str | None]]:
    """The tables and rows on which the findings rest."""
    return [
        (evidence.table, evidence.row)
        for finding in decision.proved_findings
        for evidence in finding.evidence
        if evidence.kind == "row"
    ]


def lacking(decision: Decision, rule: str) -> set[tuple[str, str]]:
    """Return the missing facts of the rule, on any line."""
    return {(e.reason, e.missing) for e in decision.not_evaluated if e.rule == rule}


def test_a_finding_names_the_row_of_the_file(imports: Callable[..., Registry]) -> None:
    """Codes, indicator, dates, rationale, file and line, and the release, are the evidence."""
    registry = imports("2024q3", pairs=[Pair("11111", "22222"), Pair("11111", "33333")])
    assert rows(decided(registry, "11111", "33333")) == [
        (
            "medicare/practitioner/2024q3",
            "11111/33333, indicator 1, in force from 2020-01-01; "
            "Mutually exclusive procedures; pairs.txt:8",
        )
    ]


def test_the_newest_release_answers_of_every_earlier_day(imports: Callable[..., Registry]) -> None:
    """What CMS changed backwards holds, unless it was not known on the day that is asked about."""
    imports("2024q2", pairs=[Pair("11111", "22222", indicator=0)])
    registry = imports("2024q3", pairs=[Pair("22222", "11111", indicator=0)])
    spring = date(2024, 5, 15)
    now = decided(registry, "11111", "22222", day=spring)
    then = decided(registry, "11111", "22222", day=spring, known_on=spring)
    assert denied(now, "medicare/ptp") == [(1,)]
    assert denied(then, "medicare/ptp") == [(2,)]
    before = decided(registry, "11111", "22222", day=spring, known_on=date(2024, 3, 31))
    assert lacking(before, "medicare/ptp") == {("table", "medicare/practitioner")}


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2020, 6, 30), [(2,)]),
        (date(2020, 7, 1), [(1,)]),
        (date(2021, 12, 31), [(1,)]),
        (date(2022, 1, 1), []),
    ],
)
def test_each_day_has_its_row(
    imports: Callable[..., Registry], day: date, found: list[tuple[int, ...]]
) -> None:
    """A pair that was turned and then ended answers by the date of service."""
    first = Pair("11111", "22222", date(2019, 1, 1), date(2020, 6, 30), 0)
    turned = Pair("22222", "11111", date(2020, 7, 1), date(2021, 12, 31), 0)
    registry = imports("2024q3", pairs=[first, turned])
    assert denied(decided(registry, "11111", "22222", day=day), "medicare/ptp") == found


def test_after_the_last_release_the_plugin_answers(imports: Callable[..., Registry]) -> None:
    """Where the imported release ends, the plugin's own row is asked; if it is silent, none."""
    registry = imports("2024q3", pairs=[Pair("90791", "90853"), Pair("11111", "22222")])
    later = date(2026, 3, 2)
    assert rows(decided(registry, "90791", "90853", day=later)) == [
        ("medicare/practitioner/2024q3", "MC-3:90791/90853 MC-4:90791/90853 MC-2.1")
    ]
    unknown = decided(registry, "11111", "22222", day=later)
    assert lacking(unknown, "medicare/ptp") == {("table", "medicare/practitioner/2026-03-02")}


def test_a_pair_without_a_row_has_no_edit(imports: Callable[..., Registry]) -> None:
    """A release is complete: two codes that are not in it leave nothing open."""
    registry = imports("2024q3", pairs=[Pair("11111", "22222")], units=["11111,1,2,X"])
    decision = decided(registry, "44444", "55555")
    assert lacking(decision, "medicare/ptp") == set()
    assert lacking(decision, "medicare/mue") == {
        ("table", "medicare/practitioner/44444"),
        ("table", "medicare/practitioner/55555"),
    }


def test_an_mue_is_that_of_the_quarter(imports: Callable[..., Registry]) -> None:
    """An MUE file covers its quarter only, and each of two releases its own."""
    imports("2024q2", units=["11111,1,2 Date of Service Edit: Policy,X"])
    registry = imports("2024q3", units=["11111,2,2 Date of Service Edit: Policy,X"])
    spring, summer, autumn = date(2024, 6, 30), date(2024, 7, 1), date(2024, 10, 1)
    assert denied(decided(registry, ("11111", 2), day=spring), "medicare/mue") == [(1,)]
    assert denied(decided(registry, ("11111", 2), day=summer), "medicare/mue") == []
    assert denied(decided(registry, ("11111", 3), day=summer), "medicare/mue") == [(1,)]
    later = decided(registry, ("11111", 3), day=autumn)
    assert lacking(later, "medicare/mue") == {("table", "medicare/practitioner/2024-10-01")}


def test_an_mue_of_0_is_not_one_that_is_unpublished(imports: Callable[..., Registry]) -> None:
    """A value of 0 denies every unit."""
    registry = imports("2024q3", units=["11111,0,2 Date of Service Edit: Policy,X"])
    assert denied(decided(registry, "11111"), "medicare/mue") == [(1,)]


def test_a_setting_has_its_own_tables(imports: Callable[..., Registry]) -> None:
    """The table of one setting is not used for another."""
    registry = imports("2024q3", pairs=[Pair("11111", "22222", indicator=0)])
    decision = decided(registry, "11111", "22222", setting="dme")
    assert denied(decision, "medicare/ptp") == []
    assert lacking(decision, "medicare/ptp") == {("table", "medicare/dme")}
    assert lacking(decision, "medicare/mue") == {("table", "medicare/dme")}


def test_an_add_on_code_that_has_ended_needs_nothing(imports: Callable[..., Registry]) -> None:
    """Its row holds up to the day of deletion."""
    row = "1\t11111\t\t22222\t\t20200101\t20231231\t"
    registry = imports("2024q3", add_ons=[row], pairs=[Pair("33333", "44444")])
    assert denied(decided(registry, "11111", day=date(2023, 12, 31)), "medicare/add-on") == [(1,)]
    assert denied(decided(registry, "11111", day=date(2024, 1, 1)), "medicare/add-on") == []


def test_the_fingerprint_says_which_tables_were_used(imports: Callable[..., Registry]) -> None:
    """Bundled rows and imported ones, each with release and digest; other tables, other books."""
    before = REGISTRY.rulebook("medicare").fingerprint
    registry = imports("2024q3", pairs=[Pair("11111", "22222")])
    after = registry.rulebook("medicare").fingerprint
    added = set(after.tables) - set(before.tables)
    assert {table.split(" sha256:")[0] for table in before.tables} == {
        "medicare/outpatient-hospital 2024q3 bundled",
        "medicare/practitioner 2024q3 bundled",
        "medicare/practitioner 2026q2 bundled",
    }
    assert [table.split(" sha256:")[0] for table in added] == [
        "medicare/practitioner 2024q3 pairs imported"
    ]
    assert before.rulebook != after.rulebook


def test_the_fingerprint_names_a_baseline_and_no_table_that_is_not_used(
    imports: Callable[..., Registry], medicaid: Registry
) -> None:
    """Medicare's tables are the baseline of a commercial payer; Medicaid's do not change its book."""
    before = REGISTRY.rulebook("aetna").fingerprint
    assert medicaid.rulebook("aetna").fingerprint == before
    after = imports("2024q3", pairs=[Pair("11111", "22222")]).rulebook("aetna").fingerprint
    assert [table.split(" sha256:")[0] for table in set(after.tables) - set(before.tables)] == [
        "baseline medicare/practitioner 2024q3 pairs imported"
    ]
    assert set(before.tables) < set(after.tables)


@pytest.fixture
def medicaid(tmp_path: Path) -> Registry:
    """Medicaid's MUEs of a quarter: 11111 has 2."""
    file = written(tmp_path, "MCD_MUE.csv", medicaid_unit_text(["11111,2,X"]))
    identity = TableIdentity(program="medicaid", setting="practitioner", release=Release(2026, 1))
    import_tables([file], tmp_path / "tables", identity=identity)
    return attrs.evolve(REGISTRY, tables=TableStore.open(tmp_path / "tables"))


WINTER: Final = date(2026, 2, 2)
BY: Final = ("text", "whether the MUE of 11111 is of a line or of a day")


@pytest.mark.parametrize(
    ("lines", "found", "open_"),
    [
        ([("11111", 2)], [], set()),
        ([("11111", 3)], [(1,)], set()),
        ([("11111", 1), ("11111", 1)], [], set()),
        ([("11111", 2), ("11111", 1)], [], {BY}),
        ([("11111", 3), ("11111", 1)], [(1,)], {BY}),
    ],
)
def test_medicaids_mue_has_two_readings(
    medicaid: Registry,
    lines: list[tuple[str, int]],
    found: list[tuple[int, ...]],
    open_: set[tuple[str, str]],
) -> None:
    """A line above the value is denied by both; lines above it only together are left open."""
    decision = decided(medicaid, *lines, day=WINTER, payer="il-medicaid")
    assert denied(decision, "il-medicaid/mue") == found
    assert lacking(decision, "il-medicaid/mue") == open_


def test_medicaids_day_counts_what_was_paid_before(medicaid: Registry) -> None:
    """By the day, units paid on an earlier claim count; by the line they do not: it is open."""
    paid = HistoryLine(
        claim="C0",
        member="M1",
        code="11111",
        units=Decimal(2),
        date_from=WINTER,
        billing_provider=CLINIC,
        rendering_provider=CLINIC,
        status="paid",
    )
    decision = decided(
        medicaid, "11111", day=WINTER, payer="il-medicaid", history=History(lines=(paid,))
    )
    assert lacking(decision, "il-medicaid/mue") == {BY}
    unknown = decided(medicaid, "11111", day=WINTER, payer="il-medicaid", history=History.unknown())
    assert lacking(unknown, "il-medicaid/mue") == {BY, ("history", "history")}


@pytest.mark.parametrize("is_earlier", [False, True], ids=["one claim", "an earlier claim"])
def test_units_over_medicaids_mue_together_are_for_review(
    medicaid: Registry, is_earlier: bool
) -> None:
    """The message counts all units of the day, and denies nothing that the table leaves open."""
    paid = HistoryLine(
        claim="C0",
        member="M1",
        code="11111",
        units=Decimal(2),
        date_from=WINTER,
        billing_provider=CLINIC,
        rendering_provider=CLINIC,
        status="paid",
    )
    lines = [("11111", 1)] if is_earlier else [("11111", 2), ("11111", 1)]
    history = History(lines=(paid,) if is_earlier else ())
    decision = decided(medicaid, *lines, day=WINTER, payer="il-medicaid", history=history)
    (finding,) = (each for each in decision.findings if each.rule == "il-medicaid/mue")
    before = ", 2 of them on earlier claims," if is_earlier else ""
    assert finding.outcome == "review"
    assert finding.message == (
        f"3 units of 11111 on 2026-02-02{before} exceed the MUE of 2 if it is of a day: "
        "the table does not state it"
    )


@pytest.mark.parametrize("payer", ["il-medicaid", "ca-medicaid", "tx-medicaid"])
def test_medicaids_edits_bind_every_state(medicaid: Registry, payer: str) -> None:
    """The same row denies in each state; of pairs, which are not imported, nothing is known."""
    decision = decided(medicaid, ("11111", 3), "22222", day=WINTER, payer=payer)
    assert (1,) in denied(decision, f"{payer}/mue")
    assert lacking(decision, f"{payer}/ptp") == {("table", "medicaid/practitioner")}
