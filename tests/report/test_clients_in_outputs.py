"""Every output of a run that has read the documents of a login has the forecasts for MCP clients."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import get_args

import pytest

from agentcore_probe.clients import CLIENTS
from agentcore_probe.commands.summary import print_summary
from agentcore_probe.history.diff import compare
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.environment import Environment, LocalSetup, LoginFeature
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.exports import EXPORTS
from agentcore_probe.report.exports.markdown import escaped
from agentcore_probe.report.exports.result import EnvironmentResult
from agentcore_probe.report.report import Report
from agentcore_probe.report.view.clients import chains, summaries
from agentcore_probe.sharing import share_record
from agentcore_probe.store import parse_record, record_text
from tests.embedded import observed

ENTRANCES = ("gateway-oauth-metadata", "runtime-oauth-metadata")


@cache
def run(*faults: str, entrances: tuple[str, ...] = ENTRANCES) -> RunRecord:
    """A run of an environment called acme, whose authorization server offers all that clients can use."""
    setup = LocalSetup(login_server=get_args(LoginFeature), faults=faults)
    environment = Environment(name="acme", local=setup, entrances=entrances)
    return observed(environment, controls="few", experiments=False)


def exported(name: str, record: RunRecord) -> str:
    return EXPORTS[name].text([EnvironmentResult("acme", 0, record=record, judgement=judge(record))])


def test_the_judgement_of_a_record_has_a_chain_for_each_target() -> None:
    """With every client; the file of the record has it, and is read again."""
    record = run()
    chains = judge(record).login_chains
    assert [chain.target for chain in chains] == ["gateway", "runtime"]
    assert all(
        [forecast.client for forecast in chain.clients] == [one.id for one in CLIENTS] for chain in chains
    )
    text = record_text(record, judge(record))
    assert parse_record(text, where="x") == record
    assert len(json.loads(text)["judgement"]["login_chains"]) == len(chains)


def test_the_summary_has_each_client_with_its_best_way() -> None:
    """As the judgement has it."""
    record = run()
    (environment,) = json.loads(exported("json_summary", record))["environments"]
    for shown, chain in zip(environment["login_chains"], judge(record).login_chains, strict=True):
        assert (shown["target"], shown["url"], shown["provider"]) == (chain.target, chain.url, "cognito")
        assert [step["step"] for step in shown["steps"]] == [step.step for step in chain.steps]
        assert [(one["client"], one["outcome"], one["reason"]) for one in shown["clients"]] == [
            (forecast.client, forecast.outcome, forecast.best.reason) for forecast in chain.clients
        ]


def test_markdown_has_a_table_of_clients_for_each_target() -> None:
    """With five cells in each row; clients with the same forecast are in one."""
    text = exported("markdown", run()).partition("### Can this client connect?")[2].partition("\n### ")[0]
    tables = [line for line in text.splitlines() if line.startswith("|")]
    groups = [chain["groups"] for chain in chains(Report(run()).view)]
    assert len(tables) == sum(2 + len(found) for found in groups) < 2 * len(CLIENTS)
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {6}
    for client in CLIENTS:
        assert len(re.findall(rf"\b{re.escape(escaped(client.name))}(?!\w)", text)) == 2


def test_a_target_with_the_same_forecasts_has_no_second_table() -> None:
    """Neither in Markdown nor on the page, where it keeps its configurations."""
    record = run("server-metadata-missing")
    text = exported("markdown", record)
    assert text.count("| Client |") == 1
    assert "Runtime: the same forecast for every client." in text
    html = Report(record).clients().html
    assert html.count("<table") == 1
    assert html.count("Configuration of Claude Code") == 2


def test_the_configuration_of_the_best_way_is_the_first() -> None:
    """A client that connects with the URL only is shown with the URL only."""
    clients = {client["id"]: client for client in chains(Report(run()).view)[0]["clients"]}
    first, second, *_ = clients["claude-code"]["snippets"]
    assert first["text"].startswith("claude mcp add --transport http acme-gateway http")
    assert "clientId" in second["text"]


def test_a_way_that_fails_has_no_configuration_where_the_other_connects() -> None:
    """Without registration, no client is shown with the URL alone."""
    setup = LocalSetup(login_server=("server-metadata", "s256"))
    record = observed(
        Environment(name="acme", local=setup, entrances=ENTRANCES[:1]), controls="few", experiments=False
    )
    (chain,) = chains(Report(record).view)
    clients = {client["id"]: client for client in chain["clients"]}
    assert clients["claude-code"]["outcome"] == "connects"
    texts = [snippet["text"] for snippet in clients["claude-code"]["snippets"]]
    assert "clientId" in texts[0]
    assert not any(text.startswith("claude mcp add") for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_client_is_in_the_terminal_and_on_the_page(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name, once for each target; the configuration has the target's URL and the id of the app client."""
    monkeypatch.setenv("COLUMNS", "80")
    record = run()
    print_summary(record, judge(record), language)
    out = capsys.readouterr().out
    report = Report(record, language)
    html = report.clients().html
    for client in CLIENTS:
        assert len(re.findall(rf"^  [✓✗?] {re.escape(client.name)}(?!\w)", out, re.M)) == 2
        for chain in judge(record).login_chains:
            assert f'id="{report.view.prefix}client-{chain.target}-{client.id}"' in html
    identity = record.environment.identity
    assert identity is not None
    assert html.count(str(identity.client_id)) > len(CLIENTS)
    anchors = set(re.findall(r'href="#([^"]*)"', html))
    assert anchors <= set(re.findall(r'id="([^"]*)"', report.evidence().html))


@pytest.mark.parametrize(
    ("setup", "shown", "hidden"),
    [
        ("jwt", "To log in, with a client id", "by a proxy that signs the calls"),
        ("iam", "by a proxy that signs the calls", "To log in, with a client id"),
    ],
)
def test_configurations_are_those_that_the_authorizer_takes(setup: str, shown: str, hidden: str) -> None:
    """A login where it checks JWTs, else signed calls."""
    record = run()
    configuration = record.configuration
    assert configuration.gateway is not None
    assert configuration.gateway.authorizer is not None
    kind = {"jwt": "CUSTOM_JWT", "iam": "AWS_IAM"}[setup]
    authorizer = configuration.gateway.authorizer.model_copy(update={"type": kind})
    gateway = configuration.gateway.model_copy(update={"authorizer": authorizer})
    changed = configuration.model_copy(update={"gateway": gateway})
    report = Report(record.model_copy(update={"configuration": changed}))
    html = report.clients().html.partition("<h3>Runtime")[0]
    assert shown in html
    assert hidden not in html


def test_diff_names_the_clients_whose_forecast_has_changed() -> None:
    """With the step at which each stops."""
    differences = {
        difference.where: (difference.before, difference.after)
        for difference in compare(run(), run("server-metadata-missing"))
    }
    before, after = differences["gateway client python-sdk"]
    assert before == "connects"
    assert after is not None
    assert after.startswith("fails at ")
    assert not [
        name for name in differences if name.endswith("client mcp-proxy-for-aws")
    ]  # it reads no documents


SHARED = ((), ("metadata-issuer-slash",), ("scope-refused",), ("resource-mismatch",), ("challenge-relative",))


@pytest.mark.parametrize("faults", SHARED)
def test_a_shared_record_has_the_same_forecasts(faults: tuple[str, ...]) -> None:
    """Names in documents, redirect URIs and scopes decide about them, and become pseudonyms."""
    record = run(*faults)
    shared = share_record(record)
    assert "acme" not in record_text(shared, judge(shared))
    before, after = judge(record).login_chains, judge(shared).login_chains
    for chain, other in zip(before, after, strict=True):
        rows = [
            frame.drop(columns="target").to_dict("records") for frame in (chain.to_frame(), other.to_frame())
        ]
        assert rows[0] == rows[1]
        assert [(step.result, step.reason) for step in chain.steps] == [
            (step.result, step.reason) for step in other.steps
        ]
    identity = record.environment.identity
    assert identity is not None
    assert str(identity.client_id) not in Report(shared).clients().html


def test_nothing_to_do_is_not_said_while_the_provider_stops_a_client() -> None:
    """The verdict is about the access methods; below it, each target has a line that leads to the section."""
    gateway = ENTRANCES[:1]
    for faults, is_said in (((), True), (("server-metadata-missing",), False)):
        report = Report(run(*faults, entrances=gateway))
        for html in (report.summary().html, report.actions().html):
            assert ("Nothing to do." in html) == is_said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_has_a_line_for_each_target(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the page a link to the section; in the terminal and in Markdown as text."""
    monkeypatch.setenv("COLUMNS", "200")
    record = run("server-metadata-missing")
    report = Report(record, language)
    lines = summaries(report.view)
    assert len(lines) == len(judge(record).login_chains)
    for line in lines:
        assert f'<a href="#{report.view.prefix}clients">{line}</a>' in report.summary().html
    print_summary(record, judge(record), language)
    assert "\n".join(lines) in capsys.readouterr().out
    if language == "en":
        assert all(line in exported("markdown", record) for line in lines)


def test_a_step_that_no_run_executes_is_not_called_passed() -> None:
    """The documents are read; what a client does with them is foreseen."""
    steps = chains(Report(run()).view)[0]["steps"]
    words = {step["id"]: step["word"] for step in steps if step["result"] == "passed"}
    assert words["challenge"] == words["server-metadata"] == "passed"
    assert words["token"] == words["call"] == "no obstacle found"
