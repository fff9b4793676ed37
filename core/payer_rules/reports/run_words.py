"""The words of a run's report, each explained once at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.reports.decisions import count_of
from payer_rules.reports.text_layout import glued
from payer_rules.summaries import LineClass, RunSummary

#: What to do with the claims of a class before they are sent.
_ACTIONS: Final[dict[LineClass, str]] = {
    "denied": "Correct {} before sending",
    "reduced": "Check {} first",
    "fine": "No rule is broken by {}",
    "unread": "No rule was checked on {}",
}
#: The classes whose claims are named.
_NAMED: Final = ("denied", "reduced")

#: The words that a report explains, and what a biller does about each.
EXPLAINED: Final = {
    "proved": "certain from the claim as it stands",
    "presumed": "certain if what is missing is in order: see WORTH CHECKING, AS OF",
    "partly read": "breaks no rule that was read; ask the payer about the rest",
    "baseline": "Medicare would deny it; this payer's own text or edits were not read",
    "carried": "by the newest text or table of an earlier date; get a newer one",
}


#: The same where there is no room for a line each.
_IN_SHORT: Final = {
    "proved": "certain",
    "presumed": "if the rest is right",
    "partly read": "not all topics",
    "baseline": "by Medicare's edits alone",
    "carried": "by an older text or table",
}

#: So few claims are named in the sentence on what to do.
_FEW_CLAIMS: Final = 8


def verdict(summary: RunSummary) -> Iterator[str]:
    """Yield which claims to correct before they are sent, and which to look at.

    If claims were checked against several payers each, there is no such sentence.
    """
    payers = summary.payers.values()
    if sum(payer.total.claims for payer in payers) != summary.total.claims:
        return
    parts = []
    for name, action in _ACTIONS.items():
        tallies = [payer.classes[name] for payer in payers]
        number = sum(tally.claims for tally in tallies)
        names = sorted(claim for tally in tallies for claim in tally.sample)
        listed = f": {' '.join(names)}" if name in _NAMED and number <= _FEW_CLAIMS else ""
        if number:
            parts.append(f"{action.format(glued(count_of(number, 'claim')))}{listed}.")
    yield " ".join(parts)


def explained_words(summary: RunSummary) -> Iterator[str]:
    """Yield each word that describes an answer of the run with its meaning."""
    for word in words_of(summary):
        yield f"{f'{word}:':<12} {EXPLAINED[word]}"


def in_short(words: Iterable[str]) -> str:
    """Return the words with their meanings in few words."""
    return "; ".join(glued(f"{word} = {_IN_SHORT[word]}") for word in words)


def words_of(summary: RunSummary) -> list[str]:
    """Return the words that describe answers of the run, if there is more than ``proved``."""
    payers = summary.payers.values()
    bases = {basis for payer in payers for _, basis in payer.bases}
    reasons = {fact.reason for payer in payers for fact in payer.facts}
    words: list[str] = [word for word in ("proved", "presumed") if word in bases]
    words += ["partly read"] if "partial" in bases else []
    words += ["baseline"] if "baseline" in bases else []
    words += ["carried"] if reasons & {"edition", "table"} else []
    return [] if words == ["proved"] else words
