"""What is installed: Python, boto3 and its models, the `aws` command, the extras, the notebook's kernel."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import botocore.loaders
from botocore.exceptions import UnknownServiceError

from agentcore_probe import __version__
from agentcore_probe.access.operations import NEWER_READS, READS
from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem, warning
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.errors import ExitCode
from agentcore_probe.extras import EXTRAS

_PURPOSES = {
    "report": "writes reports",
    "local": "is the embedded AgentCore",
    "policy": "predicts what a Gateway's Cedar policies give each caller",
    "fleet": "keeps the history and uses a Dask cluster",
}
_COMMAND_SECONDS = 20


def _lines(_: Subject) -> Iterator[Line]:
    yield ok("versions-python", f"Python {platform.python_version()}, agentcore-probe {__version__}")
    yield _boto3()
    yield _aws()
    for extra, modules in EXTRAS.items():
        yield _extra(extra, modules)
    yield _lab()


def _boto3() -> Line:
    """Whether botocore has a model of each operation that a run may call."""
    text = f"boto3 {metadata.version('boto3')}, botocore {metadata.version('botocore')}"
    missing = _missing_operations()
    if not missing:
        return ok("versions-boto3", f"{text}: knows all {len(READS)} operations that a run may call")
    text, command = f"{text}: does not know {', '.join(missing)}", "pip install --upgrade boto3"
    if set(missing) <= NEWER_READS:
        text = f"{text}, which show how MCP clients log in at Cognito"
        return warning("versions-boto3", text, "Upgrade boto3:", command)
    return problem("versions-boto3", text, command=command)


@cache
def _missing_operations() -> tuple[str, ...]:
    """The operations of a run (`access.operations.READS`) that the installed botocore has no model of, sorted."""
    # Not by a session, which fails where AWS_PROFILE names no profile.
    loader: Any = botocore.loaders.create_loader(os.environ.get("AWS_DATA_PATH"))
    known: dict[str, frozenset[str]] = {}
    for service in {operation.partition(":")[0] for operation in READS}:
        try:
            known[service] = frozenset(loader.load_service_model(service, "service-2")["operations"])
        except UnknownServiceError:
            known[service] = frozenset()
    return tuple(
        operation
        for operation in sorted(READS)
        if operation.partition(":")[2] not in known[operation.partition(":")[0]]
    )


def _aws() -> Line:
    """The command line, with which one of the access methods calls the Runtime."""
    path = shutil.which("aws")
    if path is None:
        return warning(
            "versions-aws",
            "no `aws` command on PATH: the access method runtime-cli is left out",
            "Install it:",
            "pip install awscli",
        )
    version = _output(path, "--version")
    match = re.match(r"aws-cli/\S+", version)
    if match is None:
        return warning("versions-aws", f"{path} does not start", "Reinstall the AWS command line")
    # Without its arguments, the command ends with an error about them, if it knows the operation; it sends nothing.
    answer = _output(path, "bedrock-agentcore", "invoke-agent-runtime")
    if "--agent-runtime-arn" in answer:
        return ok("versions-aws", f"{match[0]} at {path}: knows bedrock-agentcore")
    fix = "Update it (version 2: docs.aws.amazon.com/cli; version 1:"
    return warning(
        "versions-aws",
        f"{match[0]} at {path} does not know bedrock-agentcore, so runtime-cli is left out",
        f"{fix} the line below)",
        "pip install --upgrade awscli",
    )


def _output(*words: str) -> str:
    """All that a command prints; empty where it does not start or end. It gets no credentials and no pager."""
    unset = (
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    )
    variables = {name: value for name, value in os.environ.items() if name not in unset}
    try:
        process = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_COMMAND_SECONDS,
            check=False,
            env={**variables, "AWS_PAGER": ""},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return process.stdout + process.stderr


def _extra(extra: str, modules: dict[str, str]) -> Line:
    missing = [package for module, package in modules.items() if find_spec(module) is None]
    if not missing:
        shown = [
            name
            for name in ("papermill", "nbconvert", "moto", "mcp", "cedarpy", "duckdb", "distributed")
            if name in modules.values()
        ]
        versions = ", ".join(f"{name} {metadata.version(name)}" for name in shown)
        return ok(f"versions-extra-{extra}", f"extra [{extra}] is installed: {versions}")
    return warning(
        f"versions-extra-{extra}",
        f"extra [{extra}], which {_PURPOSES[extra]}, is not installed: no {', '.join(missing)}",
        command=f"pip install 'agentcore-probe[{extra}]'",
    )


def _lab() -> Line:
    """JupyterLab, and the kernel that it runs the notebooks in."""
    if find_spec("jupyterlab") is None or find_spec("jupyter_client") is None:
        return warning(
            "versions-kernel",
            "extra [lab] is not installed: no JupyterLab to open the notebooks in",
            command="pip install 'agentcore-probe[lab]'",
        )
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return problem(
            "versions-kernel",
            "Jupyter has no kernel python3, in which the notebooks run",
            command="python -m ipykernel install --sys-prefix",
        )
    version = f"JupyterLab {metadata.version('jupyterlab')}"
    # Jupyter replaces a bare `python` by the Python that it runs in.
    if not re.fullmatch(r"python[\d.]*", program) and shutil.which(program) is None:
        return problem(
            "versions-kernel",
            f"{version}: its kernel python3 starts {program}, which does not exist",
            command="python -m ipykernel install --sys-prefix",
        )
    return ok("versions-kernel", f"{version}, kernel python3 ({Path(program).name})")


CHECK = Check(10, "Versions", "machine", _lines, ExitCode.NOT_VERIFIED)
