"""The text report of a conformance run: the matrix, what differs, and the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, get_args

from payer_rules.conformance import (
    ConformanceResult,
    SheetLineResult,
    SheetResult,
    TrialResult,
    TrialStatus,
)
from payer_rules.conformance.filters import outcomes_of
from payer_rules.reports.conformance_matrix import (
    MARKS,
    applies,
    lines_by_answer,
    matrix_lines,
)
from payer_rules.reports.decisions import count_of
from payer_rules.reports.text_layout import PageLayout, Style, glued
from payer_rules.rules import TopicStatus
from payer_rules.text.escaping import visible

#: The indentation of the second line of a long summary.
_HANGING: Final = 4
#: What to write if a rule counts lines of other members.
_OTHER_MEMBERS: Final = (
    "history is complete for the member; a rule that looks at other members of a clinician needs "
    'history_covers = { rendering = "NPI" }'
)
#: The most failures of one cause that are all printed.
_MOST_ALIKE: Final = 3


def lines_of(
    result: ConformanceResult,
    layout: PageLayout | None = None,
    *,
    show_all: bool = False,
    by_answer: bool = False,
) -> Iterator[str]:
    """Yield the matrix, the details of each cell that disagrees or errored, and the summary.

    A sheet is one line, with those of its claims that do not agree; a broken invariant is one line,
    with the rules that break it. ``by_answer`` prints the payers of each answer instead of the
    matrix.
    """
    layout = layout or PageLayout()
    if by_answer:
        yield from lines_by_answer(result, layout)
    else:
        yield from matrix_lines(result, layout, show_all=show_all)
    yield from map(visible, _details(result))
    for style, text in _summary(result):
        wrapped = layout.wrapped(text, hanging=_HANGING)
        yield from (layout.styled(line, style) for line in wrapped)


def _details(result: ConformanceResult) -> Iterator[str]:
    """Yield the failures of scenarios and cases, then those of sheets and invariants."""
    failures = [
        (f"{payer} × {row.name}", cell)
        for row in result.scenarios
        for payer, cell in row.cells.items()
    ]
    failures += [(f"{case.trial.title} ({case.trial.place})", case) for case in result.cases]
    yield from _failures([(where, cell) for where, cell in failures if cell.is_failure])
    for where, cell in failures:
        if cell.status == "todo":
            yield f"{where}: todo: {cell.trial.todo}"
    for sheet in result.sheets:
        yield from lines_of_sheet(sheet)
    for invariant in result.broken_invariants:
        yield f"{invariant.payer}: {invariant.summary}"
        yield from (f"    {message}" for message in invariant.broken)


def _failures(failures: Sequence[tuple[str, TrialResult]]) -> Iterator[str]:
    """Yield each failure; many of them that have one cause are named once, with an example."""
    by_cause: dict[str | None, list[tuple[str, TrialResult]]] = {}
    for where, cell in failures:
        by_cause.setdefault(_cause(cell), []).append((where, cell))
    for cause, alike in by_cause.items():
        shown = alike if cause is None or len(alike) <= _MOST_ALIKE else alike[:1]
        if len(shown) < len(alike):
            yield f"{cause}: the only reason for {len(alike)} failures, such as"
        for where, cell in shown:
            yield from spelled(where, cell.trial.why, cell)


def _cause(cell: TrialResult) -> str | None:
    """Return the error, or the one rule, not that of the case, behind all differences."""
    if cell.error:
        return f"{cell.trial.payer}: {cell.error}"
    rules = [set(each.rules) for each in cell.differences if each.rules]
    common = sorted(set.intersection(*rules)) if rules else []
    return common[0] if len(common) == 1 and common[0] != cell.trial.rule else None


def lines_of_sheet(sheet: SheetResult, most: int | None = None) -> Iterator[str]:
    """Yield the number of claims that agree, and at most ``most`` of the others."""
    if not sheet.others:
        yield f"{sheet.file}: {count_of(sheet.claims, 'claim')}: all agree"
        return
    verb = "agrees" if sheet.agreeing == 1 else "agree"
    yield f"{sheet.file}: {sheet.agreeing} of {count_of(sheet.claims, 'claim')} {verb}"
    for each in sheet.others[:most]:
        yield f"    {sheet.file}:{each.line}: {each.name}: {_of_line(each)}"
    left = len(sheet.others[most:]) if most else 0
    if left:
        yield f"    and {left} more"


def _of_line(line: SheetLineResult) -> str:
    differences = [str(difference) for difference in line.differences]
    return f"{line.error or '; '.join(differences)}; source {line.source}"


def spelled(where: str, why: str, cell: TrialResult) -> Iterator[str]:
    """Yield the details of a cell that disagrees or errored, and the expected answer's reason."""
    if not cell.is_failure:
        return
    yield f"{where}: {cell.status}"
    if cell.error:
        yield f"    {cell.error}"
    for difference in cell.differences:
        yield f"    {difference}"
    if _misses_other_members(cell):
        yield f"    {_OTHER_MEMBERS}"
    yield f"    because {why}; source {cell.source or 'none stated'}"


def _misses_other_members(cell: TrialResult) -> bool:
    """Return True if history is missing though that of the member is complete."""
    history = cell.trial.filed.history
    if history is None or history.covers_rendering or not history.is_complete_for_member:
        return False
    texts = [text for each in cell.differences for text in (each.got, each.because)]
    return any("missing: history" in text for text in texts)


def _summary(result: ConformanceResult) -> Iterator[tuple[Style | None, str]]:
    """Yield a line for scenarios, cases, sheets, invariants and topics, if there are any."""
    cells = [cell for row in result.scenarios for cell in row.cells.values()]
    payers = count_of(len(result.payers), "payer")
    if result.scenarios or not (result.cases or result.sheets):
        scenarios = f"{payers} × {count_of(len(result.scenarios), 'scenario')}"
        yield _counts(scenarios + _left_out(result), (cell.status for cell in cells))
        yield None, confirmed_text(result)
    if result.cases:
        cases = f"{count_of(len(result.cases), 'case')} of {payers}"
        yield _counts(cases, (case.status for case in result.cases))
    if result.sheets:
        statuses = [status for sheet in result.sheets for status in sheet.statuses()]
        yield _counts(f"{count_of(len(statuses), 'claim')} of edit sheets", statuses)
    if result.invariants:
        broken = len(result.broken_invariants)
        kept = len(result.invariants) - broken
        words = [
            f"{kept} {'holds' if kept == 1 else 'hold'}",
            *([f"{broken} broken"] * bool(broken)),
        ]
        checked = f"{count_of(len(result.invariants), 'invariant')} checked"
        yield "red" if broken else "green", f"{checked}: {', '.join(words)}"
    yield from _topics((*cells, *result.cases))
    if result.problems:
        problems = count_of(len(result.problems), "problem")
        yield "red", f"{problems} in files, printed as errors: what cannot be read is not counted"


def confirmed_text(result: ConformanceResult) -> str:
    """Return how many answers are confirmed, and in how many scenarios several payers differ."""
    confirmed = [
        [outcomes_of(cell) for cell in row.cells.values() if cell.status == "agrees"]
        for row in result.scenarios
    ]
    several = [cells for cells in confirmed if len(cells) > 1]
    differing = sum(len(set(cells)) > 1 for cells in several)
    return (
        f"{count_of(sum(map(len, confirmed)), 'answer')} to scenarios confirmed;"
        f" {count_of(len(several), 'scenario')} with two or more confirmed payers,"
        f" which differ in {differing}"
    )


def _left_out(result: ConformanceResult) -> str:
    left_out = sum(not applies(row) for row in result.scenarios)
    text = f" ({count_of(left_out, 'scenario')} left out: no rule speaks of the codes)"
    return text if left_out else ""


def _counts(head: str, statuses: Iterable[TrialStatus]) -> tuple[Style | None, str]:
    """Return the summary of these statuses: green if all are confirmed, red if any is wrong."""
    counted = Counter(statuses)
    words = [glued(f"{counted[s]:,} {_verb(s, counted[s])}") for s in MARKS if counted[s]]
    has_failed = counted["errored"] or counted["disagrees"]
    style: Style | None = "red" if has_failed else "green" if counted["agrees"] else None
    return style, f"{head}: {', '.join(words) or 'none'}"


def _verb(status: TrialStatus, count: int) -> str:
    """Return the status as a word after a number: ``2 agree``."""
    if status == "todo":
        return MARKS[status][1]
    is_verb = status in ("agrees", "disagrees")
    return status.removesuffix("s") if is_verb and count != 1 else status


def _topics(results: Iterable[TrialResult]) -> Iterator[tuple[Style | None, str]]:
    """Yield how much of the topics was read that the lines of scenarios and cases touch."""
    lines = [line for each in results if each.decision for line in each.decision.lines]
    counted = Counter(status for line in lines for status in line.topics.values())
    statuses = [s for s in get_args(TopicStatus) if counted[s] and s != "not touched"]
    if statuses:
        words = ", ".join(glued(f"{counted[status]:,} {status}") for status in statuses)
        yield None, f"topics of {count_of(len(lines), 'line')}: {words}"
