"""The AWS login: whether there are credentials that AWS accepts, else the cause and the values that its text needs.

botocore's exceptions tell the causes apart; its messages only add values. The error output of a credential process is
never kept: it may contain secrets.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore import exceptions as boto
from botocore.exceptions import ClientError

from agentcore_probe.access.aws_session import MfaCodeRequired, profile_chain, profile_name
from agentcore_probe.access.faults import fault_of
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import FaultKind
from agentcore_probe.model.record import AwsLogin
from agentcore_probe.regex import regex

_Values = dict[str, str]
_Section = Mapping[str, Any]
_Reader = Callable[[Any, "_Profile"], AwsLogin]


class _Profile:
    """The profile in use, as the user's files describe it, and the role of the environment file before it."""

    def __init__(self, core: botocore.session.Session, role: _Section) -> None:
        try:
            config: Mapping[str, Any] = core.full_config
        except boto.BotoCoreError:
            config = {}
        self.name = str(role.get("source_profile") or profile_name(core))
        self.own_role = role
        self.all: Mapping[str, _Section] = config.get("profiles", {})
        self._sso_sessions: Mapping[str, _Section] = config.get("sso_sessions", {})

    def chain(self) -> Iterator[tuple[str, _Section]]:
        """The profile, and those that it takes its credentials from."""
        return profile_chain(self.all, self.name)

    def with_key(self, *keys: str) -> tuple[str, _Section] | None:
        """The first profile of the chain that has one of these keys."""
        return next((entry for entry in self.chain() if any(key in entry[1] for key in keys)), None)

    def sso(self) -> _Values:
        """The profile that logs in with IAM Identity Center, with its session and start URL."""
        entry = self.with_key("sso_session", "sso_start_url")
        if entry is None:
            return {"profile": self.name}
        name, section = entry
        session = str(section.get("sso_session", ""))
        start_url = section.get("sso_start_url") or self._sso_sessions.get(session, {}).get("sso_start_url")
        return _present({"profile": name, "session": session, "start-url": start_url})

    def role(self) -> str | None:
        """The ARN of the role that is assumed last."""
        entry = self.with_key("role_arn")
        return self.own_role.get("role_arn") or (str(entry[1]["role_arn"]) if entry else None)


def role_section(environment: Environment) -> dict[str, str]:
    """The keys of an environment that say how a role is assumed, in the form of a profile; empty without a role."""
    names = {"role_arn", "external_id", "mfa_serial", "source_profile"}
    return environment.model_dump(include=names, exclude_none=True)


def read_error(error: Exception, core: botocore.session.Session, role: _Section) -> AwsLogin:
    """The cause behind an exception of botocore's credentials.

    Args:
        error: the exception.
        core: the session that raised it.
        role: the role of the environment (`role_section`).
    """
    described = _Profile(core, role)
    return next(reader(error, described) for kind, reader in _READERS if isinstance(error, kind))


def no_credentials(core: botocore.session.Session) -> AwsLogin:
    """The cause where botocore found no credentials at all."""
    return _no_credentials(None, _Profile(core, {}))


def _no_credentials(_: Any, described: _Profile) -> AwsLogin:
    values = {"profile": described.name} if described.name in described.all else {}
    return AwsLogin(cause="aws-credentials-missing", values=values)


def refused_by_sts(error: Exception, core: botocore.session.Session) -> AwsLogin | None:
    """Why STS does not accept the credentials; None where it said nothing about them."""
    if not isinstance(error, ClientError):
        return None
    cause = _cause_of_error(error)
    return AwsLogin(cause=cause, values=_said(error, _Profile(core, {}))) if cause else None


def _present(values: Mapping[str, object]) -> _Values:
    return {name: str(value) for name, value in values.items() if value}


def _missing_profile(error: Any, profile: _Profile) -> AwsLogin:
    # botocore has read the name from the variable where the environment file names none.
    name = str(error.kwargs.get("profile") or profile.name)
    return _no_such_profile(name, profile)


def _no_such_profile(name: str, profile: _Profile, *, named_by: str = "") -> AwsLogin:
    values = {"profile": name, "profiles": ", ".join(sorted(profile.all)), "named-by": named_by}
    return AwsLogin(cause="aws-profile-missing", values=_present(values))


def _sso(_: Any, profile: _Profile) -> AwsLogin:
    return AwsLogin(cause="aws-sso-expired", values=profile.sso())


def _console_login(_: Any, profile: _Profile) -> AwsLogin:
    """`aws login`: the session of the console."""
    return AwsLogin(cause="aws-sso-expired", values={"profile": profile.name, "kind": "console"})


def _mfa(_: Any, profile: _Profile) -> AwsLogin:
    own = profile.own_role.get("mfa_serial")
    entry = profile.with_key("mfa_serial")
    serial = own or (entry[1]["mfa_serial"] if entry else None)
    values = {"profile": None if own else profile.name, "serial": serial, "role": profile.role()}
    return AwsLogin(cause="aws-mfa-required", values=_present(values))


def _no_region(_: Any, profile: _Profile) -> AwsLogin:
    return AwsLogin(cause="aws-region-missing", values={"profile": profile.name})


_REFERENCE = regex(r'source_profile "(?P<name>[^"]+)" referenced in the profile "(?P<by>[^"]+)"')


def _invalid_configuration(error: Any, profile: _Profile) -> AwsLogin:
    """A profile that is incomplete; one that refers to a missing one is the same as a missing one."""
    match = _REFERENCE.search(str(error))
    if match and match["name"] not in profile.all:
        return _no_such_profile(match["name"], profile, named_by=match["by"])
    return _unusable(error, profile)


def _unusable(error: Any, profile: _Profile) -> AwsLogin:
    """What botocore says of its own configuration, which quotes names and no values of secrets."""
    detail = " ".join(str(error).split()).rstrip(".")
    return AwsLogin(
        cause="aws-credentials-missing", values=_present({"profile": profile.name, "detail": detail})
    )


def _retrieval(error: Any, profile: _Profile) -> AwsLogin:
    """A process, or a metadata service of AWS, that gave no credentials."""
    provider = str(error.kwargs.get("provider", ""))
    if provider == "custom-process":
        return _process(error, profile)
    values = _present({"profile": profile.name, "source": provider})
    return AwsLogin(cause="aws-credentials-missing", values=values)


def _process(error: Any, profile: _Profile) -> AwsLogin:
    """The process by its name alone: its arguments and its output may be secret."""
    entry = profile.with_key("credential_process")
    if entry is None or _is_of_a_token_file(error, profile):
        parts = (error.strerror, error.filename) if isinstance(error, OSError) else ()
        detail = ": ".join(str(part) for part in parts if part)
        return AwsLogin(cause="aws-credentials-missing", values=_present({"detail": detail}))
    name, section = entry
    problem = "not-started" if isinstance(error, OSError) else "output" if _is_output(error) else ""
    values = {
        "profile": name,
        "command": program_name(str(section["credential_process"])),
        "problem": problem,
    }
    return AwsLogin(cause="aws-credential-process-failed", values=_present(values))


def program_name(command: str) -> str:
    """The name of the program that a command line starts; empty where its first word may be more than that.

    botocore uses no shell: in `NAME=value program`, and where the whole line is quoted, the first word holds values.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    return words[0].rsplit("/", 1)[-1] if words and not re.search(r"[\s=]", words[0]) else ""


def _is_of_a_token_file(error: Exception, profile: _Profile) -> bool:
    """Whether the file with the token of a web identity could not be read."""
    sections = [section.get("web_identity_token_file") for _, section in profile.chain()]
    files = [os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"), *sections]
    return isinstance(error, OSError) and error.filename is not None and error.filename in files


def _other(error: Any, profile: _Profile) -> AwsLogin:
    """An exception that is not botocore's: from a process, a token file, or variables that have expired."""
    if isinstance(error, RuntimeError) and os.environ.get("AWS_CREDENTIAL_EXPIRATION"):
        return AwsLogin(cause="aws-token-expired")
    return _process(error, profile)


def _is_output(error: Exception) -> bool:
    """Whether the process succeeded, and what it printed are no credentials."""
    if not isinstance(error, boto.CredentialRetrievalError):
        return True
    words = ("Unsupported version", "Missing required key")
    return str(getattr(error, "kwargs", {}).get("error_msg", "")).startswith(words)


_CODES: tuple[tuple[str, str], ...] = (
    (r"RequestTimeTooSkewed|RequestExpired", "aws-clock-skew"),
    (r"ExpiredToken(Exception)?", "aws-token-expired"),
    (r"InvalidClientTokenId|UnrecognizedClient(Exception)?", "aws-key-unknown"),
    (r"SignatureDoesNotMatch|InvalidSignature(Exception)?|IncompleteSignature", "aws-signature-invalid"),
)
_CLOCK = regex(r"Signature (expired|not yet current)", re.I)
_CALLER = regex(r"User: (?P<caller>arn:\S+)")
_ROLE = regex(r"on resource: (?P<role>arn:\S+)")
_MFA_REFUSED = regex(r"MultiFactorAuthentication failed", re.I)
_NO_POLICY = regex(r"because no (?P<kind>identity|resource)-based policy allows")


def cause_of_code(code: str) -> str | None:
    """The cause of an error code by which AWS refuses credentials, whatever they may do.

    Args:
        code: such as `ExpiredTokenException`.
    """
    return next((cause for pattern, cause in _CODES if re.fullmatch(pattern, code)), None)


def _cause_of_error(error: ClientError) -> str | None:
    """The cause of an error of STS, apart from a role that is not assumed."""
    details = error.response.get("Error", {})
    if _CLOCK.search(str(details.get("Message", ""))):
        return "aws-clock-skew"
    return cause_of_code(str(details.get("Code", "")))


def _said(error: ClientError, profile: _Profile) -> _Values:
    message = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    return _present({"message": message, "profile": profile.name})


def _refused(error: Any, profile: _Profile) -> AwsLogin:
    """An answer of STS or of IAM Identity Center while the credentials were fetched."""
    cause = _cause_of_error(error)
    if cause is not None:
        return AwsLogin(cause=cause, values=_said(error, profile))
    message = str(error.response.get("Error", {}).get("Message", ""))
    if _MFA_REFUSED.search(message):
        wrong = _mfa(error, profile)
        return wrong.model_copy(update={"values": {**wrong.values, "problem": "wrong-code"}})
    if error.operation_name == "GetRoleCredentials":
        return _permission_set(profile)
    caller, role, policy = _CALLER.search(message), _ROLE.search(message), _NO_POLICY.search(message)
    values = {
        "profile": profile.name,
        "role": role["role"] if role else profile.role(),
        "caller": caller["caller"] if caller else None,
        "kind": "web-identity" if error.operation_name == "AssumeRoleWithWebIdentity" else None,
        "lacks": {"identity": "permission", "resource": "trust"}[policy["kind"]] if policy else None,
        "message": " ".join(message.split()),
    }
    return AwsLogin(cause="aws-role-not-assumed", values=_present(values))


def _permission_set(profile: _Profile) -> AwsLogin:
    """IAM Identity Center refused the role of the profile: it is not assigned to this user."""
    entry = profile.with_key("sso_role_name")
    section = entry[1] if entry else {}
    values = {
        "profile": entry[0] if entry else profile.name,
        "role": section.get("sso_role_name"),
        "account": section.get("sso_account_id"),
        "kind": "permission-set",
    }
    return AwsLogin(cause="aws-role-not-assumed", values=_present(values))


_CAUSES_OF_FAULTS: dict[FaultKind, str] = {
    "dns": "dns-failure",
    "tls": "tls-failure",
    "timeout": "timeout",
    "reset": "connection-reset",
    "truncated": "answer-truncated",
    "not-http": "answer-not-http",
}


def _network(error: Any, profile: _Profile) -> AwsLogin:
    """STS or IAM Identity Center did not answer, which says nothing about the login."""
    fault = fault_of(error)
    url = str(error.kwargs.get("endpoint_url") or error.kwargs.get("proxy_url") or "")
    cause = _CAUSES_OF_FAULTS.get(fault.kind, "connect-failure")
    values = {"host": urlsplit(url).hostname, "detail": fault.detail, "profile": profile.name}
    return AwsLogin(cause=cause, values=_present(values))


_READERS: tuple[tuple[type[Exception], _Reader], ...] = (
    (MfaCodeRequired, _mfa),
    (boto.RefreshWithMFAUnsupportedError, _mfa),
    (boto.ProfileNotFound, _missing_profile),
    (boto.SSOError, _sso),
    (boto.TokenRetrievalError, _sso),
    (boto.LoginError, _console_login),
    (boto.NoRegionError, _no_region),
    (boto.NoCredentialsError, _no_credentials),
    (boto.InvalidConfigError, _invalid_configuration),
    (boto.CredentialRetrievalError, _retrieval),
    (ClientError, _refused),
    (boto.ConnectionError, _network),
    (boto.HTTPClientError, _network),
    (boto.BotoCoreError, _unusable),
    (Exception, _other),
)
"""botocore's exceptions, the most specific first. The last one: a process or a file that is missing, a process that prints
no JSON, and credentials that have expired."""
