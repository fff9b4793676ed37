"""TOML profiles, one a payer, read into rules."""

from __future__ import annotations

from payer_rules.profiles.profile import Profile, check_profile, profile_files, read_profile

__all__ = ["Profile", "check_profile", "profile_files", "read_profile"]
