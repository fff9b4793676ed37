"""Restate what cases and scenarios expect, where a change of the rules of evaluation explains it.

    python tools/restate_cases.py [--write] [--payer ID ...] REASON ...

A REASON is the reason of open questions that the change adds, such as ``topic`` or ``table``. Each
fixture of the installed plugins is decided again. It is restated if

- the findings of the first answer are as they were;
- each line has the outcome that it had, or was ``pay`` or ``inform`` and is ``unknown`` now, and
  all its open questions that the fixture does not state have one of the reasons;
- the expected outcome of such a line is the outcome that it had, ``unread``, or a warning of the
  baseline.

Then ``outcomes`` and ``not_evaluated`` are written from the new answer, and ``expected`` and
``basis`` if an outcome has changed or the fixture states them already. With the reason ``table``,
``assume = ["table"]`` is removed from the cases of payers for which no plugin has a table, and from
scenarios. It stays in cases of Medicare on days after those of the bundled extracts: there it
carries their release, so that the case holds the rows, and what other rules find beside them.
Everything else that would change is listed for a person and stays as it is. Without
``--write`` nothing is written.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Final, TypeVar

import attrs

from payer_rules.conformance.case_file_text import case_file_text
from payer_rules.conformance.case_files import CASES, CaseDocument, cases_of
from payer_rules.conformance.case_text import CaseTexts
from payer_rules.conformance.differences import differences
from payer_rules.conformance.expectations import CaseHead, Expectation, ExpectedGap
from payer_rules.conformance.fixtures import SCENARIO, Scenario, Suite, fixture_files, read_suite
from payer_rules.conformance.payer_runner import PayerRunner
from payer_rules.decisions import Decision, LineDecision, NotEvaluated
from payer_rules.readers import FiledClaim, read_document
from payer_rules.registry import Registry, load
from payer_rules.rules import Assumable, Reason
from payer_rules.rules.edit_table import PROGRAMS
from payer_rules.toml_files.document import TomlDocument, parse
from payer_rules.writers.claim_text import written

E = TypeVar("E", bound=Expectation)

#: Outcomes with which a line may still be paid.
PAYABLE: Final = frozenset({"pay", "inform"})
#: The longest line of a file.
WIDTH: Final = 98


@attrs.define
class Report:
    """What was restated, by kind of fixture and payer, and what a person must look at."""

    restated: Counter[tuple[str, str, str]] = attrs.Factory(Counter)
    unexplained: list[str] = attrs.Factory(list)

    def lines(self) -> Iterator[str]:
        """Yield the unexplained fixtures, then the counts."""
        yield from self.unexplained
        for (kind, payer, change), count in sorted(self.restated.items()):
            yield f"{payer}: {count} of {kind}: {change}"
        yield f"{self.restated.total()} restated, {len(self.unexplained)} for a person to look at"


class UnexplainedError(Exception):
    """A fixture changes in a way that the reasons do not explain."""


def restated(stated: E, decision: Decision, reasons: frozenset[str]) -> E:
    """Return the expectation with the new answer; raise `UnexplainedError` if it is another one."""
    findings = attrs.evolve(stated, lines=None, expected=None, basis=None, not_evaluated=None)
    for difference in differences(findings, decision):
        raise UnexplainedError(str(difference))
    gaps = {(gap.rule, gap.missing) for gap in stated.not_evaluated or ()}
    added = [e for e in decision.not_evaluated if (e.rule, e.missing) not in gaps]
    for at, line in enumerate(decision.lines):
        on_line = [e for e in decision.not_evaluated if line.line in e.lines]
        check_line(stated, at, line, [e for e in on_line if e in added], reasons)
        check_expected(stated, at, line, on_line, reasons)
    if stated.not_evaluated is not None:
        check_gaps(gaps, added, decision, reasons)
    if not any(differences(stated, decision)):
        return stated
    new = attrs.evolve(
        stated,
        lines=None if stated.lines is None else tuple(line.outcome for line in decision.lines),
        not_evaluated=None if stated.not_evaluated is None else gaps_of(decision),
    )
    if new.lines == stated.lines and stated.expected is None:
        return new
    return attrs.evolve(
        new,
        expected=tuple(line.expected for line in decision.lines),
        basis=tuple(line.basis for line in decision.lines),
    )


def check_line(
    stated: Expectation,
    at: int,
    line: LineDecision,
    added: Sequence[NotEvaluated],
    reasons: frozenset[str],
) -> None:
    """Raise `UnexplainedError` unless the reasons explain the new answer on the line."""
    is_explained = bool(added) and all(entry.reason in reasons for entry in added)
    if stated.lines is not None and stated.lines[at] != line.outcome:
        change = f"line {line.line}: {stated.lines[at]} is {line.outcome} now"
        if line.outcome != "unknown" or stated.lines[at] not in PAYABLE or not is_explained:
            open_ = ", ".join(sorted({f"{e.reason}: {e.missing}" for e in added}))
            raise UnexplainedError(f"{change} (open: {open_ or 'nothing'})")
        if line.expected not in (stated.lines[at], "unread") and line.basis != "baseline":
            raise UnexplainedError(f"{change}, and {line.expected} is expected")


def check_expected(
    stated: Expectation,
    at: int,
    line: LineDecision,
    on_line: Iterable[NotEvaluated],
    reasons: frozenset[str],
) -> None:
    """Raise `UnexplainedError` unless the reasons explain another expected outcome or basis.

    ``on_line`` are the open questions of the line: one with a reason explains that the line is paid
    as far as was read, that nothing was read, or that the baseline warns.
    """
    is_explained = any(entry.reason in reasons for entry in on_line)
    if stated.expected is not None and stated.expected[at] != line.expected:
        is_payable = {stated.expected[at], line.expected} <= {*PAYABLE, "unread"}
        if not is_explained or not (is_payable or line.basis == "baseline"):
            change = f"expected {stated.expected[at]} is {line.expected} now"
            raise UnexplainedError(f"line {line.line}: {change}")
    is_in_part = line.basis == "partial"
    if (
        stated.basis is not None
        and stated.basis[at] != line.basis
        and not (is_explained or is_in_part)
    ):
        raise UnexplainedError(f"line {line.line}: basis {stated.basis[at]} is {line.basis} now")


def check_gaps(
    gaps: set[tuple[str | None, str]],
    added: Iterable[NotEvaluated],
    decision: Decision,
    reasons: frozenset[str],
) -> None:
    """Raise `UnexplainedError` unless all open questions that are new or gone are explained."""
    for entry in added:
        if entry.reason not in reasons:
            raise UnexplainedError(f"open now, {entry.reason}: {entry.missing} ({entry.rule})")
    open_ = {(entry.rule, entry.missing) for entry in decision.not_evaluated}
    for rule, missing in sorted(gaps - open_, key=str):
        # NOTE: a topic that was not read takes the place of "no rule speaks of the code".
        is_topic = rule is None and missing == "rules" and "topic" in reasons
        # NOTE: a table that is bundled now answers, or lacks a day or a code and no longer all.
        is_table = "table" in reasons and missing.partition("/")[0] in PROGRAMS
        if not (is_topic or is_table):
            raise UnexplainedError(f"no longer open: {missing} ({rule})")


def gaps_of(decision: Decision) -> tuple[ExpectedGap, ...]:
    """Return the open questions of the first answer."""
    entries = decision.not_evaluated
    return tuple(dict.fromkeys(ExpectedGap(rule=e.rule, missing=e.missing) for e in entries))


class Restater:
    """The payers of a registry, and the reasons that explain a change."""

    def __init__(self, registry: Registry, reasons: frozenset[str], payers: frozenset[str]) -> None:
        self.registry, self.reasons, self.payers = registry, reasons, payers
        self.report = Report()
        self._runners: dict[str, PayerRunner] = {}

    def runner(self, payer: str) -> PayerRunner:
        """Return the runner of the payer, built once."""
        return self._runners.setdefault(payer, PayerRunner(self.registry, payer))

    def assumed(self, assume: frozenset[Assumable], payer: str | None) -> frozenset[Assumable]:
        """Return the assumptions to keep: tables only for a payer that has one."""
        has_table = payer is not None and bool(self.runner(payer).collected.tables)
        is_dropped = "table" in self.reasons and not has_table
        return assume - {"table"} if is_dropped else assume

    def decision(self, payer: str, filed: FiledClaim, assume: frozenset[Reason]) -> Decision:
        """Return the new answer."""
        return self.runner(payer).book(assume).decide(filed.claim, filed.history, test_cures=False)

    def case(self, head: CaseHead, filed: FiledClaim) -> CaseHead:
        """Return the restated case, or the same one."""
        if self.payers and head.payer not in self.payers:
            return head
        assume = self.assumed(head.assume, head.payer)
        try:
            new = restated(head, self.decision(head.payer, filed, assume), self.reasons)
        except UnexplainedError as error:
            self.report.unexplained.append(f"{head.rule}: {head.name}: {error}")
            return head
        new = attrs.evolve(new, assume=assume)
        if new != head:
            self.report.restated["cases", head.payer, change_of(head, new)] += 1
        return new

    def scenario(
        self, scenario: Scenario
    ) -> tuple[frozenset[Assumable], Mapping[str, Expectation]]:
        """Return the assumptions and restated expectations of the scenario, or the same ones."""
        head = scenario.head
        assume = self.assumed(head.assume, None)
        new: dict[str, Expectation] = {}
        for payer, stated in scenario.expect.items():
            try:
                decision = self.decision(payer, scenario.filed, assume)
                new[payer] = restated(stated, decision, self.reasons)
            except UnexplainedError as error:
                self.report.unexplained.append(f"{head.name}: {payer}: {error}")
        if new.keys() < scenario.expect.keys():
            return head.assume, scenario.expect
        for payer, stated in scenario.expect.items():
            if new[payer] != stated or assume != head.assume:
                change = change_of(stated, new[payer])
                self.report.restated["scenarios", payer, change] += 1
        return assume, new


def change_of(old: Expectation, new: Expectation) -> str:
    """Return what was changed, for the counts."""
    parts = []
    if old.lines != new.lines:
        parts.append("proved outcomes")
    if old.not_evaluated != new.not_evaluated:
        parts.append("open questions")
    if (old.expected, old.basis) != (new.expected, new.basis):
        parts.append(f"basis {' and '.join(sorted(set(new.basis or ['proved'])))}")
    return ", ".join(parts) or "the assumption alone"


def suite_of(files: Iterable[Path], registry: Registry) -> Suite:
    """Return the fixtures of the files; end with the problems if any file has one."""
    suite = read_suite([(None, file) for file in files], registry.owners)
    if suite.problems:
        raise SystemExit("\n".join(problem.coded for problem in suite.problems))
    return suite


def restate_case_file(file: Path, restater: Restater, *, write: bool) -> None:
    """Restate the cases of a file, and write it again if any of them changed."""
    document = read_document(file)
    groups: list[list[CaseTexts]] = []
    is_changed = False
    found = [case for case in cases_of(document) if isinstance(case, CaseDocument)]
    suite = suite_of([file], restater.registry)
    trials = {trial.name: trial for trial in suite.cases}
    own: list[CaseTexts] = []
    for base, cases in groupby(found, key=lambda case: case.base):
        group = own if base == ("base",) else []
        for case in cases:
            trial = trials[str(case.data["name"])]
            assert isinstance(trial.expected, CaseHead)
            head = restater.case(trial.expected, trial.filed)
            is_changed = is_changed or head != trial.expected
            group.append(CaseTexts.of(head, trial.filed.claim, trial.filed.history))
        if group is not own:
            groups.append(group)
    if is_changed and write:
        text = case_file_text(str(document.data["rule"]), own, groups)
        file.write_text(text, encoding="utf-8", newline="\n")


def restate_scenarios(files: Sequence[Path], restater: Restater, *, write: bool) -> None:
    """Restate the scenarios of the files; what other files add to them is restated there."""
    suite = suite_of(files, restater.registry)
    texts = {file: parse(file.read_bytes(), file.name) for file in files}
    places = dict(places_of(texts))
    for scenario in suite.scenarios:
        name = scenario.head.name
        assume, expect = restater.scenario(scenario)
        if assume != scenario.head.assume:
            edit(texts, places[name, None], (), {"assume": sorted(assume) or None})
        for payer, stated in expect.items():
            if stated != scenario.expect[payer]:
                values = {
                    "lines": stated.lines,
                    "expected": stated.expected,
                    "basis": stated.basis,
                    "not_evaluated": stated.not_evaluated or None,
                }
                edit(texts, places[name, payer], ("expect", payer), values)
    if write:
        for file, document in texts.items():
            file.write_text(document.text, encoding="utf-8", newline="\n")


def places_of(
    texts: Mapping[Path, TomlDocument],
) -> Iterator[tuple[tuple[str, str | None], Path]]:
    """Yield the scenario of each file without a payer, then with each payer that it states."""
    for file, document in texts.items():
        is_addition = "scenario" in document.data
        name = str(document.data["scenario" if is_addition else "name"])
        if not is_addition:
            yield (name, None), file
        expect = document.data.get("expect", {})
        assert isinstance(expect, dict)
        yield from (((name, payer), file) for payer in expect)


def edit(
    texts: dict[Path, TomlDocument],
    file: Path,
    table: tuple[str, ...],
    values: Mapping[str, object],
) -> None:
    """Write the values into the table of the file; ``None`` removes the key."""
    document = texts[file]
    lines = document.text.split("\n")
    place = document.line(table) if table else 0
    for key, value in values.items():
        document = parse("\n".join(lines).encode(), file.name)
        held = held_in(document.data, table)
        if key in held:
            first = document.line((*table, key)) - 1
            place, end = first, end_of(lines, first)
        else:
            first = end = place
        new = [] if value is None else value_lines(key, value)
        lines[first:end] = new
        place = first + len(new)
    texts[file] = parse("\n".join(lines).encode(), file.name)


def held_in(data: Mapping[str, object], table: tuple[str, ...]) -> Mapping[str, object]:
    """Return the table at the path."""
    for key in table:
        inner = data[key]
        assert isinstance(inner, dict)
        data = inner
    return data


def end_of(lines: Sequence[str], first: int) -> int:
    """Return the position after the statement that begins on the line."""
    for end in range(first + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[first:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    raise ValueError(lines[first])


def value_lines(key: str, value: object) -> list[str]:
    """Return the lines of a key with a list, on one line if it fits."""
    assert isinstance(value, Sequence)
    items = [gap_text(item) if isinstance(item, ExpectedGap) else written(item) for item in value]
    text = f"{key} = [{', '.join(items)}]"
    return [text] if len(text) <= WIDTH else [f"{key} = [", *(f"    {i}," for i in items), "]"]


def gap_text(gap: ExpectedGap) -> str:
    """Return an open question as an inline table."""
    rule = f"rule = {written(gap.rule)}, " if gap.rule else ""
    return f"{{ {rule}missing = {written(gap.missing)} }}"


def main(arguments: list[str]) -> int:
    """Restate the fixtures of the installed plugins; return 1 if a person must look at any."""
    write = "--write" in arguments
    payers = [value for flag, value in pairwise(arguments) if flag == "--payer"]
    reasons = [each for each in arguments if not each.startswith("--") and each not in payers]
    if not reasons:
        print(__doc__, file=sys.stderr)
        return 2
    registry = load()
    restater = Restater(registry, frozenset(reasons), frozenset(payers))
    files = [
        file
        for _, folder in registry.case_folders
        for file in fixture_files(folder)
        if isinstance(file, Path)
    ]
    for file in files:
        if file.name.endswith(CASES):
            restate_case_file(file, restater, write=write)
    if not payers:
        scenarios = [file for file in files if file.name.endswith(SCENARIO)]
        restate_scenarios(scenarios, restater, write=write)
    print(*restater.report.lines(), sep="\n")
    return 1 if restater.report.unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
