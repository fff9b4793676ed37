"""The page answers as `/v1/check` does: claims of fixtures, sent to both."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from html import unescape
from typing import Any, TypeAlias

import pytest
from bundled import bundled_suite

from payer_rules.conformance.trials import Trial

pytest.importorskip("litestar", reason="the extra serve is not installed")
#: For each payer and line: outcome and basis; for each payer: rules with their messages.
Shown: TypeAlias = dict[str, tuple[str, list[tuple[str, str, str]], list[tuple[str, str]]]]
_CLAIM = ("setting", "plan", "program", "network", "state", "contractor")
_TOGETHER = "tricare"
_article = re.compile(
    r'<article class="answer" id="[^"]*" data-payer="([^"]*)" data-outcome="([^"]*)">(.*?)</article>',
    re.DOTALL,
)
_line = re.compile(r'<div data-line="(\d+)" data-basis="([^"]*)" data-outcome="([^"]*)">')
_reason = re.compile(r'<p data-rule="([^"]*)"><strong>[^<]*</strong> \([a-z]+\): (.*?)</p>')


def _sample() -> list[Trial]:
    """Return the first case of each third rule that the form can state in part."""
    by_rule: dict[str, Trial] = {}
    for trial in bundled_suite().cases:
        lines = trial.filed.claim.lines
        if lines and lines[0].units == int(lines[0].units) and lines[0].units > 0:
            by_rule.setdefault(trial.rule or trial.name, trial)
    return [by_rule[rule] for rule in sorted(by_rule)][::3]


def _both(trial: Trial) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the fields of the form and the document of `/v1/check` with the same facts."""
    claim = trial.filed.claim
    day = claim.lines[0].date_from
    first = claim.lines[0].rendering_provider or claim.billing_provider
    npi = first.npi or "1234567893"
    provider = {"npi": npi, **({"profession": first.profession} if first.profession else {})}
    form = {"member": "M1", "day": str(day), "npi": npi, "lines": "20", "earlier": "none"}
    form["profession"] = first.profession or ""
    document: dict[str, Any] = {"id": "C", "member": {"id": "M1"}, "billing_provider": {"npi": npi}}
    for name in _CLAIM:
        form[name] = getattr(claim, name) or ""
        document |= {name: form[name]} if form[name] else {}
    place, modality = claim.lines[0].place_of_service, claim.lines[0].modality
    form |= {"place": place or "", "modality": modality or ""}
    lines = [
        line
        for line in claim.lines
        if line.date_from == day and line.units == int(line.units) and line.units > 0
    ][:20]
    document["lines"] = []
    for row, line in enumerate(lines, 1):
        size = getattr(line.session, "group_size", None)
        form[f"code-{row}"], form[f"units-{row}"] = line.code, str(int(line.units))
        form[f"modifiers-{row}"] = " ".join(line.modifiers)
        form[f"minutes-{row}"] = "" if line.minutes is None else str(int(line.minutes))
        form[f"group_size-{row}"] = "" if size is None else str(size)
        stated: dict[str, Any] = {"code": line.code, "units": int(line.units)}
        stated |= {"date_from": str(day), "rendering_provider": provider}
        stated |= {"modifiers": list(line.modifiers)} if line.modifiers else {}
        stated |= {"minutes": int(line.minutes)} if line.minutes is not None else {}
        stated |= {"session": {"group_size": size}} if size is not None else {}
        stated |= {"place_of_service": place} if place else {}
        stated |= {"modality": modality} if modality else {}
        document["lines"].append(stated)
    return form, {"claim": document, "history": []}


def _on_page(text: str) -> Shown:
    return {
        payer: (
            outcome,
            [(number, basis, of_line) for number, basis, of_line in _line.findall(body)],
            sorted({(rule, unescape(message)) for rule, message in _reason.findall(body)}),
        )
        for payer, outcome, body in _article.findall(text)
    }


def _of_endpoint(decisions: list[dict[str, Any]]) -> Shown:
    return {
        each["payer"]: (
            each["outcome"],
            [(str(line["line"]), line["basis"], line["outcome"]) for line in each["lines"]],
            sorted({(finding["rule"], finding["message"]) for finding in each["findings"]}),
        )
        for each in decisions
    }


def test_claims_of_fixtures_have_the_same_answers(address: str) -> None:
    """Outcome, basis of each line, rules and messages are the same on the page and in JSON."""
    sample, outcomes = _sample(), set()
    assert len(sample) > 100
    for trial in sample:
        form, document = _both(trial)
        payers = sorted({trial.payer, _TOGETHER})
        query = urllib.parse.urlencode([("payer", payer) for payer in payers])
        fields = urllib.parse.urlencode([*form.items(), *(("payer", each) for each in payers)])
        with urllib.request.urlopen(f"{address}/page", fields.encode()) as response:
            shown = _on_page(response.read().decode())
        body = json.dumps(document).encode()
        with urllib.request.urlopen(f"{address}/v1/check?{query}", body) as response:
            expected = _of_endpoint(json.load(response)["decisions"])
        assert shown == expected, (trial.file, trial.name)
        assert len(shown) == len(payers)
        outcomes |= {outcome for outcome, _, _ in shown.values()}
    assert {"deny", "review", "unknown"} <= outcomes
