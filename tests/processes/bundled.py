"""The bundled plugins, their fixtures and their answers, read once for all tests of a process.

To read the fixtures takes five seconds of CPU, and to answer them half a minute.
"""

from __future__ import annotations

from functools import cache

from payer_rules.conformance import conform
from payer_rules.conformance.fixtures import Suite, read_suite
from payer_rules.conformance.matrix import ConformanceResult
from payer_rules.registry import Registry, load


@cache
def bundled_registry() -> Registry:
    """Return all bundled plugins."""
    return load()


@cache
def bundled_suite() -> Suite:
    """Return the fixtures of all bundled plugins."""
    registry = bundled_registry()
    return read_suite(registry.case_folders, registry.owners)


@cache
def bundled_answers() -> ConformanceResult:
    """Return the answers of all bundled payers to all fixtures, without the invariants."""
    return conform(bundled_registry(), invariants=False)
