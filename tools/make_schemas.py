"""Write the JSON schemas of claims, rules, runs, impacts, profiles and cases from the classes.

    python tools/make_schemas.py [--check]

``--check`` writes nothing: it names the schemas that are out of date, and exits with 1 if there are
any. The schema of decisions is written by hand, with the meaning of each key.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from case_schemas import schema_of_cases, schema_of_scenario
from class_schemas import SCALARS, Definitions, Schema, document
from payer_rules.claims import Claim
from payer_rules.conformance.run_record import RunRecord
from payer_rules.history import HistoryLine
from payer_rules.impact.changed_lines import ChangedLine
from payer_rules.impact.impact_json import ImpactCounts, ProblemEntry
from payer_rules.json_forms.schema_files import CLAIM, CONFORMANCE, DECISION, HISTORY, IMPACT, RULE
from payer_rules.kinds import KINDS
from profile_schema import schema_of_profile

FOLDER: Final = Path(__file__).resolve().parents[1] / "core/payer_rules/json_forms/schemas"


def fixed(name: str) -> Schema:
    """Return the schema of the key that states the schema."""
    return {"schema": {"const": name}}


def schema_of_claim() -> Schema:
    """Return the schema of a claim document with one claim."""
    definitions = Definitions()
    properties = {**fixed(CLAIM), "claim": definitions.of_class(Claim)}
    return _of_document(CLAIM, "Claim", "One claim, as to_json writes it.", properties, definitions)


def schema_of_history() -> Schema:
    """Return the schema of a history document."""
    definitions = Definitions()
    covers = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "from": dict(SCALARS[date]),
            "billing": dict(SCALARS[str]),
            "rendering": dict(SCALARS[str]),
        },
        "description": "From which day, and of which providers, no line is missing.",
    }
    lines = {"type": "array", "items": definitions.of_class(HistoryLine)}
    properties = {**fixed(HISTORY), "history": lines, "history_covers": covers}
    title = "History"
    return _of_document(HISTORY, title, "Earlier lines of members.", properties, definitions)


def _of_document(
    name: str, title: str, description: str, properties: Schema, definitions: Definitions
) -> Schema:
    required = [key for key in properties if key != "history_covers"]
    return document(
        name,
        title,
        description,
        type="object",
        additionalProperties=False,
        required=required,
        properties=properties,
        **{"$defs": definitions.found},
    )


def schema_of_rule() -> Schema:
    """Return the schema of a rule: one form for each kind."""
    definitions = Definitions()
    forms = [
        definitions.table(kind.rule, **fixed(RULE), kind={"const": kind.table}) for kind in KINDS
    ]
    description = "A rule of one kind, as to_json writes it; the function of a check is left out."
    return document(RULE, "Rule", description, oneOf=forms, **{"$defs": definitions.found})


def schema_of_conformance() -> Schema:
    """Return the schema of the report of a conformance run."""
    definitions = Definitions()
    table = definitions.table(RunRecord, **fixed(CONFORMANCE))
    lists = {name: _numbered(text) for name, text in NUMBERED.items()}
    description = "A run of payer-rules conform. What is left out has its default."
    return document(
        CONFORMANCE,
        "Conformance run",
        description,
        type="object",
        additionalProperties=False,
        required=[*table["properties"], *lists, "digest"],
        properties={**table["properties"], **lists, "digest": DIGEST},
        **{"$defs": definitions.found},
    )


def schema_of_impact() -> Schema:
    """Return the schema of the report of a comparison of two sets of rules."""
    definitions = Definitions()
    table = definitions.table(ImpactCounts, **fixed(IMPACT), engine=dict(SCALARS[str]))
    lists = {
        "problems": definitions.of_class(ProblemEntry),
        "remarks": definitions.of_class(ProblemEntry),
        "changes": definitions.of_class(ChangedLine),
    }
    properties = {
        **table["properties"],
        **{name: {"type": "array", "items": items} for name, items in lists.items()},
    }
    description = "The lines of claims whose answer differs between two sets of rules."
    return _of_document(IMPACT, "Impact", description, properties, definitions)


#: The lists whose entries answers name by number, from 0.
NUMBERED: Final = {
    "claims": f"Documents of {CLAIM}, with the history that the payer knows.",
    "decisions": f"Decisions of {DECISION} without claim, payer and fingerprint, which differ, and"
    " without empty lists; citations are numbers.",
    "fingerprints": "What decisions depend on.",
    "citations": "Sources of rules.",
}


DIGEST: Final = {
    "type": "string",
    "description": "SHA-256 of the text before this key, from the first brace to the last value.",
}


def _numbered(description: str) -> Schema:
    return {"type": "array", "items": {"type": "object"}, "description": description}


SCHEMAS: Final = {
    "conformance": schema_of_conformance,
    "impact": schema_of_impact,
    "claim": schema_of_claim,
    "history": schema_of_history,
    "rule": schema_of_rule,
    "profile": schema_of_profile,
    "cases": schema_of_cases,
    "scenario": schema_of_scenario,
}


def text_of(schema: Schema) -> str:
    """Return the schema as the text of its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def outdated() -> Iterable[tuple[Path, str]]:
    """Yield the path and the new text of each schema that is out of date."""
    for name, make in SCHEMAS.items():
        path, text = FOLDER / f"{name}.schema.json", text_of(make())
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path, text


def main(arguments: list[str]) -> int:
    """Write the schemas, or name those that are out of date."""
    changed = [*outdated()]
    for path, text in changed:
        print(f"{path.name} is out of date" if "--check" in arguments else f"wrote {path.name}")
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
