"""What a report says of the claim history that a run had."""

from __future__ import annotations

import attrs

from payer_rules.practice import HouseFacts

_UNSTATED = "if the 835s hold everything since a day, write history_complete_from in practice.toml"


@attrs.frozen
class HistoryGiven:
    """The history that a run was given: its files, and what the practice states of them."""

    has_files: bool = False
    house: HouseFacts = attrs.Factory(HouseFacts)

    @property
    def advice(self) -> str | None:
        """How to state more of what the files cover; ``None`` if there are no files."""
        since = self.house.history_complete_from
        if not self.has_files:
            return None
        if since is None:
            return _UNSTATED
        if self.house.history_complete_for == "members":
            return (
                "give older 835s, and write their first day as history_complete_from "
                f"(now {since}) in practice.toml"
            )
        return (
            f"your 835s have what you billed since {since}; if they have what others billed, too, "
            f'write history_complete_for = "members" in practice.toml'
        )
