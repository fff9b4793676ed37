"""Claims as FHIR R4, with the resources that they refer to, as plain JSON data."""

from __future__ import annotations

from payer_rules.writers.fhir.bundles import claim_bundle, patient_resource
from payer_rules.writers.fhir.claim_resource import claim_resource

__all__ = ["claim_bundle", "claim_resource", "patient_resource"]
