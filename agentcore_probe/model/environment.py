"""An environment file as facts, with references instead of secrets."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator

from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.base import Frozen
from agentcore_probe.model.decision import Decision
from agentcore_probe.model.identity import (
    IDENTITY_NAME,
    MFA_SERIAL,
    Identity,
    NamedIdentity,
    check_external_id,
    check_role_arn,
)
from agentcore_probe.model.languages import DEFAULT, LanguageCode
from agentcore_probe.model.policy_engine import MAX_TOOLS
from agentcore_probe.regex import regex

RUNTIME_ID = regex(r"[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10}")
"""A Runtime's id, the last part of its ARN."""

RUNTIME_ARN = regex(
    r"arn:aws(-[^:]+)?:bedrock-agentcore:(?P<region>[a-z0-9-]+):(?P<account>\d{12})"
    rf":runtime/(?P<id>{RUNTIME_ID.pattern})"
)
"""A Runtime's ARN (shape of `agentRuntimeArn` in botocore's model of bedrock-agentcore)."""

HARNESS_ARN = regex(
    r"arn:aws(-[^:]+)?:bedrock-agentcore:[a-z0-9-]+:\d{12}:harness/[a-zA-Z][a-zA-Z0-9_]{0,39}-[a-zA-Z0-9]{10}"
)
"""A harness's ARN (shape of `harnessArn` in the same model)."""

SESSION_PORTS = range(8_000, 12_001)
_NOT_A_SESSION_PORT = 8_443
"""`allowedPorts` in botocore's model of bedrock-agentcore-control."""
REGISTRY_ID = regex(r"[a-zA-Z0-9]{12,16}")
"""A registry's id (botocore's model of agent-registry-control)."""

ENDPOINT_NAME = regex(r"[a-zA-Z][a-zA-Z0-9_]{0,47}")
"""The name of a Runtime's endpoint (same model)."""

GATEWAY_ID = regex(r"(?:[0-9a-z]-?){1,100}-[0-9a-z]{10}")
"""A Gateway's id (same model)."""


Protocol = Literal["HTTP", "MCP", "A2A", "AGUI"]


LoginFeature = Literal["registration", "client-metadata", "server-metadata", "s256", "iss"]


def _check_endpoint_name(value: str) -> str:
    """`value`, if an endpoint can have that name.

    Raises:
        ValueError: it cannot.
    """
    if not ENDPOINT_NAME.fullmatch(value):
        raise ValueError(f"{value!r} is not an endpoint name (a letter, then letters, digits, _)")
    return value


class RuntimeTarget(Frozen):
    """The Runtime to call."""

    arn: str
    """The Runtime's ARN."""
    qualifier: str = "DEFAULT"
    """The name of the endpoint to call."""
    payload: dict[str, Any] | None = None
    """The JSON body of an invocation; None: a greeting in the Runtime's protocol."""
    protocol: Protocol | None = None
    """Needed only where the control plane cannot be read."""
    forwards_authorization: bool = False
    """Whether the agent reads the caller's token, so that the Runtime must forward the header."""

    @field_validator("arn")
    @classmethod
    def _is_runtime_arn(cls, value: str) -> str:
        if not RUNTIME_ARN.fullmatch(value):
            raise ValueError(
                f"{value!r} is not the ARN of a Runtime: "
                "arn:aws:bedrock-agentcore:REGION:ACCOUNT:runtime/NAME-XXXXXXXXXX"
            )
        return value

    @field_validator("qualifier")
    @classmethod
    def _is_endpoint_name(cls, value: str) -> str:
        return _check_endpoint_name(value)

    @property
    def region(self) -> str:
        """The region in the ARN."""
        return read_arn(self.arn).region

    @property
    def id(self) -> str:
        """The Runtime's id, `NAME-XXXXXXXXXX`."""
        return self.arn.rsplit("/", 1)[-1]


class ToolCall(Frozen):
    """A harmless call of one of a Gateway's tools."""

    name: str
    """The tool's name with its target in front: `TARGET___TOOL`."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """The tool's input."""


PASSTHROUGH_PATH = regex(r"/[!-\"$-~]*")
"""A path with its query, as it is sent, without a fragment."""


class PassthroughCall(Frozen):
    """The smallest harmless request to the service behind a Gateway's passthrough target."""

    target: str
    """The target's name."""
    path: str = "/"
    """What follows the target's name, with its query."""
    method: Literal["GET", "HEAD", "OPTIONS", "POST"] = "GET"
    """The HTTP method."""
    body: dict[str, Any] | None = None
    """The JSON body; None: no body."""

    @field_validator("path")
    @classmethod
    def _is_path(cls, value: str) -> str:
        if not PASSTHROUGH_PATH.fullmatch(value):
            raise ValueError(f"{value!r} is not a path: it begins with / and is percent-encoded")
        return value


class GatewayTarget(Frozen):
    """The Gateway to call, by its id or its URL."""

    id: str | None = None
    """By which it is read; with `url` only where that has a custom domain, or is of a VPC endpoint."""
    url: str | None = None
    """Where it is called; None: where the control plane says."""
    tool: ToolCall | None = None
    """One harmless tool to call; None: the tools are listed only."""
    tools: tuple[ToolCall, ...] | None = Field(default=None, min_length=1, max_length=MAX_TOOLS)
    """Harmless tools that the entrance `gateway-policy` calls as each identity; None: `tool`, if there is one."""
    policy_session: str | None = Field(default=None, min_length=1, max_length=128)
    """A session id for temporal policies, which `gateway-policy` sends with each request; None: it sends none."""
    runtime_target: str | None = None
    """The name of the target that leads to the Runtime; None: the one whose configuration names the Runtime."""
    passthrough: PassthroughCall | None = None
    """A call of the service behind a passthrough target."""
    only_way_in: bool | None = None
    """Whether the Runtime may be reached through this Gateway only; None: if the Runtime's configuration says so."""

    @property
    def called_tools(self) -> tuple[ToolCall, ...]:
        """The tools that the file calls harmless."""
        return self.tools or ((self.tool,) if self.tool is not None else ())

    @field_validator("id")
    @classmethod
    def _is_gateway_id(cls, value: str | None) -> str | None:
        if value is not None and not GATEWAY_ID.fullmatch(value):
            raise ValueError(f"{value!r} is not a Gateway id (NAME-XXXXXXXXXX, lower case)")
        return value


class HarnessTarget(Frozen):
    """The harness to call; with this table, a run has the rows of the entrance `harness`."""

    arn: str
    """The harness's ARN."""
    qualifier: str = "DEFAULT"
    """The name of the endpoint to call."""
    invoke: bool = False
    """Whether a call that may be accepted is made: its agent then runs once, and costs up to 16 tokens of its model."""

    @field_validator("arn")
    @classmethod
    def _is_harness_arn(cls, value: str) -> str:
        if not HARNESS_ARN.fullmatch(value):
            raise ValueError(
                f"{value!r} is not the ARN of a harness: "
                "arn:aws:bedrock-agentcore:REGION:ACCOUNT:harness/NAME-XXXXXXXXXX"
            )
        return value

    @field_validator("qualifier")
    @classmethod
    def _is_endpoint_name(cls, value: str) -> str:
        return _check_endpoint_name(value)

    @property
    def region(self) -> str:
        """The region in the ARN."""
        return read_arn(self.arn).region

    @property
    def id(self) -> str:
        """The harness's id, `NAME-XXXXXXXXXX`."""
        return self.arn.rsplit("/", 1)[-1]


class RegistryTarget(Frozen):
    """The registry whose MCP endpoint is called; with this table, a run has the rows of the entrance `registry`."""

    id: str
    """The registry's id, the last part of its ARN."""
    url: str | None = None
    """Where its MCP endpoint is called; None: AWS's address of it in the region."""

    @field_validator("id")
    @classmethod
    def _is_registry_id(cls, value: str) -> str:
        if not REGISTRY_ID.fullmatch(value):
            raise ValueError(f"{value!r} is not a registry's id (12 to 16 letters and digits)")
        return value


class LocalSetup(Frozen):
    """How the embedded AgentCore is set up."""

    runtime_authorizer: Literal["jwt", "iam"] = "jwt"
    """What the Runtime requires of its callers."""
    gateway_authorizer: Literal["jwt", "iam", "none"] = "jwt"
    """What the Gateway requires."""
    protocol: Protocol = "HTTP"
    """The protocol of the Runtime's agent."""
    faults: tuple[str, ...] = ()
    """Faults to set up: `agentcore-probe local --list-faults` lists them."""
    allowed_ports: tuple[int, ...] | None = Field(default=None, min_length=1, max_length=5)
    """The ports that the endpoint of a session serves (`allowedPorts`); None: sessions have no endpoint."""
    runtimes: int = Field(default=1, ge=1, le=1000)
    """How many Runtimes its account has; the first is probed, the others can be listed, read and called."""
    gateways: int = Field(default=1, ge=1, le=100)
    """How many Gateways its account has; the first is probed."""
    harnesses: int = Field(default=0, ge=0, le=1000)
    """How many harnesses its account has."""
    identities: bool | None = None
    """Whether the pool has several users, groups and clients, and the account roles, which all call."""
    cognito: Literal["classic", "2026"] = "classic"
    """With `2026`, Secrets Manager has the secrets of app clients, and the user pool has the settings of that year."""
    policy_mode: Literal["ENFORCE", "LOG_ONLY"] | None = None
    """The mode of the Gateway's policy engine; None: the Gateway has none, unless `identities` adds one."""
    policies: dict[str, str] | None = None
    """The engine's policies in Cedar by name; `GATEWAY` is replaced by the Gateway's ARN. A name that begins with
    `log_only_` is that of a policy that is only logged."""
    runtime_target: Literal["gateway-role", "caller-iam", "oauth", "jwt-passthrough"] | None = None
    """The Gateway leads to the Runtime instead of tools, and calls it with this credential; None: it has tools."""
    workload_binding: bool | None = None
    """Whether the Runtime accepts calls through its Gateway only."""
    passthrough_target: bool | None = None
    """Whether a Gateway without tools also leads to a web service, by its target `status`."""
    stack: str | None = Field(default=None, pattern=r"^[a-zA-Z][-a-zA-Z0-9]{0,127}$")
    """The CloudFormation stack that names what is deployed; None: there is no stack."""
    harness: Literal["jwt", "iam"] | None = None
    """What a harness that is probed requires of its callers; None: there is none."""
    registry: Literal["jwt", "iam"] | None = None
    """What a registry that is probed requires of its callers; None: there is none."""
    login_server: tuple[LoginFeature, ...] | None = None
    """What the authorization server offers to MCP clients: `registration` (DCR), `client-metadata` (CIMD),
    `server-metadata` (RFC 8414), `s256` (it lists it), `iss` (RFC 9207). Its issuer is then its own address, so that such a client
    can log in. None: it is like Cognito's before November 2026."""

    @field_validator("allowed_ports")
    @classmethod
    def _are_session_ports(cls, value: tuple[int, ...] | None) -> tuple[int, ...] | None:
        for port in value or ():
            if port not in SESSION_PORTS or port == _NOT_A_SESSION_PORT:
                raise ValueError(f"{port} is not a port of a session: 8000 to 12000, but not 8443")
        return value


class Limits(Frozen):
    """Limits of one request, and of the rate and the number of requests."""

    seconds: float = Field(default=30.0, gt=0, le=900)
    """Wall clock time in seconds, from resolving the name to the last byte."""
    body_bytes: int = Field(default=1_000_000, gt=0)
    """How many bytes of an answer's body are read at most."""
    login_seconds: float | None = Field(default=None, gt=0, le=3600)
    """How long a person has to log in with a browser; None: 300."""
    requests_per_second: float | None = Field(default=None, ge=0.1, le=1000)
    """How many requests a run sends a second at most; None: 20. Requests to this machine are not limited.

    With 0.1, a run takes 20 minutes; with fewer, its token may expire before the last request.
    """
    requests: int | None = Field(default=None, ge=20, le=1000)
    """How many requests a run sends at most; None: 120, and what further entrances and callers need. Further pages of tools are not counted.

    With fewer than 20, the run could end before its first genuine call.
    """


class Expectation(Frozen):
    """The decision that is expected of a method, where it differs from the one that the configuration predicts."""

    decision: Decision
    """The decision that is intended."""
    reason: str
    """Why it is intended; the report shows it."""
    until: date | None = None
    """The last day on which it is expected; None: for good."""


class Environment(Frozen):
    """One environment: what is probed, and as whom."""

    name: str
    region: str | None = None
    """The AWS region; None: the one in the ARN of the Runtime or harness, else that of variables or the profile (docs/aws.md)."""
    profile: str | None = None
    """The AWS profile; None: boto3's usual chain."""
    role_arn: str | None = None
    """The IAM role to call as; the credentials of `source_profile` or `profile`, else boto3's, assume it."""
    external_id: str | None = None
    """What the role's trust policy requires as sts:ExternalId."""
    mfa_serial: str | None = None
    """The MFA device whose code the role's trust policy requires."""
    source_profile: str | None = None
    """The AWS profile that assumes the role; the other settings are still those of `profile`."""
    language: LanguageCode = DEFAULT
    """The language of the report."""
    record: str | None = None
    """Path of a record to replay instead of sending requests."""
    runtime: RuntimeTarget | None = None
    """The Runtime to call."""
    gateway: GatewayTarget | None = None
    """The Gateway to call."""
    harness: HarnessTarget | None = None
    """The harness to call."""
    registry: RegistryTarget | None = None
    """The registry to call."""
    entrances: tuple[str, ...] | None = None
    """The entrances to probe beside the Gateway's MCP endpoint and the Runtime's invocations; `all` for every one.

    `[harness]` and `[registry]` ask for theirs, also without this key.
    """
    identity: Identity | None = None
    """How the bearer token is obtained; None: no row sends a genuine token."""
    identities: dict[str, NamedIdentity] | None = None
    """Further callers by name, each with what is wanted of it."""
    local: LocalSetup | None = None
    """Asks for the embedded AgentCore, which fills in the other tables."""
    limits: Limits = Field(default_factory=Limits)
    """Limits of a request and of a run."""
    endpoints: dict[str, str] = Field(default_factory=dict)
    """Base URLs of services instead of AWS's own, by service."""
    expect: dict[str, Expectation] = Field(default_factory=dict)
    """Decisions that are intended although the configuration predicts others, by access method."""

    @field_validator("identities")
    @classmethod
    def _have_names(cls, value: dict[str, NamedIdentity] | None) -> dict[str, NamedIdentity] | None:
        for name in value or ():
            if not IDENTITY_NAME.fullmatch(name):
                raise ValueError(f"invalid name {name!r}: use letters, digits, - and _, at most 32")
        return value or None

    @field_validator("role_arn")
    @classmethod
    def _is_role_arn(cls, value: str | None) -> str | None:
        return check_role_arn(value)

    @field_validator("external_id")
    @classmethod
    def _is_external_id(cls, value: str | None) -> str | None:
        return check_external_id(value)

    @field_validator("mfa_serial")
    @classmethod
    def _is_mfa_serial(cls, value: str | None) -> str | None:
        if value is not None and not MFA_SERIAL.fullmatch(value):
            raise ValueError("must be the ARN or the serial number of an MFA device")
        return value

    @property
    def home_region(self) -> str | None:
        """The configured region: the file's own, else that of the Runtime's or the harness's ARN."""
        named = self.runtime or self.harness
        return self.region or (named.region if named else None)

    @property
    def asked_entrances(self) -> tuple[str, ...] | None:
        """The entrances that the file asks for: those that it names, and that of a harness or registry that it describes."""
        described = [name for name in ("harness", "registry") if getattr(self, name) is not None]
        return (*(self.entrances or ()), *described) or None
