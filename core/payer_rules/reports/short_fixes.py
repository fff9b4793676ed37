"""How to state a missing fact, in a few words behind it."""

from __future__ import annotations

from typing import Final

from payer_rules.reports.history_words import GROUP_SIZE, HistoryGiven

_SHORT_FIXES: Final = {
    "modality": "if not: place 02 or 10",
    "minutes": "in a CSV or TOML claim file",
    "session.elements": "payer-rules checklist",
    "session.group_size": "group_size_at_most in practice.toml",
    "session.leaders": "in a CSV or TOML claim file",
    "rendering_provider.profession": "list the NPI in practice.toml",
    "contractor": "contractor in practice.toml",
    "state": "state in practice.toml",
    "network": "network in practice.toml",
    "plan": "plan in practice.toml",
    "program": "program in practice.toml",
    "received": "received in the claim",
    "authorizations": "REF*G1, the number",
    "referral": "REF*9F, the number",
    "member.birth_date": "DMG, the date of birth",
    "inpatient_stays": "inpatient_stays in the claim",
    "history.payer": '[payers."…"] in practice.toml',
    "history.status": "the 835 of that claim",
    "run.status": "correct it first",
}
#: What is left to state of a group size, of which the practice file states the most.
_EACH_SIZE: Final = "in a CSV or TOML claim file"
_WITHOUT_FILES: Final = "--history FILE"
_WITH_FILES: Final = "history_complete_from in practice.toml"
_WITHOUT_PROBLEMS: Final = "--history without problems"
_OF_STORE: Final = "payer-rules history status"


def short_fix(fact: str, given: HistoryGiven) -> str:
    """Return how to state the fact; an empty text if it cannot be said in a few words."""
    if fact == GROUP_SIZE and given.house.group_size_at_most is not None:
        return _EACH_SIZE
    if fact != "history":
        return _SHORT_FIXES.get(fact, "")
    if not given.has_files:
        return _WITHOUT_FILES
    if given.lacks_lines:
        return _OF_STORE if given.is_partly_stored else _WITHOUT_PROBLEMS
    if given.store is not None and given.store.forgotten:
        return ""
    return _WITH_FILES if given.house.history_complete_from is None else ""
