"""What a kind adds to the mutants that are made of every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs

from payer_rules.rules import Rule

R = TypeVar("R", bound=Rule)

#: The path to a fact, the change in words, and what makes the changed value. It raises
#: `InputError` where no rule can state such a value.
Change: TypeAlias = tuple[tuple[str, ...], str, Callable[[], Any]]

#: The scope in place of each, for all kinds that count or pair the lines of providers.
OTHER_SCOPES: Final[Mapping[str, str]] = {
    "member": "rendering",
    "provider": "member",
    "rendering": "member",
    "billing": "member",
    "specialty": "member",
    "all-members": "rendering",
    "session": "member",
    "another-rendering": "rendering",
    "another-member": "rendering",
}
#: Where in time another line is in place of each word.
OTHER_NEARNESS: Final[Mapping[str, str]] = {
    "day": "month",
    "month": "day",
    "overlapping-clock": "day",
    "any-earlier-day": "day",
}


def _no_changes(rule: Rule) -> Iterable[Change]:
    return ()


def _never(rule: Rule, name: str) -> bool:
    return False


@attrs.frozen(kw_only=True)
class Mutants(Generic[R]):
    """The changes of a rule that are particular to its kind.

    ``words`` gives, for the name of a fact, the word in place of each word. A fact for which
    ``is_moot`` returns True is not changed, because nothing depends on it. ``changes`` are those of
    several facts at once.
    """

    words: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    is_moot: Callable[[R, str], bool] = _never
    changes: Callable[[R], Iterable[Change]] = _no_changes
