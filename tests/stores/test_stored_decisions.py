"""Laws of decisions with a stored history: they are those with the same lines in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limit_oracle import judged, placements
from limit_shapes import situations
from shapes import PAYER

from payer_rules.checking import check_claims
from payer_rules.claims import Claim
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import FrequencyLimit
from payer_rules.readers import FiledClaim
from payer_rules.rulebook import RuleBook
from payer_rules.stores import StoredHistory

PROPERTY: Final = settings(
    max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@PROPERTY
@given(situations(), st.data())
def test_a_stored_history_decides_as_the_same_lines_in_memory(
    stored: Callable[[History], StoredHistory],
    situation: tuple[FrequencyLimit, Claim, list[HistoryLine]],
    data: st.DataObject,
) -> None:
    """Decisions are equal, whether the history is complete, complete from a day, or not known."""
    rule, claim, lines = situation
    since = data.draw(st.sampled_from([date.min, date.max, *(line.date_from for line in lines)]))
    npis = sorted({claim.rendering_provider(line).npi for line in claim.lines})
    history = History(
        lines=lines,
        covers_from=since,
        covers_billing=data.draw(st.sampled_from([None, claim.billing_provider.npi])),
        covers_rendering=data.draw(st.sampled_from([None, *npis])),
    )
    book = RuleBook.build(PAYER, [rule])
    filed = [FiledClaim(claim, None, "claims.toml", 1)]
    store = stored(history)
    assert list(check_claims(filed, book, store)) == list(check_claims(filed, book, history))
    store.close()


@PROPERTY
@given(situations())
def test_the_oracle_agrees_with_a_stored_history(
    stored: Callable[[History], StoredHistory],
    situation: tuple[FrequencyLimit, Claim, list[HistoryLine]],
) -> None:
    """Engine and oracle agree on lines of one day, whichever database has the earlier ones."""
    rule, claim, lines = situation
    npis = {claim.rendering_provider(line).npi for line in claim.lines}
    known = History(lines=lines, covers_rendering=npis.pop() if len(npis) == 1 else None)
    store = stored(known)
    book = RuleBook.build(PAYER, [rule])
    (decision,) = check_claims([FiledClaim(claim, None, "claims.toml", 1)], book, store)
    store.close()
    if any(line.days > 1 for line in (*claim.lines, *lines)):
        return
    (days,) = placements(rule, claim, lines)
    expected = judged(rule, claim, lines, days)
    findings = {f.lines[0]: (f.outcome, f.pays) for f in decision.proved_findings}
    if rule.scope not in ("all-members", "session") or known.covers_rendering:
        assert findings == expected
    else:
        assert findings.items() <= expected.items()
