"""The conditions on facts of the claim: setting, scopes, codes, diagnoses and other payers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from payer_rules.claims import OtherPayer, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.condition import Condition, ConditionTest
from payer_rules.engine.missing import field, of_history, of_line
from payer_rules.engine.reads import Reads
from payer_rules.engine.truth import Truth, among, begins, both, either
from payer_rules.history import HistoryLine
from payer_rules.rules import SCOPES, OtherPayerCriteria

_NO_SETTING: Final = field("setting")
_NO_EARLIER_SETTING: Final = of_history("setting")
_NO_OTHER_PAYERS: Final = field("other_payers")


def _of_claim(name: str) -> ConditionTest:
    missing = field(name)

    def test(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
        return among(getattr(state.claim, name), allowed, missing)

    return test


def _setting(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    if isinstance(line, HistoryLine):
        setting = line.setting or _presumed_setting(state, line)
        return among(setting, allowed, _NO_EARLIER_SETTING)
    return among(state.claim.setting, allowed, _NO_SETTING)


def _presumed_setting(state: ClaimState, earlier: HistoryLine) -> str | None:
    """Return the setting of the claim if its billing provider also billed the earlier line.

    An 835 does not state settings.
    """
    biller = earlier.billing_provider
    if biller is None or not state.assumptions.has_history:
        return None
    return state.claim.setting if biller.npi == state.claim.billing_provider.npi else None


def _bill_type(starts: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    # NOTE: earlier lines do not state the bill type of their claim.
    stated = None if isinstance(line, HistoryLine) else state.claim.bill_type
    return begins(stated, starts, of_line(line, "bill_type"))


def _condition_code(codes: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    claim = line if isinstance(line, HistoryLine) else state.claim
    if claim.condition_codes is None:
        return of_line(line, "condition_codes")
    return any(code in codes for code in claim.condition_codes)


def _occurrence_code(codes: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    # NOTE: earlier lines do not state the occurrences of their claim.
    if isinstance(line, HistoryLine):
        return of_history("occurrences")
    stated = state.claim.occurrences
    return field("occurrences") if stated is None else any(each.code in codes for each in stated)


def _diagnosis(starts: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    stated = line.diagnoses if isinstance(line, HistoryLine) else state.claim.diagnoses
    if stated is None:
        return of_line(line, "diagnoses")
    plain = tuple(start.replace(".", "") for start in starts)
    return any(code.replace(".", "").startswith(plain) for code in stated)


def _other_payer(criteria: OtherPayerCriteria, state: ClaimState, line: ServiceLine) -> Truth:
    # NOTE: earlier lines do not state the other payers of their claim.
    if isinstance(line, HistoryLine):
        return of_history("other_payers")
    payers = state.claim.other_payers
    if payers is None:
        return _NO_OTHER_PAYERS
    if not criteria.known:
        return not payers
    return either(_is_as_asked(payer, criteria) for payer in payers)


def _is_as_asked(payer: OtherPayer, criteria: OtherPayerCriteria) -> Truth:
    """Return whether the other payer meets all criteria."""
    truths: list[Truth] = []
    if criteria.order is not None:
        truths.append(among(payer.order, criteria.order, field("other_payers.order")))
    if criteria.decided is not None:
        decided = payer.has_decided
        missing = field("other_payers.decided")
        truths.append(missing if decided is None else decided is criteria.decided)
    if criteria.paid is not None:
        paid = _has_paid(payer)
        truths.append(field("other_payers.paid") if paid is None else paid is criteria.paid)
    if criteria.reason is not None:
        reasons = () if payer.decided == "none" else payer.reasons
        missing = field("other_payers.reasons")
        truths.append(missing if reasons is None else not criteria.reason.isdisjoint(reasons))
    return both(truths)


def _has_paid(payer: OtherPayer) -> bool | None:
    if payer.decided == "none":
        return False
    return None if payer.paid is None else payer.paid > 0


#: The conditions by their names in `When`.
CLAIM_CONDITIONS: Final[dict[str, Condition]] = {
    **{name: Condition(_of_claim(name), Reads(claim={name})) for name in SCOPES},
    "setting": Condition(
        _setting,
        Reads(claim={"setting"}),
        Reads(
            claim={"billing_provider"}, provider={"npi"}, history={"billing_provider", "setting"}
        ),
    ),
    "bill_type": Condition(_bill_type, Reads(claim={"bill_type"})),
    "condition_code": Condition(
        _condition_code, Reads(claim={"condition_codes"}), Reads(history={"condition_codes"})
    ),
    "occurrence_code": Condition(_occurrence_code, Reads(claim={"occurrences"})),
    "diagnosis": Condition(_diagnosis, Reads(claim={"diagnoses"}), Reads(history={"diagnoses"})),
    "other_payer": Condition(
        _other_payer,
        Reads(claim={"other_payers"}, payer={"decided", "order", "paid", "reasons"}),
    ),
}
