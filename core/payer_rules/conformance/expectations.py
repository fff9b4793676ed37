"""The expectations of cases and scenarios, and their comparison with decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import attrs

from payer_rules.decisions import Basis, Decision, Expected, Finding, LineDecision, LineOutcome
from payer_rules.rules import Assumable, GroupCode, Outcome, Rule


@attrs.frozen(kw_only=True)
class ExpectedFinding:
    """One expected finding; denial codes and the part paid are compared if they are stated."""

    rule: str
    lines: tuple[int, ...]
    outcome: Outcome
    group: GroupCode | None = None
    carc: str | None = None
    rarc: tuple[str, ...] | None = None
    pays: Decimal | None = None


@attrs.frozen(kw_only=True)
class ExpectedGap:
    """One open question: the rule, none if no rule speaks of the code, and what is missing."""

    rule: str | None = None
    missing: str


@attrs.frozen(kw_only=True)
class Expectation:
    """The expected answer of one payer, with its source; ``None`` is not compared.

    ``lines`` are the proved outcomes, ``expected`` and ``basis`` the second answer, each with one
    entry for each line.
    """

    lines: tuple[LineOutcome, ...] | None = None
    expected: tuple[Expected, ...] | None = None
    basis: tuple[Basis, ...] | None = None
    findings: tuple[ExpectedFinding, ...]
    not_evaluated: tuple[ExpectedGap, ...] | None = None
    source: str


@attrs.frozen(kw_only=True)
class CaseHead(Expectation):
    """The expectation of a case, which belongs to one rule of one payer."""

    name: str
    why: str
    payer: str
    rule: str
    assume: frozenset[Assumable] = frozenset()
    #: In a case file, ``lines`` are the lines of the claim.
    lines: tuple[LineOutcome, ...] | None = attrs.field(default=None, metadata={"key": "outcomes"})


def case_from_decision(decision: Decision, *, rule: Rule, name: str) -> CaseHead:
    """Return the case of the rule that expects this decision; both answers unless they agree."""
    is_proved = all(line.basis == "proved" for line in decision.lines)
    return CaseHead(
        name=name,
        why=rule.rationale,
        payer=decision.payer,
        rule=rule.id,
        source=rule.citations[0].row,
        lines=tuple(line.outcome for line in decision.lines),
        expected=None if is_proved else tuple(line.expected for line in decision.lines),
        basis=None if is_proved else tuple(line.basis for line in decision.lines),
        findings=tuple(_expected(finding) for finding in decision.proved_findings),
        not_evaluated=tuple(
            dict.fromkeys(
                ExpectedGap(rule=entry.rule, missing=entry.missing)
                for entry in decision.not_evaluated
            )
        ),
    )


def _expected(finding: Finding) -> ExpectedFinding:
    codes = finding.adjustment
    return ExpectedFinding(
        rule=finding.rule,
        lines=finding.lines,
        outcome=finding.outcome,
        carc=codes.carc if codes else None,
        rarc=codes.rarc if codes and codes.rarc else None,
        pays=finding.pays,
    )


@attrs.frozen(kw_only=True)
class Difference:
    """One difference between an answer and the expectation."""

    what: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}; got {self.got}"


def differences(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    """Yield the differences in both answers, findings, denial codes and open questions."""
    for what, stated, answered in _of_lines(expected, decision.lines):
        if stated is not None and stated != answered:
            yield Difference(what=what, expected=", ".join(stated), got=", ".join(answered))
    yield from _of_findings(expected, decision)
    yield from _of_codes(expected, decision)
    yield from _of_gaps(expected, decision)


def _of_lines(
    expected: Expectation, lines: tuple[LineDecision, ...]
) -> Iterator[tuple[str, tuple[str, ...] | None, tuple[str, ...]]]:
    """Yield what is compared of each line: its name, the stated entries and those of the answer."""
    yield "lines", expected.lines, tuple(line.outcome for line in lines)
    yield "expected", expected.expected, tuple(line.expected for line in lines)
    yield "basis", expected.basis, tuple(line.basis for line in lines)


def _of_findings(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    findings = decision.proved_findings
    stated = Counter((f.rule, tuple(sorted(f.lines)), f.outcome) for f in expected.findings)
    found = Counter((f.rule, f.lines, f.outcome) for f in findings)
    messages = {(f.rule, f.lines, f.outcome): f.message for f in findings}
    for key in sorted((stated - found).elements()):
        yield Difference(
            what=f"finding of {key[0]}", expected=_key_text(key), got="no such finding"
        )
    for key in sorted((found - stated).elements()):
        got = f"{_key_text(key)}: {messages[key]}"
        yield Difference(what=f"finding of {key[0]}", expected="no such finding", got=got)


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
        yield Difference(what=rule or "no rule", expected="evaluated", got=text)
