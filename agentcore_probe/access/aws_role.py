"""The role of an environment file (`role_arn`): botocore assumes it, with source credentials that all roles share.

Several callers are often several roles of one person, called at the same time. Their source (a profile, variables, a
credential process, the login of IAM Identity Center) is loaded once for all of them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    DeferredRefreshableCredentials,
    create_mfa_serial_refresher,
)
from botocore.exceptions import NoCredentialsError
from botocore.utils import create_nested_client

from agentcore_probe.access.aws_session import OpenSession, ask_for_code, open_session
from agentcore_probe.access.prompt import PromptCallback
from agentcore_probe.model.environment import Environment
from agentcore_probe.secret import register

SESSION_NAME = "agentcore-probe"
"""The session's name: the last part of the caller's ARN, by which CloudTrail shows who called."""


class _Source:
    """The credentials that assume roles, loaded on first use; safe to use from several threads.

    Args:
        open_with: opens their session; its argument is called around a prompt for an MFA code.
    """

    def __init__(self, open_with: Callable[[PromptCallback], OpenSession]) -> None:
        self._on_prompt: PromptCallback = lambda _: None
        self.opened = open_with(self._pass_prompt_on)
        self.lock = threading.RLock()
        """Held while the source logs in, and while a role's MFA code is asked for: AWS accepts a code once."""
        self.sessions: dict[str, Any] = {}
        """Sessions of roles, as botocore keeps them."""

    def _pass_prompt_on(self, state: str) -> None:
        self._on_prompt(state)

    def frozen(self, on_prompt: PromptCallback) -> Any:
        """The credentials as botocore signs with them.

        Raises:
            BotoCoreError: there are none.
        """
        with self.lock, self.opened.lock:
            self._on_prompt = on_prompt
            credentials = self.opened.core.get_credentials()
            if credentials is None:
                raise NoCredentialsError
            frozen = credentials.get_frozen_credentials()
        register(frozen.secret_key or "", "aws secret key")
        if frozen.token:
            register(frozen.token, "aws session token")
        return frozen


class _SourceCredentials(NamedTuple):
    """A source in the form in which botocore takes it, for one of its users."""

    source: _Source
    on_prompt: PromptCallback

    def get_frozen_credentials(self) -> Any:
        """The credentials."""
        return self.source.frozen(self.on_prompt)


_sources: dict[bytes, _Source] = {}
_sources_lock = threading.Lock()


def with_role(
    opened: OpenSession,
    environment: Environment,
    keys: Mapping[str, str],
    *,
    region: str | None,
    on_prompt: PromptCallback,
) -> OpenSession:
    """The session of an environment, with the credentials of its role.

    The role is assumed when its credentials are first used, and again before they expire.

    Args:
        opened: the environment's session, with the other settings of its profile.
        environment: without `role_arn`, its session stays as it is.
        keys: static credentials that assume the role, instead of the user's.
        region: of STS.
        on_prompt: called around a prompt for an MFA code.
    """
    if opened.error is not None or environment.role_arn is None:
        return opened
    seconds = environment.limits.seconds
    profile = environment.source_profile or environment.profile
    source = _shared_source(
        functools.partial(
            open_session, profile, region, keys, seconds=seconds, endpoints=environment.endpoints
        ),
        (
            *(profile, region, seconds, sorted(keys.items()), sorted(environment.endpoints.items())),
            opened.files.full_config,
        ),
    )
    if source.opened.error is not None:
        return source.opened
    more = {"ExternalId": environment.external_id, "SerialNumber": environment.mfa_serial}
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=functools.partial(
            create_nested_client, opened.core, region_name=region or opened.session.region_name
        ),
        source_credentials=_SourceCredentials(source, on_prompt),
        role_arn=environment.role_arn,
        extra_args={
            "RoleSessionName": SESSION_NAME,
            **{name: value for name, value in more.items() if value is not None},
        },
        mfa_prompter=lambda text: ask_for_code(text, on_prompt),
        cache=source.sessions,
    )
    needs_code = environment.mfa_serial is not None
    refresh = fetcher.fetch_credentials
    core: Any = opened.core
    core._credentials = DeferredRefreshableCredentials(  # noqa: SLF001  (its setter takes static ones only)
        create_mfa_serial_refresher(refresh) if needs_code else refresh, method="assume-role"
    )
    return dataclasses.replace(opened, lock=source.lock if needs_code else contextlib.nullcontext())


def _shared_source(
    open_with: Callable[..., OpenSession],
    settings: tuple[object, ...],
) -> _Source:
    """The source that all roles with the same settings and AWS variables share."""
    variables = sorted(item for item in os.environ.items() if item[0].startswith("AWS_"))
    key = hashlib.sha256(repr((settings, variables)).encode("utf-8", "surrogatepass")).digest()
    with _sources_lock:
        if key not in _sources:
            _sources[key] = _Source(lambda on_prompt: open_with(on_prompt=on_prompt))
        return _sources[key]
