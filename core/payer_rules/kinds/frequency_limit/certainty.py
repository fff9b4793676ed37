"""Whether a line that fits, as far as is known, certainly fits; else what is missing to know."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFact, MissingFacts
from payer_rules.kinds.frequency_limit.line_group import LineGroup


def missing_to_fit(group: LineGroup, at: int, perhaps_kept: Collection[int]) -> MissingFacts:
    """Return what is missing to know that the line at the position fits; nothing if it does.

    ``perhaps_kept`` are the numbers of lines that are kept on some of their days and not on others.
    """
    candidate, others = group.candidates[at], list(group.possible_others(at))
    earlier = group.nearby_earlier(candidate)
    uncertain = [line for line in (*earlier, *others) if line.missing or line.amount_unless]
    is_known = group.limit.knows_history_of(candidate)
    days = _missing_days(group, candidate, earlier, others, perhaps_kept)
    unless = (*candidate.amount_unless, *candidate.payable_unless)
    is_open = candidate.missing or unless or uncertain or days
    if is_known and not is_open:
        return NONE_MISSING
    fits = group.fits_at_most(candidate, [*earlier, *others])
    if is_known and fits:
        return NONE_MISSING
    missing: dict[MissingFact, None] = dict.fromkeys((*candidate.missing, *candidate.amount_unless))
    if uncertain or not is_known:
        missing.update(dict.fromkeys(candidate.payable_unless))
    for line in uncertain:
        missing.update(dict.fromkeys((*line.missing, *line.amount_unless)))
    if not fits:
        missing.update(dict.fromkeys(days))
    return tuple(missing) if is_known else (*missing, HISTORY)


def _missing_days(
    group: LineGroup,
    candidate: CountedLine,
    earlier: Sequence[CountedLine],
    others: Sequence[CountedLine],
    perhaps_kept: Collection[int],
) -> MissingFacts:
    """Return what is missing to know on which days the lines were, if that can matter."""
    if not group.has_several_days:
        return NONE_MISSING
    if any(line.line.number in perhaps_kept for line in others):
        return group.missing_days([*group.earlier, *group.candidates])
    return group.missing_days([candidate, *earlier, *others])
