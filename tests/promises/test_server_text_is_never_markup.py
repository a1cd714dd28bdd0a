"""Promise 10: text of a server or of an environment file is text in every output, whichever field has it.

A payload is put into every text of a record at once: values, and names that a server chooses. The outputs
must have the same elements and attributes as with a payload without markup characters.
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
import sarif_kit.validate
from pydantic import ValidationError

from agentcore_probe import api, store
from agentcore_probe.commands.summary import print_summary
from agentcore_probe.commands.terminal import print_changes
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.exports import EXPORTS
from agentcore_probe.report.exports.result import EnvironmentResult
from agentcore_probe.report.render import render
from agentcore_probe.report.report import Report
from tests.conftest import PROJECT
from tests.embedded import observed
from tests.promises.figures import FIGURES
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
    "schema", "source", "started", "ended", "at", "until", "decision", "auth", "kind", "defect", "factor",
    "of", "id", "language", "flow", "runtime_authorizer", "gateway_authorizer", "protocol", "arn", "qualifier",
    "type", "operator", "last_updated_at", "created_at", "method", "phase", "purpose", "cognito",
}  # fmt: skip
"""Fields that accept no arbitrary text: our own ids, times, and choices that the model checks."""


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A run with errors at both targets, experiments and a token."""
    faults = ("runtime-audience-rule", "gateway-target-failed", "mmdsv2-off")
    return observed(Environment(name="local", local=LocalSetup(faults=faults)), controls="few")


Location = tuple[str | int, ...]
"""Keys and indices that lead to a value."""


def text_locations(value: Any, location: Location = ()) -> Iterator[Location]:
    """The location of every text."""
    if isinstance(value, str):
        yield location
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from text_locations(item, (*location, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from text_locations(item, (*location, number))


def mapping_locations(value: Any, location: Location = ()) -> Iterator[Location]:
    """The location of every mapping whose names a server chooses."""
    if isinstance(value, dict):
        if location and location[-1] in ("headers", "claims", "header"):
            yield location
        for key, item in value.items():
            yield from mapping_locations(item, (*location, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from mapping_locations(item, (*location, number))


def value_at(value: Any, location: Location) -> Any:
    for key in location:
        value = value[key]
    return value


def is_valid(facts: dict[str, Any]) -> bool:
    try:
        RunRecord.model_validate(facts)
    except ValidationError:
        return False
    return True


def free_text_locations(facts: dict[str, Any]) -> list[Location]:
    """The locations where the model accepts any text."""
    locations = []
    for location in text_locations(facts):
        parent, key = value_at(facts, location[:-1]), location[-1]
        original = parent[key]
        parent[key] = f"{original}<x>"
        if is_valid(facts):
            locations.append(location)
        parent[key] = original
    return locations


@pytest.fixture(scope="module")
def free(record: RunRecord) -> list[Location]:
    """The locations of the record's free texts."""
    return free_text_locations(record.facts())


def inject(record: RunRecord, free: list[Location], payload: str) -> RunRecord:
    """The record with `payload` after every free text, and as a name where a server chooses the names."""
    facts = copy.deepcopy(record.facts())
    for location in free:
        name = next((key for key in reversed(location) if isinstance(key, str)), "")
        if name not in CLOSED:
            value_at(facts, location[:-1])[location[-1]] += payload
    for location in mapping_locations(facts):
        value_at(facts, location)[f"x-{payload}"] = payload
    return RunRecord.model_validate(facts)


def test_every_text_of_a_record_is_injected_or_listed_as_closed(
    record: RunRecord, free: list[Location]
) -> None:
    """A new field of the model is injected or must be added to the list."""
    facts = record.facts()
    FIGURES["fields that take any text"] = len(free)
    assert {str(location[-1]) for location in text_locations(facts) if location not in free} <= CLOSED
    fields = {".".join(key for key in location if isinstance(key, str)) for location in free}
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
        assert field in fields


def outputs(record: RunRecord, folder: Path, worker: Worker) -> dict[str, Any]:
    """The elements and attributes of each output, without texts."""
    folder.mkdir()
    judgement = api.judge(record)
    exported = {
        name: export.text([EnvironmentResult("t", record=record, judgement=judgement)])
        for name, export in EXPORTS.items()
    }
    store.write(folder / "record.json", store.record_text(record, judgement))
    parameters = {"environment": "t", "record": "record.json", "language": "en"}
    notebook = PROJECT / "notebooks" / "verification.ipynb"
    executed = execute(notebook, parameters, folder=folder, worker=worker)
    page = render([(executed, Report(record, "en"))])
    terminal = io.StringIO()
    with redirect_stdout(terminal):
        print_summary(record, judgement, "en")
        print_changes(record, judgement, "en")
    html = [text for cell in executed.cells for output in cell.get("outputs", ()) for text in _html(output)]
    json.loads((folder / "record.json").read_text("utf-8"))
    return {
        "page": Parsed(page).elements,
        "notebook": Parsed("".join(html)).elements,
        "junit": [
            (element.tag, sorted(element.attrib))
            for element in ET.fromstring(exported["junit"]).iter()  # noqa: S314
        ],
        "markdown": Parsed(str(mistune.html(exported["markdown"]))).elements,
        "sarif": sarif_kit.validate.validation_errors(json.loads(exported["sarif"])),
        "annotations": [line.split("title=")[0] for line in exported["github"].splitlines()],
        "terminal": sorted(
            set(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", terminal.getvalue()))
        ),
    }


def _html(output: Any) -> list[str]:
    text = output.get("data", {}).get("text/html", "")
    return [text if isinstance(text, str) else "".join(text)]


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(text, marks=[] if name == "html" else [pytest.mark.slow], id=name)
        for name, text in PAYLOADS.items()
    ],
)
def test_a_payload_in_every_field_adds_no_element_anywhere(
    record: RunRecord, free: list[Location], tmp_path: Path, worker: Worker, payload: str
) -> None:
    """Page, notebook, exports and terminal have the structure of a harmless run."""
    harmless_payload = MARKUP.sub("x", payload)
    injected = outputs(inject(record, free, payload), tmp_path / "payload", worker)
    harmless = outputs(inject(record, free, harmless_payload), tmp_path / "harmless", worker)
    FIGURES["payloads tried, each in every field"] += 1
    assert injected["terminal"] == []
    for output, elements in injected.items():
        assert elements == harmless[output], output
