"""The diagnosis of an AWS login that gave no credentials: no exchange shows it, the run itself saw botocore's error."""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.model.exchange import Exchange, Request
from agentcore_probe.model.judgement import Diagnosis
from agentcore_probe.model.record import AwsLogin, RunRecord


def diagnose_aws_login(problem: AwsLogin, record: RunRecord, method: str) -> Diagnosis:
    """The diagnosis of a row that was not tried because there are no AWS credentials.

    Args:
        problem: why there are none; its cause is in `judge.causes`.
        record: the run.
        method: the row's access method.
    """
    diagnosis = Diagnosis(cause=problem.cause, confidence="proven", values=problem.values)
    case = Case(Exchange(id="aws-login", step="aws login", request=Request()), record.configuration)
    return diagnosis.model_copy(update={"remedy": remedy(diagnosis, case, record.environment, method)})
