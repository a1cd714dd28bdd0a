"""What a server or an environment file says is text in every output, whichever field it stands in.

Each payload is put into every text of a record at once: values, and names where names are free. The outputs
must have the same elements and attributes as with the same payload without its markup characters.
"""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import mistune
import pytest
from pydantic import ValidationError

from agentcore_probe import api, store
from agentcore_probe.commands.terminal import print_changes, print_summary
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.export import junit, markdown
from agentcore_probe.report.messages import messages
from agentcore_probe.report.render import render
from agentcore_probe.report.report import Report
from agentcore_probe.report.view import View
from tests.conftest import PROJECT
from tests.embedded import observed
from tests.promises.figures import TRIED
from tests.report.test_page import Parsed

PAYLOADS = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)><!-- ]]> &lt;b&gt;",
    "attribute": "\"><a href=javascript:alert(1)>'onmouseover='alert(1)` style=x:expression(1)",
    "closing": "</pre></code></details></style></svg></table></td></body><h1>x</h1>",
    "template": "{{7*7}}{% for x in y %}{# #}${7*7}%{7*7}#{7*7}",
    "markdown": "[x](javascript:alert(1)) ![x](//evil.invalid) **b** `c` | d | <http://evil.invalid>\n# h\n- [x] i",
    "terminal": "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u2028\u0000\r\nfake line",
}
MARKUP = re.compile(r"[<>\"'`&{}\[\]()|*#!%$\x00-\x1f\x7f-\x9f\u2028\u202e-]")
CLOSED = {
    "schema", "source", "started", "ended", "at", "until", "decision", "auth", "kind", "defect", "forged", "factor",
    "of", "id", "language", "flow", "runtime_authorizer", "gateway_authorizer", "protocol", "arn", "qualifier",
    "type", "operator", "last_updated_at", "created_at", "method",
}  # fmt: skip
"""Names of fields whose values are not free: ids of ours, times, and choices that the model checks."""


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A run with something wrong at both targets, experiments and a token."""
    faults = ("runtime-audience-rule", "gateway-target-failed", "mmdsv2-off")
    return observed(Environment(name="local", local=LocalSetup(faults=faults)))


Place = tuple[str | int, ...]


def texts(value: Any, place: Place = ()) -> Iterator[Place]:
    """The place of every text."""
    if isinstance(value, str):
        yield place
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from texts(each, (*place, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from texts(each, (*place, number))


def names(value: Any, place: Place = ()) -> Iterator[Place]:
    """The place of every mapping whose names a server chooses."""
    if isinstance(value, dict):
        if place and place[-1] in ("headers", "claims", "header"):
            yield place
        for key, each in value.items():
            yield from names(each, (*place, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from names(each, (*place, number))


def at(value: Any, place: Place) -> Any:
    for part in place:
        value = value[part]
    return value


def valid(facts: dict[str, Any]) -> bool:
    try:
        RunRecord.model_validate(facts)
    except ValidationError:
        return False
    return True


def free(facts: dict[str, Any]) -> list[Place]:
    """The places where the model takes any text."""
    found = []
    for place in texts(facts):
        holder, key = at(facts, place[:-1]), place[-1]
        kept = holder[key]
        holder[key] = f"{kept}<x>"
        if valid(facts):
            found.append(place)
        holder[key] = kept
    return found


def injected(record: RunRecord, payload: str) -> RunRecord:
    """The record with `payload` behind every free text, and as a name where names are free."""
    facts = copy.deepcopy(record.facts())
    for place in free(facts):
        name = next((part for part in reversed(place) if isinstance(part, str)), "")
        if name not in CLOSED:
            at(facts, place[:-1])[place[-1]] += payload
    for place in names(facts):
        at(facts, place)[f"x-{payload}"] = payload
    return RunRecord.model_validate(facts)


def test_every_text_of_a_record_is_tried_or_known_to_be_closed(record: RunRecord) -> None:
    """A new field of the model is injected, or named here; so none is forgotten."""
    facts = record.facts()
    tried = free(facts)
    TRIED["fields that take any text"] = len(tried)
    left = {str(place[-1]) for place in texts(facts) if place not in tried}
    assert left <= CLOSED
    reached = {".".join(str(part) for part in place if isinstance(part, str)) for place in tried}
    for field in (
        "exchanges.response.body",
        "exchanges.response.headers.x-amzn-errortype",
        "exchanges.request.url",
        "exchanges.token.claims.iss",
        "configuration.gateway.targets.name",
        "configuration.issuers.issuer",
        "environment.identity.username",
        "provenance.caller",
        "observations.facts.tools",
    ):
        assert field in reached


def outputs(record: RunRecord, folder: Path, worker: Worker) -> dict[str, Any]:
    """What each output consists of, texts left out."""
    folder.mkdir()
    judgement = api.judge(record)
    view = View(record, judgement, messages("en"))
    store.write(folder / "record.json", store.record_text(record, judgement))
    parameters = {"environment": "t", "record": "record.json", "language": "en"}
    notebook = PROJECT / "notebooks" / "verification.ipynb"
    executed = execute(notebook, parameters, folder=folder, worker=worker)
    page = render([(executed, Report(record, "en"))])
    shown = io.StringIO()
    with redirect_stdout(shown):
        print_summary(record, judgement, "en")
        print_changes(record, judgement, "en")
    html = [text for cell in executed.cells for output in cell.get("outputs", ()) for text in _html(output)]
    json.loads((folder / "record.json").read_text("utf-8"))
    return {
        "page": Parsed(page).elements,
        "notebook": Parsed("".join(html)).elements,
        "junit": [(each.tag, sorted(each.attrib)) for each in ET.fromstring(junit([view])).iter()],  # noqa: S314
        "markdown": Parsed(str(mistune.html(markdown(view)))).elements,
        "terminal": sorted(set(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", shown.getvalue()))),
    }


def _html(output: Any) -> list[str]:
    text = output.get("data", {}).get("text/html", "")
    return [text if isinstance(text, str) else "".join(text)]


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(text, marks=[pytest.mark.slow] if name in ("attribute", "closing") else [], id=name)
        for name, text in PAYLOADS.items()
    ],
)
def test_a_payload_in_every_field_adds_no_element_anywhere(
    record: RunRecord, tmp_path: Path, payload: str
) -> None:
    """Page, notebook, JUnit, Markdown and terminal are those of a harmless run."""
    harmless = MARKUP.sub("x", payload)
    with Worker() as worker:
        evil = outputs(injected(record, payload), tmp_path / "evil", worker)
        plain = outputs(injected(record, harmless), tmp_path / "plain", worker)
    TRIED["payloads tried, each in every field"] += 1
    assert evil["terminal"] == []
    for output, elements in evil.items():
        assert elements == plain[output], output
