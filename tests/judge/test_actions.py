"""What to do after a run: each reason once, the worst first, by whom, with the line to paste and the check."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from agentcore_probe import api
from agentcore_probe.judge.actions import actions
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.model.configuration import NO_GATEWAY_ID, Configuration, GatewayConfiguration
from agentcore_probe.model.environment import Environment, Expectation
from agentcore_probe.model.judgement import (
    Action,
    ConfigurationFinding,
    Diagnosis,
    ExpectationFinding,
    Finding,
    Judgement,
    Owner,
    Prediction,
    Remedy,
    Severity,
)
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import AwsLogin, Provenance, RunRecord
from agentcore_probe.report.messages import messages
from agentcore_probe.report.view import View
from tests.conftest import PROJECT

RECORD = RunRecord(environment=Environment(name="prod"))


def row(method: str, outcome: Any, cause: str = "none", **parts: Any) -> Finding:
    """A row; by default it was refused and should have been accepted."""
    values: dict[str, Any] = {
        "predicted": Prediction(decision=None),
        "expected": "accepted",
        "observed": "refused",
        "diagnosis": Diagnosis(
            cause=cause,
            confidence="probable",
            values={"host": parts.pop("host", "")},
            remedy=Remedy(id="x", commands=(f"fix {cause} of {method}", "second line")),
        ),
        **parts,
    }
    return Finding(method=method, outcome=outcome, **values)


def error(id: str, **values: str) -> ConfigurationFinding:
    return ConfigurationFinding(id=id, severity="error", values=values)


def listed(*findings: Finding, errors: Any = (), expectations: Any = ()) -> list[tuple[str, str, Any]]:
    result = actions(RECORD, findings, errors, expectations)
    return [(action.severity, action.id, action.methods) for action in result]


def test_the_worst_comes_first() -> None:
    """An open door, a refusal, a broken answer, what the run could not find out, configuration, expectations."""
    stale = ExpectationFinding(
        method="gateway-sigv4",
        problem="expired",
        line="[expect.gateway-sigv4]",
        wanted="refused",
        until=date(2025, 1, 1),
    )
    assert listed(
        row("gateway-jwt", "unexpected", "target-not-ready", observed="accepted"),
        row("runtime-jwt", "unexpected", "client-not-allowed"),
        row("runtime-sigv4", "error", "timeout", observed="undecided"),
        row("gateway-anonymous", "unexpected", "open-endpoint", expected="refused", observed="accepted"),
        row("runtime-anonymous", "as-expected", "credential-missing", expected="refused"),
        errors=[error("mmdsv2-off")],
        expectations=[stale],
    ) == [
        ("open", "open-endpoint", ("gateway-anonymous",)),
        ("refused", "client-not-allowed", ("runtime-jwt",)),
        ("unexpected", "target-not-ready", ("gateway-jwt",)),
        ("not-determined", "timeout", ("runtime-sigv4",)),
        ("configuration", "mmdsv2-off", ()),
        ("expectation", "expired", ("gateway-sigv4",)),
    ]


def test_a_failed_login_is_one_action_for_all_rows() -> None:
    """As is an unreachable host; what it keeps from being tested needs nothing of its own."""
    login: dict[str, Any] = {
        "cause": "wrong-password",
        "reason": "no-token",
        "observed": None,
        "expected": None,
    }
    assert listed(
        row("gateway-jwt", "not-testable", **login),
        row("runtime-jwt", "not-testable", **login),
        row("runtime-sigv4", "error", "dns-failure", host="h", observed="undecided"),
        row("gateway-sigv4", "error", "dns-failure", host="h", observed="undecided"),
        row("gateway-anonymous", "not-testable", "credential-missing", reason="no-accepted-twin"),
        row("runtime-jwt-raw-arn", "not-testable", "arn-not-encoded", reason="no-encoded-call"),
        row("gateway-jwt-id-token", "not-applicable", observed=None, reason="no-id-token"),
    ) == [
        ("not-determined", "wrong-password", ("gateway-jwt", "runtime-jwt")),
        ("not-determined", "dns-failure", ("runtime-sigv4", "gateway-sigv4")),
    ]


def test_what_kept_calls_from_arriving_comes_before_what_was_not_tried() -> None:
    """A missing [identity] matters only if something answers."""
    nothing: dict[str, Any] = {"cause": "none", "reason": "no-identity", "observed": None, "expected": None}
    assert [
        action[1]
        for action in listed(
            row("runtime-jwt", "not-testable", **nothing),
            row("runtime-jwt-forged", "not-testable", **nothing),
            row("runtime-sigv4", "error", "connect-failure", host="h", observed="undecided"),
        )
    ] == ["connect-failure", "no-identity"]


def test_the_same_mistake_at_two_targets_is_two_actions() -> None:
    """Each target has to be changed."""
    assert listed(
        row("gateway-jwt", "unexpected", "client-not-allowed"),
        row("runtime-jwt", "unexpected", "client-not-allowed"),
    ) == [
        ("refused", "client-not-allowed", ("gateway-jwt",)),
        ("refused", "client-not-allowed", ("runtime-jwt",)),
    ]


def test_an_error_of_the_configuration_with_the_same_fix_is_not_repeated() -> None:
    """It belongs to the action of the row, unless it is about the other target."""
    findings = (row("runtime-jwt", "unexpected", "audience-not-allowed"),)
    errors = [
        error("audience-with-cognito", target=target, audience="a") for target in ("runtime", "gateway")
    ]
    first, second = actions(RECORD, findings, errors, ())
    assert (first.id, first.settles, first.owner) == (
        "audience-not-allowed",
        ("audience-with-cognito",),
        "account-administrator",
    )
    assert (second.kind, second.values["target"]) == ("configuration", "gateway")
    assert second.check == "agentcore-probe verify prod"


def test_an_action_has_the_first_line_to_paste_and_the_check_of_its_first_row() -> None:
    """A replayed record has no check, since nothing would be sent."""
    findings = (
        row("runtime-sigv4", "unexpected", "iam-not-allowed"),
        row("runtime-cli", "unexpected", "iam-not-allowed"),
    )
    (action,) = actions(RECORD, findings, (), ())
    assert (action.command, action.check) == (
        "fix iam-not-allowed of runtime-sigv4",
        "agentcore-probe verify prod --only runtime-sigv4",
    )
    replayed = RECORD.model_copy(update={"provenance": Provenance(source="recorded")})
    assert actions(replayed, findings, (), ())[0].check == ""


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        # The cause is why it was refused, which is right; what lacks is the challenge.
        (row("gateway-anonymous", "unexpected", "credential-missing", expected="refused", reason="no-challenge"), ("unexpected", "no-challenge")),
        # Whoever logs in again can also read the configuration; otherwise it is a matter of permissions.
        (row("runtime-sigv4", "not-testable", "aws-token-expired", expected=None, reason="no-prediction"), ("not-determined", "aws-token-expired")),
        (row("runtime-sigv4", "not-testable", "sigv4-on-jwt", expected=None, reason="no-prediction"), ("not-determined", "no-prediction")),
        # The rules must refuse this token, and it was accepted.
        (row("runtime-jwt", "unexpected", observed="accepted", reason="against-prediction"), ("open", "against-prediction")),
        (row("runtime-sigv4", "unexpected", expected="refused", observed="accepted"), ("open", "unexpected")),
        (row("runtime-jwt", "not-testable", observed=None, expected=None, reason="no-identity"), ("not-determined", "no-identity")),
    ],
)  # fmt: skip
def test_a_row_whose_cause_is_not_what_to_change(finding: Finding, expected: tuple[str, str]) -> None:
    """Its reason says what to do."""
    ((severity, id, _),) = listed(finding)
    assert (severity, id) == expected


def test_an_expectation_that_is_not_met_is_one_action() -> None:
    """The cause's own fix is not what the environment file asks for, unless the run got no answer."""
    unmet = ExpectationFinding(
        method="runtime-sigv4",
        problem="not-met",
        line="[expect.runtime-sigv4]",
        wanted="accepted",
        observed="refused",
    )
    refused = row("runtime-sigv4", "unexpected", "sigv4-on-jwt")
    assert listed(refused, expectations=[unmet]) == [("refused", "not-met", ("runtime-sigv4",))]
    late = row("runtime-sigv4", "unexpected", "timeout", observed="undecided")
    unmet = unmet.model_copy(update={"observed": "undecided"})
    assert listed(late, expectations=[unmet]) == [("unexpected", "timeout", ("runtime-sigv4",))]


def test_a_run_in_which_nothing_counts_has_an_action() -> None:
    """Either nothing was accepted, or nothing applies."""
    alone = row("gateway-anonymous", "not-testable", "credential-missing", reason="no-accepted-twin")
    assert listed(alone) == [("not-determined", "no-accepted-twin", ("gateway-anonymous",))]
    assert listed() == [("not-determined", "nothing-applicable", ())]


def test_owners_and_severities_have_their_words_and_their_uses() -> None:
    """The table of causes names every kind of owner."""
    assert {cause.owner for cause in CAUSES.values()} == set(get_args(Owner))
    assert all(messages(code).has(f"action-owner-{owner}") for code in LANGUAGES for owner in get_args(Owner))


def check(judgement: Judgement) -> None:
    """Nothing to do exactly if verified; each row that needs something, and each error, in one action."""
    assert (judgement.verdict == "verified") == (judgement.actions == ())
    methods = [id for action in judgement.actions for id in action.methods]
    assert len(methods) == len(set(methods))
    assert {
        finding.method
        for finding in judgement.findings
        if finding.outcome in ("unexpected", "error")
        or (finding.outcome == "not-testable" and finding.observed is None)
    } <= set(methods)
    severities = [get_args(Severity).index(action.severity) for action in judgement.actions]
    assert severities == sorted(severities)


def sample_with(**expect: Expectation) -> RunRecord:
    """The sample record, with these expectations in its environment file."""
    record = api.load(PROJECT / "environments" / "sample.record.json")
    expectations = {id.replace("_", "-"): expectation for id, expectation in expect.items()}
    environment = record.environment.model_copy(update={"expect": expectations})
    return record.model_copy(update={"environment": environment})


WANTED = Expectation(decision="accepted", reason="the team wants it")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "[expect.runtime-cli]: expected accepted, observed refused. Change the deployment, or the expectation."),
        ("ja", "[expect.runtime-cli]: 想定は「許可」ですが、実際の結果は「拒否」でした。設定か想定（expect）のどちらかを見直してください。"),
    ],
)  # fmt: skip
def test_an_expectation_that_is_not_met_says_what_is_wanted(language: str, text: str) -> None:
    """It was never true, so the advice is not to delete it."""
    record = sample_with(runtime_cli=WANTED)
    judgement = api.judge(record)
    check(judgement)
    view = View(record, judgement, messages(language))
    assert view.expectations() == [text]
    action = next(action for action in view.actions() if action["id"] == "not-met")
    assert text.startswith(action["because"])
    (cli,) = [row for row in view.rows() if row["id"] == "runtime-cli"]
    assert "the team wants it" not in cli["explanation"]
    assert text.endswith(action["title"])


def test_an_expired_expectation_says_its_date() -> None:
    """The rows may all be as expected: the verdict then names the expectation alone."""
    expired = Expectation(decision="undecided", reason="known", until=date(2025, 1, 1))
    record = sample_with(runtime_jwt=expired)
    record = record.model_copy(update={"provenance": Provenance(started=datetime(2026, 1, 2, tzinfo=UTC))})
    view = View(record, api.judge(record), messages("en"))
    assert view.expectations() == [
        "[expect.runtime-jwt]: its date, until = 2025-01-01, has passed. Remove the expectation, or set a new date."
    ]
    assert " 0 of " not in view.verdict["sentence"]
    assert view.verdict["sentence"].endswith("1 expectation in the environment file is out of date.")


def test_a_judgement_shows_its_actions_in_a_notebook() -> None:
    """Below its table."""
    judgement = api.judge(sample_with())
    assert ">what to do now</caption>" in judgement._repr_html_()
    assert "arn-not-encoded" in judgement._repr_html_().split("what to do now")[1]
    assert isinstance(judgement.actions[0], Action)


UNREADABLE = {"outcome": "not-testable", "expected": None, "reason": "no-prediction"}


def unpredicted(record: RunRecord, *rows: tuple[str, str]) -> list[tuple[str, Any]]:
    findings = [row(method, cause=cause, **UNREADABLE) for method, cause in rows]
    return [(action.id, action.methods) for action in actions(record, findings, (), ())]


def test_whatever_keeps_the_configuration_from_being_read_is_one_action() -> None:
    """A login that failed, also where STS alone said so; a Gateway's URL; a Runtime that does not exist."""
    rows = (("gateway-sigv4", "sigv4-on-jwt"), ("gateway-jwt-id-token", "id-token-sent"))
    assert unpredicted(RECORD, *rows) == [("no-prediction", ("gateway-sigv4", "gateway-jwt-id-token"))]
    login = AwsLogin(cause="aws-key-unknown", values={"message": "No such key"})
    refused = RECORD.model_copy(update={"provenance": Provenance(aws_login=login)})
    assert unpredicted(refused, *rows) == [("aws-key-unknown", ("gateway-sigv4", "gateway-jwt-id-token"))]
    gateway = GatewayConfiguration(unreadable=NO_GATEWAY_ID)
    by_url = RECORD.model_copy(update={"configuration": Configuration(gateway=gateway)})
    assert unpredicted(by_url, *rows) == [(NO_GATEWAY_ID, ("gateway-sigv4", "gateway-jwt-id-token"))]
    assert unpredicted(RECORD, ("runtime-sigv4", "runtime-not-found")) == [
        ("runtime-not-found", ("runtime-sigv4",))
    ]
    findings = tuple(row(method, cause=cause, **UNREADABLE) for method, cause in rows)
    judgement = Judgement(
        findings=findings,
        conclusions=(),
        checklist=(),
        configuration=(),
        verdict="inconclusive",
        actions=actions(refused, findings, (), ()),
    )
    (item,) = View(refused, judgement, messages("en")).actions()
    assert item["because"] == "AWS does not recognize the access key."


def test_a_malformed_token_is_one_action_and_a_tool_of_the_file_is_yours() -> None:
    """Controls that could not be made from the token have the same reason; a tool that is not listed is in the file."""
    untried = row("runtime-jwt-forged", "not-testable", reason="token-malformed")
    assert listed(row("runtime-jwt", "unexpected", "token-malformed"), untried) == [
        ("refused", "token-malformed", ("runtime-jwt", "runtime-jwt-forged"))
    ]
    tool = row("gateway-jwt", "unexpected", "tool-failed", observed="accepted")
    unlisted = tool.diagnosis.model_copy(update={"values": {"listed": "no"}})
    findings = (tool, tool.model_copy(update={"method": "runtime-jwt", "diagnosis": unlisted}))
    assert [action.owner for action in actions(RECORD, findings, (), ())] == ["account-administrator", "you"]
