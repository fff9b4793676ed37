"""The words for what a biller can do where a fact, a table or a text is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from payer_rules.decisions import NotEvaluated, Reason
from payer_rules.reports.fact_names import EARLIER, PROGRAMS
from payer_rules.text.lists import joined

_STATUS: Final = ("status", "history.status")
_UNDECIDED: Final = (
    "wait for the payer's answer to the earlier claim, and give the 835 that has it "
    "(--history FILE)"
)
_UNKNOWN_PAYER: Final = (
    "list the payer identifier of its 835 (payer-rules history status shows those of a store) in "
    'practice.toml: [payers."…"]'
)
_EARLIER_FACT: Final = (
    "state it in a history file of TOML or CSV (--history FILE): an 835 may not have it"
)
_SAME_RUN: Final = "correct or remove the earlier claim first, and check the files again"

_NO_TABLES: Final = "install this quarter's NCCI and MUE files (payer-rules tables import)"
_NO_RELEASE: Final = (
    "install CMS's files of that quarter (payer-rules tables import), "
    "or use --assume table to apply the newest earlier ones"
)
_OWN_TABLE: Final = (
    "add the payer's edition of that day to its edit table, "
    "or use --assume table to apply the newest earlier one"
)
_MODALITY: Final = (
    "if it was telehealth, add place 02 or 10 and the payer's modifier, such as 95 (video) or "
    "93 (audio); otherwise write modality on the line"
)
_LINE_FIXES: Final = {
    "modality": _MODALITY,
    "minutes": "write minutes in a CSV or TOML claim file (an 837 has no place for them)",
    "miles": "write miles on the line",
    "session.leaders": "write leaders in a CSV or TOML claim file (an 837 has no place for them)",
    "session.elements": (
        "compare the note with payer-rules checklist, or write elements under the session of the "
        "line in a TOML claim file (an 837 has no place for them)"
    ),
    "session.group_size": (
        "write group_size under the line's session, or group_size_at_most in practice.toml"
    ),
}
_CLAIM_FIXES: Final = {
    "rendering_provider.taxonomy": "add the rendering provider's taxonomy (loop 2310B, PRV)",
    "rendering_provider.profession": (
        "add the rendering provider's taxonomy (loop 2310B, PRV), or list the NPI in practice.toml"
    ),
    "contractor": (
        "add the billing provider's ZIP code (loop 2010AA, N4), or contractor in practice.toml"
    ),
    "state": "add the billing provider's ZIP code (loop 2010AA, N4), or state in practice.toml",
    "network": "write network under the payer in practice.toml, or in the claim",
    "plan": "write plan under the payer in practice.toml, or in the claim",
    "program": "write program under the payer in practice.toml, or in the claim",
    "rendering_provider": "add the rendering provider (loop 2310B, NM1*82)",
    "supervised_by": "add the supervising provider (loop 2310D, NM1*DQ)",
    "place_of_service": "add the place of service (CLM05-1 or SV105)",
    "member.birth_date": "add the patient's date of birth (DMG)",
    "member.sex": "add the patient's sex (DMG03)",
    "dates.onset": 'add the date of onset (loop 2300, DTP*431), or "none"',
    "dates.initial_treatment": 'add the date of initial treatment (DTP*454), or "none"',
    "dates.last_seen": 'add the date last seen (DTP*304), or "none"',
    "dates.accident": 'add the date of the accident (loop 2300, DTP*439), or "none"',
    "dates.last_menstrual_period": (
        'add the date of the last menstrual period (loop 2300, DTP*484), or "none"'
    ),
    "dates.discharge": 'add the date of discharge (loop 2300, DTP*096), or "none"',
    "dates.order": "write the date of the order under dates of the claim or line",
    "occurrences": "add the occurrence codes (HI*BH), or occurrences = [] if there are none",
    "member.statuses": "write statuses under member, or statuses = [] if there are none",
    "rendering_provider.statuses": "write statuses under the NPI in practice.toml",
    "billing_provider.statuses": "write statuses under the NPI in practice.toml",
    "performed_by.statuses": "write statuses under the NPI in practice.toml",
    "supervised_by.statuses": "write statuses under the NPI in practice.toml",
    "other_payers": "add the other payers (loop 2320), or other_payers = [] if there are none",
    "other_payers.decided": "add the date of the other payer's decision (loop 2330B, DTP*573)",
    "other_payers.paid": "add the amount that the other payer paid (loop 2320, AMT*D)",
    "other_payers.reasons": "add the other payer's adjustments (loop 2320, CAS)",
    "body_site.side": "add modifier LT, RT or 50, or side under body_site of the line",
    "drug.number": 'add the drug (loop 2410, LIN**N4), or drug = "none" on the line',
    "diagnoses": "add the diagnosis codes (loop 2300, HI)",
    "authorizations": (
        "add the prior authorization number (REF*G1), or authorizations = [] if there is none"
    ),
    **{
        f"authorizations.{name}": f"write {name} under authorizations of the claim, as in the "
        "payer's letter (an 837 has the number alone)"
        for name in ("codes", "date_from", "date_to", "issued", "notified", "provider")
    },
    "authorizations.requested": "write requested, the day, under authorizations of the claim",
    "authorizations.requested_by": (
        "write requested_by, a profession, under authorizations of the claim"
    ),
    "authorizations.units_left": (
        "write units_left under authorizations of the claim: the units of the payer's letter less "
        "those that were used"
    ),
    "body_site": 'write body_site of the line, or "none" if it has none (tooth: loop 2400, TOO)',
    "body_site.tooth": 'add the tooth (loop 2400, TOO), or body_site = "none" on the line',
    "drug.quantity": "add the quantity of the drug (loop 2410, CTP04)",
    "drug.unit": "add the unit of the drug (loop 2410, CTP05)",
    "referral": "add the referral number (REF*9F)",
    "replaces": "add the payer's number of the claim that this claim replaces (REF*F8)",
    "setting": (
        "use --setting practitioner (837P) or --setting outpatient-hospital (837I), "
        "or write setting in the claim"
    ),
    "charge": "add the charge (SV102)",
    "allowed": "write allowed in the claim: the amount of the payer's fee schedule",
    "paid": "check what the payer has paid so far",
    "window_end": "bill the service after the period has ended",
}
_FIXES: Final[dict[Reason, str]] = {
    "claim": "write {missing} in the claim",
    "history": (
        "give the 835s that you received (--history FILE, or history in practice.toml), "
        "or history = [] in a claim file if there are none"
    ),
    "record": "write it under the line's session",
    "table": _NO_TABLES,
    "fault": "run payer-rules doctor to see which plugin failed",
    "edition": (
        "read {documents} as of that day, or use --assume edition to apply the newest earlier text"
    ),
    "text": "ask the payer, or use --assume text",
    "topic": "read the payer's policy on it, and add what it says to the payer's profile",
}


def fix_text(entry: NotEvaluated, documents: Iterable[str] = ()) -> str:
    """Return what a biller can do to have the rule checked.

    ``documents`` are the titles of policies that were read for other days.
    """
    missing = entry.missing
    if entry.reason in ("claim", "record") and missing in _LINE_FIXES:
        return _LINE_FIXES[missing]
    if entry.reason == "claim" and missing in _CLAIM_FIXES:
        return _CLAIM_FIXES[missing]
    if entry.reason == "table" and missing.count("/") > 1:
        return _NO_RELEASE if missing.partition("/")[0] in PROGRAMS else _OWN_TABLE
    if entry.reason == "history" and missing in _STATUS:
        return _UNDECIDED
    if entry.reason == "history" and missing == "run.status":
        return _SAME_RUN
    if missing == "history.payer":
        return _UNKNOWN_PAYER
    if missing.startswith(EARLIER):
        return _EARLIER_FACT
    titles = [f'"{title}"' for title in documents]
    named = joined(titles, "and") if titles else "the payer's policy"
    return _FIXES[entry.reason].format(missing=missing, documents=named)
