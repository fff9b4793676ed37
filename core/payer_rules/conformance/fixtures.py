"""Case and scenario files and edit sheets: fixture claims, and what is expected of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import attrs

from payer_rules.conformance.case_files import (
    CASES,
    OLD_CASE,
    CaseDocument,
    cases_of,
    refuse_old_form,
)
from payer_rules.conformance.edit_claims import EditSheet
from payer_rules.conformance.edit_sheets import SHEET, read_edit_sheet
from payer_rules.conformance.expectations import CaseHead, Expectation
from payer_rules.conformance.trials import Trial
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InputError, InvalidValueError, Problem, nearest
from payer_rules.readers import Document, FiledClaim, claims_of, read_document
from payer_rules.rules import Assumable
from payer_rules.system.files import is_no_folder
from payer_rules.values.structure import structure, unknown_keys

Folder: TypeAlias = Path | Traversable

SCENARIO: Final = ".scenario.toml"
SCENARIO_KEYS: Final = frozenset(["name", "why", "assume", "expect"])
#: The payer of a case file whose first statement names the rule.
_CASES_OF: Final = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*rule = [\"']([a-z0-9-]+)/")


@attrs.frozen(kw_only=True)
class ScenarioHead:
    """The name, reason and assumptions of a scenario."""

    name: str
    why: str
    assume: frozenset[Assumable] = frozenset()


H = TypeVar("H", CaseHead, ScenarioHead)


@attrs.frozen(kw_only=True)
class Scenario:
    """A claim for every payer, and the expected answers of some of them.

    ``files`` holds the file with the expectation of each payer.
    """

    head: ScenarioHead
    filed: FiledClaim
    file: str
    expect: Mapping[str, Expectation]
    files: Mapping[str, str]

    def trial(self, payer: str) -> Trial:
        """Return the trial of one payer."""
        return Trial(
            payer=payer,
            name=self.head.name,
            why=self.head.why,
            file=self.files.get(payer, self.file),
            filed=self.filed,
            assume=self.head.assume,
            expected=self.expect.get(payer),
        )


@attrs.frozen(kw_only=True)
class ScenarioAddition:
    """Expectations that a file adds to a scenario of another file."""

    scenario: str
    expect: Mapping[str, Expectation]
    plugin: str | None
    document: Document


@attrs.frozen(kw_only=True)
class Suite:
    """All valid fixtures, sorted by name, and the problems of the others."""

    cases: tuple[Trial, ...]
    scenarios: tuple[Scenario, ...]
    problems: tuple[Problem, ...]
    sheets: tuple[EditSheet, ...] = ()

    def trials(self, payer: str) -> Iterator[Trial]:
        """Yield every case of the payer, then every scenario as a trial of the payer."""
        yield from (case for case in self.cases if case.payer == payer)
        yield from (scenario.trial(payer) for scenario in self.scenarios)


@attrs.define
class _SuiteReader:
    cases: list[Trial] = attrs.Factory(list)
    sheets: list[EditSheet] = attrs.Factory(list)
    scenarios: list[tuple[Scenario, Document]] = attrs.Factory(list)
    additions: list[ScenarioAddition] = attrs.Factory(list)
    problems: list[Problem] = attrs.Factory(list)


def read_suite(
    folders: Iterable[tuple[str | None, Folder]],
    owners: Mapping[str, str],
    payers: Collection[str] = (),
) -> Suite:
    """Return the fixtures in the folders, or files, each with the plugin that owns it.

    A plugin may expect something only of payers that it speaks for; a user, of all. If ``payers``
    are named, the plugins' cases of other payers are not read: they take most of the time.
    """
    read = _SuiteReader()
    for plugin, folder in folders:
        for file in _files(folder, read.problems):
            if plugin is None or not payers or _may_be_of(file, payers):
                _read(file, plugin, owners, read)
    scenarios = list(_joined(read, owners))
    return Suite(
        cases=tuple(sorted(read.cases, key=lambda case: case.title)),
        scenarios=tuple(sorted(scenarios, key=lambda scenario: scenario.head.name)),
        problems=tuple(read.problems),
        sheets=tuple(sorted(read.sheets, key=lambda sheet: sheet.file)),
    )


def fixture_files(folder: Folder) -> Iterator[Folder]:
    """Yield the fixture files in the folder and below, sorted by name, or the file itself."""
    if is_no_folder(folder):
        yield folder
    elif folder.is_dir():
        for each in sorted(folder.iterdir(), key=lambda item: item.name):
            if each.is_dir() or each.name.endswith((CASES, OLD_CASE, SCENARIO, SHEET)):
                yield from fixture_files(each)


def _files(folder: Folder, problems: list[Problem]) -> Iterator[Folder]:
    if not is_no_folder(folder) and not folder.is_dir():
        message = "there is no such file or folder"
        problem = Problem(str(folder), message, "Check the path.", ErrorCode.UNREADABLE_FILE)
        problems.append(problem)
    yield from fixture_files(folder)


def _may_be_of(file: Folder, payers: Collection[str]) -> bool:
    """Return False if the file has cases of another payer only."""
    if not file.name.endswith(CASES):
        return True
    try:
        found = _CASES_OF.match(file.read_bytes())
    except OSError:
        return True
    return found is None or found[1].decode() in payers


def _read(file: Folder, plugin: str | None, owners: Mapping[str, str], read: _SuiteReader) -> None:
    if file.name.endswith(SHEET):
        sheet, problems = read_edit_sheet(file, plugin, owners)
        read.sheets.append(sheet)
        read.problems.extend(problems)
        return
    try:
        if file.name.endswith(OLD_CASE):
            raise refuse_old_form(file.name)
        document = read_document(file)
        if file.name.endswith(CASES):
            _read_cases(document, plugin, owners, read)
        elif "scenario" in document.data:
            read.additions.append(_addition(document, plugin))
        else:
            read.scenarios.append((_scenario(document, plugin, owners), document))
    except InputError as error:
        read.problems.extend(error.problems)


def _read_cases(
    document: Document, plugin: str | None, owners: Mapping[str, str], read: _SuiteReader
) -> None:
    """Read the cases of one file; where one cannot be read, the others are read all the same."""
    names: set[str] = set()
    for case in cases_of(document):
        if isinstance(case, Problem):
            read.problems.append(case)
            continue
        try:
            read.cases.append(_case(case, plugin, owners))
        except InputError as error:
            read.problems.extend(error.problems)
            continue
        name = read.cases[-1].name
        if name in names:
            message = f"two cases of the file have the name {name!r}"
            place, remedy = case.place(("name",)), "Rename one of them."
            read.problems.append(Problem(place, message, remedy, ErrorCode.INVALID_VALUE))
        names.add(name)


def _placed(document: Document, field_errors: Iterable[FieldError]) -> InputError:
    return InputError(
        [field_error.at(document.place(field_error.path)) for field_error in field_errors]
    )


def _parts(kind: type[H], document: Document, keys: frozenset[str]) -> tuple[H, FiledClaim]:
    """Return the head and the claim of the file; raise `InputError` with the problems of both."""
    stated = {key: value for key, value in document.data.items() if key in _keys(kind)}
    filed, problems = claims_of(document, also=keys)
    wrong = list(problems)
    if not problems and len(filed) != 1:
        remedy = "Write one [claim] with its lines."
        message = f"the fixture holds {len(filed)} claims"
        wrong.append(Problem(document.name, message, remedy, ErrorCode.INVALID_VALUE))
    try:
        head = structure(kind, stated)
    except InvalidValueError as error:
        wrong += _placed(document, error.field_errors).problems
    if wrong:
        raise InputError(wrong)
    return head, filed[0]


def _keys(kind: type[CaseHead] | type[ScenarioHead]) -> frozenset[str]:
    return frozenset(field.metadata.get("key", field.name) for field in attrs.fields(kind))


def parts_of_case(document: Document) -> tuple[CaseHead, FiledClaim]:
    """Return the expectation and the claim of one case; raise `InputError` with its problems."""
    return _parts(CaseHead, document, _keys(CaseHead))


def _case(document: CaseDocument, plugin: str | None, owners: Mapping[str, str]) -> Trial:
    head, filed = parts_of_case(document)
    problems = [
        *_unknown_payers(document, ("rule",), [head.payer], plugin, owners),
        *_impossible(document, (), head, filed),
        *_without_reason(document, head),
    ]
    if problems:
        raise InputError(problems)
    return Trial(
        payer=head.payer,
        name=head.name,
        why=head.why,
        file=document.name,
        filed=filed,
        assume=head.assume,
        expected=head,
        rule=head.rule,
        document=document,
    )


def _without_reason(document: CaseDocument, head: CaseHead) -> Iterator[Problem]:
    if head.todo is not None and not head.todo.strip():
        place, message = document.place(("todo",)), "todo gives no reason"
        remedy = "Write what is missing until the case agrees, or leave todo out."
        yield Problem(place, message, remedy, ErrorCode.INVALID_VALUE)


def _scenario(document: Document, plugin: str | None, owners: Mapping[str, str]) -> Scenario:
    head, filed = _parts(ScenarioHead, document, SCENARIO_KEYS)
    expect = _expectations(document)
    problems = [*_unknown_payers(document, ("expect",), expect, plugin, owners)]
    for payer, each in expect.items():
        problems += _impossible(document, ("expect", payer), each, filed)
    if problems:
        raise InputError(problems)
    files = dict.fromkeys(expect, document.name)
    return Scenario(head=head, filed=filed, file=document.name, expect=expect, files=files)


def _addition(document: Document, plugin: str | None) -> ScenarioAddition:
    keys = ("scenario", "expect")
    if unknown := list(unknown_keys(document.data, keys)):
        raise _placed(document, unknown)
    return ScenarioAddition(
        scenario=str(document.data["scenario"]),
        expect=_expectations(document),
        plugin=plugin,
        document=document,
    )


def _expectations(document: Document) -> dict[str, Expectation]:
    """Return the expectations of a scenario; by default nothing is left open."""
    written = document.data.get("expect", {})
    if not isinstance(written, dict):
        remedy = "Write [expect.PAYER] with lines, findings and source."
        place, message = document.place(("expect",)), "expect is not a table"
        raise InputError([Problem(place, message, remedy, ErrorCode.WRONG_TYPE)])
    expect: dict[str, Expectation] = {}
    field_errors: list[FieldError] = []
    for payer, stated in sorted(written.items()):
        try:
            expect[payer] = structure(Expectation, _with_default(stated))
        except InvalidValueError as error:
            field_errors += [
                field_error.under("expect", payer) for field_error in error.field_errors
            ]
    if field_errors:
        raise _placed(document, field_errors)
    return expect


def _with_default(stated: object) -> object:
    """Return the table; open questions are compared unless only the second answer is stated."""
    if not isinstance(stated, dict) or ("expected" in stated and "lines" not in stated):
        return stated
    return {"not_evaluated": [], **stated}


def _unknown_payers(
    document: Document,
    path: tuple[str, ...],
    payers: Iterable[str],
    plugin: str | None,
    owners: Mapping[str, str],
) -> Iterator[Problem]:
    for payer in payers:
        place = document.place((*path, payer) if path == ("expect",) else path)
        if payer not in owners:
            message, remedy = f"there is no payer {payer!r}", nearest(payer, owners)
            yield Problem(place, message, remedy, ErrorCode.UNKNOWN_PAYER)
        elif plugin is not None and owners[payer] != plugin:
            message = f"the payer {payer!r} belongs to the plugin {owners[payer]!r}"
            remedy = f"State its answers in a file of {owners[payer]!r}."
            yield Problem(place, message, remedy, ErrorCode.INVALID_VALUE)


def _impossible(
    document: Document, path: tuple[str, ...], expected: Expectation, filed: FiledClaim
) -> Iterator[Problem]:
    numbers = {line.number for line in filed.claim.lines}
    for at, finding in enumerate(expected.findings):
        for number in sorted(set(finding.lines) - numbers):
            message = f"the claim has no line {number}"
            place = document.place((*path, "findings", at))
            remedy = "Write the numbers of its lines."
            yield Problem(place, message, remedy, ErrorCode.INVALID_VALUE)
    outcomes = "outcomes" if isinstance(expected, CaseHead) else "lines"
    entries = {outcomes: expected.lines, "expected": expected.expected, "basis": expected.basis}
    for key, words in entries.items():
        if words is not None and len(words) != len(numbers):
            message = f"entries in {key}: {len(words)}; lines of the claim: {len(numbers)}"
            remedy = "Write one entry for each line, in order of line number."
            yield Problem(document.place((*path, key)), message, remedy, ErrorCode.INVALID_VALUE)


def _joined(read: _SuiteReader, owners: Mapping[str, str]) -> Iterator[Scenario]:
    """Yield the scenarios with their additions; two with the same name are both left out."""
    names = [scenario.head.name for scenario, _ in read.scenarios]
    expect: dict[str, dict[str, Expectation]] = {name: {} for name in names}
    files: dict[str, dict[str, str]] = {name: {} for name in names}
    filed = {scenario.head.name: (scenario.filed, doc) for scenario, doc in read.scenarios}
    for scenario, _ in read.scenarios:
        expect[scenario.head.name].update(scenario.expect)
        files[scenario.head.name].update(scenario.files)
    for addition in read.additions:
        for payer in _add(addition, expect, filed, owners, read.problems):
            files[addition.scenario][payer] = addition.document.name
    for scenario, document in read.scenarios:
        name = scenario.head.name
        if names.count(name) > 1:
            message = f"there are {names.count(name)} scenarios of the name {name!r}"
            place, remedy = document.place(("name",)), "Give each its own name."
            read.problems.append(Problem(place, message, remedy, ErrorCode.INVALID_VALUE))
            continue
        yield attrs.evolve(scenario, expect=expect[name], files=files[name])


def _add(
    addition: ScenarioAddition,
    expect: dict[str, dict[str, Expectation]],
    filed: Mapping[str, tuple[FiledClaim, Document]],
    owners: Mapping[str, str],
    problems: list[Problem],
) -> Iterable[str]:
    """Add the expectations to the scenario, and return their payers."""
    document = addition.document
    if addition.scenario not in expect:
        message = f"there is no scenario {addition.scenario!r}"
        place, remedy = document.place(("scenario",)), nearest(addition.scenario, expect)
        problems.append(Problem(place, message, remedy, ErrorCode.INVALID_VALUE))
        return ()
    wrong = [*_unknown_payers(document, ("expect",), addition.expect, addition.plugin, owners)]
    known = expect[addition.scenario]
    for payer, each in addition.expect.items():
        wrong += _impossible(document, ("expect", payer), each, filed[addition.scenario][0])
        if payer in known:
            message = f"what {payer!r} answers is already expected in another file"
            place = document.place(("expect", payer))
            wrong.append(Problem(place, message, "Keep one of them.", ErrorCode.INVALID_VALUE))
    problems += wrong
    if wrong:
        return ()
    known.update(addition.expect)
    return addition.expect
