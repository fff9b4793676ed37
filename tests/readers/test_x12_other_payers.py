"""Laws of the loops of another payer: its decision is read, and nothing becomes the claim's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import attrs
import pytest
from test_x12_claims import BODY, CLAIM, HEADER
from x12_texts import claims_in, interchange

from payer_rules.claims import OtherPayer

#: Segments that are allowed in the loops of another payer, each with values that are not the claim's.
OF_CLAIM: Final = [
    "SBR*S*18*GRP******CI",
    "CAS*CO*45*100",
    "AMT*D*60",
    "AMT*EAF*20",
    "DMG*D8*19430501*M",
    "OI***Y*P**Y",
    "MOA***MA01",
    "NM1*IL*1*ROE*RICHARD****MI*OTHER",
    "N3*9 OTHER ST",
    "N4*DENVER*CO*80201",
    "DMG*D8*19430501*M",
    "REF*SY*000000000",
    "REF*G1*OTHERAUTH",
    "NM1*PR*2*OTHER PAYER*****PI*99999",
    "N3*8 OTHER ST",
    "N4*DENVER*CO*80201",
    "DTP*573*D8*20240901",
    "DTP*434*RD8*20200101-20200102",
    "DTP*472*D8*20200101",
    "REF*F8*OTHERNUMBER",
    "REF*9F*OTHERREFERRAL",
    "REF*2U*12",
    "NM1*DN*1*X*Y****XX*1999999991",
    "NM1*82*1*X*Y****XX*1999999992",
    "PRV*PE*PXC*101YM0800X",
    "REF*G2*X",
    "NM1*DQ*1*X*Y****XX*1999999993",
    "NM1*77*2*X*****XX*1999999994",
    "NM1*85*2*X*****XX*1999999995",
    "PRV*BI*PXC*101YM0800X",
]
#: The same of a line (loops 2420 and 2430); each leaves the line as it is.
OF_LINE: Final = [
    "REF*6R*LINE1",
    "REF*G1*OTHERAUTH**2U:99999",
    "REF*9F*OTHERREFERRAL**2U:99999",
    "REF*F8*OTHERNUMBER",
    "AMT*T*1",
    "NM1*QB*1******XX*1999999991",
    "REF*G2*X",
    "NM1*77*2*X*****XX*1999999992",
    "N3*9 OTHER ST",
    "N4*DENVER*CO*80201",
    "NM1*DK*1*X*Y****XX*1999999993",
    "PRV*OR*PXC*101YM0800X",
    "NM1*DN*1*X*Y****XX*1999999994",
    "SVD*99999*80*HC:90834**2",
    "CAS*CO*45*40",
    "DTP*573*D8*20240901",
    "AMT*EAF*20",
]
AT: Final = next(at for at, segment in enumerate(BODY) if segment.startswith("LX"))


def assert_unchanged(*body: str) -> None:
    """The claim of the segments is the claim without those of other payers."""
    (filed,), problems = claims_in(interchange([*HEADER, *body]))
    assert problems == []
    assert attrs.evolve(filed.claim, other_payers=()) == CLAIM
    assert filed.payer_id == "12345"


@pytest.mark.parametrize("at", range(1, len(OF_CLAIM)))
def test_a_segment_of_another_payer_is_read_over(at: int) -> None:
    """After SBR any one segment leaves the claim as it is."""
    assert_unchanged(*BODY[:AT], OF_CLAIM[0], OF_CLAIM[at], *BODY[AT:])


def test_loops_of_several_other_payers_are_read_over() -> None:
    """Three payers in the loops 2320 and 2330 leave the claim as it is."""
    assert_unchanged(*BODY[:AT], *(OF_CLAIM * 3), *BODY[AT:])


@pytest.mark.parametrize("at", range(len(OF_LINE)))
def test_a_segment_of_a_line_that_says_nothing_of_the_service_is_read_over(at: int) -> None:
    """In the loops 2420 and 2430 any one segment leaves the line as it is."""
    assert_unchanged(*BODY, OF_LINE[at])


def test_loops_of_a_line_are_read_over_together() -> None:
    """All of them together leave the line as it is, and the loops of other payers too."""
    assert_unchanged(*BODY[:AT], *OF_CLAIM, *BODY[AT:], *OF_LINE)


def test_a_date_of_birth_in_the_claim_itself_is_misplaced() -> None:
    """Outside of the loops of other payers it shows that a level was lost."""
    filed, problems = claims_in(interchange([*HEADER, *BODY[:AT], "DMG*D8*19430501*M", *BODY[AT:]]))
    assert filed == []
    assert "DMG does not belong here" in {problem.message for problem in problems}


def test_another_payer_behind_the_lines_shows_that_a_level_was_lost() -> None:
    """SBR after a line belongs to another claim, whose HL is missing."""
    filed, problems = claims_in(interchange([*HEADER, *BODY, *OF_CLAIM[:8]]))
    assert filed == []
    assert "SBR does not belong here" in {problem.message for problem in problems}


def other_payers_of(*body: str) -> tuple[OtherPayer, ...] | None:
    """The other payers of the claim of the segments, which are sound."""
    (filed,), problems = claims_in(interchange([*HEADER, *body]))
    assert problems == []
    return filed.claim.other_payers


def test_the_decision_of_another_payer_is_read() -> None:
    """Its order, id, payment, reasons and day; a payer without any result has not decided."""
    first = [
        *("SBR*P*18*******CI", "CAS*CO*45*100*1*97*20", "CAS*PR*2*5", "AMT*D*60.5", "AMT*EAF*20"),
        *("NM1*IL*1*ROE*R****MI*M9", "NM1*PR*2*FIRST*****PI*11111", "DTP*573*D8*20240901"),
    ]
    second = ["SBR*S*18*******MB", "NM1*PR*2*SECOND*****PI*22222"]
    assert other_payers_of(*BODY[:AT], *first, *second, *BODY[AT:]) == (
        OtherPayer(
            id="11111",
            order="primary",
            decided=date(2024, 9, 1),
            paid=Decimal("60.5"),
            reasons=("45", "97", "2"),
        ),
        OtherPayer(id="22222", order="secondary", decided="none"),
    )
    assert other_payers_of(*BODY) == ()


def test_a_decision_on_a_line_is_one_of_the_payer() -> None:
    """The last day of the lines counts, with the reasons of the lines, by the id in SVD01."""
    payers = ["SBR*P*18", "NM1*PR*2*A*****PI*1", "SBR*S*18", "NM1*PR*2*B*****PI*2"]
    of_line = ["SVD*2*80*HC:90834**1", "CAS*CO*45*40", "DTP*573*D8*20240902"]
    again = ["SVD*2*0*HC:90834**1", "CAS*CO*96*40", "DTP*573*D8*20240901"]
    found = other_payers_of(*BODY[:AT], *payers, *BODY[AT:], *of_line, *again)
    assert found == (
        OtherPayer(id="1", order="primary", decided="none"),
        OtherPayer(id="2", order="secondary", decided=date(2024, 9, 2), reasons=("45", "96")),
    )
