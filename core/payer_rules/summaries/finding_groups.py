"""Findings that a biller treats alike: those of one rule on one code, with all their claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Basis, Cure, Decision, Finding, Presumption
from payer_rules.rules import SEVERITY, Adjustment, Detection, Outcome
from payer_rules.summaries.line_classes import LineClass, class_of_finding
from payer_rules.summaries.run_claims import NO_CLAIMS, RunClaims
from payer_rules.summaries.tally import MANY_CLAIMS, SAMPLE_SIZE, Tally
from payer_rules.text.lists import joined

_RANK: Final[dict[Basis, int]] = {
    "proved": 3,
    "presumed": 2,
    "partial": 1,
    "baseline": 0,
    "none": 0,
}
#: What names one line or claim in a message: its day, its number, its id.
_PLACE: Final = re.compile(
    r" on \d{4}-\d\d-\d\d| (?:on|of earlier) claim [^ :,;]+| \((?:line \d+|claim [^)]*)\)"
    r"| \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d|; carried forward from [^;).]*"
)
#: The beginning of a warning by national edits, and the part that the word "baseline" omits.
_SILENT: Final = "Medicare would deny this; this payer's own text or edits were not read. "
_SHORT: Final = "Medicare would deny this: "
_EDIT: Final = "NCCI edit: "
_EDIT_SHORT: Final = "NCCI: "
#: The day of a limit that was exceeded.
_DAY: Final = re.compile(r" on \d{4}-\d\d-\d\d(?=;)")
#: A window of so many days or months, without its days.
_WINDOW: Final = re.compile(r"\bin the (\d+ (?:days|months))(?=;|$)")
#: The day of receipt and the last day of each claim, of which the time limit is left.
_FILED: Final = re.compile(r"(received|sent) on \S+; the last day was \S+ \((.*)\)")
#: The end of the id of a row: what follows are its values, or the rows of other sources.
_ROW_ID: Final = re.compile(r"[ ,]")
_LINE: Final = re.compile(r"\bline (\d+)\b")
_REMOVED_LINE: Final = re.compile(r"\bremove line (\d+)\b")


class FindingKey(NamedTuple):
    """The properties that the findings of a group share.

    ``with_earlier`` is true if they name an earlier claim of the same run.
    """

    line_class: LineClass
    rule: str
    outcome: Outcome
    basis: Basis
    detected_in: Detection
    adjustment: Adjustment | None
    codes: tuple[str, ...]
    bill_instead: str | None = None
    with_earlier: bool = False


class ClaimPair(NamedTuple):
    """Two claims of a run of which one should be removed or corrected, with their codes."""

    earlier: str
    earlier_codes: str
    claim: str
    codes: str
    days: str


@attrs.define
class FindingGroup:
    """The findings with one key: their claims and lines, and the words of the first claim.

    ``others`` are further rules that give the same lines the same denial code. ``settled`` counts
    by class the lines that have such a finding alone: the fix of the group settles them. ``varies``
    is true if the findings differ in more than claim, line and day. ``row`` is the row of a table
    on which the first finding rests, if it is one row. ``facts`` are the missing facts on which
    the findings rest. ``pairs`` are the first claims with an earlier one of the same run.
    """

    tally: Tally = attrs.Factory(lambda: Tally(most=MANY_CLAIMS))
    claim: str = ""
    headline: str = ""
    fix: str | None = None
    source: str = ""
    row: str = ""
    varies: bool = False
    others: Counter[str] = attrs.Factory(Counter)
    settled: Counter[LineClass] = attrs.Factory(Counter)
    facts: Counter[Presumption] = attrs.Factory(Counter)
    pairs: tuple[ClaimPair, ...] = ()

    def add(self, other: FindingGroup) -> None:
        """Add the findings of another part of the run."""
        self.tally.add(other.tally)
        self.varies |= other.varies
        self.keep_first(other.claim, other.headline, other.fix, other.source, other.row)
        self.others.update(other.others)
        self.settled.update(other.settled)
        self.facts.update(other.facts)
        self.keep_pairs(other.pairs)

    def keep_first(
        self, claim: str, headline: str, fix: str | None, source: str, row: str = ""
    ) -> None:
        """Keep the words of the first claim, so that the order of counting does not matter."""
        if self.headline and headline != self.headline:
            self.varies = True
        if not self.headline or (claim, headline) < (self.claim, self.headline):
            self.claim, self.headline, self.fix = claim, headline, fix
            self.source, self.row = source, row

    def keep_pairs(self, pairs: Iterable[ClaimPair]) -> None:
        """Keep the first pairs of claims, in order."""
        self.pairs = tuple(sorted({*self.pairs, *pairs})[:SAMPLE_SIZE])


def count_findings(
    groups: dict[FindingKey, FindingGroup],
    claim: Claim,
    decision: Decision,
    classes: dict[int, LineClass],
    run: RunClaims = NO_CLAIMS,
) -> None:
    """Count the findings that decide what becomes of their lines.

    A finding is left out if all its lines have worse findings. ``classes`` are those of the lines.
    """
    if not decision.findings:
        return
    by_number = {line.number: line for line in claim.lines}
    counted: set[tuple[FindingKey, int]] = set()
    together = _alike(decision.findings)
    open_lines = _open_lines((finding for finding, _ in together), classes)
    for finding, others in together:
        line_class = class_of_finding(finding)
        numbers = _numbers(finding, classes)
        if not numbers:
            continue
        codes = tuple(sorted({by_number[number].code for number in numbers}))
        key = _key(finding, line_class, codes)
        earlier = run.earlier_claims(finding)
        if earlier:
            key = key._replace(with_earlier=True)
        group = groups.get(key)
        if group is None:
            group = groups[key] = FindingGroup()
        is_new_claim = all(known != key for known, _ in counted)
        lines = [by_number[number] for number in numbers if (key, number) not in counted]
        if is_new_claim:
            group.tally.count(claim.id, lines)
        else:
            group.tally.count_lines(lines)
        counted.update((key, number) for number in numbers)
        group.keep_first(
            claim.id, headline(finding), fix_of(finding, claim), _source(finding), _row(finding)
        )
        group.others.update(other.rule for other in others)
        settled = open_lines.intersection(n for other in others for n in other.lines)
        group.settled.update(classes[number] for number in settled)
        open_lines -= settled
        group.facts.update(finding.rests_on)
        if earlier:
            group.keep_pairs(_pairs(finding, claim, earlier))


def _numbers(finding: Finding, classes: dict[int, LineClass]) -> list[int]:
    """Return the lines that the finding puts into their class: they have no worse one."""
    line_class = class_of_finding(finding)
    return [number for number in finding.lines if classes[number] == line_class]


def _open_lines(findings: Iterable[Finding], classes: dict[int, LineClass]) -> set[int]:
    """Return the lines with findings of which none is counted on the line itself."""
    counted = {number for finding in findings for number in _numbers(finding, classes)}
    return {
        number for number, line_class in classes.items() if line_class in ("denied", "reduced")
    } - counted


def _pairs(finding: Finding, claim: Claim, earlier: Iterable[Claim]) -> Iterator[ClaimPair]:
    """Yield each earlier claim of the run that the finding names, with the codes of both."""
    own = [line for line in claim.lines if line.number in finding.lines]
    for other in earlier:
        numbers = {each.line for each in finding.evidence if each.claim == other.id}
        lines = [line for line in other.lines if line.number in numbers]
        days = sorted({str(line.date_from) for line in (*lines, *own)})
        yield ClaimPair(other.id, _codes(lines), claim.id, _codes(own), joined(days, "and"))


def _codes(lines: Iterable[ServiceLine]) -> str:
    return "/".join(sorted({line.code for line in lines}))


def headline(finding: Finding) -> str:
    """Return the message without the day, the line and the claim that it names.

    Of a finding with a fix, only the first sentence: the others state the fix.
    """
    message = _FILED.sub(r"\1 too late: the time limit is \2", finding.message)
    message = message.replace(_SILENT, _SHORT).replace(_EDIT, _EDIT_SHORT)
    text = _WINDOW.sub(r"in \1", _PLACE.sub("", _DAY.sub(" on one day", message)))
    return (text.partition(". ")[0] if finding.cure else text).rstrip(".")


def fix_of(finding: Finding, claim: Claim) -> str | None:
    """Return the change that removes the finding, with codes in place of line numbers."""
    if finding.cure is None:
        return None
    codes = {str(line.number): line.code for line in claim.lines}
    change = _REMOVED_LINE.sub(r"remove one line of line \1", finding.cure.change)
    change = _LINE.sub(lambda match: codes.get(match[1], match[0]), change)
    return f"{change}, {finding.cure.condition}"


def _key(finding: Finding, line_class: LineClass, codes: tuple[str, ...]) -> FindingKey:
    return FindingKey(
        line_class,
        finding.rule,
        finding.outcome,
        finding.basis,
        finding.detected_in,
        finding.adjustment,
        codes,
        finding.bill_instead,
    )


def _source(finding: Finding) -> str:
    return finding.citations[0].title if finding.citations else ""


def _row(finding: Finding) -> str:
    """Return the id of the row of a table if the finding rests on one row; else an empty text."""
    rows = [evidence.row or "" for evidence in finding.evidence if evidence.kind == "row"]
    return _ROW_ID.split(rows[0])[0] if len(rows) == 1 else ""


def _alike(findings: Iterable[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Return the worst of the findings with the same lines and denial code, each with the others.

    A finding that the fix of a worse finding removes is one of the others, too: on the lines that
    it takes away, or with the same fix.
    """
    together: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        codes = finding.adjustment and (finding.adjustment.group, finding.adjustment.carc)
        together.setdefault((finding.lines, finding.detected_in, codes), []).append(finding)
    alike = (sorted(same, key=_severity, reverse=True) for same in together.values())
    ranked = sorted(alike, key=lambda same: (*_severity(same[0]), len(same[0].lines)), reverse=True)
    kept: list[tuple[Finding, list[Finding]]] = []
    for worst, *others in ranked:
        for finding, more in kept:
            if finding.cure and (_removes(finding.cure, worst) or _is_same(finding.cure, worst)):
                more += (worst, *others)
                break
        else:
            kept.append((worst, others))
    return kept


def _removes(cure: Cure, finding: Finding) -> bool:
    """Return True if the change removes all lines of the finding from the claim."""
    if cure.claim is None:
        return False
    return not {line.number for line in cure.claim.lines}.intersection(finding.lines)


def _is_same(cure: Cure, finding: Finding) -> bool:
    """Return True if the finding has the same fix."""
    other = finding.cure
    return other is not None and cure.claim is not None and cure.claim == other.claim


def _severity(finding: Finding) -> tuple[int, int]:
    return SEVERITY[finding.outcome], _RANK[finding.basis]
