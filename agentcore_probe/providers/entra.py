"""Microsoft Entra ID (learn.microsoft.com/entra/identity-platform)."""

from __future__ import annotations

import re

from agentcore_probe.providers.provider import Claims, OAuthError, Provider, host_is_in, issuer_by_standard

_TENANT = re.compile(r"https://login\.microsoftonline\.com/(?P<tenant>[0-9a-f-]{36})(?P<version>/v2\.0)?$")


def _issuer_of(url: str) -> str | None:
    """The document without v2.0 in its path is of the issuer of version 1.0; that of all tenants has none."""
    issuer = issuer_by_standard(url)
    match = _TENANT.match(issuer or "")
    if match is None:
        return None
    return issuer if match["version"] else f"https://sts.windows.net/{match['tenant']}/"


def _is_machine(claims: Claims) -> bool | None:
    if "idtyp" in claims:
        return bool(claims["idtyp"] == "app")
    return False if "scp" in claims else True if "roles" in claims else None


PROVIDER = Provider(
    id="entra",
    name="Microsoft Entra ID",
    recognizes=lambda url: host_is_in(
        url,
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "sts.windows.net",  # the issuer of version 1.0 tokens
    ),
    issuer_of=_issuer_of,
    client_claims=("azp", "appid"),  # in tokens of version 2.0 and 1.0
    scope_claims=("scp",),
    access_tokens_have_client_id=False,
    is_machine=_is_machine,
    personal_claims=("upn", "unique_name"),
    oauth_errors=("invalid_resource",),
    client_errors=(OAuthError("unauthorized_client", r"application .*not found|AADSTS700016"),),
    scope_errors=(OAuthError("invalid_resource"),),
)
