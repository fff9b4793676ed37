"""``payer-rules payers``, ``plugins``, ``rules``, ``explain`` and ``doctor``: what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.options import NO_SETUP, Common, Payers, Reports, complain, deliver
from payer_rules.errors import Fault, FaultError, nearest

if TYPE_CHECKING:
    from payer_rules.registry import Gathered, Registry
    from payer_rules.rules import EditTable, Rule


def payers(*, report: Reports = (), setup: Common = NO_SETUP) -> ExitCode:
    """List the payers whose rules are known here."""
    from payer_rules.reports.data import plain, text_of
    from payer_rules.reports.listings import of_payers

    registry = _load(setup)
    known = list(registry.payers.values())
    text = "\n".join(of_payers(known, dict(registry.owners)))
    deliver(report, text, text_of({"payers": plain(known)}))
    return _ended(complain(registry.faults))


def plugins(*, report: Reports = (), setup: Common = NO_SETUP) -> ExitCode:
    """List the plugins that are loaded, with their hooks."""
    from payer_rules.reports.data import plain, text_of

    registry = _load(setup)
    told = [
        f"{p.name}: {p.distribution} {p.version}; {', '.join(p.hooks)}" for p in registry.plugins
    ]
    told += [f"{name}: left out" for name in registry.without]
    data = {"plugins": plain(registry.plugins), "without": plain(registry.without)}
    deliver(report, "\n".join(told), text_of(data))
    return _ended(complain(registry.faults))


def rules(*, payer: Payers = (), report: Reports = (), setup: Common = NO_SETUP) -> ExitCode:
    """List the rules of every payer, or of the payers named, with their sources."""
    from payer_rules.reports.data import of_rule, plain, text_of
    from payer_rules.reports.listings import of_rules, of_tables

    registry = _load(setup)
    gathered = _gathered(registry, payer)
    told = [
        line
        for name, each in gathered.items()
        for line in (*of_rules(each.rules), *of_tables(name, each.tables))
    ]
    data = {
        "rules": [of_rule(rule) for each in gathered.values() for rule in each.rules],
        "tables": [
            {
                "payer": name,
                "address": t.address,
                "release": t.release,
                "digest": t.digest,
                "verified": plain(t.verified),
                "pairs": len(t.pairs),
                "units": len(t.units),
            }
            for name, each in gathered.items()
            for t in each.tables
        ],
    }
    deliver(report, "\n".join(told), text_of(data))
    faults = [*registry.faults, *(f for each in gathered.values() for f in each.faults)]
    return _ended(complain(faults))


def explain(rule: str, /, *, report: Reports = (), setup: Common = NO_SETUP) -> ExitCode:
    """Explain one rule: what it says, its dates, its sources, where it is written."""
    from payer_rules.reports.data import of_rule, plain, text_of
    from payer_rules.reports.listings import explained, explained_table

    registry = _load(setup)
    gathered = _gathered(registry, ())
    found = [each for g in gathered.values() for each in g.rules if each.id == rule]
    editions = list({id(each): each for each in found}.values())
    tables = _tables_of(rule, gathered)
    if not editions and not tables:
        names = _names(gathered)
        fault = Fault("explain", f"there is no rule {rule!r}", nearest(rule, names))
        raise FaultError([fault])
    told = [line for each in _distinct(editions) for line in explained(each)]
    told += [line for table in tables for line in explained_table(rule, table)]
    data = {
        "rules": [of_rule(each) for each in _distinct(editions)],
        "tables": [plain({"address": t.address, "release": t.release}) for t in tables],
    }
    deliver(report, "\n".join(told), text_of(data))
    return _ended(complain(registry.faults))


def doctor(*, report: Reports = (), setup: Common = NO_SETUP) -> ExitCode:
    """Call every hook of every plugin for every payer, and tell what is wrong."""
    from payer_rules.reports.data import plain, text_of

    registry = _load(setup)
    gathered = _gathered(registry, ())
    told = [
        f"{p.name}: {p.distribution} {p.version}; {', '.join(p.hooks)}" for p in registry.plugins
    ]
    for name, each in gathered.items():
        told.append(f"{name}: {len(each.rules)} rules, {len(each.tables)} edit tables")
        told += [
            f"  {call.plugin}: {call.hook} gave {call.count} in {call.seconds * 1000:.1f} ms"
            + ("" if call.complete else ", incompletely")
            for call in each.calls
            if call.count or not call.complete
        ]
    faults = [*registry.faults, *(f for each in gathered.values() for f in each.faults)]
    told.append(f"{len(faults)} faults" if faults else "no fault found")
    deliver(
        report,
        "\n".join(told),
        text_of({"faults": plain(faults), "plugins": plain(registry.plugins)}),
    )
    return _ended(complain(faults))


def _load(setup: Common) -> Registry:
    from payer_rules.registry import load

    return load(profiles=setup.profiles, without=setup.without)


def _gathered(registry: Registry, asked: tuple[str, ...]) -> dict[str, Gathered]:
    faults = [
        Fault("--payer", f"there is no payer {name!r}", nearest(name, registry.payers))
        for name in asked
        if name not in registry.payers
    ]
    if faults:
        raise FaultError(faults)
    return {name: registry.gather(name) for name in asked or registry.payers}


def _tables_of(rule: str, gathered: dict[str, Gathered]) -> list[EditTable]:
    owner, _, name = rule.partition("/")
    return list(gathered[owner].tables) if owner in gathered and name in ("ptp", "mue") else []


def _names(gathered: dict[str, Gathered]) -> list[str]:
    names = [rule.id for each in gathered.values() for rule in each.rules]
    names += [f"{p}/{n}" for p, g in gathered.items() if g.tables for n in ("ptp", "mue")]
    return names


def _distinct(rules: list[Rule]) -> list[Rule]:
    """House rules are given for every payer: each is told once."""
    return list(dict.fromkeys(rules))


def _ended(faulty: bool) -> ExitCode:
    return ExitCode.FAULTY if faulty else ExitCode.CLEAN
