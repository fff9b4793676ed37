"""What one payer is expected to answer on one claim: a case, or a scenario's word on a payer."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.conformance.case_files import CaseDocument
from payer_rules.conformance.expectations import Difference, Expectation, differences
from payer_rules.conformance.fixtures import Suite
from payer_rules.decisions import Decision, Reason
from payer_rules.readers import FiledClaim


@attrs.frozen(kw_only=True)
class Trial:
    """A claim, the payer that decides it, and what is expected; ``None``: it was only replayed.

    ``rule`` is the rule to which a case belongs; ``file`` is where the expectation stands.
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
        """The name, after the rule to which a case belongs."""
        return f"{self.rule}: {self.name}" if self.rule else self.name

    @property
    def line(self) -> int | None:
        """The line of the file where a case begins."""
        return self.document.line(()) if self.document else None

    def differences(self, decision: Decision) -> tuple[Difference, ...]:
        """Where the decision is not what is expected."""
        return tuple(differences(self.expected, decision)) if self.expected else ()


def trials_of(suite: Suite, payer: str) -> Iterator[Trial]:
    """Every case of the payer, and every scenario as the payer's."""
    for case in suite.cases:
        if case.head.payer == payer:
            yield Trial(
                payer=payer,
                name=case.head.name,
                why=case.head.why,
                file=case.file,
                filed=case.filed,
                assume=case.head.assume,
                expected=case.head,
                rule=case.head.rule,
                document=case.document,
            )
    for scenario in suite.scenarios:
        yield Trial(
            payer=payer,
            name=scenario.head.name,
            why=scenario.head.why,
            file=scenario.files.get(payer, scenario.file),
            filed=scenario.filed,
            assume=scenario.head.assume,
            expected=scenario.expect.get(payer),
        )
