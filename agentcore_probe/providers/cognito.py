"""Amazon Cognito user pools (docs/agentcore.md section 5)."""

from __future__ import annotations

from agentcore_probe.model.pool import pool_of
from agentcore_probe.providers.provider import Claims, Provider


def _is_id_token(claims: Claims) -> bool | None:
    use = claims.get("token_use")
    return None if use is None else bool(use == "id")


PROVIDER = Provider(
    id="cognito",
    recognizes=lambda url: pool_of(url) is not None,
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
