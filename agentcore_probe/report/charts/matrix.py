"""Observed and intended decision, by target and by how the caller is identified; of more entrances, their map."""

from __future__ import annotations

from agentcore_probe.model.judgement import Finding
from agentcore_probe.model.methods import METHODS, TARGETS, form_of
from agentcore_probe.report.entrance_map import draw_map
from agentcore_probe.report.grid import box_of, draw_grid
from agentcore_probe.report.svg import Chart
from agentcore_probe.report.view import View
from agentcore_probe.report.view.entrances import has_more_entrances


def draw(view: View) -> Chart | None:
    """The matrix; None if nothing was tried."""
    messages = view.messages
    findings = {finding.method: finding for finding in _tried(view)}
    rows = [row for row in METHODS if row.id in findings]
    if not rows:
        return None
    if has_more_entrances(view):
        svg = draw_map(view)
        return Chart(messages("map-title"), _alt_of_map(view), svg)
    ways = list(dict.fromkeys(form_of(row) for row in rows))
    targets = [target for target in TARGETS if any(row.target == target for row in rows)]
    boxes = {
        (ways.index(form_of(row)), targets.index(row.target)): box_of(findings[row.id], messages)
        for row in rows
    }
    labels = [messages(f"way-{way}") for way in ways]
    headings = [messages(f"target-{target}") for target in targets]
    svg = draw_grid(labels, headings, boxes)
    return Chart(messages("matrix-title"), _alt(view), svg)


def _tried(view: View) -> list[Finding]:
    return [finding for finding in view.judgement.findings if finding.observed is not None]


def _alt_of_map(view: View) -> str:
    """The picture in words, with what the short words of further callers mean."""
    legend = [view.messages("map-legend")] if view.record.identities else []
    return view.messages.gap.join([_alt(view), *legend])


def _alt(view: View) -> str:
    """The picture in words: how many came out as expected, which did not, how many are open."""
    messages, tried = view.messages, _tried(view)
    good = sum(finding.outcome == "as-expected" for finding in tried)
    bad = [finding.method for finding in tried if finding.outcome == "unexpected"]
    if good == len(tried):
        return messages("matrix-alt-good", count=good)
    counts = {"count": len(tried), "good": good, "open": len(tried) - good - len(bad)}
    if not bad:
        return messages("matrix-alt-open", counts)
    names = messages.comma.join(view.name(method) for method in bad)
    return messages("matrix-alt-bad", counts, bad=len(bad), names=names)
