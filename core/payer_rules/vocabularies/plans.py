"""Plan kinds that every payer may have; a payer declares further plans in its profile."""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

PLANS: Final = Vocabulary(
    "a plan",
    (
        Term("hmo", "health maintenance organization", ("health maintenance organization",)),
        Term("ppo", "preferred provider organization", ("preferred provider organization",)),
        Term("epo", "exclusive provider organization", ("exclusive provider organization",)),
        Term("pos", "point of service plan", ("point of service",)),
        Term("indemnity", "indemnity plan, without a network", ("fee for service", "FFS")),
        Term("pffs", "private fee-for-service plan", ("private fee for service",)),
        Term("hdhp", "high-deductible health plan", ("high deductible health plan", "CDHP")),
    ),
)
