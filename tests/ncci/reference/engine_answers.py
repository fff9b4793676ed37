"""What the engine answers on services, set beside what a reference answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from services import Answer, Service, State

from payer_rules import Claim, Decision, History, HistoryLine, Member, Provider, ServiceLine
from payer_rules.history import Status

MEMBER: Final = Member(id="M")
#: Whom the services of a provider are billed and rendered by; the second differs in both.
PROVIDERS: Final = {"P": Provider(npi="1234567893"), "Q": Provider(npi="1245319599")}
NOTHING_EARLIER: Final = History()
EDITS: Final = frozenset(["medicare/ptp", "medicare/mue", "medicare/add-on"])
STATUS: Final[dict[State, Status]] = {"pays": "paid", "perhaps": "pending", "denied": "denied"}

Decide = Callable[[Claim, History], Decision]


def claim_of(setting: str, lines: Sequence[Service]) -> Claim:
    """The claim that bills the services; where one provider has them all, it bills too."""
    billed = [
        ServiceLine(
            number=line.number,
            code=line.code,
            modifiers=line.modifiers,
            units=line.units,
            date_from=line.first,
            date_to=line.last,
            rendering_provider=PROVIDERS[line.provider],
        )
        for line in lines
    ]
    biller = PROVIDERS[lines[0].provider]
    return Claim(id="C", member=MEMBER, billing_provider=biller, setting=setting, lines=billed)


def history_of(setting: str, lines: Sequence[Service], member: str = "M") -> History:
    """The services as a complete history, each adjudicated as its state says."""
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
                status=STATUS[line.state],
            )
            for at, line in enumerate(lines)
        ]
    )


def befallen(decision: Decision, rule: str, outcome: str) -> frozenset[int]:
    """The lines on which the rule has this outcome."""
    found = [f.lines for f in decision.findings if f.rule == rule and f.outcome == outcome]
    return frozenset(number for lines in found for number in lines)


def open_lines(decision: Decision, rule: str) -> frozenset[int]:
    """The lines on which the rule was not evaluated."""
    entries = [entry.lines for entry in decision.not_evaluated if entry.rule == rule]
    return frozenset(number for lines in entries for number in lines)


def engine_answer(decision: Decision, rule: str) -> Answer:
    """What the engine says by the rule, in the words of a reference."""
    denied = befallen(decision, rule, "deny")
    missing = open_lines(decision, rule) - denied
    return Answer(denied, befallen(decision, rule, "review"), missing)


def disagreement(expected: Answer, got: Answer) -> str:
    """How two answers differ on lines of which the texts tell; nothing where they agree."""
    differs = [
        f"{name} {sorted(expected_lines)}, engine {sorted(got_lines)}"
        for name, expected_lines, got_lines in (
            ("denied", expected.denied, got.denied - expected.untold),
            ("reviewed", expected.reviewed, got.reviewed - expected.untold),
            ("not evaluated", expected.missing, got.missing - expected.untold),
        )
        if expected_lines != got_lines
    ]
    return "; ".join(differs)


def as_left(decision: Decision, lines: Sequence[Service], rules: frozenset[str]) -> list[Service]:
    """The services as what the decision says by these rules leaves them."""
    states: dict[int, State] = {}
    for finding in decision.findings:
        if finding.rule in rules and finding.stage == "claim":
            for number in finding.lines:
                if finding.outcome in ("deny", "return"):
                    states[number] = "denied"
                elif finding.outcome == "review":
                    states.setdefault(number, "perhaps")
    return [line._replace(state=states.get(line.number, line.state)) for line in lines]
