"""The judgement for other tools: JUnit XML for CI, Markdown for a ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from agentcore_probe.model.display import visible
from agentcore_probe.report.action_lines import action_lines
from agentcore_probe.report.view import View

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (section 2.2)."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")

_CASE_RESULTS: dict[str, str | None] = {"as-expected": None, "unexpected": "failure", "error": "error"}
"""Outcome -> JUnit's element for a test case; None: passed. Every other outcome is skipped."""


def junit(views: Sequence[View]) -> str:
    """A suite for each report: a test case for each row and one for the verdict; `error` if a run could not find out."""
    root = ET.Element("testsuites")
    root.extend(_suite(view) for view in views)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(view: View) -> ET.Element:
    rows, stale = view.rows(), view.judgement.expectations
    outcomes = [row["outcome"] for row in rows]
    suite = ET.Element(
        "testsuite",
        name=_xml(view.title),
        tests=str(len(rows) + len(stale) + 1),
        failures=str(outcomes.count("unexpected") + len(stale) + (view.verdict["id"] == "not-verified")),
        errors=str(outcomes.count("error") + (view.verdict["id"] == "inconclusive")),
        skipped=str(outcomes.count("not-testable") + outcomes.count("not-applicable")),
    )
    suite.attrib.update(_times(view))
    for row in rows:
        case = _case(suite, view, row["id"], time=f"{view.seconds(row['id']):.3f}")
        result = _CASE_RESULTS.get(row["outcome"], "skipped")
        if result is not None:
            element = ET.SubElement(case, result, message=_xml(f"{row['result']}: {row['explanation']}"))
            if result != "skipped":
                element.set("type", _xml(row["cause"]))
    for finding in stale:
        case = _case(suite, view, f"expect.{finding.method}")
        ET.SubElement(case, "failure", message=_xml(view.expectation(finding)), type=finding.problem)
    verdict = _case(suite, view, "verdict")
    result = {"not-verified": "failure", "inconclusive": "error"}.get(view.verdict["id"])
    if result is not None:
        ET.SubElement(verdict, result, message=_xml(view.verdict["sentence"]))
    return suite


def _case(suite: ET.Element, view: View, name: str, **attributes: str) -> ET.Element:
    """A test case of the environment."""
    environment = _xml(view.record.environment.name)
    return ET.SubElement(suite, "testcase", {"classname": environment, "name": _xml(name), **attributes})


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


def markdown(view: View) -> str:
    """Verdict, rows and checklist as task lists; what a server said is escaped."""
    lines = [
        f"## {_text(view.title)}",
        "",
        f"**{view.verdict['symbol']} {view.verdict['word']}** {_text(view.verdict['sentence'])}",
    ]
    lines += action_lines(view, _text)
    if (gaps := view.not_tried()) is not None:
        lines += ["", _text(gaps)]
    if view.record.provenance.source != "aws":
        lines += ["", _text(view.verdict["source"])]
    lines += ["", f"### {view.messages('section-access-methods')}", ""]
    for row in view.rows():
        heading = f"{_text(row['name'])} ({_text(row['auth'])})"
        result = f"{_text(row['result'])}, {_text(row['outcome_word'])}. {_text(row['explanation'])}"
        lines.append(_task(f"{heading}: {result}", done=row["outcome"] == "as-expected"))
    lines += ["", f"### {view.messages('section-checklist')}", ""]
    for item in view.checklist():
        lines.append(_task(f"{_text(item['title'])}: {_text(item['word'])}", done=bool(item["done"])))
    for finding in view.configuration():
        lines.append(_task(f"{_text(finding['word'])}: {_text(finding['title'])}", done=False))
    lines += [_task(_text(sentence), done=False) for sentence in (*view.expectations(), *view.unreadable())]
    lines += ["", f"{view.messages('provenance-digest')}: `{view.record.digest}`", ""]
    return "\n".join(lines)


def _task(text: str, *, done: bool) -> str:
    """An item of a task list; `text` is Markdown."""
    return f"- [{'x' if done else ' '}] {text}"


def _text(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", visible(" ".join(text.split())))
