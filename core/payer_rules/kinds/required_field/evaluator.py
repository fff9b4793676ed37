"""The evaluation of required fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim, Drug, ServiceLine, TreatmentDates
from payer_rules.engine.body_sites import part_of, sides_of, surfaces_of
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field
from payer_rules.engine.reads import RENDERING as RENDERING_PROVIDER
from payer_rules.engine.reads import Reads
from payer_rules.engine.truth import Truth
from payer_rules.engine.verdict import Answer, broken_parts
from payer_rules.kinds.required_field.rule import RequiredField
from payer_rules.values.identity_cache import IdentityCache

RENDERING: Final = "rendering_provider.npi"
_NPI: Final = 10
#: The prefix with which the check digit of an NPI is made.
_CARD: Final = "80840"


def evaluate_line(
    rule: RequiredField, state: ClaimState, line: ServiceLine
) -> Answer[tuple[str, ...]]:
    """Return the names of the required fields that are empty or not valid, if any."""
    return broken_parts(rule, line, _faults(rule, state.claim, line))


def _faults(rule: RequiredField, claim: Claim, line: ServiceLine) -> Iterator[str | MissingFacts]:
    for name, test in _TESTS_OF.of(rule):
        truth = test(claim, line)
        if truth is False:
            yield name
        else:
            yield NONE_MISSING if truth is True else truth


def _condition_codes(claim: Claim, line: ServiceLine) -> Collection[str] | None:
    return claim.condition_codes


def _revenue_codes(claim: Claim, line: ServiceLine) -> Collection[str] | None:
    return None if line.revenue_code is None else (line.revenue_code,)


def _occurrence_codes(claim: Claim, line: ServiceLine) -> Collection[str] | None:
    stated = claim.occurrences
    return None if stated is None else [occurrence.code for occurrence in stated]


@lru_cache(maxsize=4096)
def is_npi(text: str) -> bool:
    """Return True if the text is a National Provider Identifier.

    It has ten digits, the last a check digit.

    Source: 45 CFR 162.406; the digit is that of ISO/IEC 7812 (Luhn) with 80840 before the number.
    """
    if not (len(text) == _NPI and text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(_CARD + text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


#: Returns whether a claim states a field for a line.
_Test: TypeAlias = Callable[[Claim, ServiceLine], Truth]
_OF_LINE: Final = frozenset(["diagnosis_pointers", "revenue_code", "body_site"])


def _stated(name: str) -> _Test:
    def is_stated(claim: Claim, line: ServiceLine) -> Truth:
        fact = getattr(line if name in _OF_LINE else claim, name)
        return field(name) if fact is None else fact not in ((), "none")

    return is_stated


def _date(name: str) -> _Test:
    def is_stated(claim: Claim, line: ServiceLine) -> Truth:
        day = claim.treatment_date(line, name)
        return field(f"dates.{name}") if day is None else day != "none"

    return is_stated


def _surfaces(claim: Claim, line: ServiceLine) -> Truth:
    surfaces = surfaces_of(line)
    return field("body_site.surfaces") if surfaces is None else bool(surfaces)


def _part_of_site(name: str) -> _Test:
    def is_stated(claim: Claim, line: ServiceLine) -> Truth:
        part = part_of(line, name)
        return field(f"body_site.{name}") if part is None else bool(part)

    return is_stated


def _side(claim: Claim, line: ServiceLine) -> Truth:
    sides = sides_of(line)
    return field("body_site.side") if sides is None else bool(sides)


def _of_drug(name: str) -> _Test:
    def is_stated(claim: Claim, line: ServiceLine) -> Truth:
        # NOTE: a form that states a drug states its quantity and unit with it.
        drug = line.drug
        if drug is None:
            return field(f"drug.{name}")
        return isinstance(drug, Drug) and getattr(drug, name) is not None

    return is_stated


def _sex(claim: Claim, line: ServiceLine) -> Truth:
    return field("member.sex") if claim.member.sex is None else True


_STATED: Final = (
    *("diagnoses", "diagnosis_pointers", "authorizations", "referral", "order"),
    *("body_site", "revenue_code", "condition_codes", "occurrences"),
)
_TESTS: Final[dict[str, _Test]] = {
    "billing_provider.npi": lambda claim, line: is_npi(claim.billing_provider.npi),
    RENDERING: lambda claim, line: is_npi(claim.rendering_provider(line).npi),
    "member.sex": _sex,
    "body_site.side": _side,
    "body_site.surfaces": _surfaces,
    **{name: _stated(name) for name in _STATED},
    **{f"dates.{each.name}": _date(each.name) for each in attrs.fields(TreatmentDates)},
    **{f"body_site.{name}": _part_of_site(name) for name in ("tooth", "quadrant")},
    **{f"drug.{each.name}": _of_drug(each.name) for each in attrs.fields(Drug)},
}


def reads_of(rule: RequiredField) -> Reads:
    """Return what the rule reads: the fields and lists of codes that it names."""
    reads = Reads()
    for name in rule.fields:
        reads |= _reads_of_field(name)
    if rule.revenue_code is not None:
        reads |= Reads(line={"revenue_code"})
    if rule.condition_code is not None:
        reads |= Reads(claim={"condition_codes"})
    if rule.occurrence_code is not None:
        reads |= Reads(claim={"occurrences"})
    return reads


def _reads_of_field(name: str) -> Reads:
    owner, _, part = name.partition(".")
    if owner == "rendering_provider":
        return RENDERING_PROVIDER | Reads(provider={part})
    if owner == "billing_provider":
        return Reads(claim={owner}, provider={part})
    if owner == "member":
        return Reads(claim={owner}, member={part})
    if owner == "dates":
        return Reads(claim={owner}, line={owner})
    if owner == "body_site":
        # NOTE: modifiers show sides and teeth.
        return Reads(line={owner, "modifiers"})
    return Reads(line={owner}) if owner in {*_OF_LINE, "drug"} else Reads(claim={owner})


def _one_of(
    name: str,
    wanted: frozenset[str],
    codes_of: Callable[[Claim, ServiceLine], Collection[str] | None],
) -> _Test:
    """Return the test whether one of the codes is stated."""

    def is_stated(claim: Claim, line: ServiceLine) -> Truth:
        stated = codes_of(claim, line)
        return field(name) if stated is None else not wanted.isdisjoint(stated)

    return is_stated


def _tests_of(rule: RequiredField) -> tuple[tuple[str, _Test], ...]:
    """Return the tests of a rule by the names of the fields, in the order of its answer."""
    tests: list[tuple[str, _Test]] = [(name, _TESTS[name]) for name in sorted(rule.fields)]
    for name, wanted, codes_of in (
        ("revenue_code", rule.revenue_code, _revenue_codes),
        ("condition_codes", rule.condition_code, _condition_codes),
        ("occurrences", rule.occurrence_code, _occurrence_codes),
    ):
        if wanted is not None:
            tests.append((name, _one_of(name, wanted, codes_of)))
    return tuple(tests)


_TESTS_OF: Final = IdentityCache(_tests_of)
