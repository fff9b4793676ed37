"""Settings: the billing rules that a provider is subject to."""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

SETTINGS: Final = Vocabulary(
    "a setting",
    (
        Term(
            "practitioner",
            "professional claims of practitioners and their groups (CMS-1500, 837P)",
            ("practitioners", "professional", "physician office", "837P"),
        ),
        Term(
            "outpatient-hospital",
            "the outpatient department of a hospital (bill type 13x)",
            ("hospital outpatient", "outpatient hospital services", "hospital", "OPPS"),
        ),
        Term("dme", "suppliers of durable medical equipment", ("durable medical equipment",)),
        Term("cah", "critical access hospital (bill type 85x)", ("critical access hospital",)),
        Term(
            "cmhc",
            "community mental health center as Medicare certifies it (bill type 76x)",
            ("community mental health center",),
        ),
        Term(
            "fqhc",
            "Federally Qualified Health Center (bill type 77x)",
            ("federally qualified health center",),
        ),
        Term("rhc", "rural health clinic (bill type 71x)", ("rural health clinic",)),
        Term(
            "mental-health-center",
            "mental health center as a Medicaid program licenses it",
            ("mental health clinic",),
        ),
        Term("drug-and-alcohol-clinic", "outpatient drug and alcohol clinic (Pennsylvania)"),
        Term("licsw", "licensed independent clinical social worker (MassHealth, 130 CMR 462)"),
        Term("part-588-outpatient", "outpatient program under former 14 NYCRR Part 588 (New York)"),
        Term(
            "psychiatric-outpatient-hospital",
            "outpatient department of a psychiatric hospital (MassHealth, 130 CMR 434)",
        ),
    ),
)
