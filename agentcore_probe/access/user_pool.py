"""Reads a Cognito user pool: its app clients and their settings, and how MCP clients get an id there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentcore_probe.access.control_plane import read_client
from agentcore_probe.access.reads import INCOMPLETE, Reads, pages
from agentcore_probe.model.configuration import ANOTHER_RESOURCE, Configuration
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.methods import ALL
from agentcore_probe.model.pool import Pool, pool_of
from agentcore_probe.threads import Threads

COGNITO = "cognito-idp"
"""boto3's name of the service."""
MAX_CLIENTS = 20
"""How many clients are read at most: Cognito limits such reads to 15 a second."""
MAX_POLICIES = 20
"""So many policies about clients' metadata documents are read at most."""
_LOGIN_METADATA = "-oauth-metadata"
"""How the entrances end for which user pools are read."""


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
        reads, COGNITO, "list_user_pool_clients", "UserPoolClients",
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


def pools_of(environment: Environment, deployed: Configuration) -> tuple[Pool, ...] | None:
    """The user pools whose tokens Runtime and Gateway accept; None where the file does not ask for the login of MCP clients.

    Args:
        environment: its `entrances`.
        deployed: the authorizers.
    """
    names = environment.entrances or ()
    if not any(name == ALL or name.endswith(_LOGIN_METADATA) for name in names):
        return None
    authorizers = (deployed.authorizer(target) for target in ("gateway", "runtime"))
    rules = (authorizer.jwt for authorizer in authorizers if authorizer and authorizer.jwt)
    pools = (pool_of(jwt.discovery_url) for jwt in rules)
    return tuple(dict.fromkeys(pool for pool in pools if pool is not None))


def read_user_pools(pools: Iterable[Pool] | None, reads: Reads) -> list[dict[str, Any]] | None:
    """The settings of user pools with their CIMD policies, in the names of Cognito's API; None where `pools` is.

    Args:
        pools: which.
        reads: reads each in its own region.
    """
    return None if pools is None else [_user_pool(pool, reads) for pool in pools]


def _user_pool(pool: Pool, reads: Reads) -> dict[str, Any]:
    answer, unreadable = reads.read(COGNITO, "describe_user_pool", pool.region, UserPoolId=pool.id)
    if answer is None:
        return {"Id": pool.id, "unreadable": unreadable}
    described = answer.get("UserPool")
    if not isinstance(described, dict):
        return {"Id": pool.id, "unreadable": "unexpected-answer"}
    if described.get("Id", pool.id) != pool.id:
        return {"Id": pool.id, "unreadable": ANOTHER_RESOURCE}
    read = {"Id", "Domain", "CustomDomain", "UserPoolTier", "DcrConfiguration"}
    facts = {name: value for name, value in described.items() if name in read}
    return {"Id": pool.id, **facts, **_policies(pool, reads)}


def _policies(pool: Pool, reads: Reads) -> dict[str, Any]:
    """The pool's policies about metadata documents: a list, and what one list lacks (docs/agentcore.md section 6.1)."""
    noted = _LastReason(reads)
    listed = pages(
        noted, COGNITO, "list_cimd_policies", "CIMDPolicies",
        region=pool.region, UserPoolId=pool.id, MaxResults=60,
    )  # fmt: skip
    if listed is None:
        return {"policiesUnreadable": noted.reason or INCOMPLETE}
    with Threads(4, "client-metadata-policies") as threads:
        read = list(threads.map(lambda policy: _with_patterns(policy, pool, noted), listed[:MAX_POLICIES]))
    reason = noted.reason or (INCOMPLETE if len(listed) > MAX_POLICIES else None)
    return {
        "CIMDPolicies": [*read, *listed[MAX_POLICIES:]],
        **({"policiesUnreadable": reason} if reason else {}),
    }


def _with_patterns(policy: dict[str, Any], pool: Pool, reads: Reads) -> dict[str, Any]:
    """An item of the list with its URL patterns; as the list has it where it cannot be read."""
    id = policy.get("CIMDPolicyId")
    answer, _ = reads.read(COGNITO, "describe_cimd_policy", pool.region, UserPoolId=pool.id, CIMDPolicyId=id)
    described = (answer or {}).get("CIMDPolicy")
    is_this_one = isinstance(described, dict) and described.get("CIMDPolicyId") == id
    return {**policy, **described} if isinstance(described, dict) and is_this_one else policy


class _LastReason:
    """Reads, and remembers why the last one was not answered that was not.

    Args:
        reads: reads.
    """

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self.reason: str | None = None

    def read(
        self, service: str, operation: str, region: str | None = None, **arguments: Any
    ) -> tuple[dict[str, Any] | None, str | None]:
        """As `Reads.read`."""
        answer, reason = self._reads.read(service, operation, region, **arguments)
        self.reason = reason or self.reason
        return answer, reason
