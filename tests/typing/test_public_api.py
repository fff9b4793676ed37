"""What others may import from the package: the names, that they are lazy, and their types."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

import payer_rules
from payer_rules import (
    Check,
    Citation,
    Claim,
    Decision,
    FrequencyLimit,
    History,
    Member,
    Provider,
    Rule,
    ServiceLine,
    Violation,
    Window,
    hookimpl,
    load,
)
from payer_rules.kinds import KINDS

#: The public names except for the kinds of rules. Removing one breaks others, so it is repeated here.
_NAMES: Final = """
AddOnEdit Adjustment Age AnyCode Authorization Bounds Citation Claim CodeOption CodeTableRow Cure DateRange DaysAround Decision EarlierLine
EditTable EditTerms Evidence Exemption Finding History HistoryLine InpatientStay InputError
InvalidValueError LimitReading LineDecision LineFilter Member MissingInformation ModifierPosition NotEvaluated
OtherLine OtherPayerCriteria PairEdit Payer PayerRulesError PaymentTiers Problem Provider ProviderCriteria
ReductionUnless RelatedLine Rule SecondReading AuthorizationDetails ServiceDeadline StatusCriteria
StayCriteria DocumentCriteria FindingCriteria
ServiceLine ServiceTypes Session TableCondition TimeLimit UnitEdit UnitMinutes UnitSteps Violation When Window from_dict
from_json hookimpl load schema_of to_dict to_json
"""
PUBLIC: Final = sorted([*_NAMES.split(), *(kind.rule.__name__ for kind in KINDS)])
#: What neither an import of the package nor a word about its commands has a use for.
HEAVY: Final = ("attr", "cyclopts", "pluggy", "rich", "toml", "tomllib")

MANUAL: Final = Citation(
    row="A-1",
    title="Acme manual",
    url="https://example.org/manual",
    read=date(2024, 1, 2),
    confidence="primary",
)


def whole_units(claim: Claim, history: History) -> Iterator[Violation]:
    """Lines whose units are no whole number."""
    for line in claim.lines:
        if line.units % 1:
            yield Violation(lines=(line.number,), message=f"{line.units} units are not whole")


@hookimpl
def payer_rules_frequency_limits(payer: str) -> Iterator[FrequencyLimit]:
    """A hook as an outside plugin writes it, for the type checker."""
    if payer == "acme":
        yield FrequencyLimit(
            id="acme/group-one-per-day",
            codes=frozenset({"90853"}),
            limit=Decimal(1),
            counts="services",
            window=Window.rolling(1),
            scope="member",
            citations=(MANUAL,),
            rationale="One group session a day.",
        )


def decided(claim: Claim) -> Decision:
    """The engine as an embedder uses it, for the type checker."""
    return load().rulebook("medicare").decide(claim, History())


def test_the_public_names_are_these() -> None:
    """The list of public names is sorted, and none came or went unnoticed."""
    assert payer_rules.__all__ == PUBLIC


def test_every_kind_of_rule_is_public() -> None:
    """An outside plugin imports each kind of rule from the package."""
    assert {kind.rule.__name__ for kind in KINDS} <= set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_the_thing_of_its_module(name: str) -> None:
    """What a name gives at run time is what a type checker reads in the imports above it."""
    tree = ast.parse(Path(payer_rules.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    (module,) = [i.module for i in imports if name in {alias.name for alias in i.names}]
    assert getattr(payer_rules, name) is getattr(importlib.import_module(str(module)), name)


def test_the_package_lists_its_names_before_they_are_asked_for() -> None:
    """`dir` names everything public once, in order."""
    listed = _run("import payer_rules; print(*dir(payer_rules))").split()
    assert listed == sorted(set(listed))
    assert set(PUBLIC) <= set(listed)


def test_an_unknown_name_is_reported() -> None:
    """A name that is not there is an AttributeError that names it and the package."""
    with pytest.raises(AttributeError, match=r"'payer_rules' has no attribute 'FrequencyLimt'"):
        _ = payer_rules.FrequencyLimt  # type: ignore[attr-defined]


def test_the_package_is_imported_alone() -> None:
    """`import payer_rules` brings in none of its modules and nothing that is slow."""
    assert _modules("import payer_rules") == {"payer_rules"}


def test_the_help_is_reported_without_the_engine() -> None:
    """`--help` brings in the command line, and neither rules nor plugins nor readers."""
    result = _modules("from payer_rules.cli import main; main(['--help'])")
    inside = {name.split(".")[1] for name in result if name.startswith("payer_rules.")}
    assert inside == {"cli", "error_codes", "errors", "system", "text"}
    assert result.isdisjoint({"pluggy", "toml", "tomllib", "payer_rules_medicare"})


def test_a_rule_is_given_and_a_claim_is_decided() -> None:
    """What is typed above runs."""
    day = date(2024, 8, 15)
    claim = Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893"),
        lines=[ServiceLine(number=1, code="90853", date_from=day, units=Decimal("1.5"))],
    )
    rules: list[Rule] = [*payer_rules_frequency_limits("acme")]
    check = Check(
        id="acme/whole-units",
        codes=frozenset({"90853"}),
        function=whole_units,
        citations=(MANUAL,),
        rationale="A session is billed in whole units.",
    )
    assert [rule.owner for rule in (*rules, check)] == ["acme", "acme"]
    assert [broken.lines for broken in check.function(claim, History())] == [(1,)]
    assert decided(claim).payer == "medicare"


def _modules(code: str) -> set[str]:
    """The modules of the project, and of those that are heavy, that the code brings in."""
    names = ("payer_rules", "payer_rules_medicare", "payer_rules_profiles", *HEAVY)
    message = f"print(*sorted(m for m in sys.modules if m.split('.')[0] in {names}))"
    result = _run(f"import sys\n{code}\n{message}").splitlines()[-1]
    return {m if m.startswith("payer_rules") else m.split(".")[0] for m in result.split()}


def _run(code: str) -> str:
    run = [sys.executable, "-c", code]
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout
