"""The words of what the record of a session holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of, no_cure
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.record_requirement.evaluator import RecordGap
from payer_rules.kinds.record_requirement.parts import DocumentCriteria, FindingCriteria
from payer_rules.kinds.record_requirement.rule import RecordRequirement
from payer_rules.rules import ProviderCriteria
from payer_rules.text.lists import listed
from payer_rules.vocabularies import RECORD_ELEMENTS

#: The common elements of notes, with what they mean.
_MEANINGS: Final = {term.word: term.meaning for term in RECORD_ELEMENTS.terms}


def parts_text(rule: RecordRequirement) -> list[str]:
    """Return what the record holds by the rule, a text for each part."""
    return [
        *map(_document, rule.documents),
        *map(_element, rule.elements),
        *map(_finding, rule.findings),
    ]


def _document(criteria: DocumentCriteria) -> str:
    kinds = listed(_plain(kind) for kind in criteria.kind)
    return ", ".join((f"document: {kinds}", *_asked(criteria)))


def _asked(criteria: DocumentCriteria) -> Iterator[str]:
    if criteria.written is not None:
        yield f"written {criteria.written}"
    if criteria.no_older_than is not None:
        yield f"no older than {criteria.no_older_than}"
    if criteria.signed is not None:
        yield "signed" if criteria.signed is True else f"signed {criteria.signed}"
    if isinstance(criteria.signed_by, ProviderCriteria):
        words = criteria.signed_by.profession or criteria.signed_by.taxonomy or ["who is named"]
        yield f"signed by {listed(words)}"
    elif criteria.signed_by is not None:
        yield "signed by the rendering provider"
    if criteria.unexpired:
        yield "not expired"


def _element(alternatives: frozenset[str]) -> str:
    return " or ".join(_MEANINGS.get(element, _plain(element)) for element in sorted(alternatives))


def _finding(criteria: FindingCriteria) -> str:
    asked = []
    if criteria.at_least is not None:
        asked.append(f"of at least {criteria.at_least:f}")
    if criteria.at_most is not None:
        asked.append(f"of at most {criteria.at_most:f}")
    if criteria.change_at_least is not None:
        asked.append(f"changed by at least {criteria.change_at_least:f}")
    if criteria.change_share_at_least is not None:
        percent = (criteria.change_share_at_least * 100).normalize()
        asked.append(f"changed by at least {percent:f} percent")
    return " ".join((f"{_plain(criteria.name)} score", " and ".join(asked))).rstrip()


def _plain(word: str) -> str:
    return word.replace("-", " ")


def _sentence(rule: RecordRequirement) -> str:
    return f"{codes_text(rule.codes)}: the record holds {'; '.join(parts_text(rule))}."


def _answers(rule: RecordRequirement, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        yield "What else", f"a record that holds {'; '.join(parts_text(rule))}"


def _explain(
    rule: RecordRequirement, verdict: Verdict[tuple[RecordGap, ...]], claim: Claim
) -> Explanation:
    label = line_label(line_of(verdict, claim))
    texts = [_gap_text(rule, gap) for gap in verdict.details]
    return Explanation(
        message=f"{label}: the record does not hold {'; '.join(texts)}",
        evidence=tuple(value("not in the record", text) for text in texts),
    )


def _gap_text(rule: RecordRequirement, gap: RecordGap) -> str:
    if gap.part == "documents":
        return _document(rule.documents[gap.at])
    if gap.part == "elements":
        return _element(rule.elements[gap.at])
    return _finding(rule.findings[gap.at])


WORDS: Final = Words(
    subject="Length, group size and documentation",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=no_cure,
    shows=lambda rule: frozenset(["record"]),
)
