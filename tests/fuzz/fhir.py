"""Fuzz the readers of FHIR: ``python tests/fuzz/fhir.py -max_total_time=60``."""

from __future__ import annotations

from target import fuzz

_CLAIM = (
    b'{"resourceType": "Claim", "id": "C1", "status": "active", "use": "claim", "patient":'
    b' {"reference": "Patient/1"}, "provider": {"identifier": {"system":'
    b' "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}}, "item": [{"sequence": 1,'
    b' "servicedDate": "2024-08-15", "quantity": {"value": 1}, "productOrService": {"coding":'
    b' [{"system": "http://www.ama-assn.org/go/cpt", "code": "90853"}]}}]}'
)
_PATIENT = b'{"resourceType": "Patient", "id": "1", "birthDate": "1980-05-01"}'
_BUNDLE = b'{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": %b}]}'
_SEEDS = (_CLAIM, _PATIENT + b"\n" + _CLAIM + b"\n", _BUNDLE % _CLAIM)

if __name__ == "__main__":
    fuzz("fhir", ".json", _SEEDS, "fhir/*.json")
