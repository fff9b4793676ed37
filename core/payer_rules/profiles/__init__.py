"""Profiles: TOML files with the rules of one payer each."""

from __future__ import annotations

from payer_rules.profiles.left_out import LEFT_OUT, LeftOut, left_out_in
from payer_rules.profiles.payer_table import payer_table
from payer_rules.profiles.profile import Profile, profile_files, read_profile

__all__ = [
    "LEFT_OUT",
    "LeftOut",
    "Profile",
    "left_out_in",
    "payer_table",
    "profile_files",
    "read_profile",
]
