"""Two invented payers whose rules differ in a limit, a modifier, a provider and minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from payer_rules.registry import Registry, load
from payer_rules.witnesses import ComparedSide

ACME: Final = """\
[payer]
id = "acme"
name = "Acme Health (invented)"
kind = "commercial"

[sources.MANUAL]
title = "Acme provider manual (invented)"
url = "https://example.com/manual"
locator = "page 12"
read = 2026-11-23
confidence = "primary"

[[topics.all]]
none = { cites = ["MANUAL"] }
verified = { from = 2024-01-01, to = 2027-12-31 }

[[frequency_limit]]
id = "two-a-day"
codes = ["90853"]
limit = 2
counts = "units"
window = "day"
scope = "member"
verified = { from = 2024-01-01, to = 2027-12-31 }
adjustment = { group = "CO", carc = "119" }
cites = ["MANUAL"]
rationale = "Two units of group psychotherapy are paid on one day."

[[modifier_requirement]]
id = "video-needs-95"
codes = ["90853"]
when = { modality = ["video"] }
any_of = ["95"]
adjustment = { group = "CO", carc = "4" }
cites = ["MANUAL"]
rationale = "A session by video carries modifier 95."

[[session_requirement]]
id = "45-minutes"
codes = ["90853"]
minutes = { at_least = 45 }
adjustment = { group = "CO", carc = "152" }
cites = ["MANUAL"]
rationale = "A group session lasts 45 minutes or more."
"""
#: The same with another limit, another modifier, and no rule about minutes.
ZENITH: Final = (
    ACME.replace('id = "acme"', 'id = "zenith"')
    .replace("Acme", "Zenith")
    .replace("two-a-day", "a-day")
    .replace("limit = 2", "limit = 1")
    .replace('any_of = ["95"]', 'any_of = ["GT"]')
    .replace("minutes = { at_least = 45 }", "minutes = { at_least = 40 }")
)


def registry_of(folder: Path, *profiles: str) -> Registry:
    """Return the registry of these profiles alone, which are written into the folder."""
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(profiles):
        (folder / f"{number}.toml").write_text(text, encoding="utf-8")
    return load(profiles=[folder], without=["medicare", "medicaid", "profiles"])


def two_sides(
    folder: Path, one: str = ACME, other: str = ZENITH
) -> tuple[ComparedSide, ComparedSide]:
    """Return the payers of two profiles as the sides of a comparison."""
    first, second = (
        ComparedSide(name=payer, book=registry.rulebook(payer))
        for registry in (registry_of(folder / "one", one), registry_of(folder / "other", other))
        for payer in registry.payers
    )
    return first, second
