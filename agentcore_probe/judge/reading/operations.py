"""Whose API an operation or an action of IAM belongs to, if not to the data plane of Runtime and Gateway."""

from __future__ import annotations

import re

from agentcore_probe.judge.reading.senders import Sender

OPERATIONS: tuple[tuple[str, str], ...] = (
    (
        r"Converse(?:Stream)?|InvokeModel(?:WithResponseStream|WithBidirectionalStream)?|ApplyGuardrail",
        "Amazon Bedrock",
    ),
    (
        r"InvokeAgent|InvokeInlineAgent|InvokeFlow|Retrieve(?:AndGenerate(?:Stream)?)?|Rerank",
        "Amazon Bedrock Agents",
    ),
    (r"AssumeRole\w{0,30}|GetCallerIdentity|GetSessionToken|GetFederationToken", "AWS STS"),
    (
        r"(?:Get|Put|Head|Delete|Copy)Object\w{0,20}|ListObjects(?:V2)?|(?:Head|Create|List)Buckets?",
        "Amazon S3",
    ),
    (r"GetSecretValue|PutSecretValue|DescribeSecret|CreateSecret", "AWS Secrets Manager"),
    (r"GetParameters?(?:ByPath)?|PutParameter", "AWS Systems Manager"),
    (r"GetAuthorizationToken|BatchGetImage|GetDownloadUrlForLayer|DescribeRepositories", "Amazon ECR"),
    (r"Decrypt|Encrypt|GenerateDataKey\w{0,30}", "AWS KMS"),
    (
        r"GetWorkloadAccessToken\w{0,20}|GetResource(?:Oauth2Token|ApiKey)|CompleteResourceTokenAuth",
        "AgentCore Identity",
    ),
    (
        r"(?:CreateEvent|GetEvent|ListEvents|DeleteEvent|RetrieveMemoryRecords|(?:Get|List|Delete)MemoryRecords?"
        r"|Batch\w{1,20}MemoryRecords|ListSessions|ListActors)",
        "AgentCore Memory",
    ),
    (
        r"(?:Start|Stop|Get|List|Invoke)(?:CodeInterpreter|Browser)\w{0,20}|(?:Update|Save)Browser\w{0,20}",
        "AgentCore tools (browser, code interpreter)",
    ),
    (
        r"(?:Create|Update|Get|List|Delete|Put|Synchronize|Set|Tag|Untag)(?:AgentRuntime|Gateway|Harness|WorkloadIdentit"
        r"|Oauth2Credential|ApiKeyCredential|TokenVault|Memor|Browser|CodeInterpreter|Polic|ResourcePolicy|Registr"
        r"|Evaluator|OnlineEvaluation|Payment)\w{0,40}",
        "AgentCore control plane",
    ),
)
"""Operations of other APIs than the data plane of Runtime and Gateway, as regular expressions, and whose they are."""


def sender_by_operation(operation: str) -> Sender | None:
    """The API of AWS that has an operation, which is not the data plane's; None if it is not known."""
    name = next(
        (name for pattern, name in OPERATIONS if operation and re.fullmatch(pattern, operation)), None
    )
    return Sender(id="aws-api", name=name, is_aws=True) if name else None


_DATA_PLANE = ("bedrock-agentcore", "agent-registry")


def sender_by_action(message: str) -> Sender | None:
    """The API whose action IAM refused in a message; None for the data plane's own, or if it names none."""
    action = re.search(r"not authorized to perform:? ([\w-]{1,40}):(\w{1,80})", message, re.I)
    if action is None or (action[2].startswith("Invoke") and action[1] in _DATA_PLANE):
        return None
    sender = sender_by_operation(action[2])
    if sender is not None or action[1] in _DATA_PLANE:
        return sender
    return Sender(id="aws-api", name=f"AWS {action[1]}", is_aws=True)
