"""The formats of ``check`` reports: the text of each decision, and the text around decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final, TypeAlias

import attrs

from payer_rules.decisions import Decision
from payer_rules.errors import Problem, Remark
from payer_rules.json_forms.decision_text import text_of_decision
from payer_rules.readers import FiledClaim
from payer_rules.reports import check_junit as junit
from payer_rules.reports import sarif
from payer_rules.reports.check_junit import end_of_suites, suite_of_lines
from payer_rules.reports.check_markdown import markdown_of_check, rows_of_lines
from payer_rules.reports.check_page import page_of_check, rows_of_page
from payer_rules.reports.check_sarif import end_of_results, results_of_lines
from payer_rules.reports.claim_response import claim_response
from payer_rules.reports.data import line_of, of_decision, of_problem, text_of
from payer_rules.reports.decided_lines import DecidedLine, decided_lines
from payer_rules.reports.decisions import count_of, lines_of
from payer_rules.reports.finding_rows import header, rows_of, workbook_of_rows
from payer_rules.reports.history_words import NO_HISTORY, HistoryGiven
from payer_rules.reports.outcome_words import OUTCOME_LABELS
from payer_rules.reports.remittance import remittance_of
from payer_rules.reports.run_report import RunContext, run_report
from payer_rules.reports.text_layout import PageLayout
from payer_rules.summaries import RunSummary
from payer_rules.text.escaping import join_lines, visible

_MOST_FREQUENT: Final = 10
#: The indentation of a decision in the list of a JSON report.
_INDENT: Final = "    "


#: Renders the lines of one decision.
LineRenderer: TypeAlias = Callable[[Iterable[DecidedLine]], str]
#: Makes a report of the lines of all texts: the parts of a text, or the content of a file.
WholeReport: TypeAlias = Callable[[Iterable[str], RunSummary, RunContext], "Iterable[str] | bytes"]


@attrs.frozen(kw_only=True)
class ReportFormat:
    """The text of each decision, and the text before, between and after them.

    ``one`` is ``None`` if the report shows no single decision. ``end`` receives the summary of the
    run and its context with the problems in the files. ``empty`` receives the problems and returns
    the whole text if there is no decision.

    ``whole`` makes the report of a format that begins with the summary, or is no text: it receives
    the lines of the texts of all decisions, which are kept until the run has ended. ``of_history``
    is true if ``one`` also takes the history that the run had, ``has_changes`` if the report has
    what is different from an earlier run.
    """

    one: Callable[..., str] | None
    head: str = ""
    between: str = "\n"
    end: Callable[[RunSummary, RunContext], str] = lambda summary, context: "\n"
    empty: Callable[[Sequence[Problem]], str] = lambda problems: ""
    whole: WholeReport | None = None
    of_history: bool = False
    has_changes: bool = False

    def with_history(self, given: HistoryGiven) -> ReportFormat:
        """Return the format for a run that had this history."""
        if self.one is None or not self.of_history:
            return self
        return attrs.evolve(self, one=partial(self.one, given=given))

    def joined(self, texts: Iterable[str], summary: RunSummary, context: RunContext) -> str:
        """Return the whole report of the texts of decisions, for a format without ``whole``."""
        return f"{self.head}{self.between.join(texts)}{self.end(summary, context)}"


def _text(filed: FiledClaim, decision: Decision, given: HistoryGiven = NO_HISTORY) -> str:
    return join_lines(_folded(lines_of(decision, given.of_claim(filed))))


def _folded(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a decision in the width of a report, each part below its first words."""
    layout = PageLayout()
    for line in map(visible, lines):
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        yield from [line] if len(line) <= layout.width else layout.wrapped(text, indent, 2)


def _json(filed: FiledClaim, decision: Decision) -> str:
    return _INDENT + text_of(of_decision(decision)).replace("\n", f"\n{_INDENT}")


def _ndjson(filed: FiledClaim, decision: Decision) -> str:
    return text_of_decision(decision)


def _csv(filed: FiledClaim, decision: Decision) -> str:
    return "".join(f"{row}\n" for row in rows_of(decision, filed.claim))


def _by_line(render: LineRenderer) -> Callable[..., str]:
    """Return the function that renders the lines of a decision."""
    return partial(_lines, render)


def _lines(
    render: LineRenderer, filed: FiledClaim, decision: Decision, given: HistoryGiven = NO_HISTORY
) -> str:
    return render(decided_lines(filed, decision, given.of_claim(filed)))


def _page(rows: Iterable[str], summary: RunSummary, context: RunContext) -> Iterable[str]:
    return page_of_check(rows, summary, context)


def _markdown(rows: Iterable[str], summary: RunSummary, context: RunContext) -> Iterable[str]:
    return markdown_of_check(rows, summary, context)


def _workbook(rows: Iterable[str], summary: RunSummary, context: RunContext) -> bytes:
    return workbook_of_rows(rows)


def _claim_response(filed: FiledClaim, decision: Decision) -> str:
    claim = filed.claim
    # NOTE: reports do not depend on the clock: the date is that of receipt or of the last service.
    created = claim.received or max(line.date_to for line in claim.lines)
    return line_of(claim_response(decision, claim, created=created))


def _remittance(filed: FiledClaim, decision: Decision) -> str:
    return join_lines(remittance_of(decision, filed.claim))


def summary_text(summary: RunSummary) -> str:
    """Return the results by outcome; for several also the most frequent findings and questions."""
    outcomes = sorted(summary.outcomes.items())
    counts = "; ".join(f"{number:,} {OUTCOME_LABELS[outcome]}" for outcome, number in outcomes)
    lines = [f"{count_of(summary.decisions, 'result')}: {counts}"]
    if summary.decisions > 1:
        lines.append(f"{count_of(summary.lines, 'line')} checked{_uncoded(summary)}")
        lines += _most_frequent("findings", summary.reasons)
        lines += _most_frequent("not checked", summary.missing)
    return join_lines(lines)


def _uncoded(summary: RunSummary) -> str:
    """Return the number of lines without a procedure code, if there are any."""
    if not summary.uncoded:
        return ""
    return f"; {summary.uncoded:,} without a procedure code not checked"


def _most_frequent(what: str, counts: dict[str, int]) -> list[str]:
    """Return the ten most frequent names; those with equal counts are sorted by name."""
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:_MOST_FREQUENT]
    return [f"{what}: {', '.join(f'{name} {n:,}' for name, n in ranked)}"] if ranked else []


def _reported(summary: RunSummary, context: RunContext) -> str:
    return "".join(f"{line}\n" for line in run_report(summary, context))


def _summed(summary: RunSummary, context: RunContext) -> str:
    return f"\n\n{summary_text(summary)}\n{_remarks(context.problems)}"


def _no_claim(problems: Sequence[Problem]) -> str:
    return f"no claim was checked\n{_remarks(problems)}"


def _remarks(problems: Sequence[Problem]) -> str:
    """Return the remarks as a section of a text report; an empty text if there are none."""
    remarks = [f"  {problem}\n" for problem in problems if isinstance(problem, Remark)]
    return "".join(
        ["\nremarks about the files (no claim, line or fact was lost):\n", *remarks]
        if remarks
        else []
    )


def _json_end(problems: Sequence[Problem]) -> str:
    """Return the end of the JSON report: problems and remarks, each with place and remedy."""
    parts = {
        "problems": [of_problem(each) for each in problems if not isinstance(each, Remark)],
        "remarks": [of_problem(each) for each in problems if isinstance(each, Remark)],
    }
    return text_of(parts).removeprefix("{\n") + "\n"


_HEADER: Final = f"{header()}\n"

#: The text report with every claim before the summary.
VERBOSE_TEXT: Final = ReportFormat(
    one=_text,
    of_history=True,
    has_changes=True,
    between="\n\n",
    end=lambda summary, context: "\n\n" + _reported(summary, context),
    empty=_no_claim,
)


#: The formats by name; text is the default.
REPORT_FORMATS: Final[dict[str, ReportFormat]] = {
    "text": ReportFormat(one=None, between="", end=_reported, empty=_no_claim, has_changes=True),
    "json": ReportFormat(
        one=_json,
        head='{\n  "decisions": [\n',
        between=",\n",
        end=lambda summary, context: "\n  ],\n" + _json_end(context.problems),
        empty=lambda problems: '{\n  "decisions": [],\n' + _json_end(problems),
    ),
    "ndjson": ReportFormat(one=_ndjson),
    # NOTE: a decision has several rows, so each row ends with its own line break.
    "csv": ReportFormat(
        one=_csv,
        head=_HEADER,
        between="",
        end=lambda summary, context: "",
        empty=lambda problems: _HEADER,
    ),
    "claim-response": ReportFormat(one=_claim_response),
    "remittance": ReportFormat(one=_remittance, between="\n\n", end=_summed, empty=_no_claim),
    "html": ReportFormat(
        one=_by_line(rows_of_page), of_history=True, has_changes=True, whole=_page
    ),
    "markdown": ReportFormat(
        one=_by_line(rows_of_lines), of_history=True, has_changes=True, whole=_markdown
    ),
    "junit": ReportFormat(
        one=_by_line(suite_of_lines),
        of_history=True,
        head=junit.HEAD,
        between="",
        end=lambda summary, context: end_of_suites(context.problems),
        empty=lambda problems: f"{junit.HEAD}{end_of_suites(problems)}",
    ),
    "sarif": ReportFormat(
        one=_by_line(results_of_lines),
        of_history=True,
        head=sarif.HEAD,
        between=sarif.BETWEEN,
        end=lambda summary, context: end_of_results(summary.reasons, context.problems),
        empty=lambda problems: f"{sarif.HEAD}{end_of_results((), problems, is_first=True)}",
    ),
    "xlsx": ReportFormat(one=_csv, whole=_workbook),
}
