"""A conformance run as one HTML page that needs no network.

The page shows the answers that are confirmed or differ, and can be printed without its script.
The whole record of the run is in it, too, compressed: a script reads it when a cell is opened, and
`record_of_page` reads it back.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import re
from collections.abc import Iterator

import attrs

from payer_rules.conformance.earlier_runs import RunChange
from payer_rules.conformance.run_record import RunRecord
from payer_rules.conformance.run_record_files import is_altered, record_from, text_of_record
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.reports.conformance_charts import charts_of, payer_counts
from payer_rules.reports.decisions import count_of
from payer_rules.reports.html_pages import template
from payer_rules.reports.matrix_rows import MatrixRows
from payer_rules.reports.page_failures import failures_of
from payer_rules.reports.page_words import words_of
from payer_rules.rules import CORE_TOPICS

_record = re.compile(
    r'<script id="record" type="application/gzip;base64">\s*([^<]*)</script>'
).search


def page_of(record: RunRecord) -> Iterator[str]:
    """Yield the page, part by part; needs Jinja2."""
    matrix = MatrixRows(record)
    yield from template("conformance.html.j2").generate(
        record=record,
        failures=list(failures_of(record)),
        rows=list(matrix.rows()),
        answers=map(attrs.asdict, matrix.answers),
        words=words_of(record),
        payers=payer_counts(record),
        charts=list(charts_of(record)),
        kinds=sorted({rule.kind for rule in record.rules}),
        topics=CORE_TOPICS,
        known=[case for case in record.cases if case.answer.status == "todo"],
        data=_compressed(record),
        count_of=count_of,
    )


def _compressed(record: RunRecord) -> str:
    """Return the JSON of the record, compressed, in lines of base64."""
    text = "".join(text_of_record(record)).encode()
    return base64.encodebytes(gzip.compress(text, mtime=0)).decode("ascii")


def record_of_page(text: str, where: str) -> RunRecord:
    """Return the record in a page; raises `InputError` if the page has none."""
    found = _record(text)
    try:
        content = gzip.decompress(base64.b64decode(found.group(1))) if found else b""
    except (binascii.Error, OSError, EOFError) as error:
        raise _damaged(where, f"the record in the page cannot be read ({error})") from None
    if not content:
        raise _damaged(where, "the page holds no record of a run")
    if is_altered(content):
        raise _damaged(where, "the record in the page was altered")
    return record_from(content, where)


def _damaged(where: str, message: str) -> InputError:
    remedy = "Make the page again: payer-rules conform --report html:FILE."
    return InputError([Problem(where, message, remedy, ErrorCode.UNREADABLE_FILE)])


def changed_places(text: str, record: RunRecord) -> Iterator[RunChange]:
    """Yield where the text of a page is not what its own record gives, each cell by its name."""
    shown, meant = text.splitlines(), "".join(page_of(record)).splitlines()
    if len(shown) != len(meant):
        yield RunChange("page", f"has {len(shown):,} lines; its record gives {len(meant):,}")
    scenario = ""
    for number, (line, expected) in enumerate(zip(shown, meant, strict=False), 1):
        if head := _scenario(expected):
            scenario = head.group(1)
        if line != expected:
            payer = _payer(expected)
            cell = f"{payer.group(1)} × {scenario}" if payer else f"line {number}"
            yield RunChange(f"page, {html.unescape(cell)}", f"shows {line!r}, not {expected!r}")


_scenario = re.compile(r'<th scope="row" title="[^"]*" data-others="[^"]*">([^<]*)</th>').search
_payer = re.compile(r'<td class="[^"]*" data-payer="([^"]*)"').search
