"""Claims of one day, each checked by one rule of the edit tables alone."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.conformance.differences import Difference
from payer_rules.decisions import Decision
from payer_rules.history import History
from payer_rules.rulebook import RuleBook

NOTHING: Final = "none"
#: Known to be empty: nothing was adjudicated before.
_EMPTY: Final = History()
_MEMBER: Final = Member(id="M1")
_PROVIDER: Final = Provider(npi="1234567893")


@attrs.frozen
class EditAnswer:
    """The answer of one rule to a claim.

    ``text`` is ``none``, or such as ``denies 2`` and ``not evaluated 1 2``, with the numbers of the
    lines; ``codes`` are the CARC and the RARCs of what it denies.
    """

    text: str
    codes: str = ""


@attrs.frozen(kw_only=True)
class EditQuestion:
    """Service lines of one day and one provider, and the rule that answers.

    Nothing was adjudicated before. ``written`` are the lines as the sheet states them, ``lines``
    the code, the modifiers and the units of each.
    """

    rule: str
    setting: str
    day: date
    written: str
    lines: tuple[tuple[str, tuple[str, ...], Decimal], ...]

    @property
    def name(self) -> str:
        """What the question is called: rule, setting, day and service lines."""
        return f"{self.rule} {self.setting} {self.day} {self.written}"

    @functools.cached_property
    def codes(self) -> frozenset[str]:
        """The codes billed."""
        return frozenset(code for code, _, _ in self.lines)

    @functools.cached_property
    def claim(self) -> Claim:
        """The claim itself; it is replayed against many tables."""
        lines = (
            ServiceLine(
                number=number, code=code, modifiers=modifiers, units=units, date_from=self.day
            )
            for number, (code, modifiers, units) in enumerate(self.lines, 1)
        )
        return Claim(
            id="C1",
            member=_MEMBER,
            billing_provider=_PROVIDER,
            setting=self.setting,
            lines=lines,
        )

    def answer(self, book: RuleBook) -> EditAnswer:
        """Return the answer of the rule in the rule book."""
        return answer_of(book.decide(self.claim, _EMPTY, test_cures=False), self.rule)


@attrs.frozen(kw_only=True)
class EditClaim:
    """One line of an edit sheet: a claim and the expected answer of one rule.

    Denial codes are compared where the sheet gives them; ``row`` is the row of the source, ``line``
    that of the file.
    """

    question: EditQuestion
    expected: EditAnswer
    row: str
    line: int

    def differences(self, answer: EditAnswer) -> Iterator[Difference]:
        """Yield the differences from the expected answer."""
        expected, rule = self.expected, self.question.rule
        if answer.text != expected.text:
            yield Difference(what=rule, expected=expected.text, got=answer.text)
        elif expected.codes and answer.codes != expected.codes:
            got = answer.codes or NOTHING
            yield Difference(what=f"CARC and RARC of {rule}", expected=expected.codes, got=got)


@attrs.frozen(kw_only=True)
class EditSheet:
    """The claims of one file, in their order there."""

    file: str
    claims: tuple[EditClaim, ...]

    @property
    def payers(self) -> tuple[str, ...]:
        """The payers of the rules, sorted."""
        return tuple(sorted({_payer(claim) for claim in self.claims}))

    def of(self, payer: str) -> EditSheet:
        """Return the claims for rules of the payer."""
        return attrs.evolve(self, claims=tuple(c for c in self.claims if _payer(c) == payer))


def _payer(claim: EditClaim) -> str:
    return claim.question.rule.partition("/")[0]


def answer_of(decision: Decision, rule: str) -> EditAnswer:
    """Return the answer of the rule in the decision."""
    lines_by_verb: dict[str, set[int]] = {}
    codes: dict[str, None] = {}
    for finding in decision.proved_findings:
        if finding.rule == rule:
            verb = "denies" if finding.outcome == "deny" else finding.outcome
            lines_by_verb.setdefault(verb, set()).update(finding.lines)
            if finding.adjustment:
                codes[" ".join((finding.adjustment.carc, *finding.adjustment.rarc))] = None
    for entry in decision.not_evaluated:
        if entry.rule == rule:
            # NOTE: only a missing table row can leave an edit open.
            why = "" if entry.reason == "table" else f" ({entry.missing})"
            lines_by_verb.setdefault(f"not evaluated{why}", set()).update(entry.lines)
    text = "; ".join(f"{verb} {_numbers(lines)}" for verb, lines in sorted(lines_by_verb.items()))
    return EditAnswer(text or NOTHING, ", ".join(codes))


def edits_alone(book: RuleBook) -> RuleBook:
    """Return a rule book of the payer with its edit tables and no other rule.

    A fact that another rule misses would leave a pair open, and a denial by another rule would
    leave a column 1 code unpaid. The rows are those of the plugin, whichever releases are imported.
    """
    return RuleBook.build(book.payer, (), book.tables, names=book.names)


def _numbers(lines: Iterable[int]) -> str:
    return " ".join(map(str, sorted(lines)))
