"""Invariants about answers, checked on claims that are derived from those of the cases.

An answer depends on the facts of the claim and its history, and on nothing more. So the same facts
in another form have the same answer, and a missing fact never makes a claim cleaner. A message
names the rule, the case, the difference and what to do.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.check_recorder import CheckRecorder, recorders_of
from payer_rules.conformance.derived_claims import (
    less_known,
    longer,
    renamed,
    renumber,
    renumbered,
    with_voided,
)
from payer_rules.conformance.fake_clock import CLOCK_SETTINGS, replace_clock
from payer_rules.conformance.invariant_violations import (
    Invariant,
    InvariantViolation,
    Renumber,
    check_invariant,
    code_invariant,
    differing_rules,
    invariant,
    same,
)
from payer_rules.conformance.io_guard import IOGuard
from payer_rules.conformance.new_process import SEEDS, decide_in_new_process
from payer_rules.conformance.payer_under_test import PayerUnderTest, own_rules
from payer_rules.decisions import Decision
from payer_rules.history import History
from payer_rules.kinds import Violation
from payer_rules.registry.loaded_profiles import BY_USER

#: Seconds that a check may take for one claim.
SECONDS_A_CLAIM: Final = 0.2
#: Of how many cases a fact is taken back for each rule that finds something.
_CASES_OF_A_FACT: Final = 4


@invariant
def same_claim_same_answer(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """A claim has the same answer each time, and from a new rule book."""
    remedy = "Keep nothing from one claim to the next: no cache, no counter, no random number."
    again = subject.runner.new_book()
    for name, claim, history in subject.claims:
        first = subject.book.decide(claim, history)
        for other in (subject.book.decide(claim, history), again.decide(claim, history)):
            for rule in differing_rules(first, other, in_words=True):
                message = "asked again, the answer differs"
                yield InvariantViolation(rule=rule, case=name, message=message, remedy=remedy)


@invariant
def claims_are_not_changed(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """A decision changes neither the claim nor its history."""
    remedy = "Change a copy: claims and histories are values."
    for recorder in recorders_of(subject):
        for name, claim, history in subject.claims:
            before = _written(claim, history)
            recorder.ask(claim, history)
            if _written(claim, history) != before:
                message = "the decision changed the claim or its history"
                yield InvariantViolation(
                    rule=recorder.rules[0], case=name, message=message, remedy=remedy
                )
                return


def _written(claim: Claim, history: History | None) -> bytes:
    return pickle.dumps((claim, history.lines if history else None))


@invariant
def order_of_lines_is_irrelevant(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """The answer is the same for each order of the lines, of a case and of a longer claim."""
    remedy = "Find lines by number, code and day, never by their position."
    for name, claim, history in subject.claims:
        more = longer(claim, history)
        for note, variant in (("", (claim, history)), (", made longer,", more)):
            if variant is None:
                continue
            billed, earlier = variant
            turned = attrs.evolve(billed, lines=reversed(billed.lines))
            back = attrs.evolve(earlier, lines=reversed(earlier.lines)) if earlier else None
            test_cures = variant is not more
            one = subject.book.decide(billed, earlier, test_cures=test_cures)
            other = subject.book.decide(turned, back, test_cures=test_cures)
            if one == other:
                continue
            for rule in differing_rules(one, other, in_words=True) or (None,):
                message = f"the claim{note} has another answer if its lines are reversed"
                yield InvariantViolation(rule=rule, case=name, message=message, remedy=remedy)


@invariant
def line_numbers_do_not_matter(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """The answer is the same with other line numbers in the same order."""
    message = "with other line numbers, in the same order, the answer differs"
    remedy = "A line number is only a name: 1 need not be the first, and numbers may have gaps."
    return _differences(subject, renumbered, message, remedy, renumber=renumber)


@invariant
def ids_do_not_matter(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """The answer is the same with another claim id and another member id."""
    message = "with another claim id and member id the answer differs"
    remedy = "Do not read ids; member_prefix has a plan's prefix."
    return _differences(subject, renamed, message, remedy)


@invariant
def voided_lines_do_not_count(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """The answer is the same if the history has voided copies of the lines."""
    message = "with voided copies of its lines in the history the answer differs"
    remedy = "Leave out earlier lines with the status 'void'."
    return _differences(subject, with_voided, message, remedy)


def _differences(
    subject: PayerUnderTest,
    changed: Callable[[Claim, History | None], tuple[Claim, History | None] | None],
    message: str,
    remedy: str,
    *,
    renumber: Renumber = same,
) -> Iterator[InvariantViolation]:
    """Yield a violation for each rule that answers differently if the claim is changed."""
    for name, claim, history in subject.claims:
        other = changed(claim, history)
        if other is None:
            continue
        one = subject.book.decide(claim, history, test_cures=False)
        for rule in differing_rules(one, subject.book.decide(*other, test_cures=False), renumber):
            yield InvariantViolation(rule=rule, case=name, message=message, remedy=remedy)


@code_invariant
def another_day_same_answer(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """The answer is the same on each day and in each time zone of the computer."""
    remedy = (
        "Take days from the claim (date_from, received), never from today's date, and compare "
        "dates without a time zone."
    )
    answers = [subject.book.decide(c, h, test_cures=False) for _, c, h in subject.claims]
    for place in CLOCK_SETTINGS:
        where = f"on {place.name}, in another time zone,"
        with replace_clock(place):
            rules = {rule.id: rule for rule in own_rules(subject.registry, subject.payer).rules}
            others = [subject.book.decide(c, h, test_cures=False) for _, c, h in subject.claims]
        for rule in subject.book.rules:
            if rule.id not in rules or not _is_alike(rule, rules[rule.id], subject):
                message = f"{where} the plugin gives another rule"
                yield InvariantViolation(
                    rule=rule.id, case="every case", message=message, remedy=remedy
                )
        for (name, _, _), one, other in zip(subject.claims, answers, others, strict=True):
            for rule_id in differing_rules(one, other, in_words=True):
                message = f"{where} the answer differs"
                yield InvariantViolation(rule=rule_id, case=name, message=message, remedy=remedy)


def _is_alike(rule: object, other: object, subject: PayerUnderTest) -> bool:
    # NOTE: editions share an id; and a function defined inside of a hook is another each time.
    same_id = [each for each in subject.book.rules if each.id == getattr(rule, "id", None)]
    return len(same_id) > 1 or rule in subject.checks or rule == other


@code_invariant
def another_process_same_answer(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """The answer is the same in a new process with another hash seed, in reverse order."""
    remedy = (
        "Sort sets before you choose from them, keep nothing from claim to claim, and read neither "
        "the clock nor the environment, not even where the module is imported."
    )
    registry = attrs.evolve(subject.registry, tables=None)
    book = registry.rulebook(subject.payer, collected=subject.collected)
    answers = [book.decide(claim, history) for _, claim, history in subject.claims]
    profiles = [Path(each.where) for each in registry.profiles if each.plugin == BY_USER]
    for seed in SEEDS:
        try:
            others = decide_in_new_process(
                subject.payer, profiles, registry.without, subject.claims, seed
            )
        except ChildProcessError as error:
            message = f"a new process gives no answer ({error})"
            yield InvariantViolation(
                rule=None, case="every case", message=message, remedy="Correct the plugin."
            )
            return
        for (name, _, _), one, other in zip(subject.claims, answers, others, strict=True):
            for rule in differing_rules(one, other, in_words=True):
                message = "in a new process the answer differs"
                yield InvariantViolation(rule=rule, case=name, message=message, remedy=remedy)


@check_invariant
def checks_are_quick(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """No function of a rule takes longer than 0.2 seconds for one claim."""
    remedy = "Build lookup tables once, when the module is imported."
    recorder = CheckRecorder(subject)
    slow: set[str] = set()
    for name, claim, history in subject.claims:
        for each in recorder.seconds(claim, history, SECONDS_A_CLAIM):
            if each.rule.id in slow:
                continue
            slow.add(each.rule.id)
            message = (
                f"its function took {each.seconds:.1f} seconds; the limit is {SECONDS_A_CLAIM:g}"
            )
            yield InvariantViolation(rule=each.rule.id, case=name, message=message, remedy=remedy)
        # NOTE: each further claim would take as long again.
        if slow:
            return


@check_invariant
def answers_name_lines_of_the_claim(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """A function answers about lines of the claim."""
    remedy = "Answer with line.number of the lines of the claim; other answers are ignored."
    recorder = CheckRecorder(subject)
    for name, claim, history in subject.claims:
        numbers = {line.number for line in claim.lines}
        for each in recorder.ask(claim, history):
            for answer in each.answers:
                lines = getattr(answer, "lines", ())
                for number in sorted(set(lines) - numbers):
                    message = f"its function answers about line {number}, and the claim has none"
                    yield InvariantViolation(
                        rule=each.rule.id, case=name, message=message, remedy=remedy
                    )
                if not lines:
                    message = "its function answers about no line"
                    yield InvariantViolation(
                        rule=each.rule.id, case=name, message=message, remedy=remedy
                    )


@check_invariant
def rules_read_only_the_claim(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """A rule reads the claim and its history: no file, no network, no other program."""
    remedy = "Read files when the module is imported, and decide by the claim and its history."
    watch = IOGuard()
    for recorder in recorders_of(subject):
        for name, claim, history in subject.claims:
            with watch:
                recorder.ask(claim, history)
            if watch.seen:
                message = f"a rule reads more than the claim: {watch.seen[0]}"
                yield InvariantViolation(
                    rule=recorder.rules[0], case=name, message=message, remedy=remedy
                )


@check_invariant
def edge_cases_are_answered(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """Each valid claim has an answer, however unusual it is and however little it states."""
    remedy = "A missing fact is None: answer MissingInformation, or find nothing, but do not raise."
    recorder = CheckRecorder(subject)
    for name, claim, history in subject.claims:
        for rule, message in recorder.problems(claim, history):
            yield InvariantViolation(rule=rule, case=name, message=message, remedy=remedy)
    for name, claim, history in subject.cases:
        for fact, less_claim, less_history in less_known(claim, history):
            for rule, message in recorder.problems(less_claim, less_history):
                without = f"without {fact}, {message}"
                yield InvariantViolation(rule=rule, case=name, message=without, remedy=remedy)


@invariant
def missing_facts_clear_no_finding(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """If a fact is missing, a finding stays, or its rule is open and the line is not paid."""
    tried: Counter[tuple[str, str]] = Counter()
    for name, claim, history in subject.cases:
        full = subject.book.decide(claim, history, test_cures=False)
        found = {finding.rule for finding in full.proved_findings}
        if not found:
            continue
        for fact, less_claim, less_history in less_known(claim, history):
            if all(tried[rule, fact] >= _CASES_OF_A_FACT for rule in found):
                continue
            tried.update((rule, fact) for rule in found)
            less = subject.book.decide(less_claim, less_history, test_cures=False)
            yield from cleaner(full, less, fact, name)


def cleaner(full: Decision, less: Decision, fact: str, case: str) -> Iterator[InvariantViolation]:
    """Yield a breach for each finding that is gone, unanswered, where the fact is not known.

    A line that another finding denies is not cleaner, though its other rules were not asked.
    """
    remedy = f"Where {fact} is None, answer MissingInformation with what is missing."
    stays = {(f.rule, line) for f in less.proved_findings for line in f.lines}
    open_ = {(entry.rule, line) for entry in less.not_evaluated for line in entry.lines}
    outcomes = {line.line: line.outcome for line in less.lines}
    for finding in full.proved_findings:
        for line in finding.lines:
            if (finding.rule, line) in stays or outcomes[line] in ("deny", "return"):
                continue
            if outcomes[line] == "pay" or (finding.rule, line) not in open_:
                gone = f"without {fact} line {line} is {outcomes[line]!r}"
                message = f"{gone}, and the rule neither finds it broken nor leaves it open"
                yield InvariantViolation(
                    rule=finding.rule, case=case, message=message, remedy=remedy
                )


@check_invariant
def missing_facts_break_no_rule(subject: PayerUnderTest) -> Iterator[InvariantViolation]:
    """A function finds nothing for a missing fact that it does not find with the fact."""
    recorder = CheckRecorder(subject)
    for name, claim, history in subject.cases:
        full = _found(recorder, claim, history)
        for fact, less_claim, less_history in less_known(claim, history):
            for rule, lines in _found(recorder, less_claim, less_history).items():
                for line in sorted(lines - full.get(rule, lines)):
                    message = (
                        f"line {line} is broken where {fact} is not known, and is not as stated"
                    )
                    remedy = f"Where {fact} is None, answer MissingInformation, not Violation."
                    yield InvariantViolation(rule=rule, case=name, message=message, remedy=remedy)


def _found(recorder: CheckRecorder, claim: Claim, history: History | None) -> dict[str, set[int]]:
    """Return the lines that each check which was asked finds broken."""
    found: dict[str, set[int]] = {}
    for each in recorder.ask(claim, history):
        lines = found.setdefault(each.rule.id, set())
        for answer in each.answers:
            if isinstance(answer, Violation):
                lines.update(answer.lines)
    return found


#: The invariants about answers, in the order in which they are printed.
ANSWER_INVARIANTS: Final[tuple[Invariant, ...]] = (
    same_claim_same_answer,
    claims_are_not_changed,
    order_of_lines_is_irrelevant,
    line_numbers_do_not_matter,
    ids_do_not_matter,
    voided_lines_do_not_count,
    another_day_same_answer,
    another_process_same_answer,
    checks_are_quick,
    answers_name_lines_of_the_claim,
    rules_read_only_the_claim,
    edge_cases_are_answered,
    missing_facts_clear_no_finding,
    missing_facts_break_no_rule,
)
