"""Sites of the body: areas of the mouth, surfaces of a tooth, and sides."""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

QUADRANTS: Final = Vocabulary(
    "an area of the mouth",
    (
        Term("00", "entire mouth"),
        Term("01", "upper arch", ("upper", "maxillary")),
        Term("02", "lower arch", ("lower", "mandibular")),
        Term("03", "upper right sextant"),
        Term("04", "upper front sextant"),
        Term("05", "upper left sextant"),
        Term("06", "lower left sextant"),
        Term("07", "lower front sextant"),
        Term("08", "lower right sextant"),
        Term("10", "upper right quadrant", ("UR",)),
        Term("20", "upper left quadrant", ("UL",)),
        Term("30", "lower left quadrant", ("LL",)),
        Term("40", "lower right quadrant", ("LR",)),
    ),
    is_code=True,
)
SURFACES: Final = Vocabulary(
    "a surface of a tooth",
    (
        Term("B", "buccal"),
        Term("D", "distal"),
        Term("F", "facial or labial"),
        Term("I", "incisal"),
        Term("L", "lingual"),
        Term("M", "mesial"),
        Term("O", "occlusal"),
    ),
    is_code=True,
)
SIDES: Final = Vocabulary(
    "a side of the body",
    (
        Term("left", "left side", ("L", "LT")),
        Term("right", "right side", ("R", "RT")),
    ),
)
