"""Problems with what a person wrote, and the exceptions that carry them.

- `FieldError`: an invalid value, with the path to it inside its document;
- `Problem`: the same with the place where a person finds it; `Remark`: a problem by which nothing
  is lost; `PluginError`: what a plugin did wrong;
- `InvalidValueError`: raised by a value that cannot be constructed, with all field errors;
- `InputError`: raised for files and options that cannot be used, with all problems.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.text.escaping import visible

#: The keys and list positions that lead to a value, outermost first: ``("lines", 0, "units")``.
Path: TypeAlias = tuple[str | int, ...]


@attrs.frozen(order=True)
class FieldError:
    """An invalid value: the path to it in its document, what is wrong, and what to do."""

    path: Path
    message: str
    remedy: str
    code: ErrorCode = attrs.field(default=ErrorCode.INVALID_VALUE, eq=False, order=False)

    def under(self, *outer: str | int) -> FieldError:
        """Return the error with the path prefixed by outer keys."""
        return attrs.evolve(self, path=(*outer, *self.path))

    def at(self, where: str) -> Problem:
        """Return the problem at the place where a person finds the value."""
        return Problem(where, self.message, self.remedy, self.code)


@attrs.frozen(order=True)
class Problem:
    """Something that is wrong: the place, what is wrong there, and what to do about it."""

    where: str
    message: str
    remedy: str
    #: The kind of problem; None for kinds that have no code yet.
    code: ErrorCode | None = attrs.field(default=None, eq=False, order=False)

    def __str__(self) -> str:
        return visible(f"{self.where}: {self.message}. {self.remedy}")

    @property
    def coded(self) -> str:
        """The problem as it is printed: with its code, if it has one."""
        return f"{self} [{self.code}]" if self.code else str(self)


@attrs.frozen(order=True)
class Remark(Problem):
    """Something odd in a file that loses no claim, line or fact."""


@attrs.frozen(order=True)
class PluginError(Problem):
    """Something that a plugin did wrong: its author can correct it, and its users cannot."""


class PayerRulesError(Exception):
    """The base class of this package's exceptions."""


class InvalidValueError(PayerRulesError, ValueError):
    """A value cannot be constructed from its parts; ``field_errors`` lists all reasons."""

    def __init__(self, field_errors: Iterable[FieldError]) -> None:
        self.field_errors = tuple(field_errors)
        super().__init__(self.field_errors)

    def __str__(self) -> str:
        return visible(
            "; ".join(
                f"{'.'.join(map(str, m.path))}: {m.message}. {m.remedy}" for m in self.field_errors
            )
        )


class InputError(PayerRulesError):
    """Files or options cannot be used; ``problems`` lists all reasons."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


#: The names of what billers call by another word, as far as it is known where the word is.
_OTHER_WORDS: Final = {
    "ndc": ("drug.number", "drug"),
    "pos": ("place_of_service",),
    "dx": ("diagnosis", "diagnoses"),
    "body_site": ("tooth", "quadrant", "side"),
    "gender": ("sex", "member.sex"),
    "auth": ("authorization", "authorizations"),
}


#: Blanks and underscores are as good as hyphens.
_SEPARATORS: Final = str.maketrans({" ": "-", "_": "-"})


def nearest(name: str, known: Iterable[str]) -> str:
    """Return advice with the known names nearest to ``name``, or with all if none is near."""
    names = sorted(known)
    near = _of_other_words(name, names) or _spelled_alike(name, names)
    if not near:
        return f"Known here: {', '.join(names) or 'none'}."
    *first, last = map(repr, near)
    return f"Did you mean {', '.join(first)}{' or ' * bool(first)}{last}?"


def is_guess(advice: str) -> bool:
    """Return True if the advice of `nearest` names what was probably meant."""
    return advice.startswith("Did")


def _spelled_alike(name: str, names: Iterable[str]) -> list[str]:
    """Return the name whose letters are nearest; their case, blanks and hyphens are no letters."""
    spelled = {_plain(each): each for each in names}
    return [spelled[each] for each in difflib.get_close_matches(_plain(name), spelled, n=1)]


def _plain(name: str) -> str:
    return name.casefold().translate(_SEPARATORS)


def _of_other_words(name: str, names: Sequence[str]) -> list[str]:
    """Return the names of which ``name`` is another word, their last part or their first."""
    last = name.rpartition(".")[2]
    called = [each for each in _OTHER_WORDS.get(last.lower(), ()) if each in names]
    if called or name in names:
        return called
    ending = [each for each in names if "." in each and each.rpartition(".")[2] == name]
    return ending or [each for each in names if each.startswith(f"{name}.")]
