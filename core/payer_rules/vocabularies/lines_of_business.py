"""Lines of business: the kind of coverage under which a payer insures the member."""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

LINES_OF_BUSINESS: Final = Vocabulary(
    "a line of business",
    (
        Term("commercial", "coverage of employers and individuals", ("employer group",)),
        Term(
            "marketplace",
            "individual coverage bought on an exchange under the Affordable Care Act",
            ("exchange", "ACA", "individual and family", "qualified health plan", "QHP"),
        ),
        Term("medicare", "Original Medicare", ("original medicare", "traditional medicare")),
        Term(
            "medicare-advantage",
            "Medicare Part C",
            ("medicare part c", "part c", "MA", "MAPD"),
        ),
        Term("medicare-supplement", "Medigap", ("medigap",)),
        Term(
            "medicaid", "a state's Medicaid program", ("managed medicaid", "medicaid managed care")
        ),
        Term(
            "chip", "Children's Health Insurance Program", ("childrens health insurance program",)
        ),
        Term(
            "dual-eligible",
            "Medicare and Medicaid in one plan",
            ("duals", "dual", "dual special needs plan", "D-SNP", "DSNP"),
        ),
        Term(
            "federal-employee",
            "Federal Employees Health Benefits",
            ("FEHB", "FEP", "federal employee program", "federal employees health benefits"),
        ),
        Term("tricare", "TRICARE", ("champus",)),
        Term("workers-compensation", "workers' compensation", ("workers comp",)),
    ),
)
