"""``check`` with a practice file: routing, facts, waivers and history, and what is printed of them."""

from __future__ import annotations

import json
from collections.abc import Callable
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

[[frequency_limit]]
id = "one-per-day"
codes = ["90853"]
limit = 1
counts = "services"
window = "day"
scope = "billing"
cites = ["M"]
rationale = "Once a day."

[[session_requirement]]
id = "size"
codes = ["90853"]
group_size = { at_most = 12 }
cites = ["M"]
rationale = "Up to twelve."
"""
CLAIMS: Final = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261120*1200*^*00501*"
    "000000009*0*T*:~GS*HC*S*R*20261120*1200*7*X*005010X222A1~ST*837*0001*005010X222A1~"
    "BHT*0019*00*1*20261120*1200*CH~HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~N3*1 ST~"
    "N4*CHICAGO*IL*606011234~HL*2*1*22*0~SBR*P*18~NM1*IL*1*DOE*JANE****MI*M1~"
    "NM1*PR*2*PAYER*****PI*87726~CLM*C1*160***11:B:1*Y*A*Y*Y~HI*ABK:F331~"
    "LX*1~SV1*HC:90853*80*UN*1*11**1~DTP*472*D8*20261120~"
    "LX*2~SV1*HC:90853*80*UN*1*11**1~DTP*472*D8*20261120~SE*19*0001~GE*1*7~IEA*1*000000009~"
)
ROUTED: Final = '[payers."87726"]\npayer = "acme"\n'
WAIVED: Final = """\
[[waivers]]
rule = "acme/one-per-day"
reason = "contract amendment of 2026-03-01"
until = {until}
"""

Decided = Callable[..., dict[str, Any]]


@pytest.fixture
def decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Decided:
    """Return a function that checks the claim with a practice file, and returns the decision."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAYER_RULES_PRACTICE", raising=False)
    (tmp_path / "acme.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "claims.837").write_text(CLAIMS, encoding="utf-8")

    def decide(practice: str, *options: str) -> dict[str, Any]:
        (tmp_path / "practice.toml").write_text(practice, encoding="utf-8")
        report = tmp_path / "report.json"
        report.unlink(missing_ok=True)
        words = ["check", "claims.837", "--profiles", "acme.toml", "--report", f"json:{report}"]
        main([*words, *options])
        (decision,) = json.loads(report.read_text("utf-8"))["decisions"]
        assert isinstance(decision, dict)
        return decision

    return decide


def rules_of(decision: dict[str, Any]) -> set[str]:
    """Return the rules with findings."""
    return {finding["rule"] for finding in decision["findings"]}


def missing_in(decision: dict[str, Any]) -> set[str]:
    """Return what was missing for the proved answer."""
    return {entry["missing"] for entry in decision["not_evaluated"]}


def test_the_practice_names_the_payer_of_an_identifier(decided: Decided) -> None:
    """No profile lists the identifier, and the claim is checked against the payer nevertheless."""
    decision = decided(ROUTED)
    assert decision["payer"] == "acme"
    assert rules_of(decision) == {"acme/one-per-day"}


@pytest.mark.parametrize(("until", "applies"), [("2026-11-20", False), ("2026-11-19", True)])
def test_a_waived_rule_has_no_finding_in_either_answer(
    decided: Decided, until: str, applies: bool
) -> None:
    """Up to the day of the waiver neither answer has the finding, and the decision says why."""
    decision = decided(ROUTED + WAIVED.format(until=until))
    assert ("acme/one-per-day" in rules_of(decision)) is applies
    second = decision["lines"][1]
    assert (second["outcome"] == "deny") is applies
    assert (second["expected"] == "deny") is applies
    waiver = f"acme/one-per-day until {until}: contract amendment of 2026-03-01"
    assert decision["fingerprint"]["waivers"] == [waiver]
    assert (f"waived: {waiver}" in decision["notes"]) is not applies


def test_the_greatest_group_decides_a_rule_about_size(decided: Decided) -> None:
    """Twelve at most are within the payer's limit; thirteen at most may be or may not."""
    size = "session.group_size"
    assert size in missing_in(decided(ROUTED))
    twelve = decided(f"[practice]\ngroup_size_at_most = 12\n{ROUTED}")
    assert size not in missing_in(twelve)
    assert twelve["notes"] == ["practice.toml: groups of at most 12"]
    assert twelve["fingerprint"]["house_facts"] == ["group_size_at_most = 12"]
    assert size in missing_in(decided(f"[practice]\ngroup_size_at_most = 13\n{ROUTED}"))


def test_history_is_complete_from_the_day_on(decided: Decided, tmp_path: Path) -> None:
    """With files of earlier services, nothing is missing after the day that the practice states."""
    (tmp_path / "earlier.toml").write_text("history = []\n[history_covers]\nfrom = 2026-11-25\n")
    assert any("history" in each for each in missing_in(decided(ROUTED)))
    stated = f'[practice]\nhistory = ["earlier.toml"]\nhistory_complete_from = 2025-01-01\n{ROUTED}'
    assert not any("history" in each for each in missing_in(decided(stated)))


def test_a_practice_file_with_faults_stops_the_run(
    decided: Decided, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No claim is checked by half of the facts."""
    (tmp_path / "practice.toml").write_text('[practice]\nstate = "Ilinois"\n', encoding="utf-8")
    assert main(["check", "claims.837", "--profiles", "acme.toml", "--payer", "acme"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "practice.toml:2: 'Ilinois' is not a state. Did you mean 'IL'? [PR013]" in err


def test_facts_of_the_form_are_derived(decided: Decided) -> None:
    """An 837P is of practitioners, whose ZIP code shows the contractor: nobody is asked for them."""
    missing = missing_in(decided(ROUTED.replace("acme", "medicare")))
    assert missing.isdisjoint({"setting", "contractor", "state", "authorizations"})
