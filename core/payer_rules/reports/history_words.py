"""What a report says of the claim history, and of the practice's facts, that a run had."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from payer_rules.history import HistorySource
from payer_rules.practice import HouseFacts
from payer_rules.readers import FiledClaim
from payer_rules.reports.text_layout import glued
from payer_rules.summaries import RunSummary
from payer_rules.text.escaping import visible

if TYPE_CHECKING:
    from payer_rules.stores import StoreCoverage

#: So much later claims may be than the last service of a complete history.
_WEEK: Final = timedelta(days=7)
#: The fact of which a practice file may state the most.
GROUP_SIZE: Final = "session.group_size"
_UNSTATED = "if the 835s hold everything since a day, write history_complete_from in practice.toml"
_LACKING = "a part of the history was not read: correct its files, and give them again"
_LACKING_IN_STORE = (
    "a part of a file was not read when it was loaded (payer-rules history status names it): "
    "correct it, and load it with --instead-of"
)
_DELETED = (
    "services of this claim's member were deleted from the history store: no history of the "
    "member is complete, whatever practice.toml states"
)
_EACH_SIZE = (
    "write group_size in a CSV or TOML claim file: a rule asks for a least size, or for fewer "
    "than that"
)


@attrs.frozen
class HistoryGiven:
    """The history that a run was given: its files, and what the practice states of them.

    ``days`` are the first and the last day of service, ``services`` the number of earlier ones.
    ``has_undecided`` is true if a line may have no decision of the payer yet, ``lacks_lines`` if a
    part of a file was not read. ``store`` is what the history store covers, if there is one, and
    ``is_deleted`` is true for a claim of whose member the store has deleted services.
    """

    has_files: bool = False
    house: HouseFacts = attrs.Factory(HouseFacts)
    days: tuple[date, date] | None = None
    has_undecided: bool = True
    services: int = 0
    lacks_lines: bool = False
    store: StoreCoverage | None = None
    is_deleted: bool = False

    @classmethod
    def of(cls, history: HistorySource | None, house: HouseFacts) -> HistoryGiven:
        """Return what the files of a run hold, with the first and the last day of service."""
        if history is None:
            return cls(False, house, has_undecided=False)
        found = history.overview()
        undecided = found.has_undecided
        return cls(True, house, found.days, has_undecided=undecided, services=found.services)

    def of_claim(self, filed: FiledClaim) -> HistoryGiven:
        """Return what the claim has: the history of the run, or one of its own, not yet decided."""
        given = self if filed.history is None else attrs.evolve(self, has_undecided=True)
        is_open = filed.history is None or filed.history.covers_from == date.max
        if self.store is None or not is_open:
            return given
        is_deleted = self.store.is_forgotten(filed.claim.member.id)
        return attrs.evolve(given, is_deleted=True) if is_deleted else given

    def coverage(self, summary: RunSummary, *, names_members: bool) -> str | None:
        """Return how many earlier services were read, and how many members have none, or which.

        ``None`` without files.
        """
        read = self.services_read
        if read is None:
            return None
        members = summary.members
        if not members.without_earlier:
            return f"{read}; every member has some"
        none = f"{members.without_earlier:,} of {members.count:,} members have none"
        hidden = members.without_earlier - len(members.sample)
        if not names_members or hidden:
            return f"{read}; {none}"
        return f"{read}; {none}: {' '.join(map(visible, members.sample))}"

    @property
    def services_read(self) -> str | None:
        """How many earlier services were read, and their days; ``None`` without files."""
        if not self.has_files:
            return None
        days = f", {self.days[0]} to {self.days[1]}" if self.days else ""
        count = f"{self.services:,} service{'' if self.services == 1 else 's'}"
        return f"history: {glued(count)}{days}"

    def gap(self, day: date | None) -> str | None:
        """Return that services between the history and a later day of claims may be missing.

        ``None`` if the practice does not state that its files are complete, or if they end in the
        week before the day.
        """
        since = self.house.history_complete_from
        if since is None or self.days is None or day is None or day - self.days[1] <= _WEEK:
            return None
        return (
            f"the last service in the history is of {self.days[1]}: by history_complete_from none "
            f"is missing up to {day}; if one is, add newer files"
        )

    @property
    def advice(self) -> str | None:
        """How to state more of what the files cover; ``None`` if there are no files."""
        if not self.has_files:
            return None
        if self.is_deleted:
            return _DELETED
        deleted = 0 if self.store is None else len(self.store.forgotten)
        if not deleted:
            return self._advice
        members = f"{deleted:,} member{'' if deleted == 1 else 's'}"
        return (
            f"services of {members} were deleted from the history store: no history of theirs is "
            f"complete; for the others, {self._advice}"
        )

    @property
    def _advice(self) -> str:
        """How to state more of what the files cover, for members of whom nothing was deleted."""
        since = self.house.history_complete_from
        if self.lacks_lines:
            return _LACKING_IN_STORE if self.is_partly_stored else _LACKING
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

    def name_of(self, fact: str) -> str | None:
        """Return the name of what is left to state of the fact, or ``None`` if that is all of it.

        The most that the practice file states of a group size answers no rule that asks for a
        least size.
        """
        most = self.house.group_size_at_most
        if fact != GROUP_SIZE or most is None:
            return None
        return f"size of each group (practice.toml: at most {most})"

    def advice_on(self, fact: str) -> str | None:
        """Return how to state what is left of the fact, or ``None`` if that is all of it."""
        if fact == "history":
            return self.advice
        return _EACH_SIZE if self.name_of(fact) else None

    @property
    def question(self) -> str | None:
        """The sentence that no complete history was given; ``None`` if there are no files."""
        if not self.has_files:
            return None
        if self.is_deleted:
            return "Services of this claim's member were deleted from the history store."
        if self.lacks_lines:
            return "A part of the history was not read, so it is not complete."
        if self.house.history_complete_from is None:
            return "Whether your 835s hold everything is not stated (history_complete_from)."
        return f"{self._found[:1].upper()}{self._found[1:]}; other practices' lines are not known."

    @property
    def is_partly_stored(self) -> bool:
        """Whether a part of a file was not read when it was loaded into the store."""
        return self.store is not None and self.store.is_partly_read

    @property
    def _found(self) -> str:
        days = f" of {self.days[0]} to {self.days[1]}" if self.days else ""
        return f"your 835s have services{days}"


#: A run without files of a history.
NO_HISTORY: Final = HistoryGiven()
