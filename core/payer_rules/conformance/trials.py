"""A trial: one payer, a claim, and the answer that a case or a scenario expects."""

from __future__ import annotations

import functools

import attrs

from payer_rules.conformance.case_files import CaseDocument
from payer_rules.conformance.differences import Difference, differences
from payer_rules.conformance.expectations import CaseHead, Expectation
from payer_rules.decisions import Decision, Reason
from payer_rules.readers import FiledClaim


@attrs.frozen(kw_only=True)
class Trial:
    """A claim, the payer that decides it, and the expected answer, if there is one.

    ``rule`` is the rule to which a case belongs; a trial of a scenario has none. ``file`` holds the
    expectation, and ``document`` the place of a case in it.
    """

    payer: str
    name: str
    why: str
    file: str
    filed: FiledClaim
    assume: frozenset[Reason]
    expected: Expectation | None
    rule: str | None = None
    document: CaseDocument | None = attrs.field(default=None, repr=False, eq=False)

    @property
    def title(self) -> str:
        """The name, after the rule to which a case belongs; unique among the trials of a payer."""
        return f"{self.rule}: {self.name}" if self.rule else self.name

    @property
    def line(self) -> int | None:
        """The line of the file where a case begins."""
        return self.document.line(()) if self.document else None

    @property
    def place(self) -> str:
        """The file, and for a case the line where it begins."""
        return f"{self.file}:{self.line}" if self.document else self.file

    @property
    def todo(self) -> str | None:
        """The reason why a case is known to disagree; None if it is not."""
        return self.expected.todo if isinstance(self.expected, CaseHead) else None

    @functools.cached_property
    def billed(self) -> frozenset[str]:
        """The codes on the claim."""
        return frozenset(line.code for line in self.filed.claim.lines)

    @functools.cached_property
    def codes(self) -> frozenset[str]:
        """The codes on the claim and in its history."""
        earlier = self.filed.history.lines if self.filed.history else ()
        return self.billed.union(line.code for line in earlier)

    @property
    def is_confirmed(self) -> bool:
        """Whether a person confirmed the expected answer."""
        return self.expected is not None and not self.expected.unreviewed

    def without_expectation(self) -> Trial:
        """Return what a payer's process is sent: the claim under its title, and no expectation."""
        return attrs.evolve(
            self, name=self.title, why="", file="", expected=None, rule=None, document=None
        )

    def differences(self, decision: Decision) -> tuple[Difference, ...]:
        """Return where the decision differs from the expectation; nothing is expected: nowhere."""
        return tuple(differences(self.expected, decision)) if self.expected else ()
