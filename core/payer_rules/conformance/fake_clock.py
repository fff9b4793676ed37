"""Another day and time zone for all code inside a ``with`` statement.

`replace_clock` replaces the clock of the process: ``time.time`` and its siblings, and the classes
``date`` and ``datetime``, whose ``today``, ``now`` and ``utcnow`` then give the other day. The
stand-ins are put into the modules ``time`` and ``datetime``, and into every loaded module of
somebody else's that holds one of the originals under a name of its own (``from datetime import
date``). Values stay what they are: the stand-ins make real dates, and ``isinstance`` knows these.
The time zone is set by ``TZ``, where the system can do that. Afterwards everything is as it was.

Not replaced are a clock read before, such as a constant of a module, and one that is held inside of
something: a default argument, a `functools.partial`. `conformance.new_process` asks in a new
process whose clock is another from its first import on.
"""

from __future__ import annotations

import datetime
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date as RealDate
from datetime import datetime as RealDatetime
from types import ModuleType
from typing import Any, Final

import attrs

_UTC: Final = datetime.UTC
_NANO: Final = 10**9
#: Modules that are given no other clock: our own, which read none, and those that measure time.
_OURS: Final = ("payer_rules.", "threading", "multiprocessing", "concurrent.", "_pytest", "pytest")


@attrs.frozen
class ClockSetting:
    """A day and a time zone, as ``TZ`` writes it (``XXX-14`` is 14 hours ahead of UTC)."""

    name: str
    moment: datetime.datetime
    zone: str


#: They differ in year, month, day of the month, day of the week and part of the day.
CLOCK_SETTINGS: Final = (
    ClockSetting("1971-02-03", RealDatetime(1971, 2, 3, 0, 30, tzinfo=_UTC), "XXX-14"),
    ClockSetting("2049-11-26", RealDatetime(2049, 11, 26, 23, 30, tzinfo=_UTC), "XXX11"),
)


@contextmanager
def replace_clock(setting: ClockSetting) -> Iterator[None]:
    """Let all code inside see the day and the time zone of the place."""
    replaced: list[tuple[ModuleType, str, object]] = []
    zone = os.environ.get("TZ")
    stand_ins = _stand_ins(setting)
    try:
        _set_zone(setting.zone)
        for module, name, held, other in list(_references(stand_ins)):
            replaced.append((module, name, held))
            setattr(module, name, other)
        yield
    finally:
        for module, name, held in replaced:
            setattr(module, name, held)
        _set_zone(zone)


def _set_zone(zone: str | None) -> None:
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    if sys.platform != "win32":
        time.tzset()


def _references(
    stand_ins: dict[int, tuple[object, object]],
) -> Iterator[tuple[ModuleType, str, object, object]]:
    """Yield each module that holds an original, the name, the original and its stand-in."""
    for module in list(sys.modules.values()):
        if not _is_replaced_in(module):
            continue
        for name, held in list(vars(module).items()):
            original, other = stand_ins.get(id(held), (None, None))
            if other is not None and held is original:
                yield module, name, held, other


def _is_replaced_in(module: object) -> bool:
    # NOTE: an entry of sys.modules need not be a module.
    return isinstance(module, ModuleType) and not module.__name__.startswith(_OURS)


def _stand_ins(setting: ClockSetting) -> dict[int, tuple[object, object]]:
    """Return the stand-in for each original, by the identity of the original."""
    seconds = setting.moment.timestamp()
    date_class, datetime_class = _classes(seconds)
    pairs: list[tuple[object, object]] = [
        (RealDate, date_class),
        (RealDatetime, datetime_class),
        (time.time, lambda: seconds),
        (time.time_ns, lambda: int(seconds) * _NANO),
        (time.localtime, _with_default_time(time.localtime, seconds)),
        (time.gmtime, _with_default_time(time.gmtime, seconds)),
        (time.ctime, _with_default_time(time.ctime, seconds)),
    ]
    local, as_text, of_parts = time.localtime, time.strftime, time.asctime
    pairs.append((as_text, lambda shape, *at: as_text(shape, *(at or (local(seconds),)))))
    pairs.append((of_parts, lambda *at: of_parts(*(at or (local(seconds),)))))
    return {id(original): (original, other) for original, other in pairs}


def _with_default_time(original: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    """Return the function with the other moment where it is given none."""

    def of(at: float | None = None) -> Any:  # noqa: ANN401
        return original(seconds if at is None else at)

    return of


def _classes(seconds: float) -> tuple[type, type]:
    """Return the stand-ins for ``date`` and ``datetime``."""

    class OfDate(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, RealDate)

        def __subclasscheck__(cls, other: type) -> bool:
            return issubclass(other, RealDate)

    class OfDatetime(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, RealDatetime)

        def __subclasscheck__(cls, other: type) -> bool:
            return issubclass(other, RealDatetime)

    class OtherDate(RealDate, metaclass=OfDate):
        def __new__(cls, *given: Any, **named: Any) -> Any:  # noqa: ANN401
            return RealDate(*given, **named)

        @classmethod
        def today(cls) -> Any:  # noqa: ANN401
            return RealDatetime.fromtimestamp(seconds).date()

    class OtherDatetime(RealDatetime, metaclass=OfDatetime):
        def __new__(cls, *given: Any, **named: Any) -> Any:  # noqa: ANN401
            return RealDatetime(*given, **named)

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:  # noqa: ANN401
            return RealDatetime.fromtimestamp(seconds, tz)

        @classmethod
        def today(cls) -> Any:  # noqa: ANN401
            return RealDatetime.fromtimestamp(seconds)

        @classmethod
        def utcnow(cls) -> Any:  # noqa: ANN401
            return RealDatetime.fromtimestamp(seconds, _UTC).replace(tzinfo=None)

        @classmethod
        def fromtimestamp(cls, at: float, tz: datetime.tzinfo | None = None) -> Any:  # noqa: ANN401
            return RealDatetime.fromtimestamp(at, tz)

        @classmethod
        def combine(cls, *given: Any, **named: Any) -> Any:  # noqa: ANN401
            return RealDatetime.combine(*given, **named)

    return OtherDate, OtherDatetime
