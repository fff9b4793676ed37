"""Simulate a month of claim lines on many workers: skewed members, late claims, a new release.

    python tools/simulate_scale.py [--lines 1e9] [--rate 200000] [--workers 64] [--seed 25]

``--rate`` is the lines a second of one core, as the benchmark measured them. Members are drawn by
a lognormal law, with one placeholder id that many people share; they are dealt to partitions
by hash, and partitions to workers as these become free. The simulation has one thousandth of the
members, each of whom counts a thousand times, and the same options give the same numbers.
"""

from __future__ import annotations

import argparse
import heapq
from typing import Final, NamedTuple

import numpy as np

from claim_sets import Chance, Numbers

#: The lines of a month that one member has on average, and the spread of its logarithm.
_MEAN: Final = 8.0
_SPREAD: Final = 1.1
#: One member in so many is simulated.
_SCALE: Final = 1_000


class Layout(NamedTuple):
    """How a month is dealt: its partitions, its workers, and whether large members are apart."""

    partitions: int
    workers: int
    apart: bool


class Month(NamedTuple):
    """What a month took: seconds on the workers, the busiest partition, and its share."""

    seconds: float
    ideal: float
    largest: float

    @property
    def stretch(self) -> float:
        """How much longer it took than with equal partitions."""
        return self.seconds / self.ideal


def member_lines(lines: float, placeholder: float, seed: int) -> Numbers:
    """Return the lines of each simulated member; the first is the placeholder id."""
    count = int(lines / _MEAN / _SCALE)
    chance = Chance(seed)
    # The sum of twelve even numbers is nearly normal, and the same with each version of numpy.
    even = sum(chance.below(1 << 20, count) / (1 << 20) for _ in range(12)) - 6
    drawn = np.exp(_SPREAD * np.asarray(even))
    drawn *= lines * (1 - placeholder) / drawn.sum()
    return np.concatenate([[lines * placeholder], drawn])


def month(members: Numbers, layout: Layout, rate: float, seed: int) -> Month:
    """Return what judging the lines takes on the workers of a layout."""
    chance = Chance(seed + 1)
    partition = chance.below(layout.partitions, len(members))
    alone = members > members.sum() / layout.partitions if layout.apart else members < 0
    loads = np.bincount(partition[~alone], members[~alone], layout.partitions)
    jobs = sorted([*loads.tolist(), *members[alone].tolist()], reverse=layout.apart)
    free = [0.0] * layout.workers
    for job in jobs:
        heapq.heapreplace(free, free[0] + job / rate)
    total = float(members.sum())
    return Month(max(free), total / rate / layout.workers, float(max(jobs)) / total)


def late_lines(members: Numbers, share: float, reach: float) -> tuple[float, float]:
    """Return the members a share of late lines meets, and the lines to judge again with them.

    ``reach`` is the part of a member's lines that a late one can change: those after it within
    the longest window. A claim before which nothing came late keeps its answer.
    """
    met = 1 - (1 - share) ** np.maximum(members / _SCALE, 1)
    return float(met.sum() / len(members)), float((met * members).sum() / members.sum() * reach)


def main() -> None:
    """Print the tables of the explanation."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=float, default=1e9)
    parser.add_argument("--rate", type=float, default=200_000)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--seed", type=int, default=25)
    options = parser.parse_args()
    print("| placeholder id | partitions | large members | minutes | times the ideal | largest |")
    print("|---:|---:|---|---:|---:|---:|")
    for placeholder in (0.0, 0.001, 0.01):
        members = member_lines(options.lines, placeholder, options.seed)
        for partitions in (options.workers, 8 * options.workers, 64 * options.workers):
            for apart in (False, True):
                layout = Layout(partitions, options.workers, apart)
                took = month(members, layout, options.rate, options.seed)
                how = "first, alone" if apart else "as hashed"
                print(
                    f"| {placeholder:.1%} | {partitions:,} | {how} | {took.seconds / 60:,.1f} | "
                    f"{took.stretch:.2f} | {took.largest:.2%} |"
                )
    print("\n| late lines | members met | lines to judge again |\n|---:|---:|---:|")
    members = member_lines(options.lines, 0.0, options.seed)
    for share in (0.001, 0.01, 0.05):
        met, again = late_lines(members, share, 0.5)
        print(f"| {share:.1%} | {met:.1%} | {again:.1%} |")


if __name__ == "__main__":
    main()
