"""Who calls: how a token is obtained, several callers, IAM roles, and references to secrets."""

from __future__ import annotations

import re
from typing import Any, Literal, get_args

from pydantic import field_validator

from agentcore_probe.model.base import Frozen
from agentcore_probe.regex import regex

REDIRECT_URI = regex(
    r"http://(?P<host>127\.0\.0\.1|localhost|\[::1\])(?::(?P<port>[0-9]{1,5}))?(?P<path>/[^?#\s]*)?"
)
"""An address of this machine to which a browser returns after a login (RFC 8252 section 7.3)."""
_LAST_PORT = 65535


def is_redirect_uri(value: str) -> bool:
    """Whether a browser can return to this address of this machine."""
    match = REDIRECT_URI.fullmatch(value)
    return match is not None and int(match["port"] or 0) <= _LAST_PORT


ROLE_ARN = regex(
    r"arn:aws(-[a-z0-9-]{1,20})?:iam::(?P<account>\d{12}):role/([!-~]{1,511}/)?(?P<name>[a-zA-Z0-9_+=,.@-]{1,64})"
)
"""The ARN of an IAM role, which may have a path (IAM API Reference, Role)."""


EXTERNAL_ID = regex(r"[a-zA-Z0-9_+=,.@:/-]{2,1224}")
"""`ExternalId` of sts:AssumeRole (botocore's model of sts)."""


MFA_SERIAL = regex(r"[a-zA-Z0-9_+=/:,.@-]{9,256}")
"""`SerialNumber` of sts:AssumeRole: the ARN of a virtual device, or the number of a hardware device (same model)."""


AuthMethod = Literal["client_secret_basic", "client_secret_post"]
"""How an OAuth client sends its secret to a token endpoint."""


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


def check_role_arn(value: str | None) -> str | None:
    """The value, for a validator.

    Raises:
        ValueError: it is not the ARN of an IAM role.
    """
    if value is not None and not ROLE_ARN.fullmatch(value):
        raise ValueError(f"{value!r} is not the ARN of an IAM role: arn:aws:iam::ACCOUNT:role/NAME")
    return value


def check_external_id(value: str | None) -> str | None:
    """The value, for a validator.

    Raises:
        ValueError: STS does not take it.
    """
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
        if value is not None and not is_redirect_uri(value):
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


IDENTITY_NAME = regex(r"[A-Za-z0-9_-]{1,32}")
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
        return check_role_arn(value)

    @field_validator("external_id")
    @classmethod
    def _is_external_id(cls, value: str | None) -> str | None:
        return check_external_id(value)

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
