"""The notation of JUnit XML, which build servers show: suites of tests, each with its result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import attrs

from payer_rules.text.escaping import visible

#: A test without a result of its own has passed.
TestResult: TypeAlias = Literal["failure", "error", "skipped"]
#: The attribute of a suite that counts the tests with each result.
_COUNTS: Final[dict[TestResult, str]] = {
    "error": "errors",
    "failure": "failures",
    "skipped": "skipped",
}
END: Final = "</testsuites>\n"


@attrs.frozen(kw_only=True)
class ReportedTest:
    """A test in a report: what was tested, and why it did not pass."""

    owner: str
    name: str
    result: TestResult | None = None
    message: str = ""
    details: tuple[str, ...] = ()


def head_of(name: str) -> str:
    """Return the text before the suites of a run."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name={quoteattr(name)}>\n'


def suite_of(name: str, tests: Iterable[ReportedTest]) -> str:
    """Return a suite with its tests, and the number of those with each result."""
    suite = ElementTree.Element("testsuite", name=visible(name))
    results = []
    for test in tests:
        suite.append(_element(test))
        results.append(test.result)
    for result, counted in _COUNTS.items():
        suite.set(counted, str(results.count(result)))
    suite.set("tests", str(len(results)))
    ElementTree.indent(suite, level=1)
    return f"  {ElementTree.tostring(suite, encoding='unicode')}\n"


def _element(test: ReportedTest) -> ElementTree.Element:
    element = ElementTree.Element(
        "testcase", classname=visible(test.owner), name=visible(test.name)
    )
    if test.result:
        child = ElementTree.SubElement(element, test.result, message=visible(test.message))
        if test.result != "skipped":
            child.set("type", test.result)
        child.text = "\n".join(map(visible, filter(None, test.details))) or None
    return element
