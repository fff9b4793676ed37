"""The words for missing facts: what was not checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from payer_rules.decisions import Decision, NotEvaluated, Reason, Risk
from payer_rules.reports.fact_names import EARLIER, fact_name, table_name
from payer_rules.reports.outcome_words import OUTCOME_LABELS, TOPIC_WORDS, denial_codes
from payer_rules.rules import Topic
from payer_rules.text.lists import joined

_TOPICS: Final[dict[str, str]] = dict(TOPIC_WORDS.items())
_NO_HISTORY: Final = "No complete claim history given."
_COUNTED: Final = "Earlier paid sessions could exceed a limit."
_PAIRED: Final = "Another claim of that day could bundle with this line."
_EITHER: Final = "Earlier paid sessions could exceed a limit, or bundle with this line."
#: The rules of edit tables by their topic.
_EDIT_RULES: Final[dict[Topic, tuple[str, ...]]] = {
    "combination": ("ptp", "add-on"),
    "frequency": ("mue",),
}
_OTHER_DATES: Final = (
    "Our copy of this policy is for other dates. "
    "We have not confirmed that it was in effect on this date of service."
)
_NO_OTHER: Final = "No other rule is broken."


def open_question(entries: Iterable[NotEvaluated], history: str | None = None) -> str:
    """Return what was not checked, one sentence or two for each class of missing facts.

    ``history`` replaces the sentence that no complete history was given.
    """
    return " ".join(_sentences(list(entries), history or _NO_HISTORY))


def line_question(decision: Decision, line: int, history: str | None = None) -> str:
    """Return the risk that the line has in any case; otherwise what was not checked on it."""
    risks = [risk for risk in decision.at_risk if risk.line == line]
    if risks:
        return "At risk: " + "; ".join(map(risk_text, risks))
    entries = (entry for entry in decision.not_evaluated if line in entry.lines)
    return open_question(entries, history)


def risk_text(risk: Risk) -> str:
    """Return the outcome of the line, the reason, and the other line on which it depends."""
    codes = denial_codes(risk.adjustment)
    label = f"{OUTCOME_LABELS[risk.outcome]} {codes}".rstrip()
    return f"{label} if line {risk.if_paid} is paid: {risk.message}"


def missing_text(entry: NotEvaluated) -> str:
    """Return the missing fact of one entry in a few words."""
    match entry.reason:
        case "table":
            return table_name(entry.missing)
        case "edition":
            return "policy not confirmed to be in effect on that date"
        case "text":
            return f"unclear policy: {entry.missing}"
        case "topic":
            return topics_text([entry.missing])
        case "fault":
            return f"rules not available because a plugin failed: {entry.missing}"
        case "history" if entry.missing == "history":
            return "no complete claim history given"
        case _:
            return f"missing {fact_name(entry.missing)}"


def topics_text(topics: Iterable[str]) -> str:
    """Return that the payer's policy was not read on these topics."""
    return f"this payer's policy was not read on: {', '.join(map(_topic_words, topics))}"


def _topic_words(topic: str) -> str:
    return _TOPICS.get(topic, topic)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _by_reason(entries: Iterable[NotEvaluated]) -> dict[Reason, list[str]]:
    missing: dict[Reason, dict[str, None]] = {}
    for entry in entries:
        missing.setdefault(entry.reason, {})[entry.missing] = None
    return {reason: list(names) for reason, names in missing.items()}


def _edition(years: set[int | None]) -> str:
    """Return the sentence for policies that were read for other dates, with their years."""
    known = sorted(year for year in years if year is not None)
    if not known:
        return _OTHER_DATES
    if len(known) == 1:
        return (
            f"Our copy of this policy is from {known[0]}. "
            "We have not confirmed that it is still in effect."
        )
    return (
        f"Our copies of these policies are from {joined(known, 'and')}. "
        "We have not confirmed that they are still in effect."
    )


def _sentences(entries: list[NotEvaluated], no_history: str) -> Iterator[str]:
    missing = _by_reason(entries)
    if "topic" in missing:
        yield f"{_capital(topics_text(missing['topic']))}."
    if "table" in missing:
        yield f"Not checked against {joined(map(table_name, missing['table']), 'and')}."
    if "fault" in missing:
        yield f"Not checked: the plugin failed ({', '.join(missing['fault'])})."
    yield from _missing_facts(missing)
    if "text" in missing:
        yield f"The policy is unclear: {'; '.join(missing['text'])}."
    if "edition" in missing:
        yield _edition({entry.policy_year for entry in entries if entry.reason == "edition"})
    if "history" in missing:
        of_history = [entry for entry in entries if entry.reason == "history"]
        yield from _missing_history(of_history, no_history)
    if missing.keys() & {"table", "fault"}:
        yield _NO_OTHER


def _missing_history(entries: Sequence[NotEvaluated], no_history: str) -> Iterator[str]:
    """Yield that there is no history, or what its lines do not state."""
    asking = [entry for entry in entries if entry.missing == "history"]
    if asking:
        yield no_history
        yield _risk_of_history(asking)
        return
    facts = (fact_name(entry.missing.removeprefix(EARLIER)) for entry in entries)
    yield f"Missing in the claim history: {', '.join(dict.fromkeys(facts))}."


def _risk_of_history(entries: Iterable[NotEvaluated]) -> str:
    """Return what earlier lines that are not known could do, by the rules that ask for them."""
    topics = {entry.rule_topic or _topic_of_edits(entry.rule or "") for entry in entries}
    if topics == {"combination"}:
        return _PAIRED
    return _COUNTED if topics == {"frequency"} else _EITHER


def _topic_of_edits(rule: str) -> Topic | None:
    """Return the topic of the rule of an edit table; ``None`` of other rules."""
    name = rule.rpartition("/")[2]
    return next((topic for topic, rules in _EDIT_RULES.items() if name in rules), None)


def _missing_facts(missing: dict[Reason, list[str]]) -> Iterator[str]:
    """Yield the facts that the claim or the record does not state, and what follows if they do."""
    names = [*missing.get("claim", ()), *missing.get("record", ())]
    if not names:
        return
    yield f"Missing: {', '.join(dict.fromkeys(map(fact_name, names)))}."
    if missing.keys() <= {"claim", "record"}:
        these, are = ("these", "are") if len(names) > 1 else ("this", "is")
        yield f"If {these} {are} in order, this line should pay."
