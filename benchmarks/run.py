"""Measure the screen of columns beside DuckDB, Polars, plain Python and rule engines.

    python benchmarks/run.py FOLDER [--lines 1000000 10000000] [--threads 2] [--rounds 3]
        [--set clinic-network] [--only growth] [--batch]

All answer the same questions (`questions.py`) on the same Parquet file, each in a process of its
own, one after another in one run, and the findings are compared by hash. The folder receives the
claims, the imported tables, ``results.json``, ``results.md`` and pictures (SVG). CMS's tables of
2024 Q3 are read from the folder PAYER_RULES_CMS. It needs the dependency group ``bench``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

import drawing

_HERE: Final = Path(__file__).resolve().parent
_MAKE: Final = _HERE.parent / "tools" / "make_claim_sets.py"
#: The most lines that plain Python is given: it takes minutes for more.
_FOR_PYTHON: Final = 1_000_000
Result = dict[str, Any]


def main() -> None:
    """Run what is asked for, and write table and pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--set", default="clinic-network")
    parser.add_argument("--only", choices=("contestants", "engines", "batch", "growth"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    results: Result = {"threads": options.threads, "set": options.set}
    if options.only in (None, "contestants"):
        results["contestants"] = [
            each for lines in options.lines for each in contestants(options, lines)
        ]
    first = claims(options.folder, options.set, min(options.lines), options.members)
    if options.only in (None, "engines"):
        results["engines"] = asked("per_claim.py", first, options.folder, 50)
    if options.only in (None, "batch"):
        results["batch"] = [answers(options.folder, first)]
    if options.only in (None, "growth"):
        results["growth"] = growth(options.folder, options.set, options.threads)
    write(options.folder, results)


def claims(folder: Path, name: str, lines: int, members: int, weeks: int | None = None) -> Path:
    """Return the file of a set, made when it is first asked for."""
    weeks = weeks or (52 if lines <= 20 * members else 156)
    file = folder / f"{name}-{lines}-{members}-{weeks}" / "claims.parquet"
    if not file.is_file():
        command = [sys.executable, _MAKE, name, file, "--lines", lines, "--members", members]
        subprocess.run([*map(str, command), "--weeks", str(weeks)], check=True)
    return file


def asked(program: str, *arguments: object) -> Any:
    """Return what a program of this folder prints as JSON."""
    command = [sys.executable, str(_HERE / program), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return json.loads(done.stdout.splitlines()[-1])


def contestants(options: argparse.Namespace, lines: int) -> list[Result]:
    """Return the best round of each contestant; the rounds of all take turns."""
    file = claims(options.folder, options.set, lines, options.members)
    rows = pq.read_metadata(file).num_rows
    names = ["screen", "duckdb", "polars", *(["python"] if lines <= _FOR_PYTHON else [])]
    best: dict[str, Result] = {}
    for _ in range(options.rounds):
        for name in names:
            threads = 1 if name == "python" else options.threads
            result = asked("contestants.py", name, file, options.folder, threads, 50)
            if name not in best or result["seconds"] < best[name]["seconds"]:
                best[name] = result | {"lines": rows}
    hashes = {result["hash"] for result in best.values()}
    if len(hashes) != 1:
        raise SystemExit(f"the findings differ: {best}")
    return list(best.values())


def answers(folder: Path, file: Path) -> Result:
    """Return the time of Medicare's whole book with both answers, as `check --results` gives it."""
    return {"name": "answers of check", **asked("answers.py", file, folder)}


def growth(folder: Path, name: str, threads: int) -> list[Result]:
    """Return how long the screen takes where one size grows and the others stay."""
    base = {"lines": 500_000, "members": 50_000, "weeks": 52, "limits": 50}
    kinds: dict[str, Sequence[dict[str, int]]] = {
        "lines and members": [
            base,
            base | {"lines": 2_000_000, "members": 200_000},
            base | {"lines": 4_000_000, "members": 400_000},
        ],
        "lines of a member": [
            base,
            base | {"members": 12_500, "weeks": 208},
            base | {"members": 3_125, "weeks": 832},
        ],
        "limits": [base | {"limits": 10}, base, base | {"limits": 250}],
    }
    found = []
    for kind, sizes in kinds.items():
        for size in sizes:
            file = claims(folder, name, size["lines"], size["members"], size["weeks"])
            rounds = [
                asked("contestants.py", "screen", file, folder, threads, size["limits"])
                for _ in range(3)
            ]
            best = min(rounds, key=lambda each: each["cpu"])
            found.append({"kind": kind, **size, "cpu": best["cpu"], "keys": best["keys"]})
    found += shapes(folder, threads)
    return found


def shapes(folder: Path, threads: int) -> list[Result]:
    """Return the time on sets whose lines are alike, mixed, and all distinct."""
    found = []
    for name in ("clinic-network", "multi-specialty-group", "all-distinct"):
        file = claims(folder, name, 500_000, 50_000, 52)
        result = asked("contestants.py", "screen", file, folder, threads, 50)
        found.append({"kind": "sets", "set": name, "cpu": result["cpu"], "keys": result["keys"]})
    return found


def write(folder: Path, results: Result) -> None:
    """Write the numbers, a table and the pictures."""
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    lines = [
        "| who | lines | threads | seconds | lines a second | CPU seconds | MiB | keys | hash |"
    ]
    lines.append("|---|---:|---:|---:|---:|---:|---:|---:|---|")
    for each in results.get("contestants", ()):
        rate = each["lines"] / each["seconds"]
        lines.append(
            f"| {each['name']} | {each['lines']:,} | {each['threads']} | {each['seconds']:.2f} | "
            f"{rate:,.0f} | {each['cpu']:.2f} | {each['mib']:,.0f} | {each['keys']:,} | "
            f"{each['hash']} |"
        )
    for each in results.get("batch", ()):
        lines.append(
            f"\n{each['name']}: {each['lines']:,} lines in {each['first']:.1f} CPU seconds, of "
            f"{each['units']:,} units {each['different']:,} different; again, with these kept, in "
            f"{each['again']:.1f}; {each['mib']:,.0f} MiB."
        )
    for each in results.get("engines", ()):
        lines.append(
            f"\n{each['name']}: {each['microseconds_a_claim']:.1f} µs a claim for "
            f"{each['facts']:,} facts of {each['claims']:,} claims, hash {each['hash']}; "
            f"preparing them takes {each['preparing']:.1f} µs a claim."
        )
    for each in results.get("growth", ()):
        lines.append(f"\n{each}")
    (folder / "results.md").write_text("\n".join(lines) + "\n")
    for size in sorted({each["lines"] for each in results.get("contestants", ())}):
        chosen = [each for each in results["contestants"] if each["lines"] == size]
        rows = [
            drawing.BarOf(
                f"{each['name']} ({each['threads']})",
                each["lines"] / each["seconds"],
                f"{each['lines'] / each['seconds']:,.0f} lines a second, {each['mib']:,.0f} MiB",
            )
            for each in chosen
        ]
        title = f"Keys of findings: {size:,} lines of the {results['set']}"
        (folder / f"contestants-{size}.svg").write_text(drawing.bars(title, rows))
    if "growth" in results:
        (folder / "growth.svg").write_text(drawing.curves("What grows, and how", _curves(results)))
    print((folder / "results.md").read_text())


def _curves(results: Result) -> list[drawing.Curve]:
    found = []
    sizes = {"lines and members": "lines", "lines of a member": "weeks", "limits": "limits"}
    for kind, size in sizes.items():
        rows = [each for each in results["growth"] if each["kind"] == kind]
        points = [(each[size] / rows[0][size], each["cpu"] / rows[0]["cpu"]) for each in rows]
        found.append(drawing.Curve(kind, points))
    return found


if __name__ == "__main__":
    main()
