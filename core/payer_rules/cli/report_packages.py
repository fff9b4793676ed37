"""The packages that formats of reports need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem
from payer_rules.system.packages import missing_packages

if TYPE_CHECKING:
    from payer_rules.cli.destinations import Destination

#: The package that each format needs, and what it writes.
_PACKAGES: Final = {
    "xlsx": ("openpyxl", "workbooks"),
    "html": ("jinja2", "pages"),
    "parquet": ("pyarrow", "Parquet"),
}
#: What cannot be printed, by format.
_FILES_ONLY: Final = {"xlsx": "a workbook", "parquet": "a Parquet file"}


def unwritable(report: Destination) -> Iterator[Problem]:
    """Yield a problem if the format is no text and has no file, or if it needs a package."""
    name, what = _PACKAGES.get(report.kind, ("", ""))
    if report.kind in _FILES_ONLY and report.path is None:
        message = f"{_FILES_ONLY[report.kind]} cannot be printed"
        remedy = f"Write {report.kind}:FILE."
        yield Problem("--report", message, remedy, ErrorCode.OPTION_VALUE)
    elif name:
        missing = missing_packages(
            "--report", report.kind, f"which writes {what}", name, otherwise="choose another format"
        )
        if missing:
            yield missing
