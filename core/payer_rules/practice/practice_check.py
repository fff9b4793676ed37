"""What is wrong with a practice file by the installed payers and rules, and with its NPIs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InputError, Path, Problem, Remark, nearest
from payer_rules.kinds.required_field.evaluator import is_npi
from payer_rules.practice.practice import Practice, history_files
from payer_rules.practice.practice_file import read_practice
from payer_rules.registry import Registry
from payer_rules.rules import EDIT_RULES, Waiver
from payer_rules.system.files import missing_file
from payer_rules.text.quoting import quoted
from payer_rules.toml_files.document import TomlDocument
from payer_rules.values.checked import form_error

_BASELINE: Final = ("baseline-ptp", "baseline-mue")


def checked_practice(path: FilePath, registry: Registry) -> Practice:
    """Return the practice in the file; raises `InputError` with all problems.

    Remarks are left out: `problems_of_practice` returns them, too.
    """
    practice, document = read_practice(path)
    problems = problems_of_practice(practice, document, registry)
    problems = [problem for problem in problems if not isinstance(problem, Remark)]
    if problems:
        raise InputError(problems)
    return practice


def problems_of_practice(
    practice: Practice, document: TomlDocument, registry: Registry
) -> list[Problem]:
    """Return the problems of the practice with the installed payers and rules, and the remarks."""
    errors = [*_errors_of_payers(practice, registry), *_errors_of_waivers(practice, registry)]
    errors.sort(key=lambda error: document.line(error.path))
    problems = [error.at(document.place(error.path)) for error in errors]
    problems += (missing_file(str(path)) for path in history_files(practice) if not path.exists())
    problems += _remarks(practice, document)
    return problems


def unanswered_payers(practice: Practice) -> list[str]:
    """Return the identifiers of claims whose payer the practice file does not name."""
    return [identifier for identifier, entry in practice.payers.items() if entry.payer is None]


def unanswered(practice: Practice) -> list[str]:
    """Return in words what the practice file does not answer yet."""
    payers = unanswered_payers(practice)
    licenses = [npi for npi, entry in practice.providers.items() if entry.profession is None]
    house = practice.house
    questions = {
        f"whose {_some(payers, 'identifier')} it is": payers,
        f"the license of {_some(licenses, 'provider')}": licenses,
        "the largest group (group_size_at_most)": house.group_size_at_most is None,
        "the 835s that you received (history)": not house.history,
    }
    return [question for question, is_open in questions.items() if is_open]


def _some(names: list[str], noun: str) -> str:
    """Return the only name with its noun, or the number of names."""
    return f"{noun} {names[0]}" if len(names) == 1 else f"{len(names)} {noun}s"


def _errors_of_payers(practice: Practice, registry: Registry) -> Iterator[FieldError]:
    names = registry.names
    for identifier, entry in practice.payers.items():
        path = ("payers", identifier)
        if entry.payer is not None and entry.payer not in registry.payers:
            message = f"there is no payer {entry.payer!r}"
            remedy = nearest(entry.payer, registry.payers)
            yield FieldError((*path, "payer"), message, remedy, ErrorCode.UNKNOWN_PAYER)
        for key, word, words in (
            ("plan", entry.plan, names.plans),
            ("program", entry.program, names.programs),
        ):
            if word is not None and word != "none" and words.canonical(word) is None:
                yield form_error((*path, key), words, word, quoted)


def _errors_of_waivers(practice: Practice, registry: Registry) -> Iterator[FieldError]:
    for at, waiver in enumerate(practice.waivers):
        known = _rules_of(waiver, registry)
        if waiver.rule not in known:
            message = f"there is no rule {waiver.rule!r}"
            path = ("waivers", at, "rule")
            yield FieldError(path, message, nearest(waiver.rule, known), ErrorCode.WAIVED_RULE)


def _rules_of(waiver: Waiver, registry: Registry) -> list[str]:
    """Return the ids of the rules of the payer whose rule is waived, or the ids of payers."""
    payer = waiver.rule.partition("/")[0]
    if payer not in registry.payers:
        return [f"{name}/…" for name in registry.payers]
    edits = (f"{payer}/{name}" for name in (*EDIT_RULES, *_BASELINE))
    return sorted({*(rule.id for rule in registry.collect(payer).rules), *edits})


def _remarks(practice: Practice, document: TomlDocument) -> Iterator[Remark]:
    """Yield a remark for each NPI whose check digit is wrong."""
    named: list[tuple[Path, str]] = [(("providers", npi), npi) for npi in practice.providers]
    named += [
        (("providers", npi, "supervised_by"), entry.supervised_by)
        for npi, entry in practice.providers.items()
        if entry.supervised_by is not None
    ]
    for path, npi in named:
        if not is_npi(npi):
            message = f"the check digit of the NPI {npi} is wrong"
            remedy = "Compare it with the provider's NPI; a digit may be mistyped."
            yield Remark(document.place(path), message, remedy, ErrorCode.NPI_CHECK_DIGIT)
