"""Identity providers: one file for each, and the registry of them.

The readers in `judge` do not ask who issued a token, since an issuer may be at any address: they use
what all providers have together, which is defined below. A provider is a module here that defines
`PROVIDER`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from agentcore_probe.modules import declared
from agentcore_probe.providers.generic import PROVIDER as GENERIC
from agentcore_probe.providers.provider import OAuthError, Provider

_OTHERS: tuple[Provider, ...] = tuple(
    provider for provider in declared(sys.modules[__name__], "PROVIDER").values() if provider is not GENERIC
)

PROVIDERS: tuple[Provider, ...] = (GENERIC, *_OTHERS)
"""Every provider, the standards first: where several keys are read, theirs take precedence."""


def find_provider(url: str) -> Provider:
    """The provider of an issuer or discovery URL; `GENERIC` if it is not recognized."""
    return next((provider for provider in _OTHERS if provider.recognizes(url)), GENERIC)


def _unique(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in names for name in part))


CLIENT_CLAIMS = _unique(provider.client_claims for provider in PROVIDERS)
SCOPE_CLAIMS = _unique(provider.scope_claims for provider in PROVIDERS)
PERSONAL_CLAIMS = _unique(provider.personal_claims for provider in PROVIDERS)
TOKEN_PATHS = _unique(provider.token_paths for provider in PROVIDERS)
API_ERRORS = _unique(provider.api_errors for provider in PROVIDERS)
OAUTH_ERRORS = _unique(provider.oauth_errors for provider in PROVIDERS)
ERROR_TYPE_KEYS = _unique(provider.error_type_keys for provider in PROVIDERS)
ERROR_MESSAGE_KEYS = _unique(provider.error_message_keys for provider in PROVIDERS)
SENTENCES = tuple(sentence for provider in (*_OTHERS, GENERIC) for sentence in provider.sentences)
"""The words of each, before the codes that all have."""
ERRORS: tuple[OAuthError, ...] = tuple(error for provider in (*_OTHERS, GENERIC) for error in provider.errors)
"""The same for the codes: what one provider means by a code counts before the standards."""


def provider_of_metadata(issuer: str, document: Mapping[str, Any]) -> Provider:
    """The provider of an authorization server, by its address, else by its metadata; `GENERIC` if neither shows it.

    Args:
        issuer: the address of the authorization server.
        document: its metadata (RFC 8414, or OpenID Connect Discovery 1.0).
    """
    by_address = find_provider(issuer)
    if by_address is not GENERIC:
        return by_address
    return next((provider for provider in _OTHERS if provider.recognizes_metadata(document)), GENERIC)
