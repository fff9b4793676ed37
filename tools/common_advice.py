"""The page of common advice on CPT 90853: what answers each sentence, and which payers agree.

The sentences are in docs/examples/common-advice/common-advice.toml. The payers are derived from
their rules: a claim that goes against the advice, and one that follows it, are decided for each.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, LineDecision
from payer_rules.kinds import kind_of, topic_of
from payer_rules.readers.claim_shorthand import expand_claim
from payer_rules.registry import CollectedRules, Registry
from payer_rules.reports.rule_items import source
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.live_rules import CURRENT, status_of
from payer_rules.rules import Rule
from payer_rules.values.structure import structure
from payer_rules.writers.claim_text import claim_lines

FILE: Final = (
    Path(__file__).resolve().parent.parent
    / "docs"
    / "examples"
    / "common-advice"
    / "common-advice.toml"
)
#: The folder of the claims, from that of the checkout.
CLAIMS: Final = "docs/reference/common-advice"
CODE: Final = "90853"
VERDICTS: Final = ("holds", "by payer", "wrong", "out of scope")
#: The topics of findings of edit tables, whose rules no profile has.
EDITS: Final = {"ptp": "combination", "add-on": "combination", "mue": "frequency"}
READ: Final = ("checked", "none stated", "carried")
ABOUT: Final = """\
What a clinic hears about billing CPT 90853, in our own words, and what answers it. Each sentence
has a command that was run to answer it, in the folder of the checkout; the claims are in
`docs/reference/common-advice`. The payers are derived from their rules for services on
{day}, by a claim that goes against the advice and one that follows it: *asks for it*, a rule has a
finding on the first; *says otherwise*, on the second; *not asked for*, the text of the topic was
read and nothing was found. Of payers that are not named no text on it was read, or the text is too
old. What Medicare would do in place of a text that was not read is not counted."""


@attrs.frozen(kw_only=True)
class Advice:
    """A sentence that clinics hear, with the claims that test it and the command that answers it.

    ``permits`` are lines of a claim that the advice calls payable. If ``by_findings``, a text that
    finds nothing is no answer. ``check`` is the payer of the claim in the command. ``kind`` are
    rules of a kind on the code, of which ``about`` chooses those that have a field or name an
    element or document of the record; if ``contradicts``, they say otherwise. ``payers`` are those
    of whom the advice speaks, if not all.
    """

    id: str
    heard: str
    verdict: str
    answer: str
    topics: tuple[str, ...] = ()
    against: tuple[dict[str, Any], ...] = ()
    follows: tuple[dict[str, Any], ...] = ()
    permits: tuple[dict[str, Any], ...] = ()
    by_findings: bool = False
    kind: str | None = None
    about: tuple[str, ...] = ()
    contradicts: bool = False
    payers: tuple[str, ...] = ()
    check: str | None = None
    command: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Stance:
    """The payers that ask for what the advice says, say otherwise, or do not ask; by rules."""

    asks: Mapping[str, Sequence[str]]
    otherwise: Mapping[str, Sequence[str]]
    not_asked: Sequence[str]


@attrs.frozen(kw_only=True)
class AdviceList:
    """All advice, and what the claims of it have in common."""

    day: date
    claim: Mapping[str, Any]
    line: Mapping[str, Any]
    advice: tuple[Advice, ...]

    @classmethod
    def read(cls, path: Path = FILE) -> AdviceList:
        """Return the advice in the file."""
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        base = data["base"]
        advice = tuple(Advice(**_frozen(row)) for row in data["advice"])
        return cls(day=base["on"], claim=base["claim"], line=base["line"], advice=advice)

    def claim_of(self, lines: Sequence[Mapping[str, Any]]) -> Claim:
        """Return the claim with the lines."""
        days = {"date": self.day}
        table = {
            "id": "A1",
            **self.claim,
            "lines": [{**self.line, **days, **line} for line in lines],
        }
        return structure(Claim, expand_claim(table, ()).table)

    def text_of(self, lines: Sequence[Mapping[str, Any]]) -> str:
        """Return the file of the claim with the lines."""
        return "\n".join(["history = []", "", *claim_lines(self.claim_of(lines)), ""])

    def stance(
        self, advice: Advice, books: Mapping[str, RuleBook], rules: Mapping[str, Sequence[Rule]]
    ) -> Stance:
        """Return which payers agree with the advice, by their rules."""
        asks: dict[str, list[str]] = {}
        otherwise: dict[str, list[str]] = {}
        not_asked = []
        for payer, book in books.items():
            if advice.payers and payer not in advice.payers:
                continue
            own = {rule.id: topic_of(rule) for rule in rules[payer]}
            if advice.kind:
                found = [*_of_kind(advice, rules[payer], self.day)]
                stances = otherwise if advice.contradicts else asks
                stances |= {payer: found} if found else {}
            broken, read = self._decided(book, advice.against, advice.topics, own)
            if broken:
                asks[payer] = broken
            elif read and not advice.by_findings:
                not_asked.append(payer)
            for lines in (advice.follows, advice.permits):
                broken, read = self._decided(book, lines, advice.topics, own)
                if broken:
                    otherwise[payer] = broken
                elif read and lines is advice.permits:
                    asks[payer] = []
        not_asked = [payer for payer in not_asked if payer not in otherwise]
        return Stance(asks=asks, otherwise=otherwise, not_asked=not_asked)

    def _decided(
        self,
        book: RuleBook,
        lines: Sequence[Mapping[str, Any]],
        topics: Iterable[str],
        own: Mapping[str, Any],
    ) -> tuple[list[str], bool]:
        """Return the rules of the topics with findings on the lines, and if these were read."""
        if not lines:
            return [], False
        decision = book.decide(self.claim_of(lines))
        found = _findings(decision, set(topics), own)
        return found, any(_is_read(line, topics) for line in decision.lines)


def common_advice(registry: Registry, collected: Mapping[str, CollectedRules]) -> Iterator[str]:
    """Yield the parts of the page."""
    advice = AdviceList.read()
    books = {name: registry.rulebook(name, collected=each) for name, each in collected.items()}
    rules = {name: each.rules for name, each in collected.items()}
    yield "# Common advice on group psychotherapy"
    yield ABOUT.format(day=advice.day)
    for verdict in VERDICTS:
        yield f"## {_HEADINGS[verdict]}"
        for row in advice.advice:
            if row.verdict == verdict:
                yield "\n".join(_item(row, advice.stance(row, books, rules), rules))


_HEADINGS: Final = {
    "holds": "It holds",
    "by payer": "It depends on the payer",
    "wrong": "It is wrong",
    "out of scope": "No rule about a claim says it",
}


def command_of(advice: Advice) -> list[str]:
    """Return the words of the command that answers the advice, after ``payer-rules``."""
    if advice.check:
        return ["check", f"{CLAIMS}/{advice.id}.toml", "--payer", advice.check, "--verbose"]
    return [*advice.command]


def claim_files(advice: AdviceList) -> dict[str, str]:
    """Return the files of the claims that commands check, by their names."""
    return {
        f"{each.id}.toml": advice.text_of(each.against or each.follows or each.permits)
        for each in advice.advice
        if each.check
    }


def _item(advice: Advice, stance: Stance, rules: Mapping[str, Sequence[Rule]]) -> Iterator[str]:
    yield f"**{advice.heard}**"
    yield ""
    yield f"- {advice.answer}"
    if command := command_of(advice):
        yield f"- Answered by: `payer-rules {' '.join(command)}`"
    if lines := advice.against or advice.follows or advice.permits:
        yield f"- The claim: {', '.join(map(_line, lines))}"
    for words, payers in (("Asks for it", stance.asks), ("Says otherwise", stance.otherwise)):
        label = "Payers that allow it" if advice.permits and payers is stance.asks else words
        if payers:
            yield f"- {label}: {'; '.join(_with_rules(p, r) for p, r in payers.items())}"
    if stance.not_asked:
        yield f"- Not asked for: {', '.join(f'`{payer}`' for payer in stance.not_asked)}"
    for rule in (rule for each in rules.values() for rule in each if rule.id in advice.sources):
        yield from (f"- Source: {source(citation)}" for citation in rule.citations)


def _with_rules(payer: str, rules: Iterable[str]) -> str:
    names = ", ".join(f"`{rule}`" for rule in rules)
    return names or f"`{payer}`"


def _line(line: Mapping[str, Any]) -> str:
    """Return the line in short: its code with modifiers, and what sets it apart."""
    code = "-".join([str(line.get("code", CODE)), *line.get("modifiers", ())])
    named = {"units": "units", "place_of_service": "place", "modality": ""}
    parts = [f"{named[key]} {line[key]}".strip() for key in named if key in line]
    session = line.get("session", {})
    if "group_size" in session:
        parts.append(f"a group of {session['group_size']}, {line['minutes']} minutes")
    if "rendering_provider" in line:
        parts.append(f"by {line['rendering_provider']['profession']}")
    return f"{code} ({', '.join(parts)})" if parts else code


def _findings(decision: Decision, topics: set[str], own: Mapping[str, Any]) -> list[str]:
    """Return the payer's own rules of the topics that have findings."""
    found = [finding.rule for finding in decision.findings if finding.basis != "baseline"]
    of_topic = (
        rule for rule in found if own.get(rule, EDITS.get(rule.partition("/")[2])) in topics
    )
    return sorted(dict.fromkeys(of_topic))


def _is_read(line: LineDecision, topics: Iterable[str]) -> bool:
    return any(line.topics.get(topic) in READ for topic in topics)  # type: ignore[call-overload]


def _of_kind(advice: Advice, rules: Sequence[Rule], day: date) -> Iterator[str]:
    """Yield the rules of the kind on the code that the payer has on the day, each id once."""
    found = (
        rule.id
        for rule in rules
        if kind_of(rule).table == advice.kind
        and CODE in rule.meets
        and status_of(rule, rules, day) in CURRENT
        and (not advice.about or any(_speaks_of(rule, word) for word in advice.about))
    )
    yield from dict.fromkeys(found)


def _speaks_of(rule: Rule, word: str) -> bool:
    """Return True if the rule has the field, or names the element or document of the record."""
    documents = (kind for each in getattr(rule, "documents", ()) for kind in each.kind)
    return bool(getattr(rule, word, None)) or word in {*rule.record_elements, *documents}


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(item) if isinstance(item, list) else item for key, item in row.items()}
