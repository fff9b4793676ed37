"""Every modifier on either line of a pair, in every setting, before and after 2019-07-01."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest
from pair_reference import ASSOCIATED, EITHER_LINE, Row, is_bypassed
from services import Service

from payer_rules import ServiceLine
from payer_rules.engine import ncci

ROW: Final = Row("90853", "90834", 1)
#: Two services, a visit in either column, and a visit that the texts do not cover.
PAIRS: Final = (("90853", "90834"), ("90853", "99213"), ("99213", "G0396"), ("90853", "G0463"))
OTHERS: Final = ("22", "76", "77", "GT")
DAYS: Final = (EITHER_LINE - timedelta(days=1), EITHER_LINE, date(2024, 8, 15))
SETTINGS: Final = ("practitioner", "outpatient-hospital", "dme")


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("modifier", sorted(ASSOCIATED) + list(OTHERS))
def test_a_modifier_bypasses_as_the_rows_say(modifier: str, setting: str) -> None:
    """On column 1 and on column 2 the engine answers as the rows MC-1.3 to MC-1.6."""
    for codes in PAIRS:
        for day in DAYS:
            for column in (1, 2):
                placed = [(modifier,) if at == column else () for at in (1, 2)]
                lines = [
                    ServiceLine(code=code, date_from=day, modifiers=item)
                    for code, item in zip(codes, placed, strict=True)
                ]
                first, second = (
                    Service(at, code, day, day, item)
                    for at, (code, item) in enumerate(zip(codes, placed, strict=True), 1)
                )
                expected = is_bypassed(ROW, first, second, setting, day)
                found = ncci.bypasses(setting, day, *lines)
                answered = found if isinstance(found, bool) else None
                # NOTE: the texts list no visits of HCPCS; of most such codes the engine knows.
                if expected is not None or answered is None:
                    assert answered == expected, (codes, day, column)
