"""Fast pickling of claims and their parts, each as the tuple of its fields.

NOTE: the default pickling of a frozen class sets each field by name and takes twice as long.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from operator import attrgetter
from typing import Any, BinaryIO, Final, TypeAlias

import attrs

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.readers import FiledClaim
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.filed_claims import FormFacts
from payer_rules.unchecked import constructor

_Reduced: TypeAlias = tuple[Callable[..., object], tuple[Any, ...]]

#: The classes of which every claim of a run has values.
CLASSES: Final[tuple[type[Any], ...]] = (
    *(FiledClaim, FormFacts, Claim, ServiceLine, Member, Provider),
)
#: The classes whose values are constructed once: their fields are texts and days, and equal values
#: are not compared again.
SHARED: Final[tuple[type[Any], ...]] = (FormFacts, Provider)
_CONSTRUCTORS: Final = {cls: constructor(cls) for cls in CLASSES}


def dump(value: object, file: BinaryIO) -> None:
    """Write the value so that `pickle.load` can read it."""
    pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump(value)


# NOTE: pickle looks functions up by name, so these are functions of the module.
def _construct(cls: type[Any], *fields: Any) -> object:  # noqa: ANN401
    return _CONSTRUCTORS[cls](*fields)


def _construct_once(*parts: Any) -> object:  # noqa: ANN401
    return _REPEATED[parts]


#: The values of classes of which most claims of a run have the same few.
_REPEATED: Final = ParseCache[tuple[Any, ...], object](lambda parts: _construct(*parts))


def _reducer(cls: type[Any]) -> Callable[[Any], _Reduced]:
    """Return the function that takes a value of the class apart."""
    fields_of = attrgetter(*(field.name for field in attrs.fields(cls)))
    construct = _construct_once if cls in SHARED else _construct
    return lambda value: (construct, (cls, *fields_of(value)))


_TABLE: Final = {cls: _reducer(cls) for cls in CLASSES}
