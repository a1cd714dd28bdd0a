"""Authorization servers of others, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.install import HERE, node_folder, node_variables
from tests.peers.processes import serving

SERVERS = HERE / "servers"


@contextmanager
def provider(folder: Path, log: Path, script: str, *words: str) -> Iterator[str]:
    """The issuer of a provider that runs in Node.

    Args:
        folder: gets what it prints.
        log: gets its requests, as `deployment.Deployment` reads them.
        script: of `servers/`.
        words: its arguments.
    """
    preloaded = ("loopback.mjs", "request_log.mjs")
    imports = [word for name in preloaded for word in ("--import", SERVERS / name)]
    command = [node_folder() / "bin" / "node", *imports, SERVERS / script, *words]
    variables = {**node_variables(), "REQUEST_LOG": str(log)}
    with serving(command, log=folder / "provider.log", variables=variables) as issuer:
        yield issuer
