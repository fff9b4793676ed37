"""Sources that were read long ago and must be read again, by payer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from payer_rules.profiles import Profile
from payer_rules.reports.sources import in_order
from payer_rules.rules import Citation


@attrs.frozen(kw_only=True)
class StaleSource:
    """A source that was last read before the date asked for, and the rules that cite it."""

    payer: str
    source: Citation
    rules: tuple[str, ...]


def stale_of(profile: Profile, before: date) -> list[StaleSource]:
    """Return the sources of the profile that were read before the date, sorted by row."""
    rules: dict[Citation, list[str]] = {}
    for rule in profile.rules:
        for citation in rule.citations:
            rules.setdefault(citation, []).append(rule.id)
    payer = profile.payer
    for citation in (*payer.ncci_citations, *payer.baseline_citations) if payer else ():
        rules.setdefault(citation, [])
    return [
        StaleSource(
            payer=profile.payer_id or "", source=source, rules=tuple(dict.fromkeys(rules[source]))
        )
        for source in sorted(rules, key=lambda s: (in_order(s.row), s.url, s.locator or ""))
        if source.read < before
    ]


def of_stale(sources: Iterable[StaleSource]) -> Iterator[str]:
    """Yield each payer, its sources to read again, and the rules that cite them."""
    payer = None
    for each in sources:
        if each.payer != payer:
            payer = each.payer
            yield f"{payer}: read these sources again"
        place = f", {each.source.locator}" if each.source.locator else ""
        yield f"  {each.source.row} (read {each.source.read}): {each.source.title}{place}"
        yield f"    {each.source.url}"
        yield f"    {', '.join(each.rules) or 'that NCCI edits apply to the payer'}"
