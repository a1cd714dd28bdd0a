"""Reads the app clients of a Cognito user pool: which there are, and their settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentcore_probe.access.control_plane import read_client
from agentcore_probe.access.reads import Reads, pages
from agentcore_probe.model.pool import pool_of
from agentcore_probe.threads import Threads

MAX_CLIENTS = 20
"""So many clients are read at most; Cognito limits such reads to 15 a second."""


def list_clients(discovery_url: str, reads: Reads) -> list[str] | None:
    """The ids of the pool's app clients; None where they cannot be listed, or the issuer is not a user pool.

    Args:
        discovery_url: the issuer's.
        reads: reads the pool, in its own region.
    """
    pool = pool_of(discovery_url)
    if pool is None:
        return None
    clients = pages(
        reads, "cognito-idp", "list_user_pool_clients", "UserPoolClients",
        region=pool.region, UserPoolId=pool.id, MaxResults=60,
    )  # fmt: skip
    if clients is None:
        return None
    return [str(client["ClientId"]) for client in clients if client.get("ClientId")]


def read_clients(ids: Iterable[str], discovery_url: str, reads: Reads) -> list[dict[str, Any]]:
    """The settings of the first `MAX_CLIENTS` of these app clients, as `read_client` has them.

    Args:
        ids: of the clients.
        discovery_url: the issuer's.
        reads: reads them.
    """
    with Threads(4, "clients") as pool:
        some = list(ids)[:MAX_CLIENTS]
        answers = pool.map(lambda client: read_client(client, discovery_url, reads), some)
        return [answer for answer in answers if answer is not None]
