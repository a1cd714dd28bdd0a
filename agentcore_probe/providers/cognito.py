"""Amazon Cognito user pools (docs/agentcore.md section 5)."""

from __future__ import annotations

import re

from agentcore_probe.model.pool import pool_of
from agentcore_probe.providers.provider import Claims, Provider

_HOST = re.compile(
    r"https?://(?:cognito-idp\.[^/?#]{1,200}\.amazonaws\.com|[^/?#.]{1,200}\.auth\.[a-z0-9-]{1,30}\.amazoncognito\.com)(?:/|$)"
)
"""The API, and the domain of the login pages."""


def _is_id_token(claims: Claims) -> bool | None:
    use = claims.get("token_use")
    return None if use is None else bool(use == "id")


def _is_machine(claims: Claims) -> bool | None:
    return claims.get("token_use") == "access" and "username" not in claims


def _recognizes(url: str) -> bool:
    """By the pool in the path, or by a host of Cognito, of which a template may leave the pool open."""
    return pool_of(url) is not None or _HOST.match(url) is not None


PROVIDER = Provider(
    id="cognito",
    name="Amazon Cognito",
    recognizes=_recognizes,
    is_machine=_is_machine,
    client_claims=("client_id",),
    personal_claims=("username", "cognito:username"),
    is_id_token=_is_id_token,
    access_tokens_have_audience=False,  # a trigger or a resource may add one
    token_paths=("/oauth2/token",),
    # botocore model of cognito-idp
    api_errors=(
        "NotAuthorized",
        "UserNotFound",
        "UserNotConfirmed",
        "PasswordResetRequired",
        "InvalidPassword",
        "InvalidUserPoolConfiguration",
        "InvalidParameter",
    ),
)
