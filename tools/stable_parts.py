"""The page about what is stable, with the names, hooks, schemas and codes of the code itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import payer_rules
from payer_rules import hookspecs
from payer_rules.cli.exit_codes import MEANINGS
from payer_rules.error_codes import ErrorCode
from payer_rules.json_forms import schema_of
from payer_rules.json_forms.schema_files import FORMS

_PAGE: Final = """\
# What is stable

Version 0.2 is the first that promises anything. A version is `MAJOR.MINOR.PATCH`. While the major number is 0, a minor
number may break what this page calls stable, but only after a version in which the old form still worked and was
reported; a patch never does. From 1.0 on, only a major number does.

| part | stable | what may change at any time |
| --- | --- | --- |
| Python | the names below and their arguments and attributes | everything that is not imported from `payer_rules` itself; `repr` of values |
| hooks | their names, arguments and what they may return | the order in which plugins are called |
| profiles, cases, practice files | every key of the reference, and what it means | new keys; the wording of problems |
| JSON | the schemas below: their number rises if a key goes or changes its meaning | new keys, the order of keys |
| command line | commands, options, exit codes | the text in the terminal, HTML pages and Markdown: read JSON, NDJSON, CSV, JUnit or SARIF instead |
| CSV | the columns and their order; new ones come last | |
| pytest | `payer_rules_invariants`, `payer_rules_profiles`, `--payer`, `--profiles`, `PayerSuite`, the names of invariants | the text of a failure |
| problems | their codes: a code is never reused | their sentences |
| rules | the id of a bundled rule, once released | limits, dates and sources: they follow the payers' texts, and CHANGELOG.md names them |

Answers are no part of the promise: a corrected fact or a corrected engine answers otherwise, in a patch too. The
fingerprint of a decision names the versions that gave it.

## How something is deprecated

1. What replaces it is released, and CHANGELOG.md names both under "Changed".
2. The old form works for at least one minor version and is reported where it is used:
   - a Python name, by a `DeprecationWarning` with the new name;
   - a hook, by a warning of pluggy when the plugin is loaded (`hookspec(warn_on_impl=…)`, and `warn_on_impl_args` for one
     argument);
   - a key of a file, a command or an option, by a remark, which changes no exit code.
3. Then it goes, and using it is a problem that names the new form: `payer_rules_rules` is named to a plugin that still
   implements one of the ten hooks that it replaced, and `payer-rules cases convert` rewrites case files of the old form.

Nothing is deprecated in 0.2.0.

## Exit codes

{exit_codes}

## Hooks

{hooks}

The arguments and an example of each are in [Hooks](hooks.md).

## JSON schemas

{schemas}

`payer_rules.schema_of(NAME)` returns one, and [Decisions](decisions.md) explains the most used one.

## Python names

{names}

## Codes of problems

{codes}

[Errors](errors.md) says what each means."""


def stable_parts() -> str:
    """Return the page."""
    exit_codes = (f"| {code.value} | {meaning} |" for code, meaning in MEANINGS.items())
    schemas = (f"| `{form}` | `{schema_of(form)['$id']}` |" for form in FORMS)
    return _PAGE.format(
        exit_codes="\n".join(["| code | meaning |", "| --- | --- |", *exit_codes]),
        hooks=_listed(hookspecs.__all__),
        schemas="\n".join(["| name | schema |", "| --- | --- |", *schemas]),
        names=_listed(payer_rules.__all__),
        codes=_listed(code.value for code in ErrorCode),
    )


def _listed(names: Iterable[str]) -> str:
    """Return the names in code marks, wrapped, separated by commas."""
    lines = [""]
    for name in sorted(names):
        if len(lines[-1]) + len(name) > 110:
            lines.append("")
        lines[-1] += f"`{name}`, "
    return "\n".join(line.rstrip() for line in lines).rstrip(",")
