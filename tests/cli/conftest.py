"""What the tests of the command line share."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from invented_payer import TWICE_A_WEEK
from program import Program

#: The profile of an invented payer with a limit, a modifier requirement and one of providers.
PROFILE: Final = (
    TWICE_A_WEEK
    + """
[[modifier_requirement]]
id = "telehealth-needs-95"
codes = ["90853"]
when = { place_of_service = ["02", "10"] }
any_of = ["95"]
adjustment = { group = "CO", carc = "4" }
cites = ["MANUAL"]
rationale = "A session at place of service 02 or 10 carries modifier 95."

[[provider_requirement]]
id = "who"
codes = ["90834"]
rendered_by = { profession = ["psychologist", "lcsw"] }
adjustment = { group = "CO", carc = "170" }
cites = ["MANUAL"]
rationale = "Individual psychotherapy is rendered by a psychologist or a clinical social worker."

[[topics.all]]
none = { cites = ["MANUAL"] }
codes = ["90834", "90853"]
verified = { from = 2024-01-01, to = 2027-12-31 }
"""
)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program in a folder with a claim and with many."""
    return Program(tmp_path)


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """The folder of the test, with the profile of an invented payer in ``acme``."""
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "acme.toml").write_text(PROFILE, encoding="utf-8")
    return tmp_path
