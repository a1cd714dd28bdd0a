"""A Cognito user pool as its issuer and its discovery URL name it (docs/agentcore.md section 5)."""

from __future__ import annotations

import re
from typing import NamedTuple

_POOL = re.compile(r"/(?P<id>(?P<region>[a-z]{2,5}(?:-[a-z]+)+-\d)_[0-9A-Za-z]+)(?=/\.well-known/|/?$)")


class Pool(NamedTuple):
    """A user pool."""

    id: str
    """`us-east-1_AbCdEfGhI`"""
    region: str


def pool_of(url: str) -> Pool | None:
    """The user pool at the end of an issuer, or in front of `/.well-known/`; None where there is none."""
    found = _POOL.search(url)
    return Pool(found["id"], found["region"]) if found else None
