"""The part of the claim parser for parties: who bills, is insured and renders."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final, TypeVar

from payer_rules.error_codes import ErrorCode
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.file_shares import WHOLE, Share
from payer_rules.readers.x12.claim_drafts import ClaimDraft, ProviderDraft
from payer_rules.readers.x12.hierarchy import Hierarchy, npi_of
from payer_rules.readers.x12.other_payers import OtherPayerDraft
from payer_rules.readers.x12.parser import Parser
from payer_rules.readers.x12.segments import SegmentProblem

T = TypeVar("T")
#: NM1 above the claims: billing provider, subscriber, payer, patient.
_PARTIES: Final = frozenset(["85", "IL", "PR", "QC"])
#: DMG03; U is not known.
_SEXES: Final = {"F": "f", "M": "m"}


class PartyParser(Parser[T]):
    """A parser that tracks the levels above claims, and the providers in claims."""

    def __init__(self, name: str, share: Share = WHOLE) -> None:
        super().__init__(name, share)
        self._hierarchy = Hierarchy()
        self._claim: ClaimDraft | None = None
        #: The provider of the last NM1, if it is needed.
        self._provider: ProviderDraft | None = None
        # NOTE: the same providers and payers are repeated many times.
        self._npis = ParseCache(self._npi)
        self._payer_ids = ParseCache(self._payer_id)
        self._taxonomies = ParseCache(self._taxonomy)

    @abstractmethod
    def conclude(self) -> None:
        """Conclude the current claim."""

    def _forget(self) -> None:
        """Clear the caches of providers, because the separators may have changed."""
        for known in (self._npis, self._payer_ids, self._taxonomies):
            known.clear()

    def _misplaced(self, tag: str, at: int) -> None:
        """Report a segment in the wrong place: one before it was lost."""
        message, remedy = f"{tag} does not belong here", "A segment before it may be missing."
        is_new = self._hierarchy.distrust(at)
        if self._claim is not None:
            self._claim.reject(at, message, remedy, ErrorCode.X12_ORDER)
        elif is_new:
            problem = SegmentProblem(at, message, remedy, code=ErrorCode.X12_ORDER)
            self.report(problem, f"loop {self._hierarchy.loop}")

    def _hl(self, segment: str, at: int) -> None:
        if self._claim is not None:
            self.conclude()
        self._provider = None
        for problem in self._hierarchy.enter(segment.split(self.separator), at):
            self.report(problem, f"loop {self._hierarchy.loop}")

    def _nm1(self, segment: str, at: int) -> None:
        draft = self._claim
        entity = segment[4:6]
        self._provider = None
        if draft is None:
            self._party(entity, segment, at)
        elif draft.is_in_other:
            if entity == "PR" and draft.others:
                draft.others[-1].id = self._payer_ids[segment]
        elif entity == "82":
            self._provider = (draft.line or draft).rendering = ProviderDraft(self._npis[segment])
        elif entity == "DQ":
            (draft.line or draft).supervisor = self._npis[segment] or None
        elif entity in _PARTIES:
            self._misplaced(f"NM1*{entity}", at)

    def _party(self, entity: str, segment: str, at: int) -> None:
        """Handle an NM1 above the claims."""
        hierarchy = self._hierarchy
        if entity == "IL":
            fits = hierarchy.insure(segment.split(self.separator))
        elif entity == "PR":
            fits = hierarchy.pay(self._payer_ids[segment])
        elif entity == "QC":
            fits = hierarchy.depend(segment.split(self.separator))
        elif entity == "85":
            fits = hierarchy.bill(self._npis[segment])
            self._provider = hierarchy.billing
        else:
            return
        if not fits:
            self._misplaced(f"NM1*{entity}", at)

    def _npi(self, segment: str) -> str:
        return npi_of(segment.split(self.separator))

    def _payer_id(self, segment: str) -> str | None:
        elements = segment.split(self.separator)
        return elements[9].strip() or None if len(elements) > 9 else None

    def _taxonomy(self, segment: str) -> str | None:
        elements = segment.split(self.separator)
        return elements[3].strip() or None if len(elements) > 3 else None

    def _prv(self, segment: str, at: int) -> None:
        if self._claim is None and segment[4:6] == "BI":
            self._hierarchy.billing.taxonomy = self._taxonomies[segment]
        elif self._provider is not None:
            self._provider.taxonomy = self._taxonomies[segment]

    def _n4(self, segment: str, at: int) -> None:
        """Set the ZIP code of the billing provider (loop 2010AA)."""
        billing = self._hierarchy.billing
        if self._provider is billing and billing.zip_code is None:
            elements = segment.split(self.separator)
            billing.zip_code = elements[3].strip() or None if len(elements) > 3 else None

    def _dmg(self, segment: str, at: int) -> None:
        if self._claim is not None:
            # NOTE: another payer's subscriber has a date of birth, too (loop 2320).
            if not self._claim.is_in_other:
                self._misplaced("DMG", at)
            return
        elements = segment.split(self.separator)
        birth_date = elements[2] if len(elements) > 2 else ""
        self._hierarchy.describe(birth_date, _SEXES.get(elements[3]) if len(elements) > 3 else None)
        if birth_date and self.elements.days[birth_date] is None:
            # NOTE: a date of birth is never quoted.
            remedy = "Write DMG*D8 and the day as eight digits."
            self._hierarchy.distrust(at)
            problem = SegmentProblem(at, "the date of birth is not a date", remedy)
            self.report(problem, f"loop {self._hierarchy.loop}")

    def _sbr(self, segment: str, at: int) -> None:
        if self._claim is not None:
            if self._claim.lines:
                # NOTE: other payers come before the lines; here the HL of a subscriber was lost.
                self._misplaced("SBR", at)
                return
            self._claim.is_in_other, self._provider = True, None
            order = segment.split(self.separator, 2)[1]
            self._claim.others = [*(self._claim.others or ()), OtherPayerDraft(order)]
        elif self._hierarchy.level != 1:
            self._misplaced("SBR", at)
