"""Laws of the closed vocabularies: each word and alias has one meaning, and no other passes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from payer_rules.vocabularies import (
    CONTRACTORS,
    MODALITIES,
    PLACES_OF_SERVICE,
    PROFESSIONS,
    SETTINGS,
    STATES,
    VOCABULARIES,
    Vocabulary,
)
from payer_rules.vocabularies.formats import BILL_TYPE, DIAGNOSIS, MODIFIER, NPI, REVENUE_CODE

CHECKOUT: Final = Path(__file__).resolve().parent.parent
CMS: Final = Path(os.environ.get("PAYER_RULES_CMS", CHECKOUT.parent / "shared" / "cms"))


@pytest.mark.parametrize(
    ("words", "text", "word"),
    [
        (PROFESSIONS, "LCSW", "lcsw"),
        (PROFESSIONS, "Licensed Clinical Social Worker", "lcsw"),
        (PROFESSIONS, " l.c.s.w. ", "lcsw"),
        (CONTRACTORS, "NGS", "ngs"),
        (CONTRACTORS, "J6", "ngs"),
        (CONTRACTORS, "06102", "ngs"),
        (STATES, "Illinois", "IL"),
        (STATES, "il", "IL"),
        (MODALITIES, "Video", "video"),
        (SETTINGS, "Practitioner", "practitioner"),
        (PLACES_OF_SERVICE, " 11 ", "11"),
        (PLACES_OF_SERVICE, "Office", "11"),
        (PROFESSIONS, "lcws", None),
        (PLACES_OF_SERVICE, "2", None),
        (PLACES_OF_SERVICE, "11-", None),
        (PLACES_OF_SERVICE, "\uff11\uff11", None),
        (SETTINGS, "", None),
        (CONTRACTORS, "99999", None),
    ],
)
def test_words_and_aliases_are_read_in_any_case(
    words: Vocabulary, text: str, word: str | None
) -> None:
    """A word or alias is read with any case and blanks; any other text is not."""
    assert words.canonical(text) == word


@pytest.mark.parametrize("field", VOCABULARIES)
def test_each_name_has_one_meaning(field: str) -> None:
    """Every word and every alias of a list leads to its own word."""
    words = VOCABULARIES[field]
    for term in words.terms:
        assert {words.canonical(name) for name in (term.word, *term.aliases)} == {term.word}


@pytest.mark.parametrize(
    ("words", "text", "advice"),
    [
        (PROFESSIONS, "lcws", "Did you mean 'lcsw'?"),
        (SETTINGS, "practioner", "Did you mean 'practitioner'?"),
        (PLACES_OF_SERVICE, "2", "Did you mean '02'?"),
        (STATES, "Ilinois", "Did you mean 'IL'?"),
        (MODALITIES, "telehealth", "Write one of asynchronous, audio, in-person, video."),
        (PROFESSIONS, "therapist", "Write a profession of docs/reference/vocabularies.md."),
        (MODALITIES, "x" * 10_000, "Write one of asynchronous, audio, in-person, video."),
        (SETTINGS, " ", "Write a setting, or leave it out."),
    ],
)
def test_the_nearest_word_is_proposed(words: Vocabulary, text: str, advice: str) -> None:
    """The problem of an unknown word names the nearest known one, or all words."""
    assert words.advice(text) == advice


@pytest.mark.parametrize(
    ("form", "text", "code"),
    [
        (MODIFIER, "xe", "XE"),
        (MODIFIER, "59\u00a0", "59"),
        (MODIFIER, "59,XE", None),
        (MODIFIER, "59.0", None),
        (MODIFIER, "90834-59", None),
        (MODIFIER, "5 9", None),
        (MODIFIER, "\uff15\uff19", None),
        (MODIFIER, "\u017f1", None),
        (BILL_TYPE, "0131", "131"),
        (BILL_TYPE, "13", None),
        (REVENUE_CODE, "915", "0915"),
        (REVENUE_CODE, "09150", None),
        (DIAGNOSIS, "f33.1", "F33.1"),
        (DIAGNOSIS, "F33-1", None),
        (NPI, "1234567893", "1234567893"),
        (NPI, "123", None),
        (NPI, "\uff11234567893", None),
    ],
)
def test_codes_are_of_their_form(form: Any, text: str, code: str | None) -> None:
    """Case and blanks around a code are put right; another shape is refused."""
    assert form.canonical(text) == code


@pytest.mark.skipif(not CMS.is_dir(), reason="the folder of CMS's tables is not here")
def test_the_extracts_are_fresh() -> None:
    """The places and contractors that travel are those of CMS's tables."""
    tool = CHECKOUT / "tools" / "extract_vocabularies.py"
    done = subprocess.run([sys.executable, tool, "--check"], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
