"""Published FHIR resources of HL7, Da Vinci and CMS: each is read, or refused with a reason."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

pytest.importorskip("msgspec")

from payer_rules.errors import Problem
from payer_rules.history import HistoryLine
from payer_rules.readers import FiledClaim
from payer_rules.readers.fhir import is_fhir, read_fhir_claims, read_fhir_history

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SAMPLES: Final = (
    Path(os.environ.get("PAYER_RULES_SAMPLES", CHECKOUT.parent / "shared" / "samples")) / "fhir"
)
FILES: Final = sorted(SAMPLES.glob("*.json"))
#: How many lines of the history are read from CMS's explanations, and how many are refused. One
#: item of each has a revenue code alone, which gives no line.
LINES: Final = {
    "bfd__ExplanationOfBenefit-Carrier.json": (3, 0),
    "bfd__ExplanationOfBenefit-DME.json": (3, 0),
    "bfd__ExplanationOfBenefit-MCS.json": (3, 0),
    "bfd__ExplanationOfBenefit-Outpatient.json": (3, 0),
    "bfd__ExplanationOfBenefit-Pharmacy.json": (0, 1),
}
#: By how the name of a sample begins: why no claim is read from it. HL7's claims are dental,
#: vision, pharmacy and institutional ones, with codes of examples; Da Vinci's ask beforehand.
REASONS: Final = {
    "hl7r4__Claim-100153": "use is 'preauthorization'",
    "hl7r4__Claim-MED-00050": "the patient is not identified",
    "hl7r4__Claim-": "productOrService",
    "hl7r4__": "the file holds no Claim, only ",
    "bfd__": "the file holds no Claim, only ",
    "daviprior__claimresponse": "the payer's answer to a claim",
    "daviprior__": "use is 'preauthorization'",
    "pas__invalid_first_entry_response": "the payer's answer to a claim",
    "pas__valid_pa_response": "the payer's answer to a claim",
    "pas__nonconformant": "the bundle is empty",
    "pas__": "use is 'preauthorization'",
}

if not FILES:
    pytest.skip(
        f"the samples of FHIR are not at {SAMPLES}: set PAYER_RULES_SAMPLES",
        allow_module_level=True,
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_sample_is_read_or_refused_with_a_reason(file: Path) -> None:
    """Each file is known as FHIR; what is not read has a place, and a reason that is looked for."""
    assert is_fhir(file.read_bytes()[:4096])
    claims = list(read_fhir_claims(file))
    lines = list(read_fhir_history(file))
    assert [claim for claim in claims if isinstance(claim, FiledClaim)] == []
    reason = next(why for start, why in REASONS.items() if file.name.startswith(start))
    assert any(reason in str(claim) for claim in claims)
    result = [claim for claim in (*claims, *lines) if isinstance(claim, Problem)]
    assert all(item.where.startswith(file.name) for item in result)
    read = sum(isinstance(line, HistoryLine) for line in lines)
    assert (read, len(lines) - read) == LINES.get(file.name, (0, len(lines)))
