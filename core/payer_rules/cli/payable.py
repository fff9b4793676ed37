"""``payer-rules payable``: the fewest true changes by which several payers would pay a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from payer_rules.cli.destinations import report_destinations, write_text
from payer_rules.cli.exit_codes import ExitCode, exit_code
from payer_rules.cli.known_facts import NO_FACTS, Facts, KnownFacts
from payer_rules.cli.option_problems import require_files, require_known
from payer_rules.cli.options import (
    ALL_PLUGINS,
    ClaimPayers,
    Plugins,
    Reports,
    print_problems,
)
from payer_rules.cli.reading_options import ClaimFile, Reading, ReadingOptions, form_of, read_all
from payer_rules.errors import Problem
from payer_rules.text.escaping import join_lines

if TYPE_CHECKING:
    from payer_rules.planning.payable_changes import PayableChanges
    from payer_rules.planning.payer_books import PayerBooks

_DEFAULTS: Final = ReadingOptions()


def payable(
    *files: ClaimFile,
    payer: ClaimPayers = (),
    facts: Facts = NO_FACTS,
    reading: Reading = _DEFAULTS,
    report: Reports = (),
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Find the fewest true changes of a claim by which all of its payers would pay it.

    Only possible fixes are tried: what may be corrected if it is so, such as a modifier if the
    sessions were separate. Each is printed with its condition. What happened is never changed.
    """
    from payer_rules.planning.payer_books import PayerBooks
    from payer_rules.reports.data import text_of
    from payer_rules.reports.payable_report import data_of

    require_files("payable", files, "Give a file of claims: payer-rules payable claim.837.")
    inputs = [*files, *facts.files(), reading.columns, *selection.profiles]
    reports = report_destinations(report, *inputs)
    known = KnownFacts.for_planning(facts, selection, payer)
    payers = known.registry.payers
    problems = [*known.problems]
    require_known("--payer", (each for each in payer if each != "all"), payers, problems)
    books = PayerBooks(known.registry, known.store, known.practice, payer)
    answers = list(_answers(files, reading, books, problems))
    names = {name: each.name for name, each in payers.items()}
    text = join_lines(_lines(answers, names))
    write_text(reports, text=text, json=text_of({"claims": [*map(data_of, answers)]}))
    return exit_code(
        problems=print_problems([*problems, *books.problems]),
        nothing=not answers,
        findings=any(answer.changes != () for answer in answers),
        open_=any(answer.unread for answer in answers),
    )


def _answers(
    files: Iterable[Path], reading: ReadingOptions, books: PayerBooks, problems: list[Problem]
) -> Iterator[PayableChanges]:
    """Yield the answer for each claim of the files; their problems are added to the list."""
    from payer_rules.planning.payable_changes import payable_changes
    from payer_rules.readers import FiledClaim

    for item in read_all(files, form_of(reading), strict=reading.strict):
        if isinstance(item, FiledClaim):
            answer = payable_changes(item, books)
            if answer is not None:
                yield answer
        elif isinstance(item, Problem):
            problems.append(item)


def _lines(answers: Iterable[PayableChanges], names: dict[str, str]) -> Iterator[str]:
    """Yield the answers as text, with an empty line between two of them."""
    from payer_rules.reports.payable_report import lines_of

    for at, answer in enumerate(answers):
        if at:
            yield ""
        yield from lines_of(answer, names)
