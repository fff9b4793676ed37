"""Laws of reversals and corrections: the result is the same in any order and over any files."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Final

import pytest
from x12_texts import interchange

from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_files

VERSION: Final = "005010X221A1"


def answer(
    status: int,
    number: str,
    paid: int,
    *,
    original: str = "",
    code: str = "90853",
    frequency: str = "1",
    claim: str = "OLD",
) -> list[str]:
    """The segments of the answer to one claim; a reversal has negative amounts."""
    sign = "-" if status == 22 else ""
    return [
        f"CLP*{claim}*{status}*{sign}80*{sign}{paid}**MB*{number}*11*{frequency}",
        "NM1*QC*1*SAMPLE*PAT****MI*M1",
        *([f"REF*F8*{original}"] if original else []),
        f"SVC*HC:{code}*{sign}80*{sign}{paid}**{sign}1",
        "DTM*472*20240815",
        *(["CAS*CO*29*80"] if paid == 0 else []),
    ]


def remittance(*answers: list[str], day: str = "20240901") -> str:
    """An 835 of the day with the answers."""
    head = [f"BPR*I*80*C*CHK************{day}", f"TRN*1*T{day}*1999999999", "N1*PR*PAYER*XV*1"]
    body = [segment for item in answers for segment in item]
    return interchange([*head, "N1*PE*CLINIC*XX*1234567893", "LX*1", *body], version=VERSION)


def held(folder: Path, *texts: str) -> list[tuple[str, str | None, str | None]]:
    """The lines that are left of the files: code, payer's number, status; void ones are none."""
    paths = []
    for at, text in enumerate(texts):
        paths.append(folder / f"{at}.835")
        paths[-1].write_text(text)
    store, problems = read_history_files(paths, ReadOptions())
    assert problems == []
    assert store is not None
    return sorted(
        (line.code, line.payer_claim, line.status) for line in store.lines if line.status != "void"
    )


PAID: Final = answer(1, "ICN1", 80)
#: By what they are: answers, and what is left of them in whatever order they come.
CASES: Final = {
    "named": ([PAID, answer(22, "ICN2", 80, original="ICN1")], []),
    "of one number": ([PAID, answer(22, "ICN1", 80)], []),
    "named, with other amounts": ([PAID, answer(22, "ICN2", 70, original="ICN1")], []),
    "corrected": (
        [PAID, answer(22, "ICN2", 80, original="ICN1"), answer(1, "ICN3", 60, code="90834")],
        [("90834", "ICN3", "paid")],
    ),
    "corrected under the reversal's number": (
        [PAID, answer(22, "ICN2", 80, original="ICN1"), answer(1, "ICN2", 80, original="ICN1")],
        [("90853", "ICN2", "paid")],
    ),
    "corrected under one number": (
        [PAID, answer(22, "ICN1", 80), answer(1, "ICN1", 60, code="90834")],
        [("90834", "ICN1", "paid")],
    ),
    "corrected twice": (
        [
            PAID,
            answer(22, "ICN2", 80, original="ICN1"),
            answer(1, "ICN3", 60, original="ICN1"),
            answer(22, "ICN4", 60, original="ICN3"),
            answer(1, "ICN5", 50, code="90834", original="ICN3"),
        ],
        [("90834", "ICN5", "paid")],
    ),
    "corrected without a reversal": (
        [PAID, answer(1, "ICN2", 60, original="ICN1", code="90834")],
        [("90834", "ICN2", "paid")],
    ),
    "denied again": (
        [PAID, answer(4, "ICN2", 0, original="ICN1")],
        [("90853", "ICN1", "paid"), ("90853", "ICN2", "denied")],
    ),
    "of another": ([PAID, answer(22, "ICN9", 80, original="ICN8")], [("90853", "ICN1", "paid")]),
    "corrected to a denial without a reversal": (
        [PAID, answer(1, "ICN2", 0, original="ICN1")],
        [("90853", "ICN1", None), ("90853", "ICN2", "denied")],
    ),
    "corrected to a denial with a reversal": (
        [
            PAID,
            answer(22, "ICN3", 80, original="ICN1"),
            answer(1, "ICN2", 0, original="ICN1"),
        ],
        [("90853", "ICN2", "denied")],
    ),
    "replaced under one number": (
        [PAID, answer(1, "ICN1", 60, code="90834", frequency="7")],
        [("90834", "ICN1", "paid")],
    ),
    "replaced under one number by a claim with an id of its own": (
        [PAID, answer(1, "ICN1", 60, code="90834", frequency="7", claim="NEW")],
        [("90834", "ICN1", "paid")],
    ),
    "replaced twice under one number": (
        [
            PAID,
            answer(1, "ICN1", 60, code="90834", frequency="7"),
            answer(1, "ICN1", 70, code="90837", frequency="7"),
        ],
        [("90837", "ICN1", "paid")],
    ),
    "replaced and named": (
        [PAID, answer(1, "ICN2", 60, original="ICN1", frequency="7", claim="NEW")],
        [("90853", "ICN2", "paid")],
    ),
    "replaced after a denial": (
        [answer(1, "ICN1", 0), answer(1, "ICN2", 60, original="ICN1", frequency="7")],
        [("90853", "ICN2", "paid")],
    ),
    "replaced, the replacement denied": (
        [PAID, answer(1, "ICN2", 0, original="ICN1", frequency="7")],
        [("90853", "ICN1", None), ("90853", "ICN2", "denied")],
    ),
    "replaced, which is not named": (
        [PAID, answer(1, "ICN2", 60, frequency="7")],
        [("90853", "ICN1", None), ("90853", "ICN2", "paid")],
    ),
    "replaced, of another claim": (
        [PAID, answer(1, "ICN2", 60, frequency="7", claim="NEW")],
        [("90853", "ICN1", "paid"), ("90853", "ICN2", "paid")],
    ),
    "voided by a reversal": (
        [PAID, answer(22, "ICN2", 80, original="ICN1", frequency="8")],
        [],
    ),
    "voided by a negative payment": (
        [PAID, answer(1, "ICN2", -80, original="ICN1", frequency="8")],
        [],
    ),
    "voided without a sign of money taken back": (
        [PAID, answer(1, "ICN2", 0, original="ICN1", frequency="8")],
        [("90853", "ICN1", None)],
    ),
    "voided, which is not named": (
        [PAID, answer(1, "ICN2", -80, frequency="8")],
        [("90853", "ICN1", None)],
    ),
    "voided after a denial": (
        [answer(4, "ICN1", 0), answer(1, "ICN2", 0, original="ICN1", frequency="8")],
        [],
    ),
    "the void denied": (
        [PAID, answer(4, "ICN2", 0, original="ICN1", frequency="8")],
        [("90853", "ICN1", "paid"), ("90853", "ICN2", "denied")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_holds_does_not_depend_on_files_and_their_order(name: str, tmp_path: Path) -> None:
    """Each answer has an 835 of its own day; the files are given in every order."""
    answers, left = CASES[name]
    days = [remittance(item, day=f"202409{at:02}") for at, item in enumerate(answers, 1)]
    for order in permutations(days):
        assert held(tmp_path, *order) == left
    assert held(tmp_path, *days, *reversed(days)) == left


@pytest.mark.parametrize("name", [name for name in CASES if "under one number" not in name])
def test_what_holds_does_not_depend_on_the_order_in_one_file(name: str, tmp_path: Path) -> None:
    """If REF F8 or the amounts identify the original, one 835 may have them in any order."""
    answers, left = CASES[name]
    for order in permutations(answers):
        found = held(tmp_path, remittance(*order))
        if name == "of one number" and order[0] is not answers[0]:
            # Whether the payment behind the reversal is a corrected one is not known.
            assert found == [("90853", "ICN1", None)]
        else:
            assert found == left


def test_a_correction_whose_original_is_not_there_counts(tmp_path: Path) -> None:
    """This week's 835 has the reversal and the corrected payment of a claim of last month."""
    for original in ("", "ICN0"):
        back = answer(22, "ICN1", 80, original=original)
        assert held(tmp_path, remittance(back, answer(1, "ICN1", 60))) == [
            ("90853", "ICN1", "paid")
        ]


def test_a_payment_of_a_later_day_is_the_corrected_one(tmp_path: Path) -> None:
    """Of the same number and amounts, and paid after the reversal: it is not what was taken back."""
    back = remittance(answer(22, "ICN1", 80), day="20240901")
    again = remittance(PAID, day="20240908")
    for order in permutations([back, again]):
        assert held(tmp_path, *order) == [("90853", "ICN1", "paid")]


def test_a_reversal_of_unlike_amounts_leaves_a_payment_in_doubt(tmp_path: Path) -> None:
    """A payment with the number of a reversal and other amounts may be the reversed one."""
    files = [remittance(PAID, day="20240901"), remittance(answer(22, "ICN1", 70), day="20240908")]
    for order in permutations(files):
        assert held(tmp_path, *order) == [("90853", "ICN1", None)]


def test_a_claim_period_is_the_span_of_a_service_without_days(tmp_path: Path) -> None:
    """On which of its days the service was is not known, so it is not made one."""
    segments = [*PAID[:2], "DTM*232*20240801", "DTM*233*20240831", PAID[2]]
    path = tmp_path / "f.835"
    path.write_text(remittance(segments))
    store, problems = read_history_files([path], ReadOptions())
    assert problems == []
    assert store is not None
    (line,) = store.lines
    assert (f"{line.date_from}", f"{line.date_to}") == ("2024-08-01", "2024-08-31")
