"""Amazon Cognito user pools (docs/agentcore.md section 5)."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.pool import pool_of
from agentcore_probe.model.sentence import Sentence
from agentcore_probe.providers.provider import Claims, McpLogin, Provider, endpoint_path
from agentcore_probe.regex import regex

_HOST = regex(
    r"https?://(?:cognito-idp\.[^/?#]{1,200}\.amazonaws\.com|[^/?#.]{1,200}\.auth\.[a-z0-9-]{1,30}\.amazoncognito\.com)(?:/|$)"
)
"""The API, and the domain of the login pages."""


def _is_id_token(claims: Claims) -> bool | None:
    use = claims.get("token_use")
    return None if use is None else bool(use == "id")


_oauth = partial(Sentence, sender="provider", service="oauth")
_login = partial(Sentence, sender="provider", service="cognito", statuses=(400,))
_not_authorized = partial(_login, error_type="NotAuthorizedException")
_refresh = partial(_oauth, cause="oauth-grant-invalid", values=(("kind", "refresh"),))

SENTENCES = (
    # The token endpoint and the managed login
    _refresh(literal="refresh token has been revoked", example="Refresh Token has been revoked"),
    _refresh(literal="refresh token has expired", example="Refresh Token has expired"),
    _refresh(literal="refresh token reuse detected", example="Refresh token reuse detected"),
    _refresh(literal="invalid refresh token", example="NotAuthorizedException: Invalid Refresh Token"),
    _oauth(literal="invalid_client_secret", example="invalid_client_secret", cause="oauth-client-invalid"),
    _oauth(
        literal="client is not enabled for oauth2.0 flows",
        example="Client is not enabled for OAuth2.0 flows.",
        cause="oauth-grant-not-allowed",
    ),
    # Amplify's next step of a login
    _login(
        literal="confirm_sign_in_with_new_password_required",
        example="signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED'",
        cause="password-change-required",
    ),
    _login(
        literal="confirm_sign_in_with_",
        pattern=r"\b(?:CONFIRM_SIGN_IN_WITH_(?:TOTP|SMS|EMAIL)_CODE|CONTINUE_SIGN_IN_WITH_MFA_(?:SETUP_)?SELECTION)\b",
        example="signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE'",
        cause="mfa-required",
    ),
    # InitiateAuth and its like
    _not_authorized(
        literal="incorrect username or password",
        example="NotAuthorizedException: Incorrect username or password.",
        cause="wrong-password",
    ),
    _not_authorized(
        literal="password attempts exceeded",
        example="NotAuthorizedException: Password attempts exceeded",
        cause="wrong-password",
    ),
    _login(
        literal="user does not exist",
        pattern=r"\bUser does not exist\b",
        error_type="UserNotFoundException",
        example="UserNotFoundException: User does not exist.",
        cause="user-not-found",
    ),
    _login(
        literal="usernotfoundexception",
        error_type="UserNotFoundException",
        example="Amazon.CognitoIdentityProvider.Model.UserNotFoundException",
        cause="user-not-found",
    ),
    _not_authorized(
        literal="user is disabled",
        example="NotAuthorizedException: User is disabled.",
        cause="user-disabled",
    ),
    _login(
        literal="user is not confirmed",
        error_type="UserNotConfirmedException",
        example="UserNotConfirmedException: User is not confirmed.",
        cause="user-not-confirmed",
    ),
    _login(
        literal="usernotconfirmedexception",
        error_type="UserNotConfirmedException",
        example="UserNotConfirmedException",
        cause="user-not-confirmed",
    ),
    _login(
        literal="password reset required for the user",
        error_type="PasswordResetRequiredException",
        example="PasswordResetRequiredException: Password reset required for the user",
        cause="password-reset-required",
    ),
    _login(
        literal="passwordresetrequiredexception",
        error_type="PasswordResetRequiredException",
        example="PasswordResetRequiredException",
        cause="password-reset-required",
    ),
    _not_authorized(
        literal="temporary password has expired",
        example="NotAuthorizedException: Temporary password has expired and must be reset by an administrator.",
        cause="password-reset-required",
    ),
    _login(
        literal="flow not enabled for this client",
        pattern=r"(?P<message>(?P<flow>\w{1,60}_AUTH) flow not enabled for this client)",
        error_type="InvalidParameterException",
        example="InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
        cause="auth-flow-disabled",
    ),
    _login(
        literal="flow not enabled for this user pool client",
        error_type="InvalidParameterException",
        example="InvalidParameterException: Auth flow not enabled for this user pool client",
        cause="auth-flow-disabled",
    ),
    _login(
        literal="initiate auth method not supported",
        error_type="InvalidParameterException",
        example="InvalidParameterException: Initiate Auth method not supported.",
        cause="auth-flow-disabled",
    ),
    _not_authorized(
        literal="is configured with secret but secret_hash was not received",
        pattern=r"(?P<message>(?:Client (?P<client>\w{1,128}) )?is configured with secret but SECRET_HASH was not received)",
        example="Client 1example23456789 is configured with secret but SECRET_HASH was not received",
        cause="secret-hash-missing",
    ),
    _not_authorized(
        literal="unable to verify secret hash",
        pattern=r"(?P<message>Unable to verify secret hash(?: for client (?P<client>\w{1,128}))?)",
        example="Unable to verify secret hash for client 1example23456789",
        cause="secret-hash-wrong",
    ),
    _not_authorized(
        literal="is not configured for secret but secret hash was received",
        pattern=r"(?P<message>(?:Client (?P<client>\w{1,128}) )?is not configured for secret but secret hash was received)",
        example="Client 1example23456789 is not configured for secret but secret hash was received",
        cause="secret-hash-unexpected",
    ),
    _login(
        literal="user pool client ",
        pattern=r"(?P<message>User pool client (?P<client>\w{1,128}) does not exist)",
        error_type="ResourceNotFoundException",
        example="ResourceNotFoundException: User pool client 1example23456789 does not exist.",
        cause="client-not-found",
    ),
    _login(
        literal="user pool ",
        pattern=r"(?P<message>User pool (?P<pool>[\w-]{1,55}) does not exist)",
        error_type="ResourceNotFoundException",
        example="ResourceNotFoundException: User pool us-east-1_EXAMPLE01 does not exist.",
        cause="client-not-found",
    ),
)


def _is_machine(claims: Claims) -> bool | None:
    return claims.get("token_use") == "access" and "username" not in claims


def _recognizes(url: str) -> bool:
    """By the pool in the path, or by a host of Cognito, of which a template may leave the pool open."""
    return pool_of(url) is not None or _HOST.match(url) is not None


def _recognizes_metadata(document: Claims) -> bool:
    """Also with a custom domain: its keys stay on the host of the API. And by its spelling of `userInfo`."""
    hosts = (document.get("jwks_uri"), document.get("authorization_endpoint"))
    is_there = any(_HOST.match(str(url)) for url in hosts)
    return is_there or endpoint_path(document, "userinfo_endpoint") == "/oauth2/userInfo"


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
    sentences=SENTENCES,
    recognizes_metadata=_recognizes_metadata,
    # Its settings say more (`Configuration.user_pools`); docs/agentcore.md section 12.4.
    mcp_login=McpLogin(
        registration="by-policy",
        resource="accepted",
        resource_sets_audience=False,
        allows_any_loopback_port=False,
    ),
)
