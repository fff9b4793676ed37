"""The advice of problems in profiles: the name or the form that was meant."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from payer_rules.errors import nearest
from payer_rules.registry import load

HEAD: Final = """
[payer]
id = "acme"
name = "A payer of a test"
kind = "commercial"

[sources.T-1]
title = "t"
url = "https://example.com"
read = 2026-11-23
confidence = "primary"

"""
RULE: Final = """
id = "r"
codes = ["90853"]
cites = ["T-1"]
rationale = "w"
"""


@pytest.mark.parametrize(
    ("rule", "advice"),
    [
        ('[[required_field]]\nfields = ["drug.ndc"]', "Did you mean 'drug.number'?"),
        (
            '[[required_field]]\nfields = ["npi"]',
            "Did you mean 'billing_provider.npi' or 'rendering_provider.npi'?",
        ),
        (
            '[[required_field]]\nfields = ["drug"]',
            "Did you mean 'drug.number', 'drug.quantity' or 'drug.unit'?",
        ),
        ('[[coverage]]\nwhen = { pos = ["11"] }', "Did you mean 'place_of_service'?"),
        (
            "[[coverage]]\nwhen = { age = { below = 1.5 } }",
            "Write below_months = 18; below has full years.",
        ),
        (
            "[[timely_filing]]\nwithin = 400",
            "Write within = { days = 400 }, or { months = 12 }.",
        ),
        (
            '[[timely_filing]]\nwithin = { days = 90 }\nsince = "other-payer-decision"\n'
            "at_latest = 400",
            "Write at_latest = { days = 400 }, or { months = 12 }.",
        ),
    ],
)
def test_a_problem_of_a_profile_names_what_was_meant(
    tmp_path: Path, rule: str, advice: str
) -> None:
    """The advice can be followed without a look into the reference."""
    profile = tmp_path / "acme.toml"
    profile.write_text(HEAD + rule + RULE, encoding="utf-8")
    problems = load(profiles=[tmp_path], without=["medicare", "medicaid", "profiles"]).problems
    assert [problem.remedy for problem in problems] == [advice]


@pytest.mark.parametrize(
    ("name", "known", "advice"),
    [
        ("side", ["body_site.side", "x.side"], "Did you mean 'body_site.side' or 'x.side'?"),
        ("ndc", ["drug", "tooth"], "Did you mean 'drug'?"),
        ("ndc", ["tooth"], "Known here: tooth."),
        ("toth", ["body_site.tooth", "tooth"], "Did you mean 'tooth'?"),
        ("limt", ["limit"], "Did you mean 'limit'?"),
    ],
)
def test_the_nearest_names_are_those_of_the_same_part(
    name: str, known: list[str], advice: str
) -> None:
    """Another word of billers, the last part of a name or its first comes before its spelling."""
    assert nearest(name, known) == advice
