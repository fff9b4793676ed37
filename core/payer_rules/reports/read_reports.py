"""Reports of conformance runs that are read again: JSON and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from payer_rules.conformance.earlier_runs import RunChange
from payer_rules.conformance.run_comparison import missing_answers
from payer_rules.conformance.run_record import RunRecord
from payer_rules.conformance.run_record_files import is_altered, record_from
from payer_rules.reports.conformance_page import changed_places, record_of_page
from payer_rules.system.files import content_of

#: The most bytes of a report that is read: some twenty times the largest that was made.
_LARGEST: Final = 1 << 29


def read_report(path: Path) -> RunRecord:
    """Return the record in a JSON or HTML report; raises `InputError` if there is none."""
    return _record_of(content_of(path, str(path), _LARGEST), path)


def verified_report(path: Path) -> tuple[RunRecord, list[RunChange]]:
    """Return the record, and what is missing in the report or was altered in it."""
    content = content_of(path, str(path), _LARGEST)
    record = _record_of(content, path)
    return record, [*missing_answers(record), *_alterations(content, record)]


def _record_of(content: bytes, path: Path) -> RunRecord:
    if _is_page(content):
        return record_of_page(content.decode(errors="replace"), str(path))
    return record_from(content, str(path))


def _alterations(content: bytes, record: RunRecord) -> Iterator[RunChange]:
    """Yield what was changed in the report after it was written."""
    if _is_page(content):
        yield from changed_places(content.decode(errors="replace"), record)
    elif is_altered(content):
        yield RunChange("digest", "is not that of the text: the file was altered after the run")


def _is_page(content: bytes) -> bool:
    return content.lstrip()[:1] == b"<"
