"""Closed vocabularies: canonical words, their aliases, and the nearest known word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import attrs

#: Longer texts are not compared with the known words: the comparison takes quadratic time.
_LONGEST: Final = 80
#: How alike two words are of which one may be a misspelling of the other: telehealth is none of
#: telephone, nor therapist of physical therapist.
_ALIKE: Final = 0.75
#: The same of words of up to four letters, two of which may be swapped: nsg for ngs.
_SHORT: Final = 4
_ALIKE_IF_SHORT: Final = 0.6
#: The most words that are listed if none is near.
_FEW: Final = 12
_blanks: Final = re.compile(r"[\s_/-]+")
_marks: Final = re.compile(r"[.,()’']")


@attrs.frozen
class Term:
    """A canonical word, what it means, and the other names by which it is known."""

    word: str
    meaning: str
    aliases: tuple[str, ...] = ()


@attrs.define(slots=False, frozen=True, eq=False)
class Vocabulary:
    """The closed list of words for one fact.

    ``name`` is what messages call a word: "a profession". In words and aliases upper and lower
    case, blanks, hyphens and dots make no difference. A code (``is_code``) is written as it is, in
    either case, and only blanks around it are left out.
    """

    name: str
    terms: tuple[Term, ...]
    is_code: bool = False

    @cached_property
    def words(self) -> frozenset[str]:
        """The canonical words."""
        return frozenset(term.word for term in self.terms)

    @cached_property
    def known(self) -> dict[str, str]:
        """The canonical words, each under itself."""
        return {word: word for word in self.words}

    @cached_property
    def _by_key(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for term in self.terms:
            for name in term.aliases if self.is_code else (term.word, *term.aliases):
                key = _key(name)
                if found.setdefault(key, term.word) != term.word:
                    raise ValueError(f"{name!r} names both {found[key]!r} and {term.word!r}")
        return found

    def canonical(self, text: str) -> str | None:
        """Return the canonical word for the text; ``None`` if the text is not known."""
        word = self.known.get(text)
        if word is None and self.is_code:
            word = self.known.get(text.strip().upper())
        return word if word is not None else self._by_key.get(_key(text))

    def extended(self, words: Iterable[str]) -> Vocabulary:
        """Return the vocabulary with further words."""
        further = [word for word in words if self.canonical(word) is None]
        if not further:
            return self
        added = tuple(Term(word, "") for word in further)
        return attrs.evolve(self, terms=(*self.terms, *added))

    def nearest(self, text: str) -> str | None:
        """Return the canonical word whose name is most like the text; ``None`` if none is near."""
        if self.is_code and text.strip().zfill(2) in self.words:
            return text.strip().zfill(2)
        # NOTE: a number that differs in a digit is another number, not a misspelling.
        if len(text) > _LONGEST or (not self.is_code and not any(map(str.isalpha, text))):
            return None
        names = {**self._by_key, **{word.casefold(): word for word in self.words}}
        key = _key(text)
        alike = _ALIKE_IF_SHORT if len(key) <= _SHORT else _ALIKE
        near = difflib.get_close_matches(key, names, n=1, cutoff=alike)
        return names[near[0]] if near else None

    def advice(self, text: str) -> str:
        """Return what to write instead of the unknown text."""
        if not text.strip():
            return f"Write {self.name}, or leave it out."
        near = self.nearest(text)
        if near is not None:
            return f"Did you mean {near!r}?"
        if len(self.terms) <= _FEW:
            return f"Write one of {', '.join(sorted(self.words))}."
        return f"Write {self.name} of docs/reference/vocabularies.md."


def _key(name: str) -> str:
    """Return the name in the form in which names are compared."""
    return _blanks.sub("", _marks.sub("", name.casefold()))


def slug(text: str) -> str:
    """Return the text as a word of small letters, digits and hyphens."""
    return _blanks.sub("-", _marks.sub("", text.casefold()).strip())
