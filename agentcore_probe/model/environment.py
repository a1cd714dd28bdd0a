"""An environment file as facts, with references instead of secrets."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal, get_args

from pydantic import Field, field_validator

from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.base import Frozen
from agentcore_probe.model.languages import DEFAULT, LanguageCode

RUNTIME_ID = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10}")
"""A Runtime's id, the last part of its ARN."""

RUNTIME_ARN = re.compile(
    r"arn:aws(-[^:]+)?:bedrock-agentcore:(?P<region>[a-z0-9-]+):(?P<account>\d{12})"
    rf":runtime/(?P<id>{RUNTIME_ID.pattern})"
)
"""A Runtime's ARN (shape of `agentRuntimeArn` in botocore's model of bedrock-agentcore)."""

ENDPOINT_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,47}")
"""The name of a Runtime's endpoint (same model)."""

GATEWAY_ID = re.compile(r"(?:[0-9a-z]-?){1,100}-[0-9a-z]{10}")
"""A Gateway's id (same model)."""

REDIRECT_URI = re.compile(
    r"http://(?P<host>127\.0\.0\.1|localhost|\[::1\])(?::(?P<port>[0-9]{1,5}))?(?P<path>/[^?#\s]*)?"
)
"""An address of this machine to which a browser returns after a login (RFC 8252 section 7.3)."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names of this machine, the only one that plain http is allowed to."""

ROLE_ARN = re.compile(
    r"arn:aws(-[a-z0-9-]{1,20})?:iam::(?P<account>\d{12}):role/([!-~]{1,511}/)?(?P<name>[a-zA-Z0-9_+=,.@-]{1,64})"
)
"""The ARN of an IAM role, which may have a path (IAM API Reference, Role)."""

EXTERNAL_ID = re.compile(r"[a-zA-Z0-9_+=,.@:/-]{2,1224}")
"""`ExternalId` of sts:AssumeRole (botocore's model of sts)."""

MFA_SERIAL = re.compile(r"[a-zA-Z0-9_+=/:,.@-]{9,256}")
"""`SerialNumber` of sts:AssumeRole: the ARN of a virtual device, or the number of a hardware device (same model)."""

AuthMethod = Literal["client_secret_basic", "client_secret_post"]
"""How an OAuth client sends its secret to a token endpoint."""

Protocol = Literal["HTTP", "MCP", "A2A", "AGUI"]
Decision = Literal["accepted", "refused", "undecided"]
"""What an answer shows about authorization (docs/diagnosis.md)."""


_FOREIGN = frozenset({"AWS", "AZURE", "CI", "GH", "GITHUB", "GITLAB", "GOOGLE", "NPM", "PYPI", "VAULT"})
"""First words of variables in which other tools keep their own secrets: `GITHUB_TOKEN`."""


def secret_variable(environment: str, key: str) -> str:
    """The variable that a new environment file names for a secret: `PROD_PASSWORD`, one for each environment.

    Args:
        environment: the environment's name.
        key: the secret's key in `[identity]`.
    """
    words = re.sub(r"\W", "_", environment.upper(), flags=re.ASCII)
    is_taken = not words[:1].isalpha() or words.split("_", 1)[0] in _FOREIGN
    return f"{'PROBE_' if is_taken else ''}{words}_{key.upper()}"


def _role_arn(value: str | None) -> str | None:
    if value is not None and not ROLE_ARN.fullmatch(value):
        raise ValueError(f"{value!r} is not the ARN of an IAM role: arn:aws:iam::ACCOUNT:role/NAME")
    return value


def _external_id(value: str | None) -> str | None:
    if value is not None and not EXTERNAL_ID.fullmatch(value):
        raise ValueError("must be 2 to 1224 letters, digits or _+=,.@:/-")
    return value


class SecretReference(Frozen):
    """Where a secret is stored; never the secret itself."""

    source: Literal["env", "file", "secretsmanager", "ssm", "command", "embedded"]
    name: str
    """Variable, path, secret id, parameter name, or the command's first word."""
    key: str | None = None
    """For `secretsmanager`: the key in the secret's JSON."""
    arguments: tuple[str, ...] = ()
    """For `command`: the words after the first."""


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
        if not ENDPOINT_NAME.fullmatch(value):
            raise ValueError(f"{value!r} is not an endpoint name (a letter, then letters, digits, _)")
        return value

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


class GatewayTarget(Frozen):
    """The Gateway to call, by its id or its URL."""

    id: str | None = None
    """By which it is read; with `url` only where that has a custom domain, or is of a VPC endpoint."""
    url: str | None = None
    """Where it is called; None: where the control plane says."""
    tool: ToolCall | None = None
    """One harmless tool to call; None: the tools are listed only."""

    @field_validator("id")
    @classmethod
    def _is_gateway_id(cls, value: str | None) -> str | None:
        if value is not None and not GATEWAY_ID.fullmatch(value):
            raise ValueError(f"{value!r} is not a Gateway id (NAME-XXXXXXXXXX, lower case)")
        return value


class Identity(Frozen):
    """How the bearer token is obtained."""

    flow: str = "user-password"  # one of `flows.FLOWS`; checked where a file is loaded
    """The login flow by which the token is obtained."""
    client_id: str | None = None
    """The app client; None: the only client that the authorizer allows."""
    client_secret: SecretReference | None = None
    """Not needed where Cognito keeps it in Secrets Manager, from which it is read."""
    token_endpoint_auth_method: AuthMethod | None = None
    """How the secret is sent (RFC 7591 section 2); None: as the issuer's discovery document says."""
    username: str | None = None
    """Of `user-password`; shown to the login page by flows with a browser (`login_hint`)."""
    password: SecretReference | None = None
    """Of `user-password`."""
    scope: str | None = None
    """The scopes to request, separated by spaces."""
    audience: str | None = None
    """Whom the token is for, as Auth0 and RFC 8693 name it."""
    resource: str | None = None
    """The URI of the resource server that the token is for (RFC 8707)."""
    redirect_uri: str | None = None
    """Where the browser returns to: an address of this machine that the app client lists. Without a port: a free one."""
    refresh_token: SecretReference | None = None
    """Of `refresh-token`: the refresh token of an earlier login."""
    subject_token: SecretReference | None = None
    """The token that is exchanged (RFC 8693 section 2.1)."""
    subject_token_type: str | None = None
    """What it is (RFC 8693 section 3); None: an access token."""
    actor_token: SecretReference | None = None
    """The token of the party that acts for the subject (RFC 8693 section 2.1)."""
    actor_token_type: str | None = None
    """What the actor token is (RFC 8693 section 3)."""
    requested_token_type: str | None = None
    """The type of token to ask for (RFC 8693 section 3); None: the issuer's default."""
    token: SecretReference | None = None
    """Of `token`: an access token of any OIDC provider."""
    expired_token: SecretReference | None = None
    """A genuine token of the same issuer that has expired: it must be refused."""
    discovery_url: str | None = None
    """The issuer's discovery document; None: the one that the authorizer names."""

    @field_validator("redirect_uri")
    @classmethod
    def _is_on_this_machine(cls, value: str | None) -> str | None:
        match = REDIRECT_URI.fullmatch(value) if value is not None else None
        if value is not None and (match is None or int(match["port"] or 0) > 65535):
            raise ValueError(
                f"{value!r} is not an address of this machine like http://127.0.0.1:8400/callback"
            )
        return value


SECRET_KEYS = tuple(
    name for name, field in Identity.model_fields.items() if SecretReference in get_args(field.annotation)
)
"""The keys of `Identity` that refer to a secret."""


Wanted = Literal["accepted", "refused"]
"""What is wanted of a caller."""

IDENTITY_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
"""The name of one of several callers: it becomes part of the ids of its exchanges."""

INHERITED = (
    *("flow", "client_id", "token_endpoint_auth_method", "scope"),
    *("audience", "resource", "redirect_uri", "discovery_url"),
)
"""The keys that `[identities.NAME]` takes from `[identity]` where it leaves them out: never a user or a secret."""


class NamedIdentity(Identity):
    """One of several callers: the keys of `[identity]`, or a role, and what is wanted of it (docs/callers.md)."""

    role_arn: str | None = None
    """The IAM role whose signed calls are tried; it excludes the keys of a login."""
    external_id: str | None = None
    """What the role's trust policy asks for (`sts:ExternalId`)."""
    expect: Wanted | dict[str, Wanted] | None = None
    """What is wanted: of every call, or by access method; None: what the configuration predicts."""

    @field_validator("role_arn")
    @classmethod
    def _is_role_arn(cls, value: str | None) -> str | None:
        return _role_arn(value)

    @field_validator("external_id")
    @classmethod
    def _is_external_id(cls, value: str | None) -> str | None:
        return _external_id(value)

    @field_validator("expect", mode="before")
    @classmethod
    def _is_wanted(cls, value: Any) -> Any:
        words = value.values() if isinstance(value, dict) else () if value is None else (value,)
        for word in words:
            if word not in get_args(Wanted):
                raise ValueError(f"{word!r} is not 'accepted' or 'refused'")
        return value

    def wanted(self, method: str) -> Wanted | None:
        """What is wanted of the caller's calls by `method`; None where the file does not say."""
        return self.expect.get(method) if isinstance(self.expect, dict) else self.expect


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
    stack: str | None = Field(default=None, pattern=r"^[a-zA-Z][-a-zA-Z0-9]{0,127}$")
    """The CloudFormation stack that names what is deployed; None: there is no stack."""


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
    """How many requests a run sends at most; None: 120. Further pages of tools are not counted.

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
    """The AWS region; None: the one in the Runtime's ARN, else that of variables or the profile (docs/aws.md)."""
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
        return _role_arn(value)

    @field_validator("external_id")
    @classmethod
    def _is_external_id(cls, value: str | None) -> str | None:
        return _external_id(value)

    @field_validator("mfa_serial")
    @classmethod
    def _is_mfa_serial(cls, value: str | None) -> str | None:
        if value is not None and not MFA_SERIAL.fullmatch(value):
            raise ValueError("must be the ARN or the serial number of an MFA device")
        return value

    @property
    def home_region(self) -> str | None:
        """The configured region: the file's own, else that of the Runtime's ARN."""
        return self.region or (self.runtime.region if self.runtime else None)
