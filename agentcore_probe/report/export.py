"""The judgement for other tools: JUnit XML for CI, a Markdown checklist for a ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from agentcore_probe.model.display import visible
from agentcore_probe.report.view import View

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (section 2.2)."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def junit(views: Sequence[View]) -> str:
    """One suite a report: a test case a row, one for the verdict; `error` where a run could not find out."""
    whole = ET.Element("testsuites")
    whole.extend(_suite(view) for view in views)
    ET.indent(whole)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(whole, encoding="unicode") + "\n"


def _suite(view: View) -> ET.Element:
    rows = view.rows()
    suite = ET.Element(
        "testsuite",
        name=_xml(view.title),
        tests=str(len(rows) + len(view.judgement.expectations) + 1),
        failures=str(
            sum(row["outcome"] == "unexpected" for row in rows)
            + len(view.judgement.expectations)
            + (view.verdict["id"] == "not-verified")
        ),
        errors=str(sum(row["outcome"] == "error" for row in rows) + (view.verdict["id"] == "inconclusive")),
        skipped=str(sum(row["outcome"] in ("not-testable", "not-applicable") for row in rows)),
    )
    suite.attrib.update(_when(view))
    for row in rows:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=_xml(view.record.environment.name),
            name=_xml(row["id"]),
            time=f"{view.seconds(row['id']):.3f}",
        )
        kind = {"unexpected": "failure", "error": "error"}.get(row["outcome"])
        if kind is None and row["outcome"] != "as-expected":
            kind = "skipped"
        if kind is not None:
            told = ET.SubElement(case, kind, message=_xml(f"{row['result']}: {row['explanation']}"))
            if kind != "skipped":
                told.set("type", _xml(row["cause"]))
    for each in view.judgement.expectations:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=_xml(view.record.environment.name),
            name=_xml(f"expect.{each.method}"),
        )
        ET.SubElement(case, "failure", message=_xml(view.expectation(each)), type=each.problem)
    verdict = ET.SubElement(suite, "testcase", classname=_xml(view.record.environment.name), name="verdict")
    kind = {"not-verified": "failure", "inconclusive": "error"}.get(view.verdict["id"])
    if kind is not None:
        ET.SubElement(verdict, kind, message=_xml(view.verdict["sentence"]))
    return suite


def _when(view: View) -> dict[str, str]:
    """The run's begin, as JUnit's `timestamp`, and its seconds; nothing where they are not known."""
    told = view.record.provenance
    if told.started is None:
        return {}
    begun = {"timestamp": told.started.strftime("%Y-%m-%dT%H:%M:%S")}
    return (
        begun
        if told.ended is None
        else {**begun, "time": f"{(told.ended - told.started).total_seconds():.3f}"}
    )


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def markdown(view: View) -> str:
    """Verdict, rows and checklist as task lists; what a server said is escaped."""
    lines = [
        f"## {_text(view.title)}",
        "",
        f"**{view.verdict['symbol']} {view.verdict['word']}** {_text(view.verdict['sentence'])}",
    ]
    if view.record.provenance.source != "aws":
        lines += ["", _text(view.verdict["source"])]
    lines += ["", f"### {view.messages('section-access-methods')}", ""]
    for row in view.rows():
        done = "x" if row["outcome"] == "as-expected" else " "
        lines.append(
            f"- [{done}] {_text(row['name'])} ({_text(row['auth'])}): {_text(row['result'])}, {_text(row['outcome_word'])}. {_text(row['explanation'])}"
        )
    lines += ["", f"### {view.messages('section-checklist')}", ""]
    for item in view.checklist():
        lines.append(f"- [{'x' if item['done'] else ' '}] {_text(item['title'])}: {_text(item['word'])}")
    for each in view.configuration():
        lines.append(f"- [ ] {_text(each['word'])}: {_text(each['title'])}")
    lines += [f"- [ ] {_text(each)}" for each in (*view.expectations(), *view.unreadable())]
    lines += ["", f"{view.messages('provenance-digest')}: `{view.record.digest}`", ""]
    return "\n".join(lines)


def _text(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", visible(" ".join(text.split())))
