"""Witnesses: claims that two payers answer differently, as small as they can be."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tomllib import loads
from typing import Any, Final

import attrs
import pytest
from two_payers import ACME, ZENITH, two_sides

from payer_rules.conformance.derived_claims import less_known
from payer_rules.conformance.fixtures import read_suite
from payer_rules.conformance.mutants import mutants_of
from payer_rules.conformance.proposed_cases import proposed_case
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.conditions import Conditions
from payer_rules.errors import InputError
from payer_rules.history import History
from payer_rules.readers import claims_of
from payer_rules.registry import load
from payer_rules.rules import Rule, TopicStatement
from payer_rules.witnesses import ComparedSide, Comparison, Witness, compare
from payer_rules.witnesses.answered_claims import AnsweredClaim
from payer_rules.witnesses.witness_scenarios import scenario_files

#: What the two invented payers differ in: the rule that is broken on each side, if one is.
DIFFERENCES: Final = {
    (None, "zenith/a-day"),
    (None, "zenith/video-needs-95"),
    ("acme/video-needs-95", None),
    ("acme/45-minutes", None),
}


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """The comparison of the two invented payers."""
    return compare(two_sides(tmp_path_factory.mktemp("payers")))


def reasons_of(witness: Witness) -> tuple[str | None, str | None]:
    """Return the rules that are broken on both sides."""
    one, other = witness.difference.reasons
    return one.rule, other.rule


def test_each_difference_has_one_witness(comparison: Comparison) -> None:
    """Each pair of reasons has one witness, and the smallest come first."""
    found = [reasons_of(witness) for witness in comparison.witnesses]
    assert sorted(map(str, found)) == sorted(map(str, DIFFERENCES))
    assert [w.size for w in comparison.witnesses] == sorted(w.size for w in comparison.witnesses)


def test_a_payer_does_not_differ_from_itself(comparison: Comparison) -> None:
    """A payer compared with itself has no witness."""
    for side in comparison.sides:
        found = compare((side, side))
        assert found.claims
        assert not found.witnesses
        assert not found.of_reading


def test_the_order_of_payers_only_mirrors(comparison: Comparison) -> None:
    """The other order of payers gives the same claims, with the reasons in the other order."""
    one, other = comparison.sides
    turned = compare((other, one))
    assert {(w.claim, reasons_of(w)[::-1]) for w in turned.witnesses} == {
        (w.claim, reasons_of(w)) for w in comparison.witnesses
    }


def test_a_limit_has_a_witness_one_above_the_lower(comparison: Comparison) -> None:
    """A limit of one and a limit of two differ on a line with two units."""
    (witness,) = (w for w in comparison.witnesses if "zenith/a-day" in reasons_of(w))
    assert [line.units for line in witness.claim.lines] == [2]


def test_a_written_witness_differs_when_it_is_read_again(
    comparison: Comparison, tmp_path: Path
) -> None:
    """The claim of a written scenario has the answers that the file states, and they differ."""
    owners = {side.book.payer.id: "test" for side in comparison.sides}
    for file in scenario_files(comparison):
        (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    suite = read_suite([(None, tmp_path)], owners)
    assert not suite.problems
    assert len(suite.scenarios) == len(comparison.witnesses)
    for scenario in suite.scenarios:
        answers = set()
        for side in comparison.sides:
            trial = scenario.trial(side.book.payer.id)
            decision = side.book.decide(trial.filed.claim, trial.filed.history)
            assert trial.expected is not None
            assert trial.expected.unreviewed
            assert not trial.differences(decision)
            answers.add(tuple(line.expected for line in decision.lines))
        assert len(answers) == len(comparison.sides)


def test_the_name_of_a_scenario_has_what_makes_it_distinct(comparison: Comparison) -> None:
    """The name of a file has the code, the date, the topic and the rules, and no two are equal."""
    files = list(scenario_files(comparison))
    assert len({file.name for file in files}) == len(comparison.witnesses)
    for witness, file in zip(comparison.witnesses, files, strict=True):
        line = next(li for li in witness.claim.lines if li.number == witness.difference.line)
        reasons = witness.difference.reasons
        words = [line.code, f"{line.date_from}", *{reason.topic for reason in reasons}]
        words += [reason.rule.replace("/", "-") for reason in reasons if reason.rule]
        assert all(f"-{word}" in file.name for word in words), file.name


def test_scenarios_of_equal_titles_have_names_of_their_own(comparison: Comparison) -> None:
    """Witnesses that differ in nothing that a title has are numbered, and none is left out."""
    twice = attrs.evolve(comparison, witnesses=comparison.witnesses * 2)
    names = [file.name for file in scenario_files(twice)]
    assert len(set(names)) == 2 * len(comparison.witnesses)


@attrs.frozen
class ReducedDocument:
    """A document that is in no file."""

    data: dict[str, Any]
    name: str = "witness.toml"

    def line(self, path: object) -> int:
        """Return the first line."""
        return 1

    def place(self, path: object) -> str:
        """Return the name of the document."""
        return self.name


def without_one_key(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the document with one key, or one entry of a list of tables, left out."""
    for key, held in table.items():
        less = deepcopy(table)
        del less[key]
        yield less
        parts = held if isinstance(held, list) else [held]
        for at, part in enumerate(parts):
            if isinstance(held, list):
                yield {**deepcopy(table), key: [*held[:at], *held[at + 1 :]]}
            if isinstance(part, dict):
                for smaller in without_one_key(part):
                    inner = [*held[:at], smaller, *held[at + 1 :]] if part is not held else smaller
                    yield {**deepcopy(table), key: inner}


def test_nothing_can_be_left_out_of_a_witness(comparison: Comparison) -> None:
    """Without any one key of its file, a witness shows other reasons or other outcomes, or none."""
    for witness, file in zip(comparison.witnesses, scenario_files(comparison), strict=True):
        document = {k: v for k, v in loads(file.text).items() if k in ("claim", "history")}
        answered = AnsweredClaim.of(comparison.sides, witness.claim, witness.history)
        assert answered is not None
        key = witness.difference.key
        tried = 0
        for smaller in without_one_key(document):
            claim, history = read(smaller)
            if claim is None or (claim, history) == (witness.claim, witness.history):
                continue
            tried += 1
            less = AnsweredClaim.of(comparison.sides, claim, history)
            assert less is None or less.outcomes(key) != answered.outcomes(key), smaller
        assert tried


def read(data: dict[str, Any]) -> tuple[Any, Any]:
    """Return the claim and the history of the document; none if it is not valid."""
    try:
        (filed,), problems = claims_of(ReducedDocument(data))
    except (InputError, ValueError):
        return None, None
    return (None, None) if problems else (filed.claim, filed.history)


def test_a_changed_fact_has_a_witness(tmp_path: Path) -> None:
    """Each change of a fact that a case could notice has a witness."""
    (side, _) = two_sides(tmp_path)
    noticed = 0
    for rule in side.book.rules:
        for mutant in mutants_of(rule, ["90853", "90834"]):
            if not isinstance(mutant.new, Rule) or proposed_case(mutant, side.book) is None:
                continue
            noticed += 1
            edited = ComparedSide(name="edited", book=side.book.replace(rule, mutant.new))
            found = compare((side, edited))
            assert found.witnesses, (mutant.fact, mutant.change)
    assert noticed > len(side.book.rules)


@pytest.mark.parametrize(
    ("old", "new", "day"),
    [
        ("verified = { from = 2024-01-01, to = 2027-12-31 }\nadj", "2027-12-30", "2027-12-31"),
        ("verified = { from = 2024-01-01, to = 2027-12-31 }\nadj", "2028-01-01", "2028-01-01"),
    ],
)
def test_an_edit_by_one_day_has_a_witness_on_that_day(
    tmp_path: Path, old: str, new: str, day: str
) -> None:
    """A profile whose last day moves by one has a witness on the day between."""
    edited = ACME.replace(old, old.replace("2027-12-31", new))
    assert edited != ACME
    found = compare(two_sides(tmp_path, ACME, edited))
    days = {line.date_from for w in found.witnesses for line in w.claim.lines}
    assert datetime.date.fromisoformat(day) in days


def test_an_edit_by_one_unit_has_a_witness_on_that_unit(tmp_path: Path) -> None:
    """A profile whose limit rises from two to three has a witness with three units."""
    found = compare(two_sides(tmp_path, ACME, ACME.replace("limit = 2", "limit = 3")))
    assert [[line.units for line in w.claim.lines] for w in found.witnesses] == [[3]]


def test_a_text_that_was_not_read_is_no_difference(tmp_path: Path) -> None:
    """If a payer states nothing about a topic, the other's rule on it gives no witness."""
    topics = ACME.index("[[topics.all]]"), ACME.index("[[frequency_limit]]")
    unread = ACME[: topics[0]] + ACME[topics[1] :].replace("acme", "zenith")
    unread = unread.replace('id = "acme"', 'id = "zenith"')
    unread = unread[: unread.index("[[session_requirement]]")]
    found = compare(two_sides(tmp_path, ACME, unread))
    assert not found.witnesses
    assert ("acme/45-minutes", None) in {reasons_of(w) for w in found.of_reading}


def test_a_rule_on_video_is_no_reading_of_a_visit_by_audio(tmp_path: Path) -> None:
    """A payer with a place for video alone has no witness about a visit by audio."""
    place = """
[[place_of_service_requirement]]
id = "video-place"
codes = ["90853"]
when = { modality = ["video"] }
any_of = ["02"]
verified = { from = 2024-01-01, to = 2027-12-31 }
cites = ["MANUAL"]
rationale = "A session by video has place of service 02."
"""
    no_audio = """
[[place_of_service_requirement]]
id = "no-audio"
codes = ["90853"]
modality = ["in-person", "video"]
verified = { from = 2024-01-01, to = 2027-12-31 }
adjustment = { group = "CO", carc = "96", rarc = ["N130"] }
cites = ["MANUAL"]
rationale = "No session by audio is paid."
"""
    first, last = ACME.index("[[topics.all]]"), ACME.index("[[frequency_limit]]")
    found = compare(two_sides(tmp_path, ACME[:first] + ACME[last:] + place, ZENITH + no_audio))
    rules = {rule for witness in found.witnesses for rule in reasons_of(witness)}
    assert "zenith/no-audio" not in rules
    assert "zenith/no-audio" in {rule for w in found.of_reading for rule in reasons_of(w)}


@pytest.fixture(scope="module")
def bundled() -> Comparison:
    """The comparison of two payers of the distribution on one code."""
    registry = load(payers=["medicare", "tricare"])
    one, other = (
        ComparedSide(name=payer, book=registry.rulebook(payer)) for payer in ("medicare", "tricare")
    )
    return compare((one, other), codes=["90849"])


def test_witnesses_of_bundled_payers_cannot_be_smaller(bundled: Comparison) -> None:
    """Nothing can be left out of the witnesses of bundled payers, and each has the code."""
    assert bundled.witnesses
    for witness in bundled.witnesses:
        assert "90849" in {line.code for line in witness.claim.lines}
        answered = AnsweredClaim.of(bundled.sides, witness.claim, witness.history, ["90849"])
        assert answered is not None
        wanted = answered.outcomes(witness.difference.key)
        for _, claim, history in less_known(witness.claim, witness.history):
            less = AnsweredClaim.of(bundled.sides, claim, history, ["90849"])
            assert less is None or less.outcomes(witness.difference.key) != wanted


def test_each_side_of_a_witness_has_a_source(bundled: Comparison) -> None:
    """Of each witness, both sides name a rule that is broken, or what their texts state."""
    for witness in bundled.witnesses:
        for reason in witness.difference.reasons:
            assert reason.rule or reason.reading


@pytest.mark.parametrize(
    ("payers", "code"), [(("bcbs-nd", "tricare"), "90832"), (("medicare", "tricare"), "90849")]
)
def test_what_a_witness_cites_as_kept_applies_to_its_line(
    payers: tuple[str, str], code: str
) -> None:
    """Each rule and statement that a witness cites as kept applies to the line of the witness."""
    registry = load(payers=payers)
    one, other = (ComparedSide(name=name, book=registry.rulebook(name)) for name in payers)
    found = compare((one, other), codes=[code]).witnesses
    assert [citation for witness in found for citation in kept_by(witness, (one, other))]


def kept_by(
    witness: Witness, sides: tuple[ComparedSide, ComparedSide]
) -> Iterator[tuple[str, ...]]:
    """Yield what each side cites as kept, after the proof that it applies to the line."""
    for side, reason in zip(sides, witness.difference.reasons, strict=True):
        if reason.reading is None or not reason.reading.is_kept:
            continue
        claim, history = side.placed(witness.claim, witness.history)
        state = ClaimState(claim, history or History.unknown(), Assumptions.expected())
        line = next(line for line in claim.lines if line.number == witness.difference.line)
        statement = reason.reading.statement
        cited: list[Rule | TopicStatement] = [
            rule for name in reason.reading.rules if (rule := side.edition_on(name, line.date_from))
        ]
        for each in [*cited, *([statement] if statement else [])]:
            exceptions = each.exceptions if isinstance(each, Rule) else ()
            conditions = Conditions(each.when, side.book.payer, exceptions=exceptions)
            assert conditions.weigh(state, line) is True, each
        assert all(line.date_from in rule.in_force for rule in cited if isinstance(rule, Rule))
        yield reason.reading.rules


@pytest.mark.parametrize("payer", ["cigna", "aetna"])
def test_a_sample_of_changed_facts_of_a_bundled_profile_has_witnesses(payer: str) -> None:
    """Of facts that are drawn from a small profile, each that a case could notice has a witness."""
    registry = load(payers=[payer])
    side = ComparedSide(name=payer, book=registry.rulebook(payer))
    mutants = [(rule, mutant) for rule in side.book.rules for mutant in mutants_of(rule, ["90853"])]
    noticed = 0
    for rule, mutant in random.Random(18).sample(mutants, 8):
        if not isinstance(mutant.new, Rule) or proposed_case(mutant, side.book) is None:
            continue
        noticed += 1
        edited = ComparedSide(name="edited", book=side.book.replace(rule, mutant.new))
        assert compare((side, edited)).witnesses, (rule.id, mutant.fact, mutant.change)
    assert noticed


def test_one_edition_does_not_differ_from_itself_on_another_date(tmp_path: Path) -> None:
    """On two dates on which the same rules answer, a payer has no witness, also near a month's end."""
    by_month = ACME.replace('window = "day"', 'window = "month"')
    (side, _) = two_sides(tmp_path, by_month)
    days = datetime.date(2026, 3, 2), datetime.date(2026, 3, 31)
    one, other = (attrs.evolve(side, on=day) for day in days)
    found = compare((one, other))
    assert found.claims
    assert not found.witnesses


def test_the_source_of_silence_is_that_of_the_lines_own_conditions(tmp_path: Path) -> None:
    """Of two texts that state no rule, each for another profession, that of the line is cited."""
    sources = """
[sources.OTHERS]
title = "Zenith manual for social workers (invented)"
url = "https://example.com/others"
read = 2026-11-23
confidence = "primary"
"""
    statement = """
[[topics.provider]]
when = {{ rendered_by = {{ profession = ["{profession}"] }} }}
none = {{ cites = ["{source}"] }}
verified = {{ from = 2024-01-01, to = 2027-12-31 }}
"""
    asking = (
        ACME
        + """
[[provider_requirement]]
id = "who"
codes = ["90853"]
rendered_by = { profession = ["lcsw"] }
verified = { from = 2024-01-01, to = 2027-12-31 }
cites = ["MANUAL"]
rationale = "A clinical social worker renders group psychotherapy."
"""
    )
    first, last = ZENITH.index("[[topics.all]]"), ZENITH.index("[[frequency_limit]]")
    silent = ZENITH[:first] + sources + ZENITH[last:]
    silent += statement.format(profession="lcsw", source="OTHERS")
    silent += statement.format(profession="psychologist", source="MANUAL")
    found = compare(two_sides(tmp_path, asking, silent))
    (witness,) = (w for w in found.witnesses if "acme/who" in reasons_of(w))
    reading = witness.difference.reasons[1].reading
    assert reading is not None
    assert reading.statement is not None
    assert [citation.row for citation in reading.statement.none] == ["MANUAL"]
