"""The package's extras: what each needs, and one clear error where it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from agentcore_probe.errors import InputError

EXTRAS = {
    "report": {
        "papermill": "papermill",
        "nbconvert": "nbconvert",
        "matplotlib": "matplotlib",
        "pandas": "pandas",
        "IPython": "ipython",
        "ipykernel": "ipykernel",
        "jinja2": "jinja2",
        "markupsafe": "markupsafe",
    },
    "local": {
        "moto": "moto",
        "mcp": "mcp",
        "bedrock_agentcore": "bedrock-agentcore",
        "uvicorn": "uvicorn",
        "httpx": "httpx",
        "trustme": "trustme",
        "cedarpy": "cedarpy",
    },
    "policy": {"cedarpy": "cedarpy"},
    "fleet": {
        "duckdb": "duckdb",
        "distributed": "distributed",
    },
}
"""By extra: the modules that must be importable, and the package that each comes from."""


def require_extra(extra: str, purpose: str, only: str | None = None) -> None:
    """Checks that an extra is installed, without importing anything.

    Args:
        extra: a key of `EXTRAS`.
        purpose: what needs it, as the error starts: `'report'`, `environment 'local'`.
        only: the one module of it that is needed; None: all.

    Raises:
        InputError: a package of it is missing.
    """
    missing = [
        package
        for module, package in EXTRAS[extra].items()
        if only in (None, module) and find_spec(module) is None
    ]
    if missing:
        raise InputError(
            f"{purpose} needs extra packages ({', '.join(missing)}): pip install 'agentcore-probe[{extra}]'"
        )
