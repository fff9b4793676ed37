"""The claim of a witness in words: nothing that it states is left out."""

from __future__ import annotations

from typing import Final

import pytest

from payer_rules.conformance.derived_claims import less_known
from payer_rules.examples.around import claims_around
from payer_rules.examples.sketch import example_code
from payer_rules.registry import Registry, load
from payer_rules.reports.witness_claims import claim_texts

#: Facts of which the words are the same whether there is none or it is not stated.
UNSPOKEN: Final = (
    *("supervised_by", "covers_from", "body_site", "drug"),
    *("documents", "elements", "findings", "documented"),
)

#: Of more lines, only some are printed.
FEW: Final = 6


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The bundled payers with rules about members, records and institutions."""
    return load(payers=["bcbs-il", "medicare", "ny-medicaid"])


@pytest.mark.parametrize("payer", ["bcbs-il", "medicare", "ny-medicaid"])
def test_every_stated_fact_is_in_the_words(registry: Registry, payer: str) -> None:
    """If a claim does not state one of its facts, its words are others."""
    silent = set()
    for rule in registry.rulebook(payer).rules:
        claim, history = next(claims_around(rule, [example_code(rule)]), (None, None))
        if claim is None or history is None or len(claim.lines) > FEW:
            continue
        words = list(claim_texts(claim, history))
        for fact, less, past in less_known(claim, history):
            if fact.rpartition(".")[2] in UNSPOKEN or fact.startswith("history."):
                continue
            if list(claim_texts(less, past)) == words:
                silent.add(fact)
    assert not silent
