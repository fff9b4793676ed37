"""The parser of payments in an 835."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from payer_rules.claims import errors_of_modifiers
from payer_rules.error_codes import ErrorCode
from payer_rules.history import HistoryLine
from payer_rules.readers.x12.hierarchy import npi_of
from payer_rules.readers.x12.parser import Handler, Parser, guide
from payer_rules.readers.x12.payment_drafts import PaymentDraft, ServiceDraft
from payer_rules.readers.x12.payment_history import history_lines, left_out
from payer_rules.readers.x12.payments import Payment, PaymentAdjustment, ServicePayment
from payer_rules.readers.x12.segments import SegmentProblem
from payer_rules.text.quoting import named, redacted
from payer_rules.values.checked import form_error
from payer_rules.vocabularies.formats import REVENUE_CODE, provider_number

_GUIDE: Final = "005010X221"
#: Segments of the guide that are not needed. They hold names and addresses.
_UNREAD: Final = "CUR N2 N3 N4 PER RDM TS3 TS2 QTY PLB"
#: The positions of remark codes in MIA and MOA.
_MIA_REMARKS: Final = (5, 20, 21, 22, 23)
_MOA_REMARKS: Final = (3, 4, 5, 6, 7)
#: The qualifier of the allowed amount of a service.
_ALLOWED: Final = "B6"
_OTHER_ID: Final = (
    "If you bill with that id, give the services with it in a table of earlier lines."
)
_ONE: Final = Decimal(1)
#: CAS holds up to six reasons, each with amount and quantity.
_REASONS: Final = range(2, 20, 3)
_STATUSES: Final = frozenset(["1", "2", "3", "4", "19", "20", "21", "22", "23", "25"])


class PaymentParser(Parser[Payment]):
    """A parser of payments."""

    kind: ClassVar[str] = "835"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._trace: str | None = None
        self._paid_on: date | None = None
        self._payer_id: str | None = None
        self._payee_npi: str | None = None
        #: The party of the last N1: PR the payer, PE the payee.
        self._party = ""
        self._payment: PaymentDraft | None = None
        #: The segments of payments whose services count for an id that the payer corrects.
        self._corrected: list[int] = []

    def handlers(self, version: str) -> dict[str, Handler] | None:
        """Return the handlers of an 835."""
        if not version.startswith(_GUIDE):
            return None
        self._trace = self._payer_id = self._payee_npi = self._paid_on = None
        unread: dict[str, Handler] = dict.fromkeys(_UNREAD.split())
        return {
            **unread,
            "BPR": self._bpr,
            "TRN": self._trn,
            "N1": self._n1,
            "REF": self._ref,
            "LX": self._lx,
            "CLP": self._clp,
            "CAS": self._cas,
            "NM1": self._nm1,
            "MIA": self._mia,
            "MOA": self._moa,
            "SVC": self._svc,
            "AMT": self._amt,
            "DTM": self._dtm,
            "LQ": self._lq,
        }

    def wrong_transaction(self, kind: str, version: str) -> tuple[str, str]:
        """Return the message and remedy for a transaction without payments, or of another guide."""
        if kind == self.kind:
            message = f"payments of {guide(version)} are not read"
            return message, f"Payments are read in {_GUIDE}."
        remedy = "Payments are in an 835."
        if kind == "837":
            remedy += " An 837 holds claims: check them without --history. The commands next and "
            remedy += "plan count them as not decided yet with --history."
        return f"the transaction is of the kind {redacted(kind)}", remedy

    def finish(self, at: int, *, whole: bool) -> None:
        """Conclude the current payment; it is invalid if the transaction breaks off."""
        if self._payment is not None and not whole:
            remedy = "Services may be missing: get the file again."
            message = "the transaction breaks off in the claim's payment"
            self._reject(at, message, remedy, ErrorCode.X12_INCOMPLETE)
        self._conclude()
        if self._corrected:
            count = len(self._corrected)
            claims = "a claim" if count == 1 else f"{count:,} claims"
            message = f"NM1*74 has another member id for {claims}: the services do not count for it"
            self.report_problem(
                self._corrected[0], message, _OTHER_ID, ErrorCode.HISTORY_INCOMPLETE
            )
            self._corrected.clear()

    def reject(self, at: int, message: str, remedy: str, code: ErrorCode) -> None:
        """Mark the current payment as invalid, if there is one."""
        if self._payment is None:
            self.report_problem(at, message, remedy, code)
        else:
            self._reject(at, message, remedy, code)

    @property
    def current(self) -> PaymentDraft | None:
        """The payment that is being read."""
        return self._payment

    def _reject(
        self, at: int, message: str, remedy: str, code: ErrorCode = ErrorCode.X12_ELEMENT
    ) -> None:
        assert self._payment is not None
        self._payment.problems.append(SegmentProblem(at, message, remedy, code=code))

    def _conclude(self) -> None:
        draft, self._payment = self._payment, None
        if draft is None:
            return
        services = tuple(each.build(draft.first, draft.last) for each in draft.services)
        for service in services:
            if service.date_from and service.date_to and service.date_from > service.date_to:
                message = f"service {service.number} ends before it starts"
                remedy = "Write the first day, then the last."
                draft.problems.append(SegmentProblem(draft.at, message, remedy))
        payment = None if draft.problems else self._built(draft, services)
        losses = left_out(payment) if payment is not None else ()
        lost = [SegmentProblem(draft.at, message, remedy) for message, remedy in losses]
        for problem in [*draft.problems, *lost]:
            is_in_service = draft.services and problem.number > draft.at
            loop = "2110" if is_in_service else "2100"
            inside = [f"loop {loop}", *([f"claim {named(draft.claim)}"] if draft.is_named else [])]
            self.report(problem, *inside)
        if payment is not None:
            self.found.append(payment)
            if draft.has_other_id(payment.member) and any(history_lines(payment)):
                self._corrected.append(draft.at)

    def _built(self, draft: PaymentDraft, services: tuple[ServicePayment, ...]) -> Payment:
        return Payment(
            claim=draft.claim,
            status=draft.status,
            charge=draft.charge,
            paid=draft.paid,
            patient_responsibility=draft.patient_responsibility,
            payer_claim=draft.payer_claim,
            original=draft.original,
            frequency=draft.frequency,
            paid_on=self._paid_on,
            member=self._member(draft),
            payer_id=self._payer_id,
            payee_npi=self._payee_npi,
            rendering_npi=draft.rendering_npi,
            trace=self._trace,
            adjustments=tuple(draft.adjustments),
            remarks=tuple(draft.remarks),
            services=services,
            file=self.name,
            segment=draft.at,
        )

    def _member(self, draft: PaymentDraft) -> str | None:
        """Return the member, with the id that the parser of claims gives the same person.

        An 835 names the insured only if the patient is somebody else: a dependent, who may have no
        id of its own.
        """
        if draft.insured and draft.patient in ("", draft.insured):
            token = self.elements.name_tokens[draft.first_name]
            return f"{draft.insured}/{token}" if token else None
        return draft.patient or draft.insured or None

    def _split(self, segment: str, most: int) -> list[str]:
        """Return as many elements as are asked for; missing ones are empty."""
        elements = segment.split(self.separator)
        return elements + [""] * (most - len(elements))

    def _bpr(self, segment: str, at: int) -> None:
        self._paid_on = self.elements.days[self._split(segment, 17)[16]]

    def _trn(self, segment: str, at: int) -> None:
        self._trace = self._split(segment, 3)[2] or None

    def _n1(self, segment: str, at: int) -> None:
        elements = self._split(segment, 5)
        self._party = elements[1]
        if self._party == "PR":
            self._payer_id = elements[4].strip() or None
        elif self._party == "PE" and elements[3] == "XX":
            self._payee_npi = provider_number(elements[4]) or None

    def _ref(self, segment: str, at: int) -> None:
        elements = self._split(segment, 3)
        qualifier, number = elements[1], elements[2].strip() or None
        if self._payment is None:
            if qualifier == "2U" and self._party == "PR":
                self._payer_id = self._payer_id or number
        elif self._payment.services:
            service = self._payment.services[-1]
            if qualifier == "6R":
                service.control_number = number
            elif qualifier == "HPI":
                service.rendering_npi = provider_number(elements[2]) or None
        elif qualifier == "F8":
            self._payment.original = number

    def _lx(self, segment: str, at: int) -> None:
        self._conclude()

    def _clp(self, segment: str, at: int) -> None:
        self._conclude()
        elements = self._split(segment, 10)
        draft = self._payment = PaymentDraft(at=at, claim=elements[1].strip(), status=elements[2])
        if not draft.claim or "\ufffd" in elements[1]:
            self._reject(at, "the payment names no claim", "Write the claim's id in CLP01.")
        # NOTE: if CLP is not a real CLP, the text in CLP01 may be a name.
        is_amount = self.elements.numbers[elements[3]] is not None
        draft.is_named = is_amount or elements[2] in _STATUSES
        if elements[2] not in _STATUSES:
            message = f"the claim status ({redacted(elements[2])}) is not known"
            self._reject(at, message, f"CLP02 is one of {', '.join(sorted(_STATUSES, key=int))}.")
        draft.charge = self._amount(elements[3], "charge", at)
        draft.paid = self._amount(elements[4], "payment", at)
        if elements[5]:
            draft.patient_responsibility = self._amount(elements[5], "patient's share", at)
        draft.payer_claim = elements[7].strip() or None
        draft.frequency = elements[9].strip() or None

    def _amount(self, text: str, name: str, at: int) -> Decimal:
        amount = self.elements.numbers[text]
        if amount is None:
            self._reject(
                at, f"the {name} ({redacted(text)}) is not a number", "Write digits, such as 80.00."
            )
            return _ONE
        return amount

    def _cas(self, segment: str, at: int) -> None:
        draft = self._payment
        if draft is None:
            return
        elements = self._split(segment, 5)
        own = draft.services[-1].adjustments if draft.services else draft.adjustments
        if elements[1] not in ("CO", "OA", "PI", "PR"):
            message = f"the group code ({redacted(elements[1])}) is not known"
            self._reject(at, message, "CAS01 is CO, OA, PI or PR.")
        for place in _REASONS:
            carc, amount, quantity = (elements[place:] + [""] * 3)[:3]
            if not carc and not amount:
                break
            own.append(
                PaymentAdjustment(
                    group=elements[1],
                    carc=carc,
                    amount=self._amount(amount, "adjustment", at),
                    quantity=self._amount(quantity, "quantity", at) if quantity else None,
                )
            )

    def _nm1(self, segment: str, at: int) -> None:
        draft = self._payment
        if draft is None:
            return
        elements = self._split(segment, 10)
        if elements[1] == "QC":
            draft.patient, draft.first_name = elements[9].strip(), elements[4]
        elif elements[1] == "IL":
            draft.insured = elements[9].strip()
        elif elements[1] == "74":
            draft.corrected = elements[9].strip()
        elif elements[1] == "82":
            draft.rendering_npi = npi_of(elements) or None

    def _mia(self, segment: str, at: int) -> None:
        self._remark(segment, _MIA_REMARKS)

    def _moa(self, segment: str, at: int) -> None:
        self._remark(segment, _MOA_REMARKS)

    def _remark(self, segment: str, places: tuple[int, ...]) -> None:
        if self._payment is not None:
            elements = self._split(segment, max(places) + 1)
            self._payment.remarks += [elements[place] for place in places if elements[place]]

    def _svc(self, segment: str, at: int) -> None:
        draft = self._payment
        if draft is None:
            message = "a service is outside of a claim's payment"
            self.report_problem(at, message, "Write CLP before it.", ErrorCode.X12_ORDER)
            return
        elements = self._split(segment, 8)
        done = self.elements.procedures[elements[1]]
        if done is None:
            self._reject(at, "the service has no code", "Write SVC01 as HC:90853.")
        # NOTE: one unit if SVC05 is empty; SVC07 is there if another number was billed.
        paid_units = self._amount(elements[5], "number of units", at) if elements[5] else _ONE
        units = self._amount(elements[7], "number of units", at) if elements[7] else paid_units
        is_revenue = done is not None and done.qualifier == "NU"
        if done is not None and not is_revenue:
            for field_error in errors_of_modifiers(done.modifiers, HistoryLine.most_modifiers):
                self._reject(at, field_error.message, field_error.remedy, field_error.code)
        revenue_code = elements[4] or (done.code if done and is_revenue else "")
        if revenue_code.strip() and REVENUE_CODE.canonical(revenue_code) is None:
            field_error = form_error((), REVENUE_CODE, revenue_code, redacted)
            self._reject(at, field_error.message, field_error.remedy, field_error.code)
        procedure = None if is_revenue else done
        submitted = self.elements.procedures[elements[6]] if elements[6] else None
        service = ServicePayment(
            number=len(draft.services) + 1,
            code=procedure.code if procedure else None,
            modifiers=procedure.modifiers if procedure else (),
            qualifier=procedure.qualifier if procedure else "",
            submitted_code=submitted.code if submitted else None,
            submitted_modifiers=submitted.modifiers if submitted else (),
            revenue_code=REVENUE_CODE.canonical(revenue_code),
            charge=self._amount(elements[2], "charge", at),
            paid=self._amount(elements[3], "payment", at),
            units=units,
            paid_units=paid_units,
        )
        draft.services.append(ServiceDraft(service=service))

    def _amt(self, segment: str, at: int) -> None:
        draft = self._payment
        elements = self._split(segment, 3)
        if draft is not None and draft.services and elements[1] == _ALLOWED:
            draft.services[-1].allowed = self._amount(elements[2], "allowed amount", at)

    def _dtm(self, segment: str, at: int) -> None:
        draft = self._payment
        if draft is None:
            return
        elements = self._split(segment, 3)
        if draft.services:
            service = draft.services[-1]
            if elements[1] in ("472", "150"):
                service.first = self._day(elements[2], at)
            if elements[1] in ("472", "151"):
                service.last = self._day(elements[2], at)
        elif elements[1] == "232":
            draft.first = self._day(elements[2], at)
        elif elements[1] == "233":
            draft.last = self._day(elements[2], at)

    def _day(self, text: str, at: int) -> date | None:
        day = self.elements.days[text]
        if day is None:
            self._reject(at, f"the date ({redacted(text)}) is not a date", "Write eight digits.")
        return day

    def _lq(self, segment: str, at: int) -> None:
        elements = self._split(segment, 3)
        if self._payment is not None and elements[1] == "HE" and elements[2]:
            draft = self._payment
            own = draft.services[-1].remarks if draft.services else draft.remarks
            own.append(elements[2])
