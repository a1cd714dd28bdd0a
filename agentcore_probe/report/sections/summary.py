"""The verdict, what to do now, the rows that are not as expected, and where it all comes from."""

from __future__ import annotations

from typing import Any

from agentcore_probe.model.methods import place_of
from agentcore_probe.report.sections import Section
from agentcore_probe.report.view import View
from agentcore_probe.report.view.clients import is_any_to_fix, summaries
from agentcore_probe.report.view.entrances import entrance_id, has_more_entrances, methods_text


def _content(view: View) -> dict[str, Any]:
    rows, good = view.failing_rows(), view.methods_as_expected()
    if has_more_entrances(view):
        rows.sort(key=lambda row: place_of(entrance_id(row["id"])))
    return {
        "actions": view.actions(),
        "clients": summaries(view),
        "is_any_client_to_fix": is_any_to_fix(view),
        "rows": rows,
        "good": {"count": len(good), "methods": methods_text(view, good)},
        "facts": _facts(view),
        "provenance": _provenance(view),
    }


def _facts(view: View) -> list[tuple[str, str]]:
    """What was observed, and when."""
    environment, started = view.record.environment, view.record.provenance.started
    return _entries(
        view,
        environment=environment.name,
        started=started.strftime("%Y-%m-%d %H:%M:%S UTC") if started else None,
        region=environment.home_region,
        runtime=environment.runtime.arn if environment.runtime else None,
        gateway=view.gateway_url,
    )


def _provenance(view: View) -> list[tuple[str, str]]:
    """Who observed it, and with what."""
    provenance = view.record.provenance
    offset = provenance.clock_offset
    return _entries(
        view,
        caller=provenance.caller,
        clock=f"{offset:+g} s" if offset is not None else None,
        tool=" ".join(filter(None, (provenance.tool, provenance.revision))),
        versions=", ".join(f"{name} {version}" for name, version in provenance.versions.items()),
        digest=view.record.digest,
    )


def _entries(view: View, **values: str | None) -> list[tuple[str, str]]:
    return [(view.messages(f"provenance-{name}"), value) for name, value in values.items() if value]


SECTION = Section(id="summary", order=0, content=_content)
