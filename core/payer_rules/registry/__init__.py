"""Plugins found, validated and listed; rule books out of what they give."""

from __future__ import annotations

from payer_rules.registry.calls import Call
from payer_rules.registry.gathering import Gathered
from payer_rules.registry.mishaps import plugin_faults, said
from payer_rules.registry.plugins import Plugin
from payer_rules.registry.registry import Registry, load
from payer_rules.registry.remarks import remarks_on

__all__ = ["Call", "Gathered", "Plugin", "Registry", "load", "plugin_faults", "remarks_on", "said"]
