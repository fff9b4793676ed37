"""What can be wrong with something a person wrote, said so that the person can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TypeAlias

import attrs

from payer_rules.text.escaping import visible

#: The keys and list positions that lead to a value, outermost first: ``("lines", 0, "units")``.
Path: TypeAlias = tuple[str | int, ...]


@attrs.frozen(order=True)
class FieldError:
    """One value that does not fit, with the path to it inside its document."""

    path: Path
    message: str
    remedy: str

    def under(self, *outer: str | int) -> FieldError:
        """The same misfit seen from further outside."""
        return attrs.evolve(self, path=(*outer, *self.path))

    def at(self, where: str) -> Problem:
        """The same misfit with the place where a person finds it."""
        return Problem(where=where, message=self.message, remedy=self.remedy)


@attrs.frozen(order=True)
class Problem:
    """One thing that is wrong: the place, what is wrong there, and what to do about it."""

    where: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return visible(f"{self.where}: {self.message}. {self.remedy}")


@attrs.frozen(order=True)
class Remark(Problem):
    """Something odd in a file by which no claim, no line and no fact is lost."""


class PayerRulesError(Exception):
    """The root of this package's errors; never raised itself."""


class InvalidValueError(PayerRulesError, ValueError):
    """A value was built from parts that do not fit; every misfit is listed."""

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
    """Something that a person wrote cannot be used; every fault found is listed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def nearest(name: str, known: Iterable[str]) -> str:
    """Advice that names the known name nearest to ``name``, or all of them if none is near."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(names) or 'none'}."
