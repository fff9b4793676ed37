"""The zoo: plugins whose hooks are sound and whose answers are wrong, and what notices each."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance import conform
from payer_rules.conformance.fixtures import read_suite
from payer_rules.conformance.harness import Harness
from payer_rules.conformance.invariant_processes import check_invariants
from payer_rules.conformance.invariants import INVARIANTS, PayerUnderTest
from payer_rules.conformance.mutation_testing import mutate
from payer_rules.registry import Registry, load

HERE: Final = Path(__file__).resolve().parent
PLUGINS: Final = HERE / "plugins"
PAGE: Final = HERE.parents[1] / "docs" / "reference" / "zoo.md"
BUNDLED: Final = ("medicaid", "medicare", "profiles")
CASES: Final = "every_case_agrees"
MUTATE: Final = "mutate"
#: It begins processes, and is asked only of the plugins that it is here for.
DEAR: Final = "another_process_same_answer"

#: What notices each plugin, in the order of the invariants.
NOTICED: Final[dict[str, tuple[str, ...]]] = {
    "always_silent": ("every_case_agrees", "every_rule_has_a_case_that_fires"),
    "another_carc": ("every_case_agrees",),
    "another_group_code": ("every_case_agrees",),
    "another_modifier": ("every_case_agrees",),
    "another_outcome": ("every_case_agrees",),
    "answers_about_lines_that_are_not_there": (
        "every_case_agrees",
        "answers_name_lines_of_the_claim",
        "edge_cases_are_answered",
        "every_rule_has_a_case_that_fires",
    ),
    "answers_at_random": ("rules_read_only_the_claim",),
    "asks_the_network": ("rules_read_only_the_claim",),
    "cases_that_pin_nothing": (
        "every_rule_has_a_case_that_fires",
        "every_rule_has_a_case_that_does_not_fire",
        "every_boundary_date_is_tested",
        "mutate",
    ),
    "changes_the_claim": ("claims_are_not_changed",),
    "cites_without_an_address": ("every_rule_cites_a_source",),
    "counts_claims": ("another_process_same_answer",),
    "counts_denied_lines": ("every_case_agrees", "voided_lines_do_not_count"),
    "counts_later_lines": ("every_case_agrees", "missing_facts_clear_no_finding"),
    "counts_services_for_units": ("every_case_agrees",),
    "counts_units_for_services": ("every_case_agrees",),
    "counts_voided_lines": ("voided_lines_do_not_count",),
    "first_day_left_out": (
        "every_case_agrees",
        "every_rule_has_a_case_that_fires",
        "every_boundary_date_is_tested",
    ),
    "given_for_every_payer": ("loads_without_fault",),
    "ignores_how_far_back_the_history_goes": ("missing_facts_clear_no_finding",),
    "ignores_the_exemption": ("every_case_agrees",),
    "is_slow": ("checks_are_quick",),
    "limit_one_too_high": ("every_case_agrees", "every_rule_has_a_case_that_fires"),
    "looks_at_the_first_line_alone": ("order_of_lines_is_irrelevant",),
    "named_for_another_payer": ("loads_without_fault", "every_case_agrees"),
    "never_ends": ("same_claim_same_answer",),
    "no_case_on_the_first_day": ("every_case_agrees", "every_boundary_date_is_tested"),
    "reads_a_file": ("rules_read_only_the_claim",),
    "reads_a_folder": ("rules_read_only_the_claim",),
    "reads_charges": ("every_case_agrees", "missing_facts_clear_no_finding"),
    "reads_line_numbers": ("line_numbers_do_not_matter",),
    "reads_now": ("another_day_same_answer",),
    "reads_the_claim_id": ("ids_do_not_matter",),
    "reads_the_day_of_its_import": ("another_process_same_answer",),
    "reads_the_environment": ("rules_read_only_the_claim",),
    "reads_the_member_id": ("ids_do_not_matter",),
    "reads_the_order_of_a_set": ("another_process_same_answer",),
    "reads_the_order_of_lines": ("order_of_lines_is_irrelevant",),
    "reads_the_seconds": ("another_day_same_answer",),
    "reads_the_time_zone": ("another_day_same_answer",),
    "reads_today": ("another_day_same_answer",),
    "remembers_by_member": (
        "every_case_agrees",
        "line_numbers_do_not_matter",
        "answers_name_lines_of_the_claim",
        "edge_cases_are_answered",
    ),
    "rounds_with_a_float": ("every_case_agrees", "missing_facts_clear_no_finding"),
    "scope_of_the_member": ("every_case_agrees",),
    "scope_of_the_provider": ("every_case_agrees",),
    "starts_a_program": ("rules_read_only_the_claim",),
    "stumbles_over_the_first_day": ("edge_cases_are_answered",),
    "stumbles_over_what_is_not_stated": ("edge_cases_are_answered",),
    "swapped_columns": ("every_case_agrees",),
    "takes_the_unknown_for_broken": ("missing_facts_break_no_rule",),
    "takes_the_unknown_for_fine": ("missing_facts_clear_no_finding",),
    "thirty_days_for_a_month": ("every_case_agrees",),
    "week_for_a_day": ("every_case_agrees",),
    "week_from_monday": ("every_case_agrees",),
}
#: What nothing notices, and why.
UNNOTICED: Final[dict[str, str]] = {
    "reads_what_no_case_states": "No case states the fact, so no claim that is derived has it.",
    "wrong_far_from_every_case": "A function may say anything where no case is near.",
}


#: Plugins that would take long, or end the tests, and the one invariant that is asked of each.
ALONE: Final = {
    "given_for_every_payer": "loads_without_fault",
    "is_slow": "checks_are_quick",
    "never_ends": "same_claim_same_answer",
    "starts_a_program": "rules_read_only_the_claim",
}


def noticed(registry: Registry, name: str, *, is_dear: bool) -> dict[str, str]:
    """The invariants that the plugin breaks, each with its first message.

    ``mutate`` is among them where that is what the plugin is about.
    """
    suite = read_suite(registry.case_folders, registry.owners)
    assert not suite.problems
    invariants = (
        [ALONE[name]]
        if name in ALONE
        else [invariant for invariant in INVARIANTS if is_dear or invariant != DEAR]
    )
    if name == "never_ends":
        results = check_invariants(registry, suite, {"acme": invariants}, 2.0)
        assert "no answer within 2 seconds" in results[0].broken[0]
        return {item.invariant: item.broken[0] for item in results if item.broken}
    subject = PayerUnderTest.of(registry, "acme", suite)
    first = {each: next(iter(INVARIANTS[each](subject)), None) for each in invariants}
    broken = {invariant: str(found) for invariant, found in first.items() if found is not None}
    if name != "cases_that_pin_nothing":
        return broken
    result = mutate(registry, payers=["acme"], jobs=1)
    survived = [verdict for verdict in result.verdicts if verdict.status == "survived"]
    return broken | ({MUTATE: str(survived[0])} if survived else {})


def without(name: str) -> tuple[str, ...]:
    """The bundled plugins that are left out: a rule for every payer needs other payers."""
    return BUNDLED[:2] if name == "given_for_every_payer" else BUNDLED


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Registry]:
    """Install a plugin of the zoo, and load it."""

    def keep(name: str) -> Registry:
        about = tmp_path / f"{name}-1.0.dist-info"
        about.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        (about / "METADATA").write_text(metadata, encoding="utf-8")
        entries = f"[payer_rules]\n{name} = {name}\n"
        (about / "entry_points.txt").write_text(entries, encoding="utf-8")
        monkeypatch.setattr(sys, "path", [str(tmp_path), str(HERE), str(PLUGINS), *sys.path])
        # NOTE: plugins of other tests have the same names. Afterwards the module is as it was.
        monkeypatch.setitem(sys.modules, name, sys)
        monkeypatch.delitem(sys.modules, name)
        registry = load(without=without(name))
        assert registry.problems == ()
        return registry

    return keep


@pytest.mark.parametrize("name", [*NOTICED, *UNNOTICED])
def test_each_wrong_plugin_is_noticed(name: str, kept: Callable[[str], Registry]) -> None:
    """Its hooks are sound, and exactly these invariants are broken."""
    expected = NOTICED.get(name, ())
    is_dear = DEAR in expected or not expected
    found = noticed(kept(name), name, is_dear=is_dear)
    assert tuple(found) == expected, found


def test_the_sound_plugin_keeps_every_invariant(kept: Callable[[str], Registry]) -> None:
    """What the wrong ones differ from is right, so that only their one change is noticed."""
    assert noticed(kept("sound_one"), "sound_one", is_dear=True) == {}


def test_every_plugin_of_the_zoo_is_asked() -> None:
    """There is none of which the tests expect nothing, and there are enough."""
    names = {file.stem for file in PLUGINS.glob("*.py")} - {"sound_one"}
    assert names == {*NOTICED, *UNNOTICED}
    assert len(NOTICED) >= 30


def test_all_roads_say_the_same(kept: Callable[[str], Registry]) -> None:
    """`conform` and the invariants of pytest name the invariant, the rule, the case and what to do."""
    kept("reads_line_numbers")
    harness = Harness()
    found = harness.broken("acme", "line_numbers_do_not_matter")
    assert found[0].startswith(
        "the invariant line_numbers_do_not_matter is broken: The answer is the same"
    )
    assert found[1].startswith("acme/units-by-minutes, case 'four units in 53 minutes': with other")
    assert "A line number is only a name" in found[1]
    assert harness.broken("acme", "ids_do_not_matter") == []
    result = conform(harness.registry, payers=["acme"])
    (broken,) = result.broken_invariants
    assert [broken.summary, *broken.broken] == found


def test_conform_ends_with_1_where_an_invariant_is_broken(
    kept: Callable[[str], Registry], capsys: pytest.CaptureFixture[str]
) -> None:
    """The invariant is printed with what breaks it; `--no-invariants` asks none."""
    kept("reads_line_numbers")
    assert main(["conform", "--payer", "acme"]) == ExitCode.FOUND
    printed = capsys.readouterr().out
    assert "acme: the invariant line_numbers_do_not_matter is broken: " in printed
    assert "14 invariants checked: 13 hold, 1 broken" in printed
    assert main(["conform", "--payer", "acme", "--no-invariants"]) == ExitCode.CLEAN


def test_the_page_is_what_the_tests_expect() -> None:
    """docs/reference/zoo.md lists each plugin, what is wrong with it and what notices it."""
    if not PAGE.is_file():
        pytest.skip("there is no checkout around these tests")
    assert PAGE.read_text(encoding="utf-8") == page()


def page() -> str:
    """The text of the page."""
    rows = [
        f"| {doc_of(name)} | {', '.join(f'`{invariant}`' for invariant in NOTICED[name])} |"
        for name in NOTICED
    ]
    others = [f"| {doc_of(name)} | {why} |" for name, why in UNNOTICED.items()]
    return "\n".join([ABOUT, *rows, BETWEEN, *others, ""])


def doc_of(name: str) -> str:
    """Return the problem of the plugin, by its docstring."""
    module = ast.parse((PLUGINS / f"{name}.py").read_text(encoding="utf-8"))
    return ast.get_docstring(module) or ""


ABOUT: Final = """\
# Wrong plugins, and what notices them

Each of these plugins loads without a fault, and each answers wrongly. The tests install every one of
them (`tests/zoo`) and hold that exactly these [invariants](invariants.md) are broken; `every_case_agrees` stands
for the author's own cases, which were read from the payer's text, and `mutate` for
`payer-rules mutate`. Use the table to see what your own suite needs: a wrong fact is noticed by a case
that stands on its border, a wrong function by the invariants, as long as a case comes near.

| what is wrong | what notices it |
|---|---|"""
BETWEEN: Final = """
## What nothing notices

An invariant derives claims from your cases, and cannot know what no case comes near. `mutate` changes the
facts of rules and no line of a function. So a function deserves a case for each of its branches.

| what is wrong | why nothing notices it |
|---|---|"""
