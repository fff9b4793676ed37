"""The words for missing facts: what was not checked, and how a biller can fix it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from payer_rules.decisions import Decision, NotEvaluated, Reason, Risk
from payer_rules.reports.outcome_words import OUTCOME_LABELS, TOPIC_WORDS, denial_codes
from payer_rules.rules import Topic
from payer_rules.text.lists import joined

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
_EARLIER: Final = "history."
_REVIEW: Final = "review by "
_TOPICS: Final[dict[str, str]] = dict(TOPIC_WORDS.items())
_PROGRAMS: Final = {"medicare": "Medicare NCCI edits", "medicaid": "Medicaid NCCI edits"}

_NO_HISTORY: Final = "No complete claim history given."
_COUNTED: Final = "Earlier paid sessions could exceed a limit."
_PAIRED: Final = "Another claim of that day could bundle with this line."
_EITHER: Final = "Earlier paid sessions could exceed a limit, or bundle with this line."
#: The rules of edit tables by their topic.
_EDIT_RULES: Final[dict[Topic, tuple[str, ...]]] = {
    "combination": ("ptp", "add-on"),
    "frequency": ("mue",),
}
_OTHER_DATES: Final = (
    "Our copy of this policy is for other dates. "
    "We have not confirmed that it was in effect on this date of service."
)
_STATUS: Final = ("status", "history.status")
_UNDECIDED: Final = (
    "wait for the payer's answer to the earlier claim, and give the 835 that has it "
    "(--history FILE)"
)
_SAME_RUN: Final = "correct or remove the earlier claim first, and check the files again"
_NO_OTHER: Final = "No other rule is broken."

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
    "minutes": "write minutes on the line",
    "miles": "write miles on the line",
    "session.leaders": "write leaders under the line's session",
    "session.elements": (
        "write elements under the line's session: payer-rules checklist lists what the note must "
        "hold"
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


def fact_name(missing: str) -> str:
    """Return the name of a missing fact as a biller knows it."""
    if missing in _FACTS:
        return _FACTS[missing]
    if missing.startswith(_EARLIER):
        return f"{fact_name(missing.removeprefix(_EARLIER))} of earlier lines"
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
    name = _PROGRAMS.get(program, f"{program} edit table")
    return f"{name} for {row} ({setting})" if row else f"{name} (not installed)"


def open_question(entries: Iterable[NotEvaluated], history: str | None = None) -> str:
    """Return what was not checked, one sentence or two for each class of missing facts.

    ``history`` replaces the sentence that no complete history was given.
    """
    return " ".join(_sentences(list(entries), history or _NO_HISTORY))


def line_question(decision: Decision, line: int, history: str | None = None) -> str:
    """Return the risk that the line has in any case; otherwise what was not checked on it."""
    risks = [risk for risk in decision.at_risk if risk.line == line]
    if risks:
        return "At risk: " + "; ".join(map(risk_text, risks))
    entries = (entry for entry in decision.not_evaluated if line in entry.lines)
    return open_question(entries, history)


def risk_text(risk: Risk) -> str:
    """Return the outcome of the line, the reason, and the other line on which it depends."""
    codes = denial_codes(risk.adjustment)
    label = f"{OUTCOME_LABELS[risk.outcome]} {codes}".rstrip()
    return f"{label} if line {risk.if_paid} is paid: {risk.message}"


def missing_text(entry: NotEvaluated) -> str:
    """Return the missing fact of one entry in a few words."""
    match entry.reason:
        case "table":
            return table_name(entry.missing)
        case "edition":
            return "policy not confirmed to be in effect on that date"
        case "text":
            return f"unclear policy: {entry.missing}"
        case "topic":
            return topics_text([entry.missing])
        case "fault":
            return f"rules not available because a plugin failed: {entry.missing}"
        case "history" if entry.missing == "history":
            return "no complete claim history given"
        case _:
            return f"missing {fact_name(entry.missing)}"


def topics_text(topics: Iterable[str]) -> str:
    """Return that the payer's policy was not read on these topics."""
    return f"this payer's policy was not read on: {', '.join(map(_topic_words, topics))}"


def _topic_words(topic: str) -> str:
    return _TOPICS.get(topic, topic)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


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
        return _NO_RELEASE if missing.partition("/")[0] in _PROGRAMS else _OWN_TABLE
    if entry.reason == "history" and missing in _STATUS:
        return _UNDECIDED
    if entry.reason == "history" and missing == "run.status":
        return _SAME_RUN
    titles = [f'"{title}"' for title in documents]
    named = joined(titles, "and") if titles else "the payer's policy"
    return _FIXES[entry.reason].format(missing=missing, documents=named)


def _by_reason(entries: Iterable[NotEvaluated]) -> dict[Reason, list[str]]:
    missing: dict[Reason, dict[str, None]] = {}
    for entry in entries:
        missing.setdefault(entry.reason, {})[entry.missing] = None
    return {reason: list(names) for reason, names in missing.items()}


def _edition(years: set[int | None]) -> str:
    """Return the sentence for policies that were read for other dates, with their years."""
    known = sorted(year for year in years if year is not None)
    if not known:
        return _OTHER_DATES
    if len(known) == 1:
        return (
            f"Our copy of this policy is from {known[0]}. "
            "We have not confirmed that it is still in effect."
        )
    return (
        f"Our copies of these policies are from {joined(known, 'and')}. "
        "We have not confirmed that they are still in effect."
    )


def _sentences(entries: list[NotEvaluated], no_history: str) -> Iterator[str]:
    missing = _by_reason(entries)
    if "topic" in missing:
        yield f"{_capital(topics_text(missing['topic']))}."
    if "table" in missing:
        yield f"Not checked against {joined(map(table_name, missing['table']), 'and')}."
    if "fault" in missing:
        yield f"Not checked: the plugin failed ({', '.join(missing['fault'])})."
    yield from _missing_facts(missing)
    if "text" in missing:
        yield f"The policy is unclear: {'; '.join(missing['text'])}."
    if "edition" in missing:
        yield _edition({entry.policy_year for entry in entries if entry.reason == "edition"})
    if "history" in missing:
        of_history = [entry for entry in entries if entry.reason == "history"]
        yield from _missing_history(of_history, no_history)
    if missing.keys() & {"table", "fault"}:
        yield _NO_OTHER


def _missing_history(entries: Sequence[NotEvaluated], no_history: str) -> Iterator[str]:
    """Yield that there is no history, or what its lines do not state."""
    asking = [entry for entry in entries if entry.missing == "history"]
    if asking:
        yield no_history
        yield _risk_of_history(asking)
        return
    facts = (fact_name(entry.missing.removeprefix(_EARLIER)) for entry in entries)
    yield f"Missing in the claim history: {', '.join(dict.fromkeys(facts))}."


def _risk_of_history(entries: Iterable[NotEvaluated]) -> str:
    """Return what earlier lines that are not known could do, by the rules that ask for them."""
    topics = {entry.rule_topic or _topic_of_edits(entry.rule or "") for entry in entries}
    if topics == {"combination"}:
        return _PAIRED
    return _COUNTED if topics == {"frequency"} else _EITHER


def _topic_of_edits(rule: str) -> Topic | None:
    """Return the topic of the rule of an edit table; ``None`` of other rules."""
    name = rule.rpartition("/")[2]
    return next((topic for topic, rules in _EDIT_RULES.items() if name in rules), None)


def _missing_facts(missing: dict[Reason, list[str]]) -> Iterator[str]:
    """Yield the facts that the claim or the record does not state, and what follows if they do."""
    names = [*missing.get("claim", ()), *missing.get("record", ())]
    if not names:
        return
    yield f"Missing: {', '.join(dict.fromkeys(map(fact_name, names)))}."
    if missing.keys() <= {"claim", "record"}:
        these, are = ("these", "are") if len(names) > 1 else ("this", "is")
        yield f"If {these} {are} in order, this line should pay."
