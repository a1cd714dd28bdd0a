"""JUnit XML: a suite for each environment, for the test reports of CI servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agentcore_probe.regex import regex
from agentcore_probe.report.exports.export import Export, Part

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from agentcore_probe.errors import ProbeError
    from agentcore_probe.report.exports.result import EnvironmentResult
    from agentcore_probe.report.view import View

_NOT_XML = regex("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (section 2.2)."""

_CASE_RESULTS: dict[str, str | None] = {"as-expected": None, "unexpected": "failure", "error": "error"}
"""Outcome -> JUnit's element for a test case; None: passed. Every other outcome is skipped."""

_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}
"""The attribute that counts each kind of result."""


def junit(suites: Sequence[Part[ET.Element]]) -> str:
    """A test case for each row, for the verdict and for an error; `error` also where a run could not find out."""
    from xml.etree import ElementTree as ET  # not for `--help`

    root = ET.Element("testsuites", name="agentcore-probe")
    root.extend(suite.content for suite in suites)
    _count(root)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(result: EnvironmentResult) -> ET.Element:
    from xml.etree import ElementTree as ET

    view = result.view
    suite = ET.Element("testsuite", name=_xml(view.title if view else result.name))
    if view is not None:
        suite.attrib.update(_times(view))
        suite.extend(_cases(view, result.name))
    if result.error is not None:
        suite.append(_error_case(result.name, result.error))
    _count(suite)
    return suite


def _cases(view: View, environment: str) -> Iterator[ET.Element]:
    """The rows, the expectations that are not met or out of date, the warnings about the configuration, and the verdict."""
    from agentcore_probe.report.action_lines import plain_action_lines
    from agentcore_probe.report.exports.result import explained

    for row in (*view.rows(), *view.cells()):
        seconds = f"{view.seconds(row['id']):.3f}"
        kind = _CASE_RESULTS.get(row["outcome"], "skipped")
        message = explained(row, view.messages)
        finding = view.judgement.finding(row["id"])
        fix = view.cause(finding.diagnosis, ".fix") if finding and row["cause"] != "none" else ""
        yield _case(environment, row["id"], kind, message, type=row["cause"], details=fix, time=seconds)
    for stale in view.judgement.expectations:
        sentence = view.expectation(stale)
        yield _case(environment, f"expect.{stale.method}", "failure", sentence, type=stale.problem)
    yield from _warnings(view, environment)
    verdict = view.verdict
    kind = {"not-verified": "failure", "inconclusive": "error"}.get(verdict["id"])
    to_do = "\n".join(plain_action_lines(view))
    yield _case(environment, "verdict", kind, verdict["sentence"], type=verdict["id"], details=to_do)


def _warnings(view: View, environment: str) -> Iterator[ET.Element]:
    """The warnings about the deployed configuration; its errors are in the verdict's text. An early record's has none."""
    findings = view.judgement.configuration if view.record.configuration.other_judges else ()
    for finding, texts in zip(findings, view.configuration(), strict=False):
        if finding.severity == "warning":
            yield _case(
                environment, f"configuration.{finding.id}", "skipped", texts["title"], type=finding.id
            )


def _error_case(environment: str, error: ProbeError) -> ET.Element:
    """The case of an environment that could not run, or whose report could not be written."""
    return _case(environment, "run", "error", error.line(), type=type(error).__name__)


def _case(  # noqa: PLR0913  (its parts, by their names)
    environment: str,
    name: str,
    kind: str | None,
    message: str,
    *,
    type: str,
    details: str = "",
    time: str = "",
) -> ET.Element:
    """A test case. Some readers show a result's attribute, others its text: both have the message."""
    from xml.etree import ElementTree as ET

    attributes = {"classname": _xml(environment), "name": _xml(name), **({"time": time} if time else {})}
    case = ET.Element("testcase", attributes)
    if kind is not None:
        result = ET.SubElement(case, kind, message=_xml(message))
        if kind != "skipped":
            result.set("type", _xml(type))
            result.text = _xml("\n".join(filter(None, (message, details))))
    return case


def _count(element: ET.Element) -> None:
    """Sets the numbers of cases and results below a suite, or below all of them."""
    element.set("tests", str(len(list(element.iter("testcase")))))
    for attribute, kind in _COUNTED.items():
        element.set(attribute, str(len(list(element.iter(kind)))))


def _times(view: View) -> dict[str, str]:
    """The run's start as JUnit's `timestamp`, and its seconds; what is not known is left out."""
    started, ended = view.record.provenance.started, view.record.provenance.ended
    if started is None:
        return {}
    times = {"timestamp": started.strftime("%Y-%m-%dT%H:%M:%S")}
    if ended is not None:
        times["time"] = f"{(ended - started).total_seconds():.3f}"
    return times


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


EXPORT = Export(help="Write a JUnit XML file, for test reports in CI", order=1, content=_suite, whole=junit)
