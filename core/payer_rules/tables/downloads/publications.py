"""The pages on which CMS publishes its tables, and the names of the files on them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.tables.drafts import Content
from payer_rules.tables.releases import Program, Release, TableIdentity

#: The settings whose pairs and units CMS publishes for both programs.
Setting: TypeAlias = Literal["practitioner", "outpatient-hospital"]
#: CMS's site, and what CMS adds to the address of a file when its license is accepted.
SITE: Final = "https://www.cms.gov"
ACCEPTED: Final = "agree=yes&next=Accept"
LICENSE_PAGE: Final = "/license/ama"

_NCCI: Final = "/medicare/coding-billing/national-correct-coding-initiative-ncci-edits"
_PAIRS_PAGE: Final = f"{_NCCI}/medicare-ncci-procedure-procedure-ptp-edits"
_UNITS_PAGE: Final = f"{_NCCI}/medicare-ncci-medically-unlikely-edits"
_ADD_ONS_PAGE: Final = f"{_NCCI}/medicare-ncci-add-code-edits"
_MEDICAID_PAGE: Final = "/medicare/coding-billing/ncci-medicaid/medicaid-ncci-edit-files"

_MEDICARE_PAIRS: Final[dict[Setting, str]] = {
    "practitioner": r"medicare-ncci-.*ccipra-v\d{3}r\d+-f\d+",
    "outpatient-hospital": r"medicare-ncci-.*ccioph-v\d{3}r\d+-f\d+",
}
_MEDICARE_UNITS: Final[dict[Setting, str]] = {
    "practitioner": r"medicare-ncci-.*practitioner-services-mue-table",
    "outpatient-hospital": r"medicare-ncci-.*outpatient-hospital-services-mue-table",
}
_MEDICAID: Final[dict[Setting, str]] = {
    "practitioner": r"practitioner-services",
    "outpatient-hospital": r".*outpatient-hospital.*",
}
#: CMS publishes add-on codes with the day on which they take effect, such as 07012026.
_ADD_ONS: Final = r"add-code-edits-medicare-effective-\d{8}"
_effective: Final = re.compile(r"effective-([0-9]{2})[0-9]{2}([0-9]{4})(?![0-9])").search


@attrs.frozen(kw_only=True)
class Publication:
    """The files of one table: the page that lists them, and the form of their names.

    ``pieces`` is the number of files in which CMS publishes a release of the table.
    """

    content: Content
    page: str
    form: str
    pieces: int = 1

    def release_of(self, file: str) -> Release | None:
        """Return the release of a file of the table, or ``None`` for any other file."""
        if not re.fullmatch(rf"{self.form}\.zip", file, re.IGNORECASE):
            return None
        if found := _effective(file):
            return Release(int(found[2]), (int(found[1]) + 2) // 3)
        return TableIdentity.from_name(file).release


def publications(program: Program, setting: Setting) -> tuple[Publication, ...]:
    """Return the tables that CMS publishes for the program and the setting."""
    if program == "medicaid":
        files = _MEDICAID[setting]
        return (
            Publication(
                content="pairs", page=_MEDICAID_PAGE, form=f"medicaid-ncci-.*ptp-edits-{files}"
            ),
            Publication(
                content="units", page=_MEDICAID_PAGE, form=f"medicaid-ncci-.*mue-edits-{files}"
            ),
        )
    return (
        Publication(content="pairs", page=_PAIRS_PAGE, form=_MEDICARE_PAIRS[setting], pieces=4),
        Publication(content="units", page=_UNITS_PAGE, form=_MEDICARE_UNITS[setting]),
        Publication(content="add-ons", page=_ADD_ONS_PAGE, form=_ADD_ONS),
    )


def release_on(day: date) -> Release:
    """Return the release of the quarter of the day."""
    return Release(day.year, (day.month + 2) // 3)
