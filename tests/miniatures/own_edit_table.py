"""A plugin whose payer has edit tables of its own; it gives them for every payer it is asked about."""

from __future__ import annotations

from datetime import date

from payer_rules import (
    Adjustment,
    Citation,
    DateRange,
    EditTable,
    PairEdit,
    Payer,
    UnitEdit,
    hookimpl,
)

DAYS = DateRange(date(2024, 1, 1), date(2024, 12, 31))
SOURCE = Citation(
    row="A-1",
    title="Acme's payment policy",
    url="https://acme.example/policy",
    read=date(2024, 1, 1),
    confidence="primary",
)


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer with edits, which is not compared with Medicare's, and one without edits."""
    return [
        Payer(id="acme", name="Acme Health", kind="commercial", baseline="none"),
        Payer(id="acme-dental", name="Acme Dental", kind="commercial"),
    ]


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTable]:
    """One table, whoever asks."""
    return [
        EditTable(
            program="acme",
            setting="practitioner",
            release="2024",
            pairs=(PairEdit("90853", "90832", 1, DAYS, "A-1"),),
            units=(UnitEdit("90853", 1, 2, DAYS, "A-1"), UnitEdit("90791", 0, 2, DAYS, "A-1")),
            complete_for=frozenset(["90832", "90853"]),
            verified=DAYS,
            pair_adjustment=Adjustment(group="CO", carc="97"),
            unit_adjustment=Adjustment(group="CO", carc="151"),
            pair_citations=(SOURCE,),
            unit_citations=(SOURCE,),
            digest="sha256:0",
        )
    ]
