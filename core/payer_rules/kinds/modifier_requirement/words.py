"""The words of modifier requirements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Cure
from payer_rules.engine.cures import MOST_MODIFIERS, changed
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import CodeList, Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.modifier_requirement.evaluator import ModifierFault, Part
from payer_rules.kinds.modifier_requirement.rule import ModifierRequirement
from payer_rules.text.lists import listed

_ADDED: Final = "only if it describes the service"
_REMOVED: Final = "only if the rest of the line describes the service"
#: How a message begins, and the word before the last modifier.
_FAULTS: Final[dict[Part, tuple[str, str]]] = {
    "any_of": ("needs", "or"),
    "all_of": ("needs", "and"),
    "none_of": ("may not carry", "or"),
    "at_most_one_of": ("may carry only one of", "and"),
}


def _sentence(rule: ModifierRequirement) -> str:
    asks = [
        f"{words} {listed(modifiers, last)}"
        for words, modifiers, last in (
            ("needs modifier", rule.any_of, "or"),
            ("needs modifier", rule.all_of, "and"),
            ("may not carry modifier", rule.none_of, "or"),
            ("may carry only one of", rule.at_most_one_of, "and"),
        )
        if modifiers
    ]
    return f"{codes_text(rule.codes)} {' and '.join(asks)}."


def _answers(rule: ModifierRequirement, code: str) -> Iterator[tuple[Question, str]]:
    if code not in rule.codes:
        return
    parts = (
        ("", rule.any_of, "or"),
        ("", rule.all_of, "and"),
        ("not ", rule.none_of, "or"),
        ("one of ", rule.at_most_one_of, "and"),
    )
    texts = [f"{word}{listed(modifiers, last)}" for word, modifiers, last in parts if modifiers]
    yield "Which modifier", ", ".join(texts)


def _explain(
    rule: ModifierRequirement, verdict: Verdict[ModifierFault], claim: Claim
) -> Explanation:
    line, fault = line_of(verdict, claim), verdict.details
    verb, last = _FAULTS[fault.part]
    carried = f"it carries {_named(line.modifiers, 'and')}" if line.modifiers else "it has none"
    message = f"{line_label(line)} {verb} {_named(fault.modifiers, last)}; {carried}"
    return Explanation(message=message)


def _cure(rule: ModifierRequirement, verdict: Verdict[ModifierFault], claim: Claim) -> Cure | None:
    """Return the smallest change that keeps the requirement, if the line has room for it."""
    line = line_of(verdict, claim)
    stated = set(line.modifiers)
    remove = sorted((rule.none_of & stated) | set(sorted(rule.at_most_one_of & stated)[1:]))
    kept = [modifier for modifier in line.modifiers if modifier not in remove]
    add = sorted(rule.all_of - set(kept))
    if rule.any_of and not rule.any_of & {*kept, *add}:
        add.append(min(rule.any_of))
    after = (*kept, *add)
    if len(after) > MOST_MODIFIERS or len(rule.at_most_one_of & set(after)) > 1:
        return None
    changes = [f"modifier {modifier} on line {line.number}" for modifier in add]
    changes += [f"remove modifier {modifier} from line {line.number}" for modifier in remove]
    return Cure(
        change=" and ".join(changes),
        condition=_REMOVED if remove else _ADDED,
        claim=changed(claim, line, modifiers=after),
    )


def _named(modifiers: Iterable[str], last: str) -> str:
    """Return ``modifier GT``, or ``modifiers 93, 95 or GT``."""
    names = sorted(modifiers)
    return f"{'modifiers' if len(names) > 1 else 'modifier'} {listed(names, last)}"


def _named_codes(rule: ModifierRequirement) -> Iterator[tuple[CodeList, str]]:
    for codes in (rule.any_of, rule.all_of, rule.none_of, rule.at_most_one_of):
        yield from (("modifier", code) for code in codes)


WORDS: Final = Words(
    subject="Which modifiers",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    named=_named_codes,
)
