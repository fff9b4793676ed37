"""Closed vocabularies: the words and codes that claims, history and rules may use.

There is one module a list, and `formats` for codes whose lists are not held. What is in no list is
refused wherever it comes in.
"""

from __future__ import annotations

from payer_rules.vocabularies.body_sites import QUADRANTS, SIDES, SURFACES
from payer_rules.vocabularies.claim_frequencies import CLAIM_FREQUENCIES
from payer_rules.vocabularies.contractors import CONTRACTORS
from payer_rules.vocabularies.lines_of_business import LINES_OF_BUSINESS
from payer_rules.vocabularies.modalities import MODALITIES
from payer_rules.vocabularies.networks import NETWORKS
from payer_rules.vocabularies.places_of_service import PLACES_OF_SERVICE
from payer_rules.vocabularies.plans import PLANS
from payer_rules.vocabularies.professions import PROFESSIONS
from payer_rules.vocabularies.programs import PROGRAMS
from payer_rules.vocabularies.record_elements import RECORD_ELEMENTS
from payer_rules.vocabularies.settings import SETTINGS
from payer_rules.vocabularies.sexes import SEXES
from payer_rules.vocabularies.states import STATES
from payer_rules.vocabularies.vocabulary import Term, Vocabulary

__all__ = [
    "CLAIM_FREQUENCIES",
    "CONTRACTORS",
    "LINES_OF_BUSINESS",
    "MODALITIES",
    "NETWORKS",
    "PLACES_OF_SERVICE",
    "PLANS",
    "PROFESSIONS",
    "PROGRAMS",
    "QUADRANTS",
    "RECORD_ELEMENTS",
    "SETTINGS",
    "SEXES",
    "SIDES",
    "STATES",
    "SURFACES",
    "VOCABULARIES",
    "Term",
    "Vocabulary",
]

#: All vocabularies, by the field that holds their words.
VOCABULARIES = {
    "setting": SETTINGS,
    "modality": MODALITIES,
    "profession": PROFESSIONS,
    "contractor": CONTRACTORS,
    "place_of_service": PLACES_OF_SERVICE,
    "state": STATES,
    "plan": PLANS,
    "network": NETWORKS,
    "line_of_business": LINES_OF_BUSINESS,
    "program": PROGRAMS,
    "frequency_code": CLAIM_FREQUENCIES,
    "sex": SEXES,
    "quadrant": QUADRANTS,
    "surfaces": SURFACES,
    "side": SIDES,
    "elements": RECORD_ELEMENTS,
}
