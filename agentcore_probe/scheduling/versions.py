"""Whether a cluster has what the client has. Dask alone would fail in the middle of unpickling, without a clear word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agentcore_probe.errors import SchedulerError

PACKAGE = "agentcore_probe"
_NAMES = {PACKAGE: "agentcore-probe", "distributed": "distributed", "python": "Python"}
_SHOWN = 3
"""How many processes are named at most."""


def check_versions(facts: Mapping[str, Any]) -> None:
    """Refuses a cluster whose processes have other versions; of Python, the first two numbers count.

    Args:
        facts: what `Client.get_versions(packages=[PACKAGE])` returns.

    Raises:
        SchedulerError: a version differs, or the package is missing.
    """
    own = _versions(facts["client"])
    processes = {"the scheduler": facts["scheduler"]}
    processes |= {f"worker {address}": worker for address, worker in sorted(facts["workers"].items())}
    problems = [problem for name, process in processes.items() for problem in _problems(name, process, own)]
    if not problems:
        return
    others = f" and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    here = ", ".join(f"{_NAMES[key]} {version}" for key, version in own.items())
    raise SchedulerError(
        f"{'; '.join(problems[:_SHOWN])}{others}; this machine has {here}",
        hint="Install the same versions on every machine of the cluster",
    )


def _problems(name: str, process: Mapping[str, Any], own: Mapping[str, str | None]) -> Iterator[str]:
    for key, version in _versions(process).items():
        if version != own[key]:  # both are None where a checkout is used that is not installed
            yield f"{name} has {f'{_NAMES[key]} {version}' if version is not None else f'no {_NAMES[key]}'}"


def _versions(process: Mapping[str, Any]) -> dict[str, str | None]:
    packages = process["packages"]
    python = ".".join(packages["python"].split(".")[:2])
    return {PACKAGE: packages[PACKAGE], "distributed": packages["distributed"], "python": python}
