"""The review of group sessions as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import time
from textwrap import indent
from typing import Final

from payer_rules.decisions import NotEvaluated
from payer_rules.reports.data import Data, plain, text_of
from payer_rules.reports.decisions import count_of, sources
from payer_rules.reports.fix_words import fix_text
from payer_rules.reports.history_words import NO_HISTORY, HistoryGiven
from payer_rules.reports.missing_words import missing_text
from payer_rules.reports.text_layout import unglued
from payer_rules.sessions.billed_services import ClaimLine
from payer_rules.sessions.billed_sessions import BilledSession
from payer_rules.sessions.findings import Kind, OpenQuestion, SessionFinding
from payer_rules.sessions.partition_review import SessionReview
from payer_rules.text.lists import joined

#: What a finding of each kind is about.
KIND_LABELS: Final[dict[Kind, str]] = {
    "size": "group size",
    "limit": "limit",
    "twice": "billed twice",
    "differs": "claims differ",
    "overlap": "overlap",
    "hours": "hours",
    "claim": "replaced claim",
}


def lines_of(review: SessionReview, given: HistoryGiven = NO_HISTORY) -> Iterator[str]:
    """Yield the group sessions, each finding and open question with its claims, and the counts."""
    counts: Counter[str] = Counter()
    for session in review.sessions:
        counts["sessions"] += 1
        if session.is_group(review.group_codes):
            counts["groups"] += 1
            yield _session(session)
    for finding in review.findings:
        counts["findings"] += 1
        yield from _finding(finding)
    for question in review.questions:
        counts["questions"] += 1
        yield from _question("not checked", question)
        yield f"      Fix: {fix_text(_entry(question))}"
    for question in review.assumed:
        yield from _question("assumed to be in order", question)
    totals = [
        count_of(counts["sessions"], "session"),
        count_of(counts["groups"], "group session"),
        count_of(counts["findings"], "finding"),
        count_of(counts["questions"], "open question"),
    ]
    if read := given.services_read:
        yield unglued(read)
    yield "; ".join(totals)


def json_of(review: SessionReview, given: HistoryGiven = NO_HISTORY) -> Iterator[str]:
    """Yield the same as pieces of JSON; times and dates are in ISO 8601."""
    codes = review.group_codes
    lists: dict[str, Iterable[Data]] = {
        "sessions": (_data_of_session(e, is_group=e.is_group(codes)) for e in review.sessions),
        "findings": map(plain, review.findings),
        "questions": map(plain, review.questions),
        "assumed": map(plain, review.assumed),
    }
    before = "{\n"
    for name, items in lists.items():
        yield f'{before}  "{name}": ['
        begun = False
        for item in items:
            yield (",\n" if begun else "\n") + indent(text_of(item), "    ")
            begun = True
        yield "\n  ]" if begun else "]"
        before = ",\n"
    services = given.services if given.has_files else None
    yield f',\n  "earlier_services": {text_of(services)}\n}}\n'


def _session(session: BilledSession) -> str:
    parts = [count_of(len(session.members), "member"), ", ".join(session.codes)]
    parts += [f"a group of {joined(session.sizes)}"] if session.sizes else []
    span = session.span
    parts += [f"{span.start:%H:%M} to {span.end:%H:%M}"] if span else []
    return f"{session.about}: {', '.join(parts)}"


def _data_of_session(session: BilledSession, *, is_group: bool) -> Data:
    identity = session.key[2]
    return {
        "provider": session.provider,
        "day": plain(session.day),
        "id": None if isinstance(identity, time) else identity,
        "starts": plain(session.starts),
        "minutes": session.minutes,
        "sizes": plain(session.sizes),
        "codes": plain(session.codes),
        "members": plain(session.members),
        "is_group": is_group,
        "lines": plain(session.places),
    }


def _finding(finding: SessionFinding) -> Iterator[str]:
    yield f"{KIND_LABELS[finding.kind]}: {finding.about}: {finding.message}"
    if finding.rule:
        yield f"      Payer {finding.payer}, rule {finding.rule}; {sources(finding.citations)}"
    yield f"      {claim_lines_text(finding.lines)}"


def _question(label: str, question: OpenQuestion) -> Iterator[str]:
    missing = f"{missing_text(_entry(question))} ({question.reason})"
    rule = f"rule {question.rule}, " if question.rule else ""
    yield f"{label}: {question.about}: {rule}{missing}; {question.message}"
    yield f"      {claim_lines_text(question.lines)}"


def _entry(question: OpenQuestion) -> NotEvaluated:
    return NotEvaluated(
        rule=question.rule, lines=(), reason=question.reason, missing=question.missing
    )


def claim_lines_text(lines: Iterable[ClaimLine]) -> str:
    """Return the lines as ``claims C1 line 1, C2 lines 1, 2``."""
    numbers: dict[str, list[str]] = {}
    for line in lines:
        numbers.setdefault(line.claim, []).append(str(line.line))
    claims = [f"{c} line{'s' if len(n) > 1 else ''} {', '.join(n)}" for c, n in numbers.items()]
    return f"{'claims' if len(claims) > 1 else 'claim'} {', '.join(claims)}"
