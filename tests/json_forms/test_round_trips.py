"""Laws of the JSON forms: what is written is read again as it was, and every fault is named."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, get_args

import attrs
import jsonschema
import pytest
from bundled import bundled_registry, bundled_suite
from examples import examples
from generated import values_of
from hypothesis import HealthCheck, given, settings

from payer_rules import (
    Check,
    Claim,
    Decision,
    FrequencyLimit,
    History,
    HistoryLine,
    InputError,
    Rule,
    from_dict,
    from_json,
    schema_of,
    to_dict,
    to_json,
)
from payer_rules.json_forms.conversion import JsonValue
from payer_rules.json_forms.schema_files import FormName
from payer_rules.readers import read_claims, read_history_document

FEW: Final = settings(
    max_examples=examples(60),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def rules() -> Sequence[Rule]:
    """The rules of all bundled payers."""
    registry = bundled_registry()
    return [rule for payer in registry.payers for rule in registry.collect(payer).rules]


@pytest.fixture(scope="module")
def fixtures() -> Sequence[tuple[Claim, History | None, Decision]]:
    """Some cases and scenarios of every bundled payer, with the decisions on them."""
    registry = bundled_registry()
    suite = bundled_suite()
    found = []
    for payer in registry.payers:
        rulebook = registry.rulebook(payer)
        for trial in [*suite.trials(payer)][::7]:
            claim, history = trial.filed.claim, trial.filed.history
            found.append((claim, history, rulebook.decide(claim, history)))
    return found


TOOL: Final = Path(__file__).resolve().parents[2] / "tools" / "make_schemas.py"
SCHEMAS: Final = {
    form: jsonschema.Draft202012Validator(schema_of(form)) for form in get_args(FormName)
}


def assert_read_again(kind: type[JsonValue], value: JsonValue) -> None:
    """The value is the same after it was written as text, and as data, and read."""
    assert from_json(kind, to_json(value)) == value
    assert from_dict(kind, to_dict(value)) == value
    assert from_dict(kind, json.loads(json.dumps(to_dict(value)))) == value


def assert_of_its_schema(value: JsonValue) -> None:
    """The JSON of the value is as its schema describes it."""
    data = json.loads(to_json(value))
    SCHEMAS[data["schema"].split(":")[3]].validate(data)


@FEW
@given(values_of(Claim))
def test_a_claim_is_read_as_it_was_written(claim: Claim) -> None:
    """Every fact of any claim is in its JSON."""
    assert_read_again(Claim, claim)
    assert_of_its_schema(claim)


@FEW
@given(values_of(History))
def test_a_history_is_read_as_it_was_written(history: History) -> None:
    """Every line of any history is in its JSON, and what the history covers."""
    whole = attrs.evolve(history, lines=[*_of_own_claims(history.lines)])
    assert_read_again(History, whole)
    assert_of_its_schema(whole)


def _of_own_claims(lines: Iterable[HistoryLine]) -> Iterator[HistoryLine]:
    """The lines, each of a claim of its own: a file lists no line twice."""
    for at, line in enumerate(lines):
        yield attrs.evolve(line, claim=f"C{at}")


@FEW
@given(values_of(Decision))
def test_a_decision_is_read_as_it_was_written(decision: Decision) -> None:
    """Every field of any decision is in its JSON."""
    assert_read_again(Decision, decision)


def test_every_fixture_is_read_as_it_was_written(
    fixtures: Sequence[tuple[Claim, History | None, Decision]],
) -> None:
    """Claims, histories and decisions of all payers survive the way through JSON."""
    for claim, history, decision in fixtures:
        assert_read_again(Claim, claim)
        assert_read_again(Decision, decision)
        assert_of_its_schema(decision)
        if history is not None:
            assert_read_again(History, history)


def test_every_rule_is_read_as_it_was_written(rules: Sequence[Rule]) -> None:
    """The rules of all payers survive the way through JSON, with their places."""
    data = [rule for rule in rules if not isinstance(rule, Check)]
    assert len(data) > 100
    for rule in data:
        assert_read_again(Rule, rule)
        assert_of_its_schema(rule)
        assert from_json(type(rule), to_json(rule)).origin == rule.origin


def test_a_function_is_not_read(rules: Sequence[Rule]) -> None:
    """A rule that is a function of a plugin is written without it, and is not read."""
    check = next(rule for rule in rules if isinstance(rule, Check))
    assert "function" not in to_dict(check)
    with pytest.raises(InputError, match="kind: a rule of the kind 'check' is a function"):
        from_dict(Rule, to_dict(check))


def test_a_rule_of_another_kind_is_not_read(rules: Sequence[Rule]) -> None:
    """If a kind of rule is asked for, a rule of another kind is a problem."""
    other = next(rule for rule in rules if not isinstance(rule, FrequencyLimit | Check))
    with pytest.raises(InputError, match="kind: the rule is of another kind than FrequencyLimit"):
        from_dict(FrequencyLimit, to_dict(other))
    with pytest.raises(InputError, match="kind: the kind of rule is 'limit'"):
        from_dict(Rule, {**to_dict(other), "kind": "limit"})


def test_every_fault_is_named_with_its_place(
    rules: Sequence[Rule], fixtures: Sequence[tuple[Claim, History | None, Decision]]
) -> None:
    """Unknown keys, missing keys, wrong types and wrong words are all reported at once."""
    claim, _, decision = fixtures[0]
    history = History(lines=[HistoryLine(code="90853", date_from=date.min, claim="C", member="M")])
    for kind, value, lists in (
        (Claim, claim, ("claim", "lines")),
        (History, history, ("history",)),
        (Decision, decision, ("lines",)),
        (Rule, rules[0], ("citations",)),
    ):
        data: Any = copy.deepcopy(to_dict(value))
        inner = data
        for key in lists:
            inner = inner[key]
        first = inner[0]
        first["more"] = 1
        for key in ("code", "outcome", "title"):
            if key in first:
                first[key] = 7.5
        data["schema"] = "urn:payer-rules:schema:none"
        data["else"] = True
        places = ".".join([*lists, "0"])
        with pytest.raises(InputError) as raised:
            from_dict(kind, data)
        wheres = [problem.where for problem in raised.value.problems]
        assert {"schema", "else", f"{places}.more"} <= set(wheres), wheres
        assert len(wheres) >= 4
        with pytest.raises(InputError) as raised:
            from_json(kind, json.dumps(data, indent=1))
        assert len(raised.value.problems) == len(wheres)
        assert all(":" in problem.where for problem in raised.value.problems)


def test_no_json_is_no_value() -> None:
    """A text that is no JSON object is a problem, with its line."""
    for text in ("", "[]", "{", '{"claim": 1, "claim": 2}', '{"a": NaN}'):
        for kind in (Claim, History, Decision, Rule):
            with pytest.raises(InputError, match=f"^{kind.__name__.lower()}:1"):
                from_json(kind, text)


def test_the_schemas_are_those_of_the_classes() -> None:
    """Each schema is one of JSON, and has the keys that the classes have now."""
    for validator in SCHEMAS.values():
        jsonschema.Draft202012Validator.check_schema(validator.schema)
    if not TOOL.is_file():
        pytest.skip("there is no checkout around these tests")
    done = subprocess.run([sys.executable, TOOL, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), "run python tools/make_schemas.py"


def test_the_schema_must_be_stated() -> None:
    """A decision or rule without its schema may be of an older form."""
    for kind in (Decision, Rule):
        with pytest.raises(InputError, match="the key 'schema' is missing"):
            from_dict(kind, {})


def test_other_values_have_no_form() -> None:
    """A value of another class is an error of the caller."""
    with pytest.raises(TypeError, match="str has no JSON form"):
        to_dict("a")  # type: ignore[arg-type]


def test_files_are_read_by_check(
    tmp_path: Any, fixtures: Sequence[tuple[Claim, History | None, Decision]]
) -> None:
    """The JSON of a claim is a claim file, and that of a history a history file."""
    claim, history = next((c, h) for c, h, _ in fixtures if h is not None and h.lines)
    (tmp_path / "claim.json").write_text(to_json(claim), encoding="utf-8")
    (tmp_path / "history.json").write_text(to_json(history), encoding="utf-8")
    assert [filed.claim for filed in read_claims(tmp_path / "claim.json").claims] == [claim]
    assert read_history_document(tmp_path / "history.json") == (history, ())
