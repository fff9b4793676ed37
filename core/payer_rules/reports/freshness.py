"""Sources whose texts cover no recent services and must be read again, by payer.

What counts are the services that a text covers: the last day for which it was verified, or the
first day of the edition that was read. Only of texts that state no day, it is the day of reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from payer_rules.profiles import Profile
from payer_rules.reports.sources import in_order
from payer_rules.rulebook.live_rules import CURRENT, status_of
from payer_rules.rules import Citation, Rule


@attrs.frozen(kw_only=True)
class StaleSource:
    """A source whose text covers no service since the date asked for, and the rules that cite it.

    ``covers_to`` is the last day that it covers; ``None`` if its date is not known.
    """

    payer: str
    source: Citation
    covers_to: date | None
    rules: tuple[str, ...]


def stale_of(profile: Profile, before: date, on: date) -> list[StaleSource]:
    """Return the sources of the profile that cover only services before the date, by row.

    Sources of rules alone that ended before the day ``on``, or that a newer edition replaced, are
    left out.
    """
    covered: dict[Citation, dict[str, date]] = {}
    for rule in profile.rules:
        if status_of(rule, profile.rules, on) in CURRENT:
            for citation in rule.citations:
                days = covered.setdefault(citation, {})
                days[rule.id] = max(covers_to(rule, citation), days.get(rule.id, date.min))
    payer = profile.payer
    for citation in (*payer.ncci_citations, *payer.baseline_citations) if payer else ():
        covered.setdefault(citation, {})
    lasts = {source: max(days.values(), default=source.read) for source, days in covered.items()}
    return [
        StaleSource(
            payer=profile.payer_id or "",
            source=source,
            covers_to=lasts[source] if lasts[source] != date.min else None,
            rules=tuple(covered[source]),
        )
        for source in sorted(covered, key=lambda s: (in_order(s.row), s.url, s.locator or ""))
        if lasts[source] < before
    ]


def covers_to(rule: Rule, source: Citation) -> date:
    """Return the last day of service that the text of the rule covers, as far as it states one."""
    if rule.verified == "unknown":
        return date.min
    if verified := rule.verified_dates:
        return verified.last or date.max
    edition = rule.in_force.first or (rule.known and rule.known.first)
    return edition or source.read


def of_stale(sources: Iterable[StaleSource]) -> Iterator[str]:
    """Yield each payer, its sources to read again, and the rules that cite them."""
    payer = None
    for each in sources:
        if each.payer != payer:
            payer = each.payer
            yield f"{payer}: read these sources again"
        place = f", {each.source.locator}" if each.source.locator else ""
        covers = f"covers to {each.covers_to}" if each.covers_to else "its date is not known"
        yield f"  {each.source.row} ({covers}): {each.source.title}{place}"
        yield f"    {each.source.url}"
        yield f"    {', '.join(each.rules) or 'that NCCI edits apply to the payer'}"
