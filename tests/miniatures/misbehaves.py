"""A plugin that misbehaves as the environment demands: MISBEHAVE=where:how.

Where is ``import``, ``hook`` or ``check``; how is the name of one of the functions below.
"""

from __future__ import annotations

import itertools
import locale
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from decimal import getcontext
from pathlib import Path

import attrs
from a_rule import ALL_READ, check

from payer_rules import Check, Claim, History, Payer, Violation, hookimpl


class Unspeakable(Exception):
    """An error that fails when its message is requested."""

    def __str__(self) -> str:
        sys.exit(0)

    __repr__ = __str__


def _exits() -> None:
    sys.exit(0)


def _interrupts() -> None:
    raise KeyboardInterrupt


def _leaves_a_generator() -> None:
    raise GeneratorExit


def _raises_the_base() -> None:
    raise BaseException("base")


def _raises_the_unspeakable() -> None:
    raise Unspeakable


def _dies() -> None:
    os._exit(0)


def _is_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _prints() -> None:
    print("PRINTED BY A PLUGIN")
    os.write(1, b"WRITTEN BY A PLUGIN\n")


def _closes_output() -> None:
    sys.stdout.close()
    os.close(1)


def _changes_the_folder() -> None:
    os.chdir("/")


def _changes_the_locale() -> None:
    locale.setlocale(locale.LC_ALL, "C.UTF-8" if locale.setlocale(locale.LC_ALL) == "C" else "C")


def _changes_the_signals() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _changes_decimals() -> None:
    getcontext().prec = 1


def _changes_the_mask() -> None:
    os.umask(0)


def _leaves_a_thread() -> None:
    threading.Thread(target=time.sleep, args=(600,)).start()


def _forks() -> None:
    os.fork()


def _sleeps() -> None:
    if folder := os.environ.get("MARK"):
        Path(folder, str(os.getpid())).touch()
    time.sleep(600)


WHERE, _, HOW = os.environ.get("MISBEHAVE", "").partition(":")


def at(place: str) -> None:
    """Misbehave, if this is the place."""
    if place == WHERE and f"_{HOW}" in globals():
        globals()[f"_{HOW}"]()


at("import")


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer whose manual was read on every topic."""
    return [Payer(id="acme", name="Acme Health", kind="commercial", topics=ALL_READ)]


@hookimpl
def payer_rules_checks(payer: str) -> Iterable[Check]:
    """One check."""
    if payer != "acme":
        return []
    at("hook")
    if HOW == "never_ends" and WHERE == "hook":
        return (attrs.evolve(check(judge), id=f"acme/check-{n}") for n in itertools.count())
    return [check(judge)]


def judge(claim: Claim, history: History) -> Iterable[Violation]:
    """Misbehave as the environment demands."""
    at("check")
    if WHERE == "check" and HOW == "never_ends":
        return (Violation(lines=(1,), message="again") for _ in itertools.count())
    if WHERE == "check" and HOW == "finds":
        return [Violation(lines=(1,), message="found")]
    if WHERE == "check" and HOW == "speaks":
        return [Violation(lines=(1,), message="é · 日")]
    if WHERE == "check" and HOW == "answers_of_no_line":
        return [Violation(lines=(7,), message="a line that is not there")]
    if WHERE == "check" and HOW == "answers_nonsense":
        return ["a line", 7]  # type: ignore[list-item]
    if WHERE == "check" and HOW == "answers_a_surrogate":
        return [Violation(lines=(1,), message="\ud800")]
    return []
