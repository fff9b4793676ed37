"""``payer-rules check``: claims through the rules of payers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from payer_rules.cli.exit_codes import ExitCode, first_of
from payer_rules.cli.options import (
    NO_SETUP,
    Common,
    Folder,
    Payers,
    Reports,
    assumptions,
    complain,
    deliver,
)
from payer_rules.errors import Fault, nearest

if TYPE_CHECKING:
    from payer_rules.decisions import Decision
    from payer_rules.history import History
    from payer_rules.readers import Filed
    from payer_rules.registry import Registry

_ALL = "all"


def check(
    *files: Path,
    payer: Payers = (),
    known_on: Annotated[
        date | None, Parameter(help="Judge by what payers had published by this day.")
    ] = None,
    assume: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="Take these classes of missing facts to be in order: claim, history, record, "
            "table, edition, text, rules; with commas.",
        ),
    ] = (),
    history: Annotated[
        Path | None,
        Parameter(help="Judge claims that bring no history with the lines of this file."),
    ] = None,
    tables: Folder = None,
    report: Reports = (),
    setup: Common = NO_SETUP,
) -> ExitCode:
    """Judge claim files (TOML or JSON) by the payer each claim names, by --payer, or by all.

    Edits of CMS that were imported are used; else those that the plugins bring.
    """
    from payer_rules.readers import read_claims, read_history_file
    from payer_rules.registry import load
    from payer_rules.reports.data import of_decision, text_of
    from payer_rules.reports.decisions import lines_of, summary
    from payer_rules.tables.folders import tables_folder

    assumed = assumptions(assume)
    registry = load(profiles=setup.profiles, without=setup.without, tables=tables_folder(tables))
    read = [read_claims(path) for path in files]
    faults = [*registry.faults, *(fault for each in read for fault in each.faults)]
    claims = [filed for each in read for filed in each.claims]
    store: History | None = None
    if history is not None:
        store, broken = read_history_file(history)
        faults += broken
    decisions: list[Decision] = []
    for name, chosen in _chosen(registry, claims, payer, faults).items():
        from payer_rules.checking import check as judge

        faults += registry.gather(name).faults
        rulebook = registry.rulebook(name, known_on=known_on, assume=assumed)
        decisions += judge(chosen, rulebook, store)
    decisions.sort(key=lambda decision: (decision.claim, decision.payer))
    text = "\n\n".join("\n".join(lines_of(decision)) for decision in decisions)
    data = text_of({"decisions": [of_decision(decision) for decision in decisions]})
    deliver(report, f"{text}\n\n{summary(decisions)}".strip(), data)
    faulty = complain(faults)
    return _ended(decisions, faulty=faulty)


def _chosen(
    registry: Registry, claims: Iterable[Filed], asked: tuple[str, ...], faults: list[Fault]
) -> dict[str, list[Filed]]:
    """Which claims go to which payer."""
    wanted: dict[str, list[Filed]] = {}
    for filed in claims:
        named = asked or ((filed.claim.payer,) if filed.claim.payer else (_ALL,))
        names = list(registry.payers) if _ALL in named else named
        for name in names:
            if name in registry.payers:
                wanted.setdefault(name, []).append(filed)
                continue
            where = "--payer" if asked else f"{filed.file}, claim {filed.claim.id}"
            remedy = nearest(name, registry.payers)
            faults.append(Fault(where, f"there is no payer {name!r}", remedy))
    return wanted


def _ended(decisions: list[Decision], *, faulty: bool) -> ExitCode:
    from payer_rules.rules import SEVERITY

    codes: set[ExitCode] = {ExitCode.FAULTY} if faulty else set()
    if not decisions:
        codes.add(ExitCode.NOTHING)
    for decision in decisions:
        if any(SEVERITY[f.outcome] > SEVERITY["inform"] for f in decision.findings):
            codes.add(ExitCode.FOUND)
        if decision.not_evaluated:
            codes.add(ExitCode.OPEN)
    return first_of(codes)
