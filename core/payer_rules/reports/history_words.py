"""What a report says of the claim history that a run had."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from payer_rules.history import History
from payer_rules.practice import HouseFacts

_UNSTATED = "if the 835s hold everything since a day, write history_complete_from in practice.toml"


@attrs.frozen
class HistoryGiven:
    """The history that a run was given: its files, and what the practice states of them.

    ``days`` are the first and the last day of service. ``has_undecided`` is true if a line may have
    no decision of the payer yet.
    """

    has_files: bool = False
    house: HouseFacts = attrs.Factory(HouseFacts)
    days: tuple[date, date] | None = None
    has_undecided: bool = True

    @classmethod
    def of(cls, history: History | None, house: HouseFacts) -> HistoryGiven:
        """Return what the files of a run hold, with the first and the last day of service."""
        if history is None or not history.lines:
            return cls(history is not None, house, has_undecided=False)
        first = min(line.date_from for line in history.lines)
        days = (first, max(line.date_to for line in history.lines))
        undecided = any(line.status in (None, "pending") for line in history.lines)
        return cls(has_files=True, house=house, days=days, has_undecided=undecided)

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
                f"a limit that reaches back before {since} needs older 835s, and their first day "
                "as history_complete_from in practice.toml; payer-rules sessions checks a "
                "clinician's limit over all members"
            )
        return (
            f"{self._found}; what other practices billed for these members is not known "
            '(history_complete_for = "members" in practice.toml if it is)'
        )

    @property
    def question(self) -> str | None:
        """The sentence that no complete history was given; ``None`` if there are no files."""
        if not self.has_files:
            return None
        if self.house.history_complete_from is None:
            return "Whether your 835s hold everything is not stated (history_complete_from)."
        return f"{self._found[:1].upper()}{self._found[1:]}; other practices' lines are not known."

    @property
    def _found(self) -> str:
        days = f" of {self.days[0]} to {self.days[1]}" if self.days else ""
        return f"your 835s have services{days}"


#: A run without files of a history.
NO_HISTORY: Final = HistoryGiven()
