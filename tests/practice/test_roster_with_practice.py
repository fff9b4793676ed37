"""``sessions bill`` with a practice file: what the practice states need not be in the roster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from payer_rules.cli import main

PROFILE: Final = """\
[payer]
id = "acme"
name = "Acme"
kind = "commercial"

[sources.M]
title = "Manual"
url = "https://example.com/manual"
read = 2026-11-23
confidence = "primary"

[[provider_requirement]]
id = "license"
codes = ["90853"]
rendered_by = { profession = ["lcsw"] }
cites = ["M"]
rationale = "Clinical social workers."

[[session_requirement]]
id = "size"
codes = ["90853"]
group_size = { at_most = 1 }
detected_in = "claim"
cites = ["M"]
rationale = "One."
"""
ROSTER: Final = """\
[session]
id = "G1"
date = 2026-11-20
start = 10:00:00
end = 11:00:00
facilitator = { npi = "1234567893" }

[claim]
payer = "acme"
code = "90853"
billing_provider = { npi = "1234567893" }

[[participants]]
member = { id = "M1" }
claim = "C1"
[[participants]]
member = { id = "M2" }
claim = "C2"
"""
PRACTICE: Final = """\
[providers."1234567893"]
profession = "LCSW"

[[waivers]]
rule = "acme/size"
reason = "agreed"
until = 2027-12-31
"""


@pytest.mark.parametrize("practice", ["", PRACTICE], ids=["without", "with"])
def test_a_roster_is_billed_with_the_facts_of_the_practice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, practice: str
) -> None:
    """The license comes from the practice file, and a waived rule has no finding."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAYER_RULES_PRACTICE", raising=False)
    for name, text in (
        ("acme.toml", PROFILE),
        ("roster.toml", ROSTER),
        ("practice.toml", practice),
    ):
        Path(name).write_text(text, encoding="utf-8")
    words = ["sessions", "bill", "roster.toml", "--profiles", "acme.toml"]
    main([*words, "--report", "json:report.json"])
    text = Path("report.json").read_text("utf-8")
    report: dict[str, Any] = json.loads(text)
    assert ("rendering_provider.profession" in text) is not bool(practice)
    assert ('"acme/size"' in json.dumps(report)) is not bool(practice)
