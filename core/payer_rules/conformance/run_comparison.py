"""Comparison of two conformance runs, and whether a run has every answer that was planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from payer_rules.conformance.earlier_runs import RunChange
from payer_rules.conformance.manifest import Manifest
from payer_rules.conformance.matrix import PlannedAnswers
from payer_rules.conformance.run_record import AnswerRecord, RunRecord
from payer_rules.conformance.sheet_results import SheetResult

#: The parts of a decision that are compared after its lines and findings, in words.
_PARTS: Final = {
    "not_evaluated": "open questions",
    "assumed": "assumptions",
    "at_risk": "findings of an audit",
    "notes": "notes",
    "derived": "derived facts",
}


def changes(old: RunRecord, new: RunRecord) -> Iterator[RunChange]:
    """Yield what differs in the new run: its files, what was planned, and its answers."""
    yield from _of_manifests(old.manifest, new.manifest)
    yield from _of_answers(old, new)
    yield from _of_sheets(old, new)
    yield from _of_invariants(old, new)


def missing_answers(record: RunRecord) -> Iterator[RunChange]:
    """Yield each kind of answer of which the record has another number than was planned."""
    if record.manifest.options.filters:
        return
    planned, found = record.manifest.planned, _found(record)
    for field in attrs.fields(PlannedAnswers):
        expected, got = getattr(planned, field.name), getattr(found, field.name)
        if expected != got:
            yield RunChange(field.name, f"planned {expected:,}; in the report {got:,}")


def _found(record: RunRecord) -> PlannedAnswers:
    return PlannedAnswers(
        scenarios=sum(len(scenario.answers) for scenario in record.scenarios),
        cases=len(record.cases),
        edits=sum(sheet.claims for sheet in record.sheets),
        invariants=len(record.invariants),
    )


def _of_manifests(old: Manifest, new: Manifest) -> Iterator[RunChange]:
    if old.engine != new.engine:
        yield RunChange("engine", f"was {old.engine}; is {new.engine}")
    yield from _of_names("plugin", old.plugins, new.plugins)
    yield from _of_files(old.files, new.files)
    yield from _of_names("table", old.tables, new.tables)
    yield from _of_names("left out", old.left_out, new.left_out)
    for field in attrs.fields(PlannedAnswers):
        before, after = getattr(old.planned, field.name), getattr(new.planned, field.name)
        if before != after:
            yield RunChange(f"planned {field.name}", f"was {before:,}; is {after:,}")


def _of_names(what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[RunChange]:
    """Yield the names that only one of the runs has."""
    before, after = set(old), set(new)
    yield from (RunChange(what, f"{name}: no longer there") for name in sorted(before - after))
    yield from (RunChange(what, f"{name}: new") for name in sorted(after - before))


def _of_files(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[RunChange]:
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield RunChange("file", f"{name}: no longer there")
        elif name not in old:
            yield RunChange("file", f"{name}: new")
        elif old[name] != new[name]:
            yield RunChange("file", f"{name}: changed")


def _of_answers(old: RunRecord, new: RunRecord) -> Iterator[RunChange]:
    before = {(each.answer.payer, each.title): each.answer for each in old.answers()}
    after = {(each.answer.payer, each.title): each.answer for each in new.answers()}
    for key in sorted(before.keys() | after.keys()):
        where = " × ".join(key)
        if key not in after:
            yield RunChange(where, "no longer answered")
        elif key not in before:
            yield RunChange(where, f"new: {after[key].status}")
        else:
            yield from _of_answer(where, (old, before[key]), (new, after[key]))


def _of_answer(
    where: str, old: tuple[RunRecord, AnswerRecord], new: tuple[RunRecord, AnswerRecord]
) -> Iterator[RunChange]:
    """Yield what differs in the answers of a payer to one claim."""
    (_, before), (_, after) = old, new
    if before.status != after.status:
        yield RunChange(where, f"was {before.status!r}; is {after.status!r}")
    if before.source != after.source:
        yield RunChange(where, f"cited {before.source}; cites {after.source}")
    yield from (RunChange(where, each) for each in _different(_decision(*old), _decision(*new)))


def _decision(record: RunRecord, answer: AnswerRecord) -> Mapping[str, Any]:
    if answer.decision is None:
        return {"error": answer.error}
    decision = record.shared.decisions[answer.decision]
    findings = [
        {**each, "citations": [record.shared.citations[n] for n in each["citations"]]}
        for each in decision.get("findings", ())
    ]
    return {**decision, "findings": findings}


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words what differs between two decisions."""
    if old == new:
        return
    before, after = _outcomes(old), _outcomes(new)
    if before != after:
        yield f"was {before}; is {after}"
    elif old.get("lines") != new.get("lines"):
        yield "the topics read, or what the answer rests on, have changed"
    yield from _of_findings(old.get("findings", []), new.get("findings", []))
    yield from (
        f"the {words} have changed" for key, words in _PARTS.items() if _differ(key, old, new)
    )


def _differ(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(old.get(key, []) != new.get(key, []))


def _outcomes(decision: Mapping[str, Any]) -> str:
    """Return the outcomes of the lines, or why there are none."""
    if "lines" not in decision:
        return f"no answer ({decision.get('error')})"
    proved, expected = outcomes_in_words(decision)
    return proved if proved == expected else f"{proved}, expected {expected}"


def outcomes_in_words(decision: Mapping[str, Any]) -> tuple[str, str]:
    """Return the proved and the expected outcomes of the lines; these with a basis not proved."""
    lines = decision.get("lines", ())
    expected = (
        line["expected"] if line["basis"] == "proved" else f"{line['expected']} ({line['basis']})"
        for line in lines
    )
    return ", ".join(line["outcome"] for line in lines), ", ".join(expected)


def _of_findings(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[str]:
    before = {_finding_key(each): each for each in old}
    after = {_finding_key(each): each for each in new}
    yield from (f"no longer found: {key}" for key in before if key not in after)
    yield from (f"now found: {key}" for key in after if key not in before)
    for key in before.keys() & after.keys():
        if before[key] != after[key]:
            parts = sorted(
                part
                for part in before[key].keys() | after[key].keys()
                if before[key].get(part) != after[key].get(part)
            )
            yield f"{key}: changed in {', '.join(parts)}"


def _finding_key(finding: Mapping[str, Any]) -> str:
    lines = ", ".join(map(str, finding["lines"]))
    return f"{finding['outcome']} by {finding['rule']} on line {lines} ({finding['basis']})"


def _of_sheets(old: RunRecord, new: RunRecord) -> Iterator[RunChange]:
    before = {sheet.file: sheet for sheet in old.sheets}
    for sheet in new.sheets:
        other = before.get(sheet.file)
        if other and other != sheet:
            yield RunChange(sheet.file, f"was: {_agreeing(other)}; is: {_agreeing(sheet)}")


def _agreeing(sheet: SheetResult) -> str:
    names = [each.name for each in sheet.others]
    return f"{sheet.agreeing:,} of {sheet.claims:,} agree{', not ' * bool(names)}{', '.join(names)}"


def _of_invariants(old: RunRecord, new: RunRecord) -> Iterator[RunChange]:
    before = {(each.payer, each.invariant): each.broken for each in old.invariants}
    for each in new.invariants:
        if before.get((each.payer, each.invariant), each.broken) != each.broken:
            message = f"broken: {'; '.join(each.broken)}" if each.broken else "holds again"
            yield RunChange(f"{each.payer} × {each.invariant}", message)
