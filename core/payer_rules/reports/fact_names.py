"""The names of facts and tables as a biller knows them."""

from __future__ import annotations

from typing import Final

#: Names of facts as a biller knows them; others are printed with their own names.
_FACTS: Final = {
    "contractor": "MAC",
    "received": "date received",
    "window_end": "end of the period in which further services may follow",
    "setting": "setting",
    "bill_type": "type of bill",
    "diagnoses": "diagnosis codes",
    "diagnosis_pointers": "diagnosis pointers",
    "date": "date of service",
    "inpatient_stays": "dates of inpatient stays",
    "episode_start": "first day of the episode of care",
    "replaces": "number of the claim that this claim replaces",
    "member.birth_date": "patient's date of birth",
    "member.sex": "patient's sex",
    "dates.onset": "date of onset",
    "dates.initial_treatment": "date of initial treatment",
    "dates.last_seen": "date last seen",
    "dates.accident": "date of the accident",
    "dates.last_menstrual_period": "date of the last menstrual period",
    "dates.discharge": "date of discharge",
    "dates.order": "date of the order",
    "occurrences": "occurrence codes",
    "member.statuses": "statuses of the patient",
    "inpatient_stays.statuses": "statuses of the inpatient stay",
    "other_payers": "other payers",
    "other_payers.decided": "date of the other payer's decision",
    "other_payers.order": "whether the other payer is primary or secondary",
    "other_payers.paid": "amount that the other payer paid",
    "other_payers.reasons": "adjustment reasons of the other payer",
    "body_site": "tooth, area of the mouth or side",
    "body_site.tooth": "tooth number",
    "body_site.surfaces": "tooth surfaces",
    "body_site.quadrant": "area of the mouth",
    "body_site.side": "side of the body",
    "drug.number": "drug number (NDC)",
    "drug.quantity": "quantity of the drug",
    "drug.unit": "unit of the drug",
    "member.member_prefix": "member ID prefix",
    "member.benefit_year_start": "first day of the benefit year",
    "authorizations": "authorization",
    "authorizations.units_left": "units left on the authorization",
    "authorizations.requested": "day on which the authorization was requested",
    "authorizations.issued": "day on which the authorization was issued",
    "authorizations.notified": "day on which the payer was notified",
    "authorizations.requested_by": "profession of who requested the authorization",
    "authorizations.codes": "codes on the authorization",
    "authorizations.date_from": "first day of the authorization",
    "authorizations.date_to": "last day of the authorization",
    "authorizations.provider": "provider on the authorization",
    "allowed": "amount that the payer allows",
    "paid": "amount that the payer pays",
    "modality": "modality (in person, video or audio)",
    "minutes": "minutes",
    "miles": "miles",
    "session.id": "session that the line belongs to",
    "session.start": "start time of the session",
    "session.group_size": "group size",
    "session.leaders": "number of group leaders",
    "session.documented": "content of the session note",
    "session.elements": "other contents of the session note",
    "session.documents": "documents of the record",
    "session.documents.written": "day on which a document was written",
    "session.documents.signed": "day on which a document was signed",
    "session.documents.signed_by": "who signed a document",
    "session.documents.expires": "day on which a document expires",
    "session.findings": "clinical findings",
    "session.findings.score": "score of a clinical finding",
    "session.findings.previous": "earlier score of a clinical finding",
    "history": "claim history",
    "status": "status of earlier claims",
    "history.payer": "payer of an earlier claim",
    "history.status": "status of an earlier claim",
    "run.status": "outcome of an earlier claim in these files",
}
_PROVIDERS: Final = {
    "rendering_provider": "rendering provider",
    "billing_provider": "billing provider",
    "performed_by": "performing provider",
    "supervised_by": "supervising provider",
}
_OF_PROVIDER: Final = {
    "profession": "license type",
    "taxonomy": "taxonomy code",
    "specialty": "specialty code",
    "npi": "NPI",
    "statuses": "statuses",
}
#: How the names of facts of earlier lines begin.
EARLIER: Final = "history."
_REVIEW: Final = "review by "
#: The NCCI edits of each program.
PROGRAMS: Final = {"medicare": "Medicare NCCI edits", "medicaid": "Medicaid NCCI edits"}


def fact_name(missing: str) -> str:
    """Return the name of a missing fact as a biller knows it."""
    if missing in _FACTS:
        return _FACTS[missing]
    if missing.startswith(EARLIER):
        return f"{fact_name(missing.removeprefix(EARLIER))} of earlier lines"
    if missing.startswith(_REVIEW):
        return f"outcome of the payer's {missing}"
    provider, dot, part = missing.partition(".")
    if provider in _PROVIDERS:
        owner = _PROVIDERS[provider]
        return f"{owner}'s {_OF_PROVIDER.get(part, part)}" if dot else owner
    return missing if " " in missing else missing.replace("_", " ").replace(".", " ")


def table_name(missing: str) -> str:
    """Return the name of a missing edit table, or of what it does not contain.

    A table is missing as ``medicaid/practitioner``, a row or release with a third part behind it.
    """
    program, slash, rest = missing.partition("/")
    if not slash:
        return missing
    setting, _, row = rest.partition("/")
    name = PROGRAMS.get(program, f"{program} edit table")
    return f"{name} for {row} ({setting})" if row else f"{name} (not installed)"
