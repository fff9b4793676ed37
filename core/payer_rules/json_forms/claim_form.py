"""Claims and histories as JSON data, in the form of the files that `check` reads."""

from __future__ import annotations

from datetime import date

from payer_rules.claims import Claim
from payer_rules.errors import InputError
from payer_rules.history import History
from payer_rules.json_forms.plain_data import Data, known
from payer_rules.readers.claim_documents import claims_of, history_of_document
from payer_rules.readers.documents import Document


def of_claim(claim: Claim) -> dict[str, Data]:
    """Return a claim document with the claim; facts that are not known are left out."""
    return {"claim": known(claim)}


def of_history(history: History) -> dict[str, Data]:
    """Return a history document with the lines, and the days and providers that it covers."""
    covers: dict[str, Data] = {
        "from": None if history.covers_from == date.min else history.covers_from.isoformat(),
        "billing": history.covers_billing,
        "rendering": history.covers_rendering,
    }
    stated: dict[str, Data] = {key: value for key, value in covers.items() if value is not None}
    lines: list[Data] = [known(line) for line in history.lines]
    data: dict[str, Data] = {"history": lines}
    return {**data, "history_covers": stated} if stated else data


def claim_from(document: Document) -> Claim:
    """Return the only claim of the document; raises `InputError` with all problems."""
    filed, problems = claims_of(document)
    if problems:
        raise InputError(problems)
    return filed[0].claim


def history_from(document: Document) -> History:
    """Return the history of the document; raises `InputError` with all problems."""
    history, problems = history_of_document(document)
    if history is None:
        raise InputError(problems)
    return history
