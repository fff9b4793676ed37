"""The judge of modifier requirements."""

from __future__ import annotations

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Cure, Evidence, Finding
from payer_rules.engine.adjudication import Adjudication
from payer_rules.engine.missing import Doubt
from payer_rules.rules import ModifierRequirement

_CONDITION = "only if it says how the service was delivered"
_MOST_MODIFIERS = 4


class ModifierJudge:
    """Judges each line by itself."""

    def __init__(self, rule: ModifierRequirement) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.stage = rule.stage

    def judge(self, case: Adjudication, met: list[tuple[ServiceLine, Doubt]]) -> None:
        """Find each line whose modifiers are not as required."""
        for line, doubt in met:
            fault = self._fault(line)
            if fault is None:
                continue
            if doubt:
                case.doubt(self, line.number, doubt)
            else:
                case.find(self, self._finding(line, fault))

    def _fault(self, line: ServiceLine) -> str | None:
        has, rule = set(line.modifiers), self.rule
        if rule.any_of and not rule.any_of & has:
            return f"needs {_listed(rule.any_of, 'or')}"
        if rule.all_of - has:
            return f"needs {_listed(rule.all_of - has, 'and')}"
        if rule.none_of & has:
            return f"may not carry {_listed(rule.none_of & has, 'or')}"
        if len(rule.at_most_one_of & has) > 1:
            return f"may carry only one of {_listed(rule.at_most_one_of & has, 'and')}"
        return None

    def _finding(self, line: ServiceLine, fault: str) -> Finding:
        carried = (
            f"it carries {_listed(line.modifiers, 'and')}" if line.modifiers else "it has none"
        )
        return Finding(
            rule=self.rule_id,
            lines=(line.number,),
            outcome=self.outcome,
            stage=self.stage,
            adjustment=self.rule.adjustment,
            message=f"{line.code} on {line.date_from} {fault}; {carried}",
            evidence=(Evidence(kind="line", line=line.number),),
            citations=self.rule.citations,
            cure=self._cure(line),
        )

    def _cure(self, line: ServiceLine) -> Cure | None:
        """The smallest change after which the requirement is kept, if the line has room for it."""
        has, rule = set(line.modifiers), self.rule
        extra = sorted(rule.at_most_one_of & has)[1:]
        remove = sorted((rule.none_of & has) | set(extra))
        left = has - set(remove)
        add = sorted(rule.all_of - left)
        if rule.any_of and not rule.any_of & (left | set(add)):
            add.append(min(rule.any_of))
        after = left | set(add)
        if len(after) > _MOST_MODIFIERS or len(rule.at_most_one_of & after) > 1:
            return None
        told = [f"modifier {m} on line {line.number}" for m in add]
        told += [f"no modifier {m} on line {line.number}" for m in remove]
        return Cure(
            change=" and ".join(told),
            condition=_CONDITION,
            add=tuple((line.number, m) for m in add),
            remove=tuple((line.number, m) for m in remove),
        )


def _listed(modifiers: frozenset[str] | set[str] | tuple[str, ...], last: str) -> str:
    """``modifier GT``, or ``modifiers 93, 95 or GT``."""
    *most, final = sorted(modifiers)
    if not most:
        return f"modifier {final}"
    return f"modifiers {', '.join(most)} {last} {final}"
