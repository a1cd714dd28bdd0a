"""Runs `agentcore-probe verify` as a user does, on an environment file with peers in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.conftest import environment_file, run_here
from tests.peers.install import python_of


@dataclass(frozen=True)
class Verification:
    """What `verify --json` printed."""

    exit_code: int
    content: dict[str, Any]
    variables: dict[str, str]
    """The environment variables of the run."""

    @property
    def verdict(self) -> str:
        """The verdict of the judgement."""
        return str(self.content["judgement"]["verdict"])

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The findings of the access methods, by method."""
        return {row["method"]: row for row in self.content["judgement"]["findings"]}

    def cause(self, method: str) -> str:
        """The cause that a row has, `none` for a call that went through."""
        return str(self.rows[method]["diagnosis"]["cause"])

    @property
    def exchanges(self) -> list[dict[str, Any]]:
        """The requests of the record and their answers."""
        return list(self.content["exchanges"])

    def observation(self, method: str) -> dict[str, Any]:
        """What the record has about a row."""
        return next(dict(item) for item in self.content["observations"] if item["method"] == method)


def environment_text(ready: Mapping[str, Any], identity: str | None = None, **replaced: str) -> str:
    """An environment file for an embedded AgentCore.

    Args:
        ready: its ready line.
        identity: the lines of `[identity]`; None: the embedded user's.
        replaced: values of the file that peers take the place of, by the key in `ready["endpoints"]`, or `gateway`.
    """
    endpoints = {name: replaced.get(name.replace("-", "_"), url) for name, url in ready["endpoints"].items()}
    gateway = {**ready["gateway"], "url": replaced.get("gateway", ready["gateway"]["url"])}
    text = environment_file({**ready, "endpoints": endpoints, "gateway": gateway})
    text = text.replace("[gateway]\n", f'[gateway]\nid = "{gateway["id"]}"\n')
    if identity is None:
        return text
    before, _, rest = text.partition("[identity]\n")
    return f"{before}[identity]\n{identity}\n[endpoints]{rest.partition('[endpoints]')[2]}"


def verify(
    folder: Path, ready: Mapping[str, Any], text: str, *options: str, env: Mapping[str, str] | None = None
) -> Verification:
    """Verifies `text` as `environments/peer.toml`, with the embedded AWS credentials.

    Args:
        folder: where the file is written.
        ready: the ready line of the embedded AgentCore.
        text: the environment file.
        options: of `verify`.
        env: further environment variables.
    """
    (folder / "environments").mkdir(exist_ok=True)
    (folder / "environments" / "peer.toml").write_text(text, "utf-8")
    variables = {
        "AWS_ACCESS_KEY_ID": ready["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": ready["aws"]["secret_access_key"],
        "T_PASSWORD": ready["identity"]["password"],
        "PATH": f"{python_of('clients').parent}:{os.environ['PATH']}",  # the pinned `aws`
        **(env or {}),
    }
    done = run_here(["verify", "peer", "--json", "--controls", "few", *options], folder, variables)
    assert done.stdout, done.stderr
    return Verification(done.returncode, json.loads(done.stdout), variables)
