"""The formats of reports of conformance runs: each is made from the record of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from payer_rules.conformance.run_record import RunRecord
from payer_rules.conformance.run_record_files import text_of_record
from payer_rules.reports.answer_rows import csv_of, markdown_of, workbook_of
from payer_rules.reports.conformance_junit import junit_of
from payer_rules.reports.conformance_page import page_of
from payer_rules.reports.conformance_sarif import sarif_of

__all__ = ["FORMATS", "workbook_of"]

#: The formats that are text, by name.
FORMATS: Final[dict[str, Callable[[RunRecord], Iterable[str]]]] = {
    "json": text_of_record,
    "html": page_of,
    "csv": csv_of,
    "markdown": markdown_of,
    "junit": junit_of,
    "sarif": sarif_of,
}
