"""The Cognito user pool in an issuer or a discovery URL (docs/agentcore.md section 5)."""

from __future__ import annotations

from typing import NamedTuple

from agentcore_probe.regex import regex

_POOL = regex(r"/(?P<id>(?P<region>[a-z]{2,5}(?:-[a-z]+)+-\d)_[0-9A-Za-z]+)(?=/\.well-known/|/?$)")


class Pool(NamedTuple):
    """A user pool."""

    id: str
    """`us-east-1_AbCdEfGhI`"""
    region: str


def pool_of(url: str) -> Pool | None:
    """The user pool in `url`, an issuer or a discovery URL; None for those of other identity providers."""
    match = _POOL.search(url)
    return Pool(match["id"], match["region"]) if match else None
