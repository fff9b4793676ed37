"""The words of code choices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.cures import changed, with_lines
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label
from payer_rules.kinds.code_choice.chosen_code import ChosenCode
from payer_rules.kinds.code_choice.rule import ChosenBy, CodeChoice
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.frequency_limit.explanation import plain
from payer_rules.kinds.provider_scopes import SAME_PROVIDER
from payer_rules.rules import Codes
from payer_rules.text.lists import listed

_NUMBERS: Final[dict[ChosenBy, str]] = {
    "minutes": "minutes",
    "group-size": "participants",
    "units": "units",
    "codes": "of these codes",
}
_CONDITIONS: Final[dict[ChosenBy, str]] = {
    "minutes": "only if the minutes are as recorded",
    "group-size": "only if the size of the group is as recorded",
    "units": "only if the units are as stated",
    "codes": "only if all of these services were performed",
}


def _sentence(rule: CodeChoice) -> str:
    of_day = f" of a day, {SAME_PROVIDER[rule.scope]}" if rule.pool == "day" else ""
    return f"In place of {codes_text(rule.codes)}, by the {_by(rule)}{of_day}: {_options(rule)}."


def _by(rule: CodeChoice) -> str:
    return "number of these codes" if rule.by == "codes" else _NUMBERS[rule.by]


def _options(rule: CodeChoice) -> str:
    return ", ".join(map(str, rule.options))


def _answers(rule: CodeChoice, code: str) -> Iterator[tuple[Question, str]]:
    for option in rule.options:
        if option.code == code:
            question: Question = "How long" if rule.by == "minutes" else "What else"
            bounds = str(option).removeprefix(f"{code} for ")
            yield question, f"{bounds} {_NUMBERS[rule.by]}"
    if code not in rule.codes:
        return
    if rule.by != "minutes":
        yield "What else", f"by the {_by(rule)}: {_options(rule)}"
    elif all(option.code != code for option in rule.options):
        yield "How long", _options(rule)


def _explain(rule: CodeChoice, verdict: Verdict[ChosenCode], claim: Claim) -> Explanation:
    chosen, lines = verdict.details, _lines_of(verdict, claim)
    number = f"{'at least ' if chosen.is_least else ''}{plain(chosen.number)} {_NUMBERS[rule.by]}"
    labels = listed([line_label(line) for line in lines], "and")
    if len(chosen.pool) > len(lines) or len(lines) > 1:
        what = f"the {len(chosen.pool)} lines of the day have {number} in all"
        text = f"{labels}: {what}"
    else:
        text = f"{labels} has {number}"
    own = [reference for reference in chosen.pool if reference.number not in verdict.lines]
    own += [reference for reference in chosen.pool if reference.claim is not None]
    return Explanation(
        message=f"{text}: {_to_bill(rule, chosen)}",
        evidence=tuple(evidence_of(reference) for reference in dict.fromkeys(own)),
        bill_instead=chosen.code,
    )


def _to_bill(rule: CodeChoice, chosen: ChosenCode) -> str:
    if chosen.code is None:
        codes = listed(sorted({option.code for option in rule.options}), "or")
        return f"the payer does not take {codes} for that"
    return f"bill {chosen.code} instead"


def _lines_of(verdict: Verdict[ChosenCode], claim: Claim) -> list[ServiceLine]:
    return [line for line in claim.lines if line.number in verdict.lines]


def _cure(rule: CodeChoice, verdict: Verdict[ChosenCode], claim: Claim) -> Cure | None:
    """Return the claim with the code to bill, and without the other lines of the pool."""
    chosen = verdict.details
    if chosen.code is None or any(line.claim is not None for line in chosen.pool):
        return None
    condition = _CONDITIONS[rule.by]
    wrong = sorted(verdict.lines)
    if rule.pool == "line":
        (line,) = _lines_of(verdict, claim)
        return Cure(
            change=f"bill {chosen.code} instead of line {line.number}",
            condition=condition,
            claim=changed(claim, line, code=chosen.code),
        )
    own = [line.number for line in chosen.pool if line.code == chosen.code]
    kept = min(own, default=wrong[0])
    removed = [number for number in wrong if number != kept]
    together = _billed_together(rule, chosen, claim, kept, removed)
    if together is None:
        return None
    lines = listed([f"line {number}" for number in sorted({kept, *wrong})], "and")
    change = f"bill {chosen.code} once, instead of {lines}"
    return Cure(change=change, condition=condition, claim=together)


def _billed_together(
    rule: CodeChoice, chosen: ChosenCode, claim: Claim, kept: int, removed: list[int]
) -> Claim | None:
    """Return the claim with one line for the pool, if the rule takes that line."""
    assert chosen.code is not None
    values: dict[str, object] = {"code": chosen.code, "units": Decimal(1)}
    number = Decimal(1)
    if rule.by == "minutes":
        number = chosen.number
        values["minutes"] = int(number)
    if chosen.code in rule.codes and rule.code_for(number, chosen.code) != chosen.code:
        return None
    line = next(line for line in claim.lines if line.number == kept)
    lines = [line for line in claim.lines if line.number not in removed]
    return changed(with_lines(claim, lines), line, **values)


def _code_sets(rule: CodeChoice) -> Iterator[tuple[str, Codes]]:
    yield "", rule.codes
    yield ", billed as ", frozenset(option.code for option in rule.options)


def _shown(rule: CodeChoice) -> frozenset[str]:
    shown = {"minutes": "minutes", "group-size": "session"}.get(rule.by)
    return frozenset([shown] if shown else [])


WORDS: Final = Words(
    subject="What is paid",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    code_sets=_code_sets,
    shows=_shown,
)
