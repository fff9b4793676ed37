"""The words of a run's report, each explained once at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.summaries import RunSummary

#: The words that a report explains, and what a biller does about each.
EXPLAINED: Final = {
    "proved": "certain from the claim as it stands",
    "presumed": "certain if what is missing is in order: see WORTH CHECKING, AS OF",
    "partly read": "breaks no rule that was read; ask the payer about the other topics",
    "baseline": "Medicare would deny it; this payer's own text was not read",
    "carried": "by the newest text or table of an earlier date; get a newer one",
}


def explained_words(summary: RunSummary) -> Iterator[str]:
    """Yield the meaning of each word that describes an answer of the run."""
    payers = summary.payers.values()
    bases = {basis for payer in payers for _, basis in payer.bases}
    reasons = {fact.reason for payer in payers for fact in payer.facts}
    words: list[str] = [word for word in ("proved", "presumed") if word in bases]
    words += ["partly read"] if "partial" in bases else []
    words += ["baseline"] if "baseline" in bases else []
    words += ["carried"] if reasons & {"edition", "table"} else []
    if words != ["proved"]:
        yield from (f"{f'{word}:':<12} {EXPLAINED[word]}" for word in words)
