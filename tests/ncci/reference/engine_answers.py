"""The answers of the engine on services, compared with those of a reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final

from services import Answer, Service, State

from payer_rules import (
    AddOnCode,
    Claim,
    Decision,
    FrequencyLimit,
    History,
    HistoryLine,
    Member,
    Provider,
    SameDayCombination,
    ServiceLine,
    load,
)
from payer_rules.history import Status
from payer_rules.rulebook import RuleBook

MEMBER: Final = Member(id="M", birth_date=date(1950, 5, 1))
#: The billing and rendering provider of services; the second differs in both.
PROVIDERS: Final = {
    name: Provider(npi=npi, profession="psychiatrist")
    for name, npi in (("P", "1234567893"), ("Q", "1245319599"))
}
PLACES: Final = {"practitioner": "11", "outpatient-hospital": "22"}
BILL_TYPES: Final = {"practitioner": None, "outpatient-hospital": "131"}
NOTHING_EARLIER: Final = History()
EDITS: Final = frozenset(["medicare/ptp", "medicare/mue", "medicare/add-on"])
#: Reasons for which an open answer leaves a line payable for other rules.
IGNORED: Final = frozenset(["record", "table", "edition"])
STATUS: Final[dict[State, Status]] = {"pays": "paid", "perhaps": "pending", "denied": "denied"}

Unheard = Callable[[str], bool]


class Engine:
    """A rule book over complete tables."""

    # NOTE: no attrs class, of which Hypothesis would show every rule where a test fails.
    def __init__(self, book: RuleBook) -> None:
        self._book = book

    def decide(self, claim: Claim, history: History = NOTHING_EARLIER) -> Decision:
        """What the rule book decides."""
        return self._book.decide(claim, history)


def as_billed(setting: str, lines: Sequence[Service]) -> list[Service]:
    """The services of one claim, each with the "same provider" of the setting.

    An institution bills under its own NPI, and is the provider of all lines of its claim.
    """
    if setting == "practitioner":
        return list(lines)
    return [line._replace(provider=lines[0].provider) for line in lines]


def claim_of(setting: str, lines: Sequence[Service]) -> Claim:
    """The claim that bills the services, with all that Medicare's other rules ask for.

    Charges differ, so that no line is a duplicate; the provider of the first line bills.
    """
    billed = [
        ServiceLine(
            number=line.number,
            code=line.code,
            modifiers=line.modifiers,
            units=line.units,
            date_from=line.first,
            date_to=line.last,
            rendering_provider=PROVIDERS[line.provider],
            place_of_service=PLACES[setting],
            modality="in-person",
            charge=Decimal(line.number),
        )
        for line in lines
    ]
    return Claim(
        id="C",
        member=MEMBER,
        billing_provider=PROVIDERS[lines[0].provider],
        setting=setting,
        lines=billed,
        contractor="noridian",
        bill_type=BILL_TYPES[setting],
        condition_codes=(),
        diagnoses=("F33.1",),
        inpatient_stays=(),
        received=max(line.last for line in lines),
    )


def history_of(setting: str, lines: Sequence[Service], member: str = "M") -> History:
    """Return the services as a complete history, each with the status of its state."""
    return History(
        lines=[
            HistoryLine(
                claim=f"H{at}",
                member=member,
                billing_provider=PROVIDERS[line.provider],
                rendering_provider=PROVIDERS[line.provider],
                setting=setting,
                code=line.code,
                modifiers=line.modifiers,
                units=line.units,
                date_from=line.first,
                date_to=line.last,
                charge=Decimal(100 + at),
                status=STATUS[line.state],
            )
            for at, line in enumerate(lines)
        ]
    )


def lines_with(decision: Decision, rule: str, outcome: str) -> frozenset[int]:
    """The lines on which the rule has this outcome."""
    found = [f.lines for f in decision.proved_findings if f.rule == rule and f.outcome == outcome]
    return frozenset(number for lines in found for number in lines)


def open_lines(decision: Decision, rule: str) -> frozenset[int]:
    """The lines on which the rule was not evaluated."""
    entries = [entry.lines for entry in decision.not_evaluated if entry.rule == rule]
    return frozenset(number for lines in entries for number in lines)


def engine_answer(decision: Decision, rule: str) -> Answer:
    """Return the engine's answer by the rule, in the form of a reference's answer."""
    denied = lines_with(decision, rule, "deny")
    missing = open_lines(decision, rule) - denied
    return Answer(denied, lines_with(decision, rule, "review"), missing)


def disagreement(expected: Answer, got: Answer) -> str:
    """Return the differences of two answers on the lines that the texts cover."""
    differs = [
        f"{name} {sorted(expected_lines)}, engine {sorted(got_lines)}"
        for name, expected_lines, got_lines in (
            ("denied", expected.denied, got.denied),
            ("reviewed", expected.reviewed, got.reviewed),
            ("not evaluated", expected.missing, got.missing),
        )
        if expected_lines - expected.untold != got_lines - expected.untold
    ]
    return "; ".join(differs)


def as_left(decision: Decision, lines: Sequence[Service], without: Unheard) -> list[Service]:
    """Return the services with their state after all rules but those that ``without`` names.

    Left out are facts that only the clinic's record shows, tables that are not there, which leave
    only their own edits unanswered, and texts that were not read for the day: the claims keep
    these texts as they were read, and a text leaves other rules uncertain only if a line breaks it.
    """
    states: dict[int, State] = {}
    for entry in decision.not_evaluated:
        if entry.rule and entry.reason not in IGNORED and not without(entry.rule):
            states |= dict.fromkeys(entry.lines, "perhaps")
    findings = [
        f for f in decision.proved_findings if f.detected_in == "claim" and not without(f.rule)
    ]
    for finding in findings:
        if finding.outcome == "review":
            states |= dict.fromkeys(finding.lines, "perhaps")
    for finding in findings:
        if finding.outcome in ("deny", "return"):
            states |= dict.fromkeys(finding.lines, "denied")
    return [line._replace(state=states.get(line.number, line.state)) for line in lines]


@cache
def later_rules() -> frozenset[str]:
    """Return Medicare's own rules that are evaluated before or after the edits."""
    kinds = (AddOnCode, FrequencyLimit, SameDayCombination)
    rules = load().collect("medicare").rules
    return frozenset(rule.id for rule in rules if isinstance(rule, kinds))


def left_by_line_rules(decision: Decision, lines: Sequence[Service]) -> list[Service]:
    """Return the services before pairs: evaluated by rules of single lines only."""
    return as_left(decision, lines, lambda rule: rule in EDITS or rule in later_rules())


def left_by_others(decision: Decision, lines: Sequence[Service]) -> list[Service]:
    """Return the services before the last add-on codes: evaluated by all other rules."""
    return as_left(decision, lines, lambda rule: rule == "medicare/add-on")
