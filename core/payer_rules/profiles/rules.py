"""The rules of a profile, one for each table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations, groupby
from typing import Any

import attrs

from payer_rules.adjustment_codes import errors_of_rule
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Path
from payer_rules.kinds import KINDS, Kind
from payer_rules.profiles.reader import ProfileReader
from payer_rules.profiles.references import CodeSets, Courses, Sources
from payer_rules.profiles.rule_draft import RuleDraft
from payer_rules.profiles.table_files import TableReferences
from payer_rules.rules import Origin, Rule, errors_of_alternatives
from payer_rules.rules import PlanNames as PlanNames


@attrs.frozen(kw_only=True)
class RuleTables:
    """The tables of rules in a profile, and the sources and code sets that they refer to."""

    reader: ProfileReader
    plugin: str
    owner: str
    sources: Sources
    code_sets: CodeSets
    courses: Courses
    tables: TableReferences
    names: PlanNames

    def rules(self) -> tuple[Rule, ...]:
        """Return the valid rules, by kind and in the order of the file."""
        drafts = [draft for kind in KINDS if kind.is_data for draft in self._of_kind(kind)]
        self._report_alternatives([(path, rule) for path, rule, _ in drafts])
        clashing = _clashing(self.reader, [(path, rule) for path, rule, _ in drafts])
        return tuple(rule for path, rule, is_valid in drafts if is_valid and path not in clashing)

    def _report_alternatives(self, rules: Sequence[tuple[Path, Rule]]) -> None:
        paths = {id(rule): path for path, rule in rules}
        for rule, error in errors_of_alternatives(rule for _, rule in rules):
            path = (*paths[id(rule)], *error.path)
            self.reader.report(path, error.message, error.remedy, error.code)

    def _of_kind(self, kind: Kind[Any]) -> Iterator[tuple[Path, Rule, bool]]:
        tables = self.reader.document.data.get(kind.table, [])
        if not isinstance(tables, list):
            message = f"{kind.table} is no list of tables"
            remedy = f"Write [[{kind.table}]] above each rule."
            self.reader.report((kind.table,), message, remedy, ErrorCode.WRONG_TYPE)
            return
        for at, data in enumerate(tables):
            path = (kind.table, at)
            draft = RuleDraft(self.reader, path, self.sources, self.code_sets, self.courses)
            rule = self.reader.structure(kind.rule, self._resolved(draft, data), path)
            if rule is None:
                continue
            for field_error in (
                *errors_of_rule(rule),
                *self.names.errors_of_rule(rule),
                *self.tables.errors(rule),
            ):
                draft.report(
                    field_error.path, field_error.message, field_error.remedy, field_error.code
                )
            is_valid = draft.is_valid and self.tables.are_valid(rule)
            rule = self.tables.resolved(rule) if is_valid else rule
            yield path, attrs.evolve(rule, origin=self._origin(path)), is_valid

    def _resolved(self, draft: RuleDraft, data: object) -> object:
        if not isinstance(data, dict):
            return data
        resolved = {key: draft.expanded(data[key], (key,)) for key in data if key != "cites"}
        if "verified" in data:
            resolved["verified"] = draft.dates("verified", data["verified"])
        resolved["cites"] = draft.rule_citations(data.get("cites"))
        if "id" in data:
            resolved["id"] = draft.rule_id(self.owner, data["id"])
        return resolved

    def _origin(self, path: Path) -> Origin:
        document = self.reader.document
        line = partial(document.line, (*path, "id"))
        return Origin(plugin=self.plugin, file=document.name, line=line)


def _clashing(reader: ProfileReader, rules: Sequence[tuple[Path, Rule]]) -> set[Path]:
    """Report rules that share an id and a day with another, and return their places."""
    clashing: set[Path] = set()
    by_id = sorted(rules, key=lambda placed: placed[1].id)
    for name, same in groupby(by_id, key=lambda placed: placed[1].id):
        for (one, first), (other, second) in combinations(same, 2):
            if not first.is_edition_beside(second):
                message = (
                    f"{name!r} is also on line {reader.document.line((*one, 'id'))}, in force"
                    f" {first.in_force}, and here {second.in_force}"
                )
                remedy = "Give each its own id, or each edition its own in_force or verified dates."
                reader.report((*other, "id"), message, remedy, ErrorCode.OVERLAPPING_EDITIONS)
                clashing |= {one, other}
    return clashing
