"""Formats of codes whose lists are too long, or not free to distribute."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import attrs

from payer_rules.vocabularies.plans import PLANS
from payer_rules.vocabularies.programs import PROGRAMS
from payer_rules.vocabularies.vocabulary import Vocabulary, slug

#: The most texts whose canonical code is kept.
_MOST: Final = 20_000


@attrs.frozen(eq=False)
class Format:
    """The format of a code: its pattern in capital letters, and its name in messages.

    Blanks around a code and lower case are put right; everything that the pattern does not match
    is refused.
    """

    name: str
    pattern: str
    remedy: str
    tidy: Callable[[str], str] = str.upper
    #: Whether TOML and JSON may write it as a number.
    is_number: bool = False
    #: What to write instead of a text with a certain start.
    remedies: Mapping[str, str] = attrs.field(factory=dict)
    known: dict[str, str] = attrs.field(factory=dict, init=False, repr=False)
    _matches: Callable[[str], object] = attrs.field(
        init=False,
        repr=False,
        default=attrs.Factory(lambda self: re.compile(self.pattern).fullmatch, takes_self=True),
    )

    def canonical(self, text: str) -> str | None:
        """Return the code in its canonical form; ``None`` if the text is not of the format."""
        code = self.known.get(text)
        if code is None:
            code = self.tidy(text.strip())
            # NOTE: a letter of another alphabet may become an ASCII capital.
            is_altered = code != text.strip()
            if (is_altered and not text.strip().isascii()) or not self._matches(code):
                return None
            if len(self.known) >= _MOST:
                self.known.clear()
            self.known[text] = code
        return code

    def advice(self, text: str) -> str:
        """Return what to write instead of the text."""
        code = text.strip().upper()
        if code != text and self._matches(code):
            return f"Write {code!r}."
        special = (
            remedy for start, remedy in self.remedies.items() if text.strip().startswith(start)
        )
        return next(special, self.remedy)


PROCEDURE_CODE: Final = Format(
    "a procedure code",
    "[0-9A-Z]{5}",
    "A code has five digits or capital letters, such as '90853' or 'G0410'.",
    tidy=str,
)
#: The start of the code of a line without a procedure code; its revenue code follows.
REVENUE_LINE: Final = "rev:"
LINE_CODE: Final = Format(
    "a procedure code",
    f"[0-9A-Z]{{5}}|{REVENUE_LINE}[0-9]{{4}}",
    PROCEDURE_CODE.remedy,
    tidy=str,
    remedies={REVENUE_LINE: "Write the four digits of a revenue code: 'rev:0915'."},
)
MODIFIER: Final = Format(
    "a modifier",
    "[0-9A-Z]{2}",
    "A modifier has two letters or digits, such as '59' or 'XE'; write each one by itself.",
)
REVENUE_CODE: Final = Format(
    "a revenue code",
    "[0-9]{4}",
    "A revenue code has four digits, such as '0915'.",
    tidy=lambda text: f"0{text}" if len(text) == 3 else text,
)


def _without_zero(text: str) -> str:
    """Return the type of bill without the leading zero that NUBC writes."""
    return text.upper().removeprefix("0")


BILL_TYPE: Final = Format(
    "a type of bill",
    "[1-9][0-9][0-9A-Z]",
    "A type of bill has three digits, or four with a zero in front, such as '131' or '0131'.",
    tidy=_without_zero,
)
#: The first two digits of a type of bill, as an 837I writes them.
FACILITY_TYPE: Final = Format(
    "a type of facility",
    "[1-9][0-9]",
    "Write the first two digits of the type of bill, such as '13'.",
    tidy=_without_zero,
)
BILL_TYPE_START: Final = Format(
    "the beginning of a type of bill",
    "[1-9][0-9]?[0-9A-Z]?",
    "Write the first digits of a type of bill, such as '13'.",
    tidy=_without_zero,
)
CONDITION_CODE: Final = Format(
    "a condition code",
    "[0-9A-Z]{2}",
    "A condition code has two letters or digits, such as '41'.",
)
OCCURRENCE_CODE: Final = Format(
    "an occurrence code",
    "[0-9A-Z]{2}",
    "An occurrence code has two letters or digits, such as '11'.",
)
TOOTH: Final = Format(
    "a tooth",
    "[1-9]|[12][0-9]|3[0-2]|5[1-9]|[67][0-9]|8[0-2]|[A-T]S?",
    "Write the number of a permanent tooth (1 to 32) or the letter of a primary one (A to T).",
    tidy=lambda text: text.upper().lstrip("0"),
)


def _eleven_digits(text: str) -> str:
    """Return the drug number without its hyphens, each part filled up with zeros (5-4-2)."""
    parts = text.split("-")
    if len(parts) != len(_NDC_PARTS):
        return text
    return "".join(part.zfill(size) for part, size in zip(parts, _NDC_PARTS, strict=True))


_NDC_PARTS: Final = (5, 4, 2)
NDC: Final = Format(
    "a drug number (NDC)",
    "[0-9]{11}",
    "Write the eleven digits of the NDC, or its three parts with hyphens: '0002-1433-80'.",
    tidy=_eleven_digits,
)
DIAGNOSIS: Final = Format(
    "a diagnosis code",
    r"[0-9A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?",
    "Write an ICD-10-CM code, such as 'F33.1' or 'F331'.",
)
DIAGNOSIS_START: Final = Format(
    "the beginning of a diagnosis code",
    r"[0-9A-Z](?:[0-9](?:[0-9A-Z](?:\.?[0-9A-Z]{0,4}))?)?",
    "Write the beginning of an ICD-10-CM code, such as 'F33'.",
)


def diagnosis_beginning(start: str) -> str:
    """Return the shortest text in the form of a diagnosis code that begins so."""
    return start if DIAGNOSIS.canonical(start) else start.ljust(3, "0")


NPI: Final = Format(
    "an NPI",
    # NOTE: an 837 may name a provider without an NPI, or by another number, with its qualifier.
    r"(?:[0-9]{10}|[0-9A-Z]{2}:(?s:.+))?",
    "An NPI has ten digits.",
    tidy=str,
    is_number=True,
)


def provider_number(text: str, qualifier: str = "XX") -> str:
    """Return the number if it is an NPI; otherwise the number after its qualifier.

    A claim that names a provider by another number is judged, and a rule that asks for an NPI
    finds that there is none. A blank number gives ``""``. The qualifiers are those of X12.
    """
    number = text.strip()
    is_npi = qualifier == "XX" and NPI.canonical(number) == number
    return number if is_npi or not number else f"{qualifier}:{number}"


MONTH_DAY: Final = Format(
    "a month and a day",
    "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-9])",
    'Write it like "07-01".',
    tidy=str,
)


@attrs.frozen
class _Identifier:
    """The form of a number or name that identifies something: any text but an empty one."""

    name: str = "an id"
    is_number: bool = True

    def canonical(self, text: str) -> str | None:
        """Return the text without surrounding blanks, or None if nothing is left."""
        return text.strip() or None

    def advice(self, text: str) -> str:
        """Return what to write instead of an empty text."""
        return "Write the id; it may not be empty."


@attrs.frozen
class _Name:
    """The form of the name of a plan or program: a word of the vocabulary, or a payer's own."""

    words: Vocabulary

    @property
    def name(self) -> str:
        """What messages call a name."""
        return self.words.name

    def canonical(self, text: str) -> str | None:
        """Return the name in small letters with hyphens; ``None`` if there is no letter."""
        found = self.words.canonical(text) or slug(text)
        return found if any(map(str.isalnum, found)) else None

    def advice(self, text: str) -> str:
        """Return what to write instead of the text."""
        return "Write a name, or leave it out."


@attrs.frozen
class _Word:
    """The form of a word of a payer or practice: small letters and digits with hyphens."""

    name: str
    is_number: bool = False

    def canonical(self, text: str) -> str | None:
        """Return the word in small letters with hyphens; ``None`` if there is no letter."""
        found = slug(text)
        return found if any(map(str.isalnum, found)) else None

    def advice(self, text: str) -> str:
        """Return what to write instead of an empty text."""
        return "Write a word, such as 'level-of-care'."


STATUS_KIND: Final = _Word("a kind of status")
STATUS_VALUE: Final = _Word("a status")
DOCUMENT_KIND: Final = _Word("a kind of document")
RECORD_ELEMENT: Final = _Word("an element of the record")
FINDING: Final = _Word("a clinical finding")
IDENTIFIER: Final = _Identifier()
PLAN: Final = _Name(PLANS)
PROGRAM: Final = _Name(PROGRAMS)
