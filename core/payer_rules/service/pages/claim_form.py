"""The claim form: its fields as they were typed, their faults, and the claim that they state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, is_code
from payer_rules.text.dashed_dates import dashed_date
from payer_rules.vocabularies.formats import MODIFIER, NPI

#: The facts of a line that a fix of the form does not change.
_unfixed: Final = attrgetter("date_from", "place_of_service", "minutes", "charge", "modality")
#: The most lines and earlier services of a form.
MOST_LINES: Final = 20
_is_number: Final = re.compile(r"[0-9]{1,6}").fullmatch
_is_money: Final = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?").fullmatch
#: By fact that a rule asks for: the field of the form that states it for the claim.
_CLAIM_FIELDS: Final = {
    "contractor": "contractor",
    "history": "earlier",
    "modality": "modality",
    "network": "network",
    "place_of_service": "place",
    "plan": "plan",
    "program": "program",
    "rendering_provider.profession": "profession",
    "setting": "setting",
    "state": "state",
}
#: The same for a line.
_LINE_FIELDS: Final = {
    "charge": "charge",
    "minutes": "minutes",
    "session.group_size": "group_size",
}
_LINE: Final = ("code", "modifiers", "units", "minutes", "charge", "group_size")


@attrs.frozen
class TypedClaim:
    """The fields of a claim as they were typed, by name, and the payers that were chosen.

    Fields of line 1 end with ``-1``. An empty field states nothing.
    """

    values: Mapping[str, str]
    payers: tuple[str, ...] = ()
    lines: int = 2
    earlier: int = 3

    def value(self, name: str) -> str:
        """Return the text of a field without spaces around it."""
        return self.values.get(name, "").strip()

    def with_named_payer(self, names: Mapping[str, str]) -> TypedClaim:
        """Return the form with the payer whose name was typed among those that were chosen.

        ``names`` has the names by payer. A name that fits no payer, or several, stays in its field.
        """
        found = self._named(names)
        if len(found) != 1:
            return self
        payers = tuple(dict.fromkeys((*self.payers, *found)))
        return attrs.evolve(self, payers=payers, values={**self.values, "payer_name": ""})

    def _named(self, names: Mapping[str, str]) -> list[str]:
        """Return the payers that the typed name fits: the whole name, or else a part of it."""
        typed = self.value("payer_name").lower()
        whole = [payer for payer, name in names.items() if typed in (name.lower(), payer)]
        parts = [payer for payer, name in names.items() if typed in name.lower()]
        return (whole or parts) if typed else []

    def faults(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong with each field, and what to do.

        ``known`` has the names of the payers by their ids.
        """
        return dict(self._faults(known))

    def _faults(self, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        if name := self.value("payer_name"):
            if self._named(known):
                message = f"{name!r} fits several payers. Write the whole name, as in the list."
            else:
                message = f"{name!r} is not a payer here. Choose one of the list."
            yield "payer_name", message
        elif not self.payers:
            yield "payer", "No payer is chosen. Choose at least one."
        for payer in self.payers:
            if payer != "all" and payer not in known:
                yield "payer", f"{payer!r} is not a payer here. Choose one of the list."
        yield from self._day("day")
        if not self.value("member"):
            yield "member", "The member ID is missing. Write it as on the card."
        for name in ("npi", "billing_npi"):
            text = self.value(name)
            if text and NPI.canonical(text) is None:
                yield name, f"{text!r} is not an NPI. Write its 10 digits."
        if not self.value("npi"):
            yield "npi", "The clinician's NPI is missing. Write its 10 digits."
        filled = self._lines()
        if not filled:
            yield "code-1", "The claim has no line. Write a procedure code, such as 90853."
        for number in filled:
            yield from self._line(number)
        if self.value("earlier") == "listed":
            rows = self._earlier_rows()
            if not rows:
                yield (
                    "earlier",
                    "No earlier service is listed. List them, or choose another answer.",
                )
            for number in rows:
                yield from self._day(f"earlier_day-{number}")
                yield from self._code(f"earlier_code-{number}")
                yield from self._number(f"earlier_units-{number}")
        elif self._earlier_rows():
            yield "earlier", "Earlier services are listed. Choose 'they are listed below'."

    def _line(self, number: int) -> Iterator[tuple[str, str]]:
        yield from self._code(f"code-{number}")
        for each in filter(None, self._modifiers(number)):
            if MODIFIER.canonical(each) is None:
                message = f"{each!r} is not a modifier. Write two digits or letters, such as 95."
                yield f"modifiers-{number}", message
        for name in ("units", "minutes", "group_size"):
            yield from self._number(f"{name}-{number}")
        charge = self.value(f"charge-{number}")
        if charge and not _is_money(charge):
            yield f"charge-{number}", f"{charge!r} is not an amount. Write dollars, such as 60.00."

    def _day(self, name: str) -> Iterator[tuple[str, str]]:
        text = self.value(name)
        if not text:
            yield name, "The date of service is missing. Write it, such as 2026-05-04."
        elif dashed_date(text) is None:
            yield name, f"{text!r} is not a date. Write it as 2026-05-04."

    def _code(self, name: str) -> Iterator[tuple[str, str]]:
        text = self.value(name).upper()
        if not text:
            yield name, "The code of this line is missing. Write it, or empty the line."
        elif not is_code(text):
            yield name, f"{text!r} is not a procedure code. Write five digits, such as 90853."

    def _number(self, name: str) -> Iterator[tuple[str, str]]:
        text = self.value(name)
        if text and (not _is_number(text) or int(text) == 0):
            yield name, f"{text!r} is not a number of 1 or more. Write digits alone."

    def _modifiers(self, number: int) -> list[str]:
        return re.split(r"[\s,]+", self.value(f"modifiers-{number}").upper().strip(", "))

    def _filled(self, count: int, names: tuple[str, ...]) -> list[int]:
        """Return the numbers of the rows in which a field is not empty."""
        rows = range(1, count + 1)
        return [n for n in rows if any(self.value(f"{name}-{n}") for name in names)]

    def document(self) -> dict[str, Any]:
        """Return the claim and its history as a claim file has them; the form has no fault."""
        npi = self.value("npi")
        clinician = {"npi": npi}
        if self.value("profession"):
            clinician["profession"] = self.value("profession")
        billing = {"npi": self.value("billing_npi") or npi}
        member = {"id": self.value("member")}
        claim: dict[str, Any] = {
            "id": "page",
            "member": member,
            "billing_provider": billing,
            "lines": [self._of_line(n, clinician) for n in self._lines()],
        }
        for name in ("setting", "plan", "program", "network", "state", "contractor"):
            if self.value(name):
                claim[name] = self.value(name)
        found: dict[str, Any] = {"claim": claim}
        if self.value("earlier") == "none":
            found["history"] = []
        elif self.value("earlier") == "listed":
            found["history"] = [
                {
                    "claim": f"earlier-{n}",
                    "number": 1,
                    "member": member["id"],
                    "billing_provider": billing,
                    "rendering_provider": clinician,
                    "code": self.value(f"earlier_code-{n}").upper(),
                    "date_from": self.value(f"earlier_day-{n}"),
                    "units": int(self.value(f"earlier_units-{n}") or 1),
                    "status": "paid",
                }
                for n in self._earlier_rows()
            ]
        return found

    def fields_of_fix(self, claim: Claim, fixed: Claim) -> dict[str, str] | None:
        """Return the fields that a fix changes; ``None`` if the form cannot state the change.

        ``claim`` is that of the form. A fix removes lines, or changes codes, modifiers and units.
        """
        values: dict[str, str] = {}
        changed = {line.number: line for line in fixed.lines}
        for line, row in zip(claim.lines, self._lines(), strict=True):
            other = changed.pop(line.number, None)
            if other is None:
                values |= {f"{name}-{row}": "" for name in _LINE}
            elif _unfixed(other) != _unfixed(line):
                return None
            else:
                values[f"code-{row}"] = other.code
                values[f"modifiers-{row}"] = " ".join(other.modifiers)
                values[f"units-{row}"] = f"{other.units:f}"
        return None if changed else values

    def fields_of(self, fact: str, lines: Iterable[int]) -> tuple[str, ...]:
        """Return the empty fields that state a fact of these lines of the claim; none if none does.

        ``fact`` is the name of the fact in `NotEvaluated.missing`.
        """
        names: tuple[str, ...] = ()
        if fact in _CLAIM_FIELDS:
            names = (_CLAIM_FIELDS[fact],)
        elif fact in _LINE_FIELDS:
            rows = self._lines()
            names = tuple(f"{_LINE_FIELDS[fact]}-{rows[line - 1]}" for line in lines)
        return tuple(name for name in names if not self.value(name))

    def _lines(self) -> list[int]:
        return self._filled(self.lines, _LINE)

    def _earlier_rows(self) -> list[int]:
        return self._filled(self.earlier, ("earlier_day", "earlier_code"))

    def _of_line(self, number: int, clinician: dict[str, str]) -> dict[str, Any]:
        line: dict[str, Any] = {
            "code": self.value(f"code-{number}").upper(),
            "date_from": self.value("day"),
            "units": int(self.value(f"units-{number}") or 1),
            "modifiers": [each for each in self._modifiers(number) if each],
            "rendering_provider": clinician,
        }
        if minutes := self.value(f"minutes-{number}"):
            line["minutes"] = int(minutes)
        if size := self.value(f"group_size-{number}"):
            line["session"] = {"group_size": int(size)}
        named = {"charge": f"charge-{number}", "place_of_service": "place", "modality": "modality"}
        line |= {field: self.value(name) for field, name in named.items() if self.value(name)}
        return line
