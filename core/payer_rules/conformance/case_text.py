"""Cases as the text of a case file: each states what differs from the base of its group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.conformance.case_notation import lines_of, short_lines
from payer_rules.conformance.expectations import CaseHead, ExpectedFinding
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.writers.claim_text import stated, written

#: TOML values by their keys.
Texts: TypeAlias = dict[str, str]
#: A TOML value, or the values of a list.
Value: TypeAlias = str | list[str]

_WIDTH: Final = 98
_IN_NOTATION: Final = ("code", "modifiers", "units", "date", "date_from", "date_to")


@attrs.frozen(kw_only=True)
class CaseTexts:
    """A case as TOML values: what its base can state, its lines and its expectation."""

    head: CaseHead
    shared: Texts
    claim: Texts
    lines: Sequence[Texts]
    history: Sequence[Texts] | None

    @classmethod
    def of(cls, head: CaseHead, claim: Claim, history: History | None) -> CaseTexts:
        """Return the texts of the case."""
        shared = {"why": written(head.why), "source": written(head.source)}
        if head.assume:
            shared["assume"] = written(head.assume)
        if history is not None and not history.lines:
            shared["history"] = "[]"
        if covers := coverage_text(history):
            shared["history_covers"] = covers
        return cls(
            head=head,
            shared=shared,
            claim=_texts(claim, ("lines",)),
            lines=[_line_texts(line, at) for at, line in enumerate(claim.lines, 1)],
            history=[_texts(line) for line in history.lines] if history is not None else None,
        )


def _texts(value: attrs.AttrsInstance, without: Collection[str] = ()) -> Texts:
    return {key: written(held) for key, held in stated(value) if key not in without}


def _line_texts(line: ServiceLine, at: int) -> Texts:
    return _texts(line, ("number",) if line.number == at else ())


def coverage_text(history: History | None) -> str:
    """Return for which days and providers a history is complete, as TOML; empty if for all."""
    if history is None:
        return ""
    covers = {
        "from": history.covers_from if history.covers_from > date.min else None,
        "billing": history.covers_billing,
        "rendering": history.covers_rendering,
    }
    texts = [f"{key} = {written(value)}" for key, value in covers.items() if value is not None]
    return f"{{ {', '.join(texts)} }}" if texts else ""


@attrs.frozen(kw_only=True)
class BaseTexts:
    """The values that the cases of a group share, as TOML."""

    shared: Texts = attrs.Factory(dict)
    claim: Texts = attrs.Factory(dict)
    line: Texts = attrs.Factory(dict)
    history_line: Texts = attrs.Factory(dict)

    @classmethod
    def of(cls, cases: Sequence[CaseTexts]) -> BaseTexts:
        """Return what more than half of the cases, of their lines and earlier lines state."""
        lines = [line for case in cases for line in case.lines]
        earlier = [line for case in cases for line in case.history or ()]
        return cls(
            shared=_common([case.shared for case in cases]),
            claim=_common([case.claim for case in cases]),
            line=_common(lines, ("code", "modifiers", "units", "number")),
            history_line=_common(earlier, ("code", "modifiers", "units", "claim", "number")),
        )

    def entries(self) -> Iterator[tuple[str, str]]:
        """Yield the keys of the base with their values."""
        yield from self.shared.items()
        for name in ("claim", "line", "history_line"):
            for key, text in getattr(self, name).items():
                yield f"{name}.{key}", text


def _common(tables: Sequence[Texts], without: Collection[str] = ()) -> Texts:
    counts = Counter((key, text) for table in tables for key, text in table.items())
    keys = dict.fromkeys(key for table in tables for key in table if key not in without)
    common = {}
    for key in keys:
        text, count = max(
            ((text, n) for (name, text), n in counts.items() if name == key), key=lambda x: x[1]
        )
        if 2 * count > len(tables):
            common[key] = text
    return common


def case_entries(case: CaseTexts, base: BaseTexts) -> Iterator[tuple[str, Value]]:
    """Yield the keys of the case with their values: what its base does not state."""
    head = case.head
    omitted = [key for key in base.shared if key not in case.shared and key != "history"]
    if "history" in base.shared and case.history is None:
        omitted.append("history")
    omitted += [f"claim.{key}" for key in base.claim if key not in case.claim]
    yield "name", written(head.name)
    if head.todo is not None:
        yield "todo", written(head.todo)
    yield from _changed(case.shared, base.shared)
    for key, text in _changed(case.claim, base.claim):
        yield f"claim.{key}", text
    line, per_case, without = _line_base(case.lines, base.line)
    for key, text in per_case.items():
        yield f"line.{key}", text
    omitted += [f"line.{key}" for key in without]
    earlier, per_case, without = _line_base(case.history or (), base.history_line)
    for key, text in per_case.items():
        yield f"history_line.{key}", text
    omitted += [f"history_line.{key}" for key in without]
    if omitted:
        yield "omit", _list([written(key) for key in omitted])
    if case.history:
        yield "history", _lines_text(_without_claim_ids(case.history), earlier)
    yield "lines", _lines_text(case.lines, line)
    if head.lines is not None:
        yield "outcomes", written(" ".join(_runs(head.lines)))
    if head.expected is not None:
        yield "expected", written(" ".join(_runs(head.expected)))
    if head.basis is not None:
        yield "basis", written(" ".join(_runs(head.basis)))
    yield "findings", _texts_of([*_findings(head.findings, head.rule)])
    if head.not_evaluated is not None:
        yield "not_evaluated", _texts_of([*_gaps(head)])


def _changed(texts: Mapping[str, str], base: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((key, text) for key, text in texts.items() if base.get(key) != text)


def _line_base(lines: Sequence[Texts], base: Texts) -> tuple[Texts, Texts, list[str]]:
    """Return the facts that all lines share, those to add, and those to omit."""
    if not lines:
        return base, {}, []
    keys = dict.fromkeys([*base, *(key for line in lines for key in line)])
    shared, added, omitted = dict(base), {}, []
    for key in keys:
        values = {line.get(key) for line in lines}
        if key in _IN_NOTATION or key in ("claim", "number") or len(values) > 1:
            continue
        (value,) = values
        if value is None and key in base:
            omitted.append(key)
            del shared[key]
        elif value is not None and value != base.get(key):
            added[key] = value
            shared[key] = value
    return shared, added, omitted


def _without_claim_ids(lines: Sequence[Texts]) -> list[Texts]:
    """Return the earlier lines without the claim ids that the reader gives them: H1, H2, …."""
    return [
        {key: text for key, text in line.items() if (key, text) != ("claim", f'"H{at}"')}
        for at, line in enumerate(lines, 1)
    ]


def _lines_text(lines: Sequence[Texts], base: Texts) -> Value:
    """Return the lines in the notation, as one text or as a list of texts and tables."""
    parts: list[tuple[str, str]] = []
    is_mixed = len({_days(line) for line in lines}) > 1
    for line in lines:
        head, days, facts = _line_parts(line, base, with_days=is_mixed)
        if parts and days and not facts and parts[-1][1] and parts[-1][0].split(" ")[0] == head:
            parts[-1] = (f"{parts[-1][0]} {days}", parts[-1][1])
            continue
        text = " ".join(filter(None, (head, days, facts)))
        parts.append((text, days if not facts else ""))
    entries = [text for text, _ in parts]
    if not all(map(_is_notation, entries)):
        return [_line_table(line, base) for line in lines]
    joined = " ".join(entries)
    return _quoted(joined) if len(joined) < _WIDTH else [_quoted(entry) for entry in entries]


def _line_parts(line: Texts, base: Texts, *, with_days: bool) -> tuple[str, str, str]:
    """Return the code of the line, its days and its other facts.

    With ``with_days`` the days of the base are repeated, because other lines have other days.
    """
    modifiers = [text.strip('"') for text in line.get("modifiers", "[]")[1:-1].split(", ") if text]
    units = f"x{line['units']}" if "units" in line else ""
    head = "-".join((line["code"].strip('"'), *modifiers)) + units
    days = _days(line) if with_days or _days(line) != _days(base) else ""
    facts = ", ".join(f"{key} = {text}" for key, text in _facts(line, base))
    return head, days, f"{{{facts}}}" if facts else ""


def _days(line: Texts) -> str:
    if "date" in line:
        return line["date"]
    return f"{line['date_from']}/{line['date_to']}" if "date_from" in line else ""


def _facts(line: Texts, base: Texts) -> Iterator[tuple[str, str]]:
    for key, text in line.items():
        if key not in _IN_NOTATION and base.get(key) != text:
            yield key, text
    omitted = [written(key) for key in base if key not in line and not key.startswith("date")]
    if omitted:
        yield "omit", _list(omitted)


def _line_table(line: Texts, base: Texts) -> str:
    own = {
        key: text
        for key, text in line.items()
        if base.get(key) != text or (key.startswith("date") and _days(line) != _days(base))
    }
    omitted = [written(key) for key in base if key not in line and not key.startswith("date")]
    more = {"omit": _list(omitted)} if omitted else {}
    return inline({**own, **more}.items())


def _is_notation(text: str) -> bool:
    if "'" in text:
        return False
    try:
        lines_of(text)
    except InvalidValueError:
        return False
    return True


def _runs(words: Iterable[str]) -> Iterator[str]:
    runs: list[tuple[str, int]] = []
    for word in words:
        if runs and runs[-1][0] == word:
            runs[-1] = (word, runs[-1][1] + 1)
        else:
            runs.append((word, 1))
    yield from (f"{word} x{count}" if count > 1 else word for word, count in runs)


def _findings(findings: Iterable[ExpectedFinding], rule: str) -> Iterator[str]:
    lines: dict[ExpectedFinding, list[str]] = {}
    for finding in findings:
        numbers = "+".join(map(str, finding.lines))
        lines.setdefault(attrs.evolve(finding, lines=()), []).append(numbers)
    for finding, numbers_of in lines.items():
        parts = [finding.outcome, short_lines(numbers_of)]
        if finding.carc:
            group = f"{finding.group}-" if finding.group else ""
            parts += [f"{group}{finding.carc}", *(finding.rarc or ())]
        if finding.pays is not None:
            parts.append(f"pays {written(finding.pays)}")
        if finding.rule != rule:
            parts.append(f"({_short(finding.rule, rule)})")
        yield " ".join(parts)


def _gaps(head: CaseHead) -> Iterator[str]:
    rules: dict[str, list[str]] = {}
    for gap in head.not_evaluated or ():
        if gap.rule is None:
            yield gap.missing
        else:
            rules.setdefault(gap.missing, []).append(_short(gap.rule, head.rule))
    for missing, names in rules.items():
        yield f"{missing} ({', '.join(names)})"


def _short(name: str, rule: str) -> str:
    return name.removeprefix(f"{rule.partition('/')[0]}/")


def _texts_of(texts: Sequence[str]) -> Value:
    if len(texts) == 1 and ";" not in texts[0]:
        return _quoted(texts[0])
    return [_quoted(text) for text in texts]


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text and "'" not in text else written(text)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(texts)}]"


def inline(entries: Iterable[tuple[str, Value]]) -> str:
    """Return the entries as an inline table."""
    return f"{{ {', '.join(f'{key} = {_one_line(value)}' for key, value in entries)} }}"


def _one_line(value: Value) -> str:
    return value if isinstance(value, str) else _list(value)


def case_table(case: CaseTexts, base: BaseTexts) -> Iterator[str]:
    """Yield the lines of a ``[[case]]`` table."""
    yield "[[case]]"
    for key, value in case_entries(case, base):
        line = f"{key} = {_one_line(value)}"
        if isinstance(value, str) or len(line) <= _WIDTH:
            yield line
        else:
            yield from (f"{key} = [", *(f"    {text}," for text in value), "]")


def case_text(head: CaseHead, claim: Claim, history: History | None) -> str:
    """Return a case file with this one case; read again it is the same case."""
    case = CaseTexts.of(head, claim, history)
    lines = [f"rule = {written(head.rule)}", "", *case_table(case, BaseTexts())]
    return "\n".join(lines) + "\n"
