"""Measure what one claim and one fact pass through in a run of ``payer-rules check``.

    python tools/measure_walks.py [--functions] CLAIM_FILE [OPTION…]

Runs ``payer-rules check CLAIM_FILE OPTION…`` in this process, twice: once plainly, for the time,
and once with a profiler. Everything that is called while plugins and profiles become a rule book is
the walk of a fact; everything after that is the walk of the claim. For both the script prints how
many functions and modules of the core are passed, how many classes of values are constructed, and
how often anything is called. ``--functions`` prints their names, in the order of the first call.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import time
from collections.abc import Sequence
from types import FrameType
from typing import Final

import attrs

PACKAGE: Final = "payer_rules"
#: Functions of these modules, and what they call, belong to the walk of a fact.
SETUP: Final = ("payer_rules/registry/", "payer_rules/profiles/")
MODULE: Final = re.compile(r".*?/(payer_rules\w*/.*)\.py")
INIT: Final = re.compile(r"<attrs generated (?:init|methods) (payer_rules[\w.]*)\.(\w+)>")


@attrs.define
class Walk:
    """What was passed: functions and classes in the order of the first call, and all calls."""

    functions: dict[str, None] = attrs.field(factory=dict)
    classes: dict[str, None] = attrs.field(factory=dict)
    calls: int = 0

    @property
    def modules(self) -> set[str]:
        """The modules of the functions."""
        return {function.split(":")[0] for function in self.functions}


@attrs.define
class Profiler:
    """A profile function that parts the calls into two walks."""

    claim: Walk = attrs.field(factory=Walk)
    fact: Walk = attrs.field(factory=Walk)
    #: How many frames deep the set-up is, or 0 outside of it.
    setup: int = 0

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Record a call; at a return, note that the set-up is one frame less deep."""
        if event == "call":
            self.enter(frame)
        elif event == "return" and self.setup:
            self.setup -= 1

    def enter(self, frame: FrameType) -> None:
        """Record a call in the walk to which it belongs."""
        code = frame.f_code
        if self.setup or any(part in code.co_filename for part in SETUP):
            self.setup += 1
        walk = self.fact if self.setup else self.claim
        walk.calls += 1
        if found := INIT.fullmatch(code.co_filename):
            if code.co_name == "__init__":
                walk.classes[f"{found[1]}:{found[2]}"] = None
        elif (found := MODULE.fullmatch(code.co_filename)) and "<" not in code.co_name:
            walk.functions[f"{found[1]}:{code.co_qualname}"] = None


def run(arguments: Sequence[str]) -> float:
    """Run the command without printing, and return its seconds of CPU."""
    from payer_rules.cli import main

    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        main(["check", *arguments, "--jobs", "1"])
    return time.process_time() - start


def measured(arguments: Sequence[str]) -> Profiler:
    """Run the command with the profiler."""
    profiler = Profiler()
    sys.setprofile(profiler)
    try:
        run(arguments)
    finally:
        sys.setprofile(None)
    return profiler


def main(arguments: list[str]) -> int:
    """Print the measures of both walks."""
    listed = "--functions" in arguments
    rest = [argument for argument in arguments if argument != "--functions"]
    if not rest:
        print(__doc__, file=sys.stderr)
        return 2
    run(rest)
    seconds = min(run(rest) for _ in range(5))
    profiler = measured(rest)
    for name, walk in (("claim", profiler.claim), ("fact", profiler.fact)):
        print(
            f"{name}: {len(walk.functions)} functions in {len(walk.modules)} modules, "
            f"{len(walk.classes)} classes constructed, {walk.calls:,} calls"
        )
        if listed:
            print(*(f"  {each}" for each in (*walk.functions, *walk.classes)), sep="\n")
    print(f"CPU seconds: {seconds:.3f}, the best of five")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
