"""The checklist of a service: what its record must hold, with the source of each item.

Items are those of the payer's rules that only the record can show. What none of them names is on
the house list of the practice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from payer_rules.claims import Documented
from payer_rules.engine.words import alternatives_text
from payer_rules.kinds import RecordRequirement, SessionRequirement, kind_of
from payer_rules.kinds.record_requirement.words import parts_text
from payer_rules.planning.known_conditions import known_values, with_known
from payer_rules.practice import NO_PRACTICE, Practice
from payer_rules.practice.house_checklist import HOUSE_LIST, documented_codes
from payer_rules.rules import ANYTIME, Citation, Rule, When, alternatives_of


@attrs.frozen(kw_only=True)
class ChecklistItem:
    """Something that the record must hold; ``rule`` is ``None`` for an item of the house list.

    ``when`` and ``exceptions`` are the conditions of the rule. ``is_confirmed`` is False if the
    payer's text was read for other dates only.
    """

    text: str
    rule: str | None = None
    when: When = ANYTIME
    exceptions: tuple[When, ...] = ()
    citations: tuple[Citation, ...] = ()
    is_confirmed: bool = True


@attrs.frozen(kw_only=True)
class Checklist:
    """The list of what the record of a code must hold for a payer on a day.

    ``house`` is what is on the house list and in no text of the payer. ``has_contents`` is True if
    a text of the payer names some contents of the note.
    """

    payer: str
    code: str
    day: date
    items: tuple[ChecklistItem, ...]
    house: tuple[ChecklistItem, ...]
    has_contents: bool


def checklist_of(
    payer: str, code: str, rules: Iterable[Rule], day: date, practice: Practice = NO_PRACTICE
) -> Checklist:
    """Return the checklist of the code from the rules of the payer.

    Rules that the practice has waived, or that never apply to its claims, ask for nothing.
    """
    known = known_values(practice, payer)
    waived = {waiver.rule for waiver in practice.waivers if day <= waiver.until}
    meant = (rule for rule in rules if _asks(rule, code, day) and rule.id not in waived)
    asked = [left for rule in meant if (left := with_known(rule, known)) is not None]
    items = [item for rule in asked for item in _items(rule, day, alternatives_of(rule, asked))]
    return Checklist(
        payer=payer,
        code=code,
        day=day,
        items=tuple(items),
        house=house_items(HOUSE_LIST.keys() - _documented(asked)),
        has_contents=code in documented_codes(asked),
    )


def house_items(documented: Iterable[Documented]) -> tuple[ChecklistItem, ...]:
    """Return the items of the house list with these names, in the order of the list."""
    wanted = set(documented)
    return tuple(ChecklistItem(text=text) for name, text in HOUSE_LIST.items() if name in wanted)


def _documented(rules: Iterable[Rule]) -> frozenset[Documented]:
    """Return what the rules want to be documented, as far as the house list names it."""
    return frozenset().union(
        *(rule.documented for rule in rules if isinstance(rule, SessionRequirement))
    )


def _asks(rule: Rule, code: str, day: date) -> bool:
    return rule.detected_in == "record" and code in rule.meets and day in rule.in_force


def _items(rule: Rule, day: date, alternatives: Iterable[Rule]) -> Iterable[ChecklistItem]:
    """Yield an item for the rule, and one for each thing that it wants to be documented."""
    other_way = alternatives_text(rule, alternatives)
    is_confirmed = rule.verified_dates is None or day in rule.verified_dates
    texts = [kind_of(rule).words.sentence(rule)]
    if isinstance(rule, SessionRequirement) and rule.documented:
        texts = [item.text for item in house_items(rule.documented)]
        if rule.group_size or rule.minutes:
            bare = attrs.evolve(rule, documented=frozenset())
            texts.insert(0, kind_of(rule).words.sentence(bare))
    if isinstance(rule, RecordRequirement):
        texts = parts_text(rule)
    for text in texts:
        yield ChecklistItem(
            text=text + other_way,
            rule=rule.id,
            when=rule.when,
            exceptions=rule.exceptions,
            citations=rule.citations,
            is_confirmed=is_confirmed,
        )
