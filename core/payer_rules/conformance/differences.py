"""The differences between an expectation and a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

import attrs

from payer_rules.conformance.expectations import Expectation, ExpectedFinding
from payer_rules.decisions import Decision, Finding, LineDecision

#: The most missing facts that a difference names.
_MOST_FACTS: Final = 3


@attrs.frozen(kw_only=True)
class Difference:
    """One difference between an answer and the expectation.

    ``because`` are the facts that the answer comes from, such as missing ones; empty if another
    difference states them. ``rules`` are those that find or miss what was not expected.
    """

    what: str
    expected: str
    got: str
    because: str = ""
    rules: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = f"{self.what}: expected {self.expected}; got {self.got}"
        return f"{text}; {self.because}" if self.because else text


def differences(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    """Yield the differences in both answers, findings, denial codes and open questions."""
    yield from _of_lines(expected, decision)
    yield from _of_findings(expected, decision)
    yield from _of_codes(expected, decision)
    yield from _of_gaps(expected, decision)


def _of_lines(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    """Yield what differs in the outcomes, the expected outcomes and the basis of the lines."""
    lines = decision.lines
    for what, stated, answered in (
        ("lines", expected.lines, [line.outcome for line in lines]),
        ("expected", expected.expected, [line.expected for line in lines]),
        ("basis", expected.basis, [line.basis for line in lines]),
    ):
        if stated is None or list(stated) == answered:
            continue
        pairs = zip_longest(stated, answered, lines)
        differing = [line for one, other, line in pairs if one != other and line]
        because, rules = _cause(what, differing, decision, _stated_gaps(expected))
        yield Difference(
            what=what,
            expected=", ".join(stated),
            got=", ".join(answered),
            because=because,
            rules=rules,
        )


def _stated_gaps(expected: Expectation) -> frozenset[tuple[str, str]]:
    """Return the open questions that are expected, and so explain no difference."""
    return frozenset((gap.missing, gap.rule or "") for gap in expected.not_evaluated or ())


def _cause(
    what: str,
    lines: Sequence[LineDecision],
    decision: Decision,
    stated: frozenset[tuple[str, str]],
) -> tuple[str, tuple[str, ...]]:
    """Return what the answer on the lines comes from, as a clause, and the rules behind it.

    What was ``stated`` to be open is named only if nothing else explains the answer.
    """
    head, found = _facts(what, lines, decision)
    facts = [fact for fact in found if fact not in stated] or found
    return _clause(head, facts), tuple(sorted({rule for _, rule in facts if "/" in rule}))


def _facts(
    what: str, lines: Sequence[LineDecision], decision: Decision
) -> tuple[str, list[tuple[str, str]]]:
    """Return facts with the rules that ask for them: missing ones, or those of the second answer.

    A fact that no rule asks for has its class, such as ``topic``.
    """
    numbers = {line.line for line in lines}
    if what == "lines":
        open_ = {line.line for line in lines if line.outcome == "unknown"}
        entries = (each for each in decision.not_evaluated if open_.intersection(each.lines))
        return "missing", [(each.missing, each.rule or each.reason) for each in entries]
    first = decision.proved_findings
    second = (each for each in decision.findings if each not in first)
    found = [(each.message, each.rule) for each in second if numbers.intersection(each.lines)]
    if found:
        return "found", found
    rested = (fact for line in lines for fact in line.rests_on)
    return "rests on", [(fact.fact, fact.rule or fact.reason) for fact in rested]


def _clause(head: str, facts: Iterable[tuple[str, str]]) -> str:
    """Return the first facts, each with the rules that ask for it; empty if there are none."""
    rules: dict[str, dict[str, None]] = {}
    for fact, rule in facts:
        rules.setdefault(fact, {})[rule] = None
    named = [f"{fact} ({', '.join(asking)})" for fact, asking in rules.items()]
    more = [f"and {len(named) - _MOST_FACTS} more"] if len(named) > _MOST_FACTS else []
    return f"{head}: {', '.join([*named[:_MOST_FACTS], *more])}" if named else ""


def _of_findings(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    findings = decision.proved_findings
    stated = Counter((f.rule, tuple(sorted(f.lines)), f.outcome) for f in expected.findings)
    found = Counter((f.rule, f.lines, f.outcome) for f in findings)
    messages = {(f.rule, f.lines, f.outcome): f.message for f in findings}
    for key in sorted((stated - found).elements()):
        yield Difference(
            what=f"finding of {key[0]}",
            expected=_key_text(key),
            got="no such finding",
            because=_open_question(key[0], key[1], decision),
        )
    for key in sorted((found - stated).elements()):
        got = f"{_key_text(key)}: {messages[key]}"
        what = f"finding of {key[0]}"
        yield Difference(what=what, expected="no such finding", got=got, rules=key[:1])


def _open_question(rule: str, lines: Iterable[int], decision: Decision) -> str:
    """Return the facts that the rule misses on the lines, as a clause."""
    numbers = set(lines)
    entries = [
        entry
        for entry in decision.not_evaluated
        if entry.rule == rule and numbers.intersection(entry.lines)
    ]
    return _clause("missing", [(entry.missing, rule) for entry in entries])


def _key_text(key: tuple[str, tuple[int, ...], str]) -> str:
    rule, lines, outcome = key
    return f"{outcome} on {', '.join(map(str, lines))} by {rule}"


def _of_codes(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    for finding in expected.findings:
        for found in decision.proved_findings:
            if (found.rule, found.lines) == (finding.rule, tuple(sorted(finding.lines))):
                yield from _of_adjustment(finding, found)
                yield from _of_part(finding, found)


def _of_adjustment(expected: ExpectedFinding, found: Finding) -> Iterator[Difference]:
    codes = found.adjustment
    group, carc, rarc = (codes.group, codes.carc, codes.rarc) if codes else (None, None, ())
    if expected.group is not None and expected.group != group:
        yield _of_code("group", found.rule, expected.group, group)
    if expected.carc is not None and expected.carc != carc:
        yield _of_code("CARC", found.rule, expected.carc, carc)
    if expected.rarc is not None and set(expected.rarc) != set(rarc):
        stated = " ".join(expected.rarc) or "no RARC"
        yield _of_code("RARC", found.rule, stated, " ".join(rarc))


def _of_code(name: str, rule: str, expected: str, code: str | None) -> Difference:
    got = code or f"none, because the rule states no {name}"
    return Difference(what=f"{name} of {rule}", expected=expected, got=got)


def _of_part(expected: ExpectedFinding, found: Finding) -> Iterator[Difference]:
    if expected.pays is not None and expected.pays != found.pays:
        got = "nothing" if found.pays is None else f"{found.pays:f}"
        yield Difference(what=f"part paid by {found.rule}", expected=f"{expected.pays:f}", got=got)


def _of_gaps(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    if expected.not_evaluated is None:
        return
    stated = {(gap.rule or "", gap.missing) for gap in expected.not_evaluated}
    open_ = {(entry.rule or "", entry.missing) for entry in decision.not_evaluated}
    for rule, missing in sorted(stated - open_):
        text = f"not evaluated, because this is missing: {missing}"
        yield Difference(what=rule or "no rule", expected=text, got="evaluated")
    for rule, missing in sorted(open_ - stated):
        text = f"not evaluated, because this is missing: {missing}"
        rules = (rule,) if rule else ()
        yield Difference(what=rule or "no rule", expected="evaluated", got=text, rules=rules)
