"""Sessions across members, as text and as data: what is wrong, and what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import time
from textwrap import indent

from payer_rules.decisions import NotEvaluated
from payer_rules.reports.data import Data, plain, text_of
from payer_rules.reports.decisions import count_of, sources
from payer_rules.reports.wording import supply
from payer_rules.sessions.billed_services import ClaimLine
from payer_rules.sessions.billed_sessions import BilledSession
from payer_rules.sessions.findings import OpenQuestion, SessionFinding
from payer_rules.sessions.partition_review import SessionReview


def lines_of(review: SessionReview) -> Iterator[str]:
    """The group sessions, then each finding and each open question with its claims."""
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
        yield from _question("not known", question)
        yield f"      to supply it: {supply(_entry(question))}"
    for question in review.assumed:
        yield from _question("assumed", question)
    told = [
        count_of(counts["sessions"], "session"),
        f"{counts['groups']} of groups",
        count_of(counts["findings"], "finding"),
        f"{counts['questions']} not known",
    ]
    yield "; ".join(told)


def json_of(review: SessionReview) -> Iterator[str]:
    """The same for machines, piece by piece; times and dates as ISO 8601 writes them."""
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
    yield "\n}\n"


def _session(session: BilledSession) -> str:
    told = [count_of(len(session.members), "member"), ", ".join(session.codes)]
    told += [f"a group of {_listed(session.sizes)}"] if session.sizes else []
    span = session.span
    told += [f"{span.start:%H:%M} to {span.end:%H:%M}"] if span else []
    return f"{session.about}: {', '.join(told)}"


def _data_of_session(session: BilledSession, *, is_group: bool) -> Data:
    told = session.key[2]
    return {
        "provider": session.provider,
        "day": plain(session.day),
        "id": None if isinstance(told, time) else told,
        "starts": plain(session.starts),
        "minutes": session.minutes,
        "sizes": plain(session.sizes),
        "codes": plain(session.codes),
        "members": plain(session.members),
        "is_group": is_group,
        "lines": plain(session.places),
    }


def _finding(finding: SessionFinding) -> Iterator[str]:
    yield f"{finding.kind}: {finding.about}: {finding.message}"
    if finding.rule:
        yield f"      payer {finding.payer}, rule {finding.rule}; {sources(finding.citations)}"
    yield f"      {places_in_words(finding.lines)}"


def _question(word: str, question: OpenQuestion) -> Iterator[str]:
    rule = f" {question.rule}" if question.rule else ""
    why = f"{question.reason}: {question.missing}"
    yield f"{word}: {question.about}:{rule} ({why}); {question.message}"
    yield f"      {places_in_words(question.lines)}"


def _entry(question: OpenQuestion) -> NotEvaluated:
    return NotEvaluated(
        rule=question.rule, lines=(), reason=question.reason, missing=question.missing
    )


def places_in_words(lines: Iterable[ClaimLine]) -> str:
    """``claims C1 line 1, C2 lines 1, 2``."""
    held: dict[str, list[str]] = {}
    for line in lines:
        held.setdefault(line.claim, []).append(str(line.line))
    told = [f"{c} line{'s' if len(n) > 1 else ''} {', '.join(n)}" for c, n in held.items()]
    return f"{'claims' if len(told) > 1 else 'claim'} {', '.join(told)}"


def _listed(values: Iterable[object]) -> str:
    return " or ".join(map(str, values))
