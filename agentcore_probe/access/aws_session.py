"""A boto3 session for an environment, also where the user's AWS files cannot be used, and its prompt for MFA codes."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import boto3
import botocore.config
import botocore.loaders
import botocore.session
from botocore.exceptions import BotoCoreError, ConfigParseError, ProfileNotFound
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST, REGISTER_LAST

from agentcore_probe.access.machine import existing_ca_bundle
from agentcore_probe.access.prompt import PromptCallback, ask, has_terminal
from agentcore_probe.boto_loader import ModelLoader

_NO_USER_FILES = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""Session variables of botocore that ignore the user's profiles."""
REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""The variables that name a region, the first that is set wins."""
PROFILE_VARIABLES = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
"""The variables that name a profile, in botocore's order."""
_REGION = {"region": ("region", list(REGION_VARIABLES), None, None)}
"""The variables of the AWS CLI and the other SDKs, in their order; boto3 reads only the second (docs/aws.md)."""


class MfaCodeRequired(BotoCoreError):
    """The profile asks for an MFA code, and there is no terminal to type it in."""

    fmt = "an MFA code is required, and there is no terminal"


class _MfaLogin(NamedTuple):
    """The login of a profile that asks for an MFA code, which AWS accepts once: the environments of a command share it."""

    cache: dict[str, Any]
    """Sessions of roles, as botocore keeps them."""
    lock: AbstractContextManager[object]
    """Held while one of them logs in; the others then find the session."""


_mfa_logins: defaultdict[bytes, _MfaLogin] = defaultdict(lambda: _MfaLogin({}, threading.RLock()))
"""By a hash of the profile's name and the user's files."""


@dataclass(frozen=True)
class OpenSession:
    """A session, and why it has no user files, if it has none."""

    core: botocore.session.Session
    session: boto3.Session
    files: botocore.session.Session
    """The one that reads the user's files: it knows their profiles, also where it cannot be used."""
    error: BotoCoreError | None = None
    """The profile does not exist, or the files cannot be read."""
    lock: AbstractContextManager[object] = field(default_factory=contextlib.nullcontext)
    """To be held while credentials are fetched: another session may be asking for the same MFA code."""


def open_session(  # noqa: PLR0913  (keyword arguments)
    profile: str | None,
    region: str | None,
    keys: Mapping[str, str],
    *,
    seconds: float,
    on_prompt: PromptCallback,
    endpoints: Mapping[str, str],
) -> OpenSession:
    """The session of `profile`; one without profiles if that cannot be opened.

    Args:
        profile: the AWS profile; None uses the one that boto3 would use.
        region: the AWS region, or None.
        keys: credentials as arguments of `boto3.Session`; with them, the user's files are ignored.
        seconds: limit of a request that botocore sends to get credentials.
        on_prompt: called around a prompt for an MFA code.
        endpoints: service -> base URL, instead of those of variables, profiles and AWS.
    """
    core = _core_session(bool(keys), seconds, on_prompt, endpoints)
    try:
        session = boto3.Session(botocore_session=core, profile_name=profile, region_name=region, **dict(keys))
        core.get_scoped_config()  # raises if there is no such profile
    except (ProfileNotFound, ConfigParseError) as error:
        bare = _core_session(True, seconds, on_prompt, endpoints)
        return OpenSession(bare, boto3.Session(botocore_session=bare, region_name=region), core, error)
    login = _mfa_login(core)
    return OpenSession(core, session, core, lock=login.lock) if login else OpenSession(core, session, core)


def profile_name(core: botocore.session.Session) -> str:
    """The name of the profile in use."""
    return str(core.profile or "default")


def profile_chain(
    profiles: Mapping[str, Mapping[str, Any]], name: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A profile, and those that it takes its credentials from.

    Args:
        profiles: all of the user's files.
        name: the first one.
    """
    seen = set[str]()
    while name in profiles and name not in seen:
        seen.add(name)
        yield name, profiles[name]
        name = str(profiles[name].get("source_profile", ""))


def _mfa_login(core: botocore.session.Session) -> _MfaLogin | None:
    """The login that the session shares with others of the same profile; None where it asks for no MFA code."""
    config: Mapping[str, Any] = core.full_config
    name = profile_name(core)
    if not any("mfa_serial" in section for _, section in profile_chain(config.get("profiles", {}), name)):
        return None
    return _mfa_logins[hashlib.sha256(repr((name, config)).encode("utf-8", "surrogatepass")).digest()]


CALLED_SERVICES = frozenset(
    {
        "agent-registry-control",
        "bedrock-agentcore",
        "bedrock-agentcore-control",
        "cloudformation",
        "cognito-idp",
        "ec2",
        "iam",
        "s3",
        "secretsmanager",
        "signin",
        "ssm",
        "sso",
        "sso-oidc",
        "sts",
    }
)
"""The services of the reads, of the logins that botocore makes itself, and of the storage."""


class _Session(botocore.session.Session):
    """botocore's session, whose own clients, which log in, have the environment's base URLs and this machine's authorities."""

    endpoints: Mapping[str, str] = {}

    def _register_builtin_handlers(self, events: Any) -> None:
        """botocore's handlers, without those of its documentation and of services that are not called.

        Each client copies all of them, which takes half of the time to make one.
        """
        for event, handler, *place in BUILTIN_HANDLERS:
            kind, _, rest = event.partition(".")
            if kind == "docs" or rest.partition(".")[0] not in {"", "*", *CALLED_SERVICES}:
                continue
            if REGISTER_FIRST in place:
                events.register_first(event, handler)
            elif REGISTER_LAST in place:
                events.register_last(event, handler)
            else:
                events.register(event, handler)

    def create_client(self, service_name: str, *args: Any, **kwargs: Any) -> Any:
        """The client of a service; the arguments are botocore's.

        Raises:
            InputError: the file with the trusted authorities does not exist.
        """
        url = kwargs.get("endpoint_url") or self.endpoints.get(service_name)
        kwargs["endpoint_url"] = url
        if not (url or "").startswith("http://"):
            kwargs["verify"] = existing_ca_bundle(self.get_config_variable("ca_bundle"))
        return super().create_client(service_name, *args, **kwargs)


def _core_session(
    without_files: bool, seconds: float, on_prompt: PromptCallback, endpoints: Mapping[str, str]
) -> botocore.session.Session:
    core = _Session(session_vars={**_REGION, **(_NO_USER_FILES if without_files else {})})
    core.endpoints = endpoints
    core.register_component("data_loader", _model_loader())
    core.set_default_client_config(
        botocore.config.Config(
            connect_timeout=min(seconds, 10), read_timeout=seconds, retries={"total_max_attempts": 2}
        )
    )
    core.lazy_register_component("credential_provider", lambda: _credential_resolver(core, on_prompt))
    return core


def _credential_resolver(core: botocore.session.Session, on_prompt: PromptCallback) -> Any:
    """botocore's resolver, with our prompt: botocore's own writes warnings and reads standard input without a terminal."""
    import botocore.credentials

    login = _mfa_login(core)
    cache = login.cache if login is not None else None
    resolver: Any = botocore.credentials.create_credential_resolver(core, cache=cache)
    for provider in resolver.providers:
        if isinstance(provider, botocore.credentials.AssumeRoleProvider):
            provider._prompter = lambda text: ask_for_code(text, on_prompt)  # type: ignore[attr-defined]  # noqa: SLF001
    return resolver


def ask_for_code(text: str, on_prompt: PromptCallback) -> str:
    """The MFA code that the user types.

    Args:
        text: the prompt.
        on_prompt: called around it.

    Raises:
        MfaCodeRequired: there is no terminal, or nothing was typed.
    """
    if not has_terminal():
        raise MfaCodeRequired
    code = ask(text, on_prompt)
    if not code:
        raise MfaCodeRequired
    return code


@functools.cache
def _model_loader() -> Any:
    """The loader of botocore's service models, one per process: parsing them takes 0.15 s."""
    folders = os.environ.get("AWS_DATA_PATH", "").split(os.pathsep)
    return ModelLoader([os.path.expanduser(os.path.expandvars(folder)) for folder in folders if folder])  # noqa: PTH111
