"""The courses of treatment of a profile, to which its rules refer by name."""

from __future__ import annotations

import attrs

from payer_rules.profiles.reader import ProfileReader
from payer_rules.profiles.references import CodeSets, Courses, References, Sources
from payer_rules.profiles.rule_draft import RuleDraft
from payer_rules.rules import Course


def courses_of(reader: ProfileReader, sources: Sources, code_sets: CodeSets) -> Courses:
    """Return the courses of the tables ``[courses.NAME]``."""
    tables = reader.table("courses")
    values = {
        name: _course(reader, sources, code_sets, name, data) for name, data in tables.items()
    }
    return References(what="course", values=values)


def _course(
    reader: ProfileReader, sources: Sources, code_sets: CodeSets, name: str, data: object
) -> tuple[Course] | None:
    path = ("courses", name)
    draft = RuleDraft(reader, path, sources, code_sets)
    expanded = draft.expanded(data)
    course = reader.structure(Course, expanded, path)
    return (attrs.evolve(course, name=name),) if course is not None and draft.is_valid else None
