"""Facts of a claim that nobody stated and that follow from what is stated.

- `derive` completes a claim by its form: setting, professions, contractor, state, the day of
  sending, and that the form names no authorization or referral;
- `derive_for_payer` adds what only a payer's claims show: the prefix of the member id.

A stated fact is never changed. Each derived fact is listed in `FiledClaim.derived`, with what it
was derived from.
"""

from __future__ import annotations

from payer_rules.derived_facts.derivation import derive, derive_for_payer
from payer_rules.derived_facts.taxonomies import profession_of_taxonomy
from payer_rules.derived_facts.zip_codes import ZipPlace, place_of_zip

__all__ = ["ZipPlace", "derive", "derive_for_payer", "place_of_zip", "profession_of_taxonomy"]
