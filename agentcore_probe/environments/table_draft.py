"""The template and the rows of what is deployed: one row for each Runtime, Gateway, or pair of both."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from agentcore_probe.environments.discovered import Discovered
from agentcore_probe.environments.groups import Group
from agentcore_probe.environments.naming import name_like
from agentcore_probe.flows.flow import PLACEHOLDER_USERNAME
from agentcore_probe.model.arn import read_arn

_LOGIN = ("flow", "client_id", "username", "scope", "redirect_uri", "discovery_url")
_SECRETS = ("password", "client_secret", "token")
COLUMNS = (
    *("name", "account", "region", "profile", "runtime", "gateway"),
    *_LOGIN,
    *(f"{key}_variable" for key in _SECRETS),
)
"""The columns of a new table. A secret's column has the name of the variable with the secret."""


def template_text(name: str) -> str:
    """The text of a new template.

    Args:
        name: of the template; its table is the CSV file of the same name.
    """
    width = max(map(len, (*_LOGIN, *_SECRETS)))
    login = [f'{key:{width}} = "{{{key}}}"' for key in _LOGIN]
    secrets = [f'{key:{width}} = {{ env = "{{{key}_variable}}" }}' for key in _SECRETS]
    return "\n".join(
        [
            f"# Written by `agentcore-probe discover {name} --all`. Each row of {name}.csv is an environment of its own, and",
            "# {region} is its cell (docs/fleet/tables.md). A key whose cell is empty is left out, and so is a table without its",
            "# target. More rows, of another region or account:",
            f"#   agentcore-probe discover {name} --all --region REGION --profile PROFILE",
            "",
            'region  = "{region}"',
            'profile = "{profile}"',
            '# role_arn = "arn:aws:iam::{account}:role/agentcore-probe" # in place of profile: assumed for each row',
            "",
            f'[table]\nfile = "{name}.csv"',
            "",
            '[runtime]\narn = "{runtime}"',
            "",
            '[gateway]\nid = "{gateway}"',
            "",
            "[identity]",
            *login,
            *secrets,
            "",
        ]
    )


def group_cells(group: Group) -> dict[str, str]:
    """What a row is about."""
    runtime, gateway = group.key
    return {"runtime": runtime or "", "gateway": gateway or ""}


def row_names(groups: Iterable[Group], taken: Collection[str], region: str) -> list[str]:
    """The names of new rows: like the targets, with the region where such a name is taken.

    Args:
        groups: what the rows are about.
        taken: names of other environments.
        region: where the targets are.
    """
    names: list[str] = []
    used = set(taken)
    for group in groups:
        own = next(iter(group.names), "deployed")
        name = name_like(own, used)
        if name != name_like(own, ()):
            name = name_like(f"{own}-{region}", used)
        used.add(name)
        names.append(name)
    return names


def cells_of(drafted: Discovered, name: str, *, region: str, account: str | None) -> dict[str, str]:
    """The cells of a row.

    Args:
        drafted: the file that the environment would have.
        name: what the row is called.
        region: where the targets are.
        account: whose they are, where that is known.
    """
    tables: dict[str, Any] = tomllib.loads(drafted.text)
    identity: Mapping[str, Any] = tables.get("identity", {})
    arn = tables.get("runtime", {}).get("arn", "")
    cells = {
        "name": name,
        "account": read_arn(arn).account or account or "",
        "region": tables.get("region") or read_arn(arn).region or region,
        "profile": tables.get("profile", ""),
        "runtime": arn,
        "gateway": tables.get("gateway", {}).get("id", ""),
    }
    for key in _LOGIN:
        value = identity.get(key)
        cells[key] = value if isinstance(value, str) else ""
    for key in _SECRETS:
        # Cognito's own copy of an app client's secret is read without being named.
        cells[f"{key}_variable"] = identity.get(key, {}).get("env", "")
    return cells


def with_own_user(cells: Mapping[str, str]) -> dict[str, str]:
    """The cells for a row that exists: the placeholder of a user does not take the place of one."""
    return {
        key: "" if (key, value) == ("username", PLACEHOLDER_USERNAME) else value
        for key, value in cells.items()
    }
