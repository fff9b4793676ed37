"""A plugin that bundles edits, one row of which differs from its source."""

from __future__ import annotations

from datetime import date

from a_rule import MANUAL

from payer_rules import Adjustment, DateRange, EditTable, Payer, hookimpl
from payer_rules.rules import AddOnEdit, PairEdit, UnitEdit

QUARTER = DateRange(date(2024, 7, 1), date(2024, 9, 30))


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer that the NCCI binds."""
    return [
        Payer(
            id="acme",
            name="Acme Health",
            kind="commercial",
            ncci="medicare",
            ncci_citations=(MANUAL,),
        )
    ]


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTable]:
    """Two pairs, of which CMS gives the second the indicator 0; an MUE and an add-on code."""
    if payer != "acme":
        return []
    return [
        EditTable(
            program="medicare",
            setting="practitioner",
            release="2024q3",
            pairs=(
                PairEdit("90853", "90834", 1, QUARTER, "P-1"),
                PairEdit("90791", "90853", 1, QUARTER, "P-2"),
            ),
            units=(UnitEdit("90853", 1, 3, QUARTER, "U-1"),),
            add_ons=(AddOnEdit("90785", 1, frozenset({"90853"}), QUARTER, "A-1"),),
            complete_for=frozenset({"90785", "90791", "90834", "90853"}),
            verified=QUARTER,
            pair_adjustment=Adjustment(group="CO", carc="236"),
            unit_adjustment=Adjustment(group="CO", carc="151", rarc=("MA01",)),
            add_on_adjustment=Adjustment(group="CO", carc="107", rarc=("N122",)),
            pair_citations=(MANUAL,),
            unit_citations=(MANUAL,),
            add_on_citations=(MANUAL,),
            digest="sha256:0",
        )
    ]
